import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { act, attempt, released } from './support/findings.js';
import { endArrangement, newArrangement } from './support/partners.js';
import { eventually } from './support/processes.js';
import { inReview, to, tryRelease } from './support/releases.js';
import { seen } from './support/seen.js';
import { withClient } from './support/server.js';
import { outcomeOf, startWorld, type World } from './support/world.js';

/*
 * Which act waits for which, made to happen; test/races.e2e-spec.ts lets it happen.
 */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test.each(['KEEP', 'STOP', 'RECALL'] as const)(
  'a release that meets the end of its arrangement, which says %s, is refused after it',
  async (onEnd) => {
    const arrangementId = await newArrangement(world, ['KR-FSC', 'JP-NPA'], { onEnd });
    const finding = await inReview(world, 'KR-FSC');
    const answer = await withClient(world.database.setupUrl, async (client) => {
      await client.query('begin');
      await client.query('select from arrangement where id = $1 for update', [arrangementId]);
      const releasing = tryRelease(world, 'KR-FSC', finding, to('JP-NPA', { arrangementId }));
      await eventually('the release waits', async () => (await waiting()) > 0);
      await client.query('update arrangement set valid_until = clock_timestamp() where id = $1', [
        arrangementId,
      ]);
      await client.query('commit');
      return releasing;
    });
    expect(outcomeOf(answer)).toBe('INVALID input.recipients[0].agencyId');
    expect(await seen(world, 'JP-NPA', finding.id)).toBe('NOT_FOUND');
  },
);

test('the end of an arrangement that meets a release under it ends that too', async () => {
  const arrangementId = await newArrangement(world, ['KR-FSC', 'JP-NPA'], { onEnd: 'STOP' });
  const [first, second] = [await released(world, 'KR-FSC', ['US-TFI']), await inReview(world, 'KR-FSC')];
  const outcomes = await withClient(world.database.setupUrl, async (client) => {
    // Whoever writes to the ledger waits: the release is done and not yet committed.
    await client.query('begin');
    await client.query('lock table entry in exclusive mode');
    const releasing = tryRelease(world, 'KR-FSC', second, to('JP-NPA', { arrangementId }));
    await eventually('the release waits', async () => (await waiting()) > 0);
    const ending = endArrangement(world, arrangementId);
    await eventually('the end waits for it', async () => (await waiting()) > 1);
    await client.query('commit');
    return [outcomeOf(await releasing), typeof (await ending)];
  });
  expect(outcomes).toEqual(['done', 'number']);
  expect(await seen(world, 'JP-NPA', second.id)).toMatchObject({ state: 'EXPIRED' });
  expect(await seen(world, 'US-TFI', first.id)).toMatchObject({ state: 'RELEASED' });
});

test('a recall of what was superseded does not wait for acts on its successor', async () => {
  const [old, successor] = [
    await released(world, 'KR-FSC', ['JP-NPA']),
    await released(world, 'KR-FSC', ['JP-NPA']),
  ];
  const input = { findingId: old.id, successorId: successor.id };
  await act(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', input);
  await withClient(world.database.setupUrl, async (client) => {
    await client.query('begin');
    await client.query('select from finding where id = $1 for update', [successor.id]);
    const recall = { findingId: old.id, reason: 'inaccurate' };
    expect(await attempt(world, 'KR-FSC', 'RELEASER', 'recallFinding', recall)).toBe('done');
  });
});

/** How many connections wait for a lock. */
async function waiting(): Promise<number> {
  const rows = await world.sql(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length;
}
