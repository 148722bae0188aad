import type { Client } from 'pg';
import { ROLES } from '#access';
import { withClient } from './server.js';
import type { World } from './world.js';

/** One statement, undone. @returns its rows and how many it touched, or the SQLSTATE of its refusal */
export async function attempt(
  client: Client,
  text: string,
  values: unknown[] = [],
): Promise<{ rows: Record<string, unknown>[]; outcome: string }> {
  await client.query('savepoint before');
  try {
    const { rows, rowCount } = await client.query<Record<string, unknown>>(text, values);
    return { rows, outcome: `${rowCount ?? 0} rows` };
  } catch (error) {
    return {
      rows: [],
      outcome: error instanceof Error && 'code' in error ? String(error.code) : String(error),
    };
  } finally {
    await client.query('rollback to savepoint before');
  }
}

/** A transaction of the application's login, entered as this member, for all roles at once; as nobody for null. */
export const entered = <T>(
  world: World,
  member: string | null,
  use: (client: Client) => Promise<T>,
  needed: readonly string[] = ROLES,
): Promise<T> =>
  withClient(world.database.appUrl, async (client) => {
    await client.query('begin');
    if (member !== null) await client.query('select from enter($1, $2)', [member, needed]);
    return use(client);
  });
