import { readFile, writeFile } from 'node:fs/promises';
import type { JWK } from 'jose';
import type { CliConfig } from '#core';
import { serviceUrl } from './ask.js';
import { keyPairOf, newPrivateKey, SystemClient } from './system-client.js';

/**
 * Makes a key for a system client, in a file that only we may read.
 * @param inbound for what the client posts, and not for tokens
 * @returns its public half, as `registerSystemClient` and `addSystemClientKey` take it: in GraphQL
 * @throws Error when the file is there already
 */
export async function makeKey(file: string, inbound = false): Promise<string> {
  const jwk = await newPrivateKey();
  await writeFile(file, JSON.stringify(jwk), { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw new Error(`${file} cannot be made: is it there already?`, { cause });
  });
  const { publicJwk } = await keyPairOf(jwk);
  const members = Object.entries(publicJwk).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ ${[...members, ...(inbound ? ['use: INBOUND'] : [])].join(', ')} }`;
}

/**
 * Asks the service as a system client.
 * @param file with its private key
 * @returns the answer, as it came, indented
 */
export async function askAsClient(
  settings: CliConfig,
  clientId: string,
  file: string,
  query: string,
): Promise<string> {
  const jwk = JSON.parse(await readFile(file, 'utf8')) as JWK;
  const client = await SystemClient.open(await serviceUrl(settings), clientId, jwk);
  const response = await client.ask(query);
  return JSON.stringify(await response.json(), null, 2);
}
