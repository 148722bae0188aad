import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { askBare, codeOf, type Told } from './support/bare.js';
import { draft } from './support/findings.js';
import { whileLocked } from './support/locked.js';
import { eventually } from './support/processes.js';
import { memberId, type Code } from './support/roster.js';
import { withClient } from './support/server.js';
import { hangUp, TRANSPORTS } from './support/subscriptions.js';
import { at, moved } from './support/transfers.js';
import { startWorld, type World } from './support/world.js';

/* What one agency may ask at a time: so many points a second, so many operations running, so many waiting. */

const AT_ONCE = 3;
const WAITING = 16;
/** Points a second; half as many at once. */
const BUDGET = 80;

let world: World;
beforeAll(async () => {
  world = await startWorld({ agency: { budget: BUDGET, atOnce: AT_ONCE } });
});
afterAll(() => world.close());

const LIST = '{ findings { nodes { id } } }';

const PROGRESS = `subscription ($from: TraceFromInput!) {
  traceProgress(from: $from, asset: "ETH", hops: 10) { hop trace { complete } } }`;
const following = (one: World, token: string) =>
  TRANSPORTS.WebSocket(one, token, PROGRESS, { from: { chain: 'ethereum', value: at('A') } });
const tokenOf = (code: Code) => world.issuer.mint(memberId(code, 'ANALYST'));
afterEach(hangUp);

function expectRefused({ status, errors, data, retryAfter }: Told, most: number): number {
  expect([status, errors?.[0]?.extensions.code, data]).toEqual([429, 'RATE_LIMITED', undefined]);
  const seconds = Number(retryAfter);
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(most);
  expect(errors?.[0]?.extensions.retryAfter).toBe(seconds);
  return seconds;
}

test('one costly operation overdraws it; what follows is refused until it is good again, others are not touched', async () => {
  const costly = '{ findings(first: 100) { nodes { id } } }';
  const served = await askBare(world, 'KR-FSC', costly);
  const budget = BUDGET / 2;
  expect(served.extensions?.cost).toEqual({ requested: 110, remaining: 0, budget, perSecond: BUDGET });
  // 71 points too much, and one for the request that is refused.
  const seconds = expectRefused(await askBare(world, 'KR-FSC', '{ viewer { name } }'), 1);
  expectRefused(await askBare(world, 'KR-FSC', costly), 3);
  expect((await askBare(world, 'JP-NPA', LIST)).errors).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  expect((await askBare(world, 'KR-FSC', '{ __typename }')).errors).toBeUndefined();
});

test('what is refused for another reason costs too, so that nothing is for free', async () => {
  const codes: (string | undefined)[] = [];
  for (let n = 0; n < 3 * BUDGET; n++) codes.push(codeOf(await askBare(world, 'XX-ALONE', '{ nonsense }')));
  expect(new Set(codes)).toEqual(new Set(['INVALID', 'RATE_LIMITED']));
});

test('a trace by subscription costs what the query does, once: its messages are free', async () => {
  const names = ['A', 'B', 'C', 'D', 'E'];
  await draft(world, 'KR-KNPA', {
    transfers: names.slice(1).map((name, n) => moved(names[n] ?? '', name, 1)),
  });
  await pause(1_000);
  const progress = following(world, await tokenOf('KR-KNPA'));
  // A second message at 500 points would take six seconds, each.
  await eventually('it ends', () => progress.ended() !== null, 15);
  expect([progress.ended(), progress.results.length]).toEqual(['complete', 6]);
  expectRefused(await askBare(world, 'KR-KNPA', LIST), 10);
});

test('operations beyond so many wait, beyond that they are refused, and one whose client left keeps its place', async () => {
  await world.close();
  world = await startWorld({ agency: { budget: 100_000, atOnce: AT_ONCE } });
  await draft(world, 'US-TFI');
  const leaving = new AbortController();
  const answered = await withClient(world.database.setupUrl, async (locker) => {
    await locker.query('begin; lock table entente.inbox in access exclusive mode');
    const waiting = [
      askBare(world, 'US-TFI', LIST, { signal: leaving.signal }).catch(() => 'left' as const),
      ...Array.from({ length: AT_ONCE + WAITING - 1 }, () => askBare(world, 'US-TFI', LIST)),
    ];
    const locked = () =>
      world.sql(`select from pg_locks where not granted and relation = 'entente.inbox'::regclass`);
    while ((await locked()).length < AT_ONCE) await pause(10);
    await pause(100);
    expect(await locked()).toHaveLength(AT_ONCE);
    expectRefused(await askBare(world, 'US-TFI', LIST), 1);
    leaving.abort();
    await waiting[0];
    expectRefused(await askBare(world, 'US-TFI', LIST), 1);
    expect((await askBare(world, 'CN-CAMLMAC', '{ viewer { name } }')).errors).toBeUndefined();
    await locker.query('rollback');
    return Promise.all(waiting);
  });
  expect(answered.map((told) => (told === 'left' ? told : told.status))).toEqual([
    'left',
    ...Array<number>(AT_ONCE + WAITING - 1).fill(200),
  ]);
  // Every place is free again.
  const again = await Promise.all(
    Array.from({ length: AT_ONCE + WAITING }, () => askBare(world, 'US-TFI', LIST)),
  );
  for (const { errors } of again) expect(errors).toBeUndefined();
});

test('a trace by subscription takes its turn at each hop', async () => {
  const token = await tokenOf('US-TFI');
  const [other, all] = await whileLocked(world, 'seen_transfer', async (waiting) => {
    const traces = Array.from({ length: AT_ONCE }, () => following(world, token));
    await waiting(AT_ONCE);
    const list = askBare(world, 'US-TFI', LIST);
    expect(await Promise.race([list, pause(1_000).then(() => 'it waits')])).toBe('it waits');
    return [list, traces] as const;
  });
  expect((await other).errors).toBeUndefined();
  await eventually('they end', () => all.every((one) => one.ended() === 'complete'));
});
