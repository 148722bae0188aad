import { openDatabase, type CliConfig } from '#core';
import { SigningKeys } from '#identity';

/**
 * Makes a new signing key, which signs at once in every process; what the one before signed is believed until it ends.
 * @param stolen the one before: a second later it is believed by no process that reads the keys
 * @returns the new key's id
 * @throws Error naming the setting that is missing
 */
export async function rotateKeys({ databaseUrl, authSecret }: CliConfig, stolen: boolean): Promise<string> {
  if (databaseUrl === undefined || authSecret === undefined)
    throw new Error('keys:rotate needs DATABASE_URL and ENTENTE_AUTH_SECRET, those of the API.');
  const database = await openDatabase({ url: databaseUrl, pool: 2, entities: [] });
  try {
    return await new SigningKeys(database, authSecret).rotate(stolen ? 1 : undefined);
  } finally {
    await database.close();
  }
}
