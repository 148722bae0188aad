import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { feed, QUERY } from './support/feeds.js';
import { outcomeOf, startWorld } from './support/world.js';

test('polls that wait hold neither a turn of their agency nor a connection; 32 of an agency may', async () => {
  const world = await startWorld({ pool: 2, agency: { budget: 100_000, atOnce: 1 } });
  try {
    const client = world.as('JP-NPA', 'ANALYST');
    const { endCursor: after } = await feed(client, { first: 100 });
    const poll = async () => outcomeOf(await client.query(QUERY, { of: 'SHARING', after, wait: 5 }));
    const polls: Promise<string>[] = [];
    for (let n = 0; n < 32; n++) {
      polls.push(poll());
      await pause(20);
    }
    await pause(500);
    for (let n = 0; n < 5; n++) expect(outcomeOf(await client.query('{ viewer { name } }'))).toBe('done');
    const [{ open } = { open: -1 }] = await world.sql<{ open: number }>(
      `select count(*)::int as open from pg_stat_activity where datname = current_database()
          and usename = 'entente_app' and state like 'idle in transaction%'`,
    );
    expect(open).toBe(0);
    expect(await poll()).toBe('RATE_LIMITED');
    expect(new Set(await Promise.all(polls))).toEqual(new Set(['done']));
  } finally {
    await world.close();
  }
});
