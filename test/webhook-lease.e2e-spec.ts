import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DispatchStore } from '#webhooks';
import { openPool } from './support/server.js';
import { registeredWebhook } from './support/webhooks.js';
import { startWorld, type World } from './support/world.js';

/* A lease is kept when something else of its webhook fails. */

const ME = '11111111-1111-4111-8111-111111111111';
/** Where the end of what failed is not awaited, one in 50 (on a busy machine) to one in 1,500 goes wrong. */
const TRIES = 2_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('one that could not be written down is free for its next statement', async () => {
  const { id } = await registeredWebhook(world, 'JP-NPA');
  const pool = openPool(world.database.workerUrl);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const store = new DispatchStore(pool);
  try {
    await world.sql(`create function refuse_attempt() returns trigger language plpgsql as $$
      begin raise exception 'not now'; end $$`);
    await world.sql(`create trigger refuse_attempt before insert on webhook_attempt for each row
      execute function refuse_attempt()`);
    const [leased] = await store.lease(ME, 30, 1);
    if (leased?.id !== id) throw new Error('It is not leased.');
    const tried = { type: 'webhook.test', position: null, nth: 1, status: 204, fault: null, milliseconds: 1 };
    const outcomes = {
      ...{ through: 0, aside: [], done: [] },
      tried: [{ ...tried, address: null, answer: '' }],
    };
    const lost: number[] = [];
    for (let nth = 0; nth < TRIES; nth++) {
      // Others' connections are there to take what comes next.
      await Promise.all([store.putAside([id], [id]), store.putAside([id], [id])]);
      await expect(store.settle([{ webhook: leased, outcomes }])).rejects.toThrow('not now');
      const again = await store.lease(ME, 30, 1);
      if (again.length === 0) lost.push(nth);
    }
    expect(lost).toEqual([]);
  } finally {
    await pool.end();
  }
}, 60_000);
