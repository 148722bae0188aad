import { eventually } from './processes.js';
import { withClient } from './server.js';
import type { World } from './world.js';

/**
 * Does something while nobody can read a table.
 * @param table of the schema entente, or with its own
 * @param doing called with what resolves when so many statements wait for it
 */
export const whileLocked = <T>(
  world: World,
  table: string,
  doing: (waiting: (count: number) => Promise<void>) => Promise<T>,
): Promise<T> =>
  withClient(world.database.setupUrl, async (client) => {
    const where = table.includes('.') ? table : `entente.${table}`;
    await client.query(`begin; lock table ${where} in access exclusive mode`);
    const waiting = (count: number) =>
      eventually(`${count} wait for ${table}`, async () => {
        const locked = await world.sql(
          // Autovacuum waits too, for another.
          `select from pg_locks where not granted and mode = 'AccessShareLock' and relation = '${where}'::regclass`,
        );
        return locked.length === count;
      });
    const done = await doing(waiting);
    await client.query('rollback');
    return done;
  });
