import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CONTENT_ROLES } from '#access';
import { TraceService } from '#search';
import { statementsOf } from './support/asked.js';
import { act, draft, released } from './support/findings.js';
import { whileLocked } from './support/locked.js';
import { eventually } from './support/processes.js';
import { agencyId, memberId, type Code } from './support/roster.js';
import { hangUp, TRANSPORTS, type Subscribed } from './support/subscriptions.js';
import { at, keyAt, minute, moved, PROGRESS, traced, type Traced } from './support/transfers.js';
import { startWorld, type OwnWorld } from './support/world.js';

jest.setTimeout(120_000);

let world: OwnWorld;
beforeAll(async () => {
  world = await startWorld({ pool: 8 });
});
afterAll(() => world.close());
afterEach(hangUp);

const NAMES = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
/** Six transfers in a row, from A to G. */
const row = (mark: string) =>
  NAMES.slice(1).map((name, n) =>
    moved(`${mark}${NAMES[n]}`, `${mark}${name}`, 100 - n, { time: minute(n) }),
  );

interface Progress {
  hop: number;
  nodes: number;
  edges: number;
  transfers: number;
  elapsed: number;
  trace: Traced | null;
}
type Following = Subscribed<{ traceProgress: Progress }>;

const asked = (from: string, args: object = {}) => ({
  ...{ from: { chain: 'ethereum', value: at(from) }, asset: 'ETH', hops: 10 },
  ...args,
});
const token = (code: Code = 'KR-FSC', seconds?: number) =>
  world.issuer.mint(memberId(code, 'ANALYST'), seconds);
const told = ({ results }: Following): Progress[] => results.flatMap(({ data }) => data?.traceProgress ?? []);
const codes = ({ results }: Following): unknown[] =>
  results.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions?.code));
/** How it ended, by whichever way it is told. */
const ending = (one: Following): string => [...codes(one), one.ended()].join();

describe.each(Object.entries(TRANSPORTS))('over %s', (_, transport) => {
  const open = async (from: string, args: object = {}, as?: string): Promise<Following> =>
    transport(world, as ?? (await token()), PROGRESS, asked(from, args));

  /** Begins a trace, waits until its first hop waits for the database, does this, lets it go on and counts its hops. */
  const hopsAfter = async (from: string, then: (one: Following) => unknown, as?: string): Promise<number> => {
    const { statements } = await statementsOf(async () => {
      await whileLocked(world, 'seen_transfer', async (waiting) => {
        const one = await open(from, {}, as);
        await waiting(1);
        await then(one);
        // What ends it has arrived before the statement that waits has its answer.
        await pause(500);
      });
      await pause(1_000);
    });
    return statements.filter(({ text }) => text.includes('seen_transfer')).length;
  };

  test('how far it is after each hop, and at last the whole, as the query answers it', async () => {
    const mark = `${_} whole `;
    await draft(world, 'KR-FSC', { transfers: row(mark) });
    const one = await open(`${mark}A`);
    await eventually('it ends', () => one.ended() !== null);
    expect([one.ended(), codes(one)]).toEqual(['complete', []]);
    const steps = told(one).map(({ hop, nodes, edges, transfers }) => [hop, nodes, edges, transfers]);
    // The seventh hop finds nothing.
    expect(steps).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((n) => [n, n + 1, n, n]),
      ...Array.from({ length: 2 }, () => [7, 7, 6, 6]),
    ]);
    expect(told(one).map(({ trace }) => trace === null)).toEqual([...Array<boolean>(7).fill(true), false]);
    expect(told(one).at(-1)?.trace).toEqual(
      await traced(world, 'KR-FSC', `${mark}A`, { asset: 'ETH', hops: 10 }),
    );
    const elapsed = told(one).map((each) => each.elapsed);
    expect(elapsed).toEqual([...elapsed].sort((a, b) => a - b));
  });

  test('when it is closed, the walk ends before its next statement', async () => {
    const mark = `${_} closed `;
    await draft(world, 'KR-FSC', { transfers: row(mark) });
    // Six transfers, a look that finds none, and what else came to the six.
    expect(await hopsAfter(`${mark}A`, () => undefined)).toBe(8);
    expect(await hopsAfter(`${mark}A`, (one) => one.stop())).toBe(1);
    expect(await hopsAfter(`${mark}A`, hangUp)).toBe(1);
  });

  test('so it does when the token has ended', async () => {
    const mark = `${_} ended `;
    await draft(world, 'KR-FSC', { transfers: row(mark) });
    const ended: Following[] = [];
    const then = async (one: Following) => {
      ended.push(one);
      await pause(2_000);
    };
    expect(await hopsAfter(`${mark}A`, then, await token('KR-FSC', 2))).toBe(1);
    expect(ended.map(ending).join()).toMatch(/UNAUTHENTICATED|4401/);
  });

  test('and when the rights are gone', async () => {
    const mark = `${_} rights `;
    await draft(world, 'KR-FSC', { transfers: row(mark) });
    let last: Following | undefined;
    const hops = await hopsAfter(`${mark}A`, async (one) => {
      last = one;
      await world.sql('update agency set suspended_at = now() where id = $1', [agencyId('KR-FSC')]);
    });
    await world.sql('update agency set suspended_at = null');
    // The second hop is refused by the database, which reads nothing for it.
    expect([hops, last && told(last).length, last && codes(last)]).toEqual([2, 1, ['UNAUTHENTICATED']]);
  });

  test('what is hidden changes no message', async () => {
    const mark = `${_} hidden `;
    await released(world, 'KR-FSC', ['JP-NPA'], { transfers: row(mark) });
    const messages = async () => {
      const one = await open(`${mark}A`, {}, await token('JP-NPA'));
      await eventually('it ends', () => one.ended() === 'complete');
      return told(one).map((each) => ({ ...each, elapsed: 0 }));
    };
    const before = await messages();
    await released(world, 'KR-FSC', ['US-TFI'], {
      transfers: ['B', 'C', 'D'].map((name) => moved(`${mark}${name}`, `${mark}elsewhere`, 3)),
    });
    expect(await messages()).toEqual(before);
    expect(before).toHaveLength(8);
  });

  test.each([
    ['eleven hops', { hops: 11 }, 'INVALID'],
    ['an address that is none', { from: { chain: 'ethereum', value: 'nonsense' } }, 'INVALID'],
  ])('%s: refused', async (__, args, code) => {
    const one = await open('nobody', args);
    await eventually('it ends', () => one.ended() !== null);
    expect([codes(one), told(one)]).toEqual([[code], []]);
  });

  test('it is for those who read content', async () => {
    const auditor = await world.issuer.mint(memberId('KR-FSC', 'AUDITOR'));
    const one = await open('nobody', {}, auditor);
    await eventually('it ends', () => one.ended() !== null);
    expect(ending(one)).toContain('FORBIDDEN');
    const nobody = await open('nobody', {}, 'nonsense');
    await eventually('it ends', () => nobody.ended() !== null);
    expect(told(nobody)).toEqual([]);
  });
});

test('each hop is read under the rights of that moment', async () => {
  const [first = {}, ...others] = row('recalled ');
  await released(world, 'KR-FSC', ['JP-NPA'], { transfers: [first] });
  const { id: findingId } = await released(world, 'KR-FSC', ['JP-NPA'], { transfers: others });
  const caller = { id: memberId('JP-NPA', 'ANALYST'), needed: CONTENT_ROLES };
  const limits = { fanOut: 10, nodes: 10, transfers: 10, seconds: 10 };
  const input = {
    direction: 'OUT' as const,
    hops: 10,
    asset: 'ETH',
    window: {},
    limits,
    from: keyAt('recalled A'),
  };
  const messages = new TraceService(world.doors).progress(caller, input, () => undefined);
  const next = async () => (await messages.next()).value as Progress;
  expect(await next()).toMatchObject({ hop: 1, nodes: 2 });
  expect(await next()).toMatchObject({ hop: 2, nodes: 3 });
  await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId, reason: 'inaccurate' });
  expect(await next()).toMatchObject({ hop: 3, nodes: 3 });
  expect((await next()).trace).toMatchObject({ complete: true });
});

test('an agency has eight at work at most', async () => {
  const transport = TRANSPORTS.WebSocket;
  const open = async (): Promise<Following> => transport(world, await token(), PROGRESS, asked('nobody'));
  const [eight, ninth] = await whileLocked(world, 'seen_transfer', async (waiting) => {
    const first = await Promise.all(Array.from({ length: 8 }, open));
    await waiting(8);
    const next = await open();
    await eventually('it ends', () => next.ended() !== null);
    return [first, next] as const;
  });
  expect(codes(ninth)).toEqual(['RATE_LIMITED']);
  await eventually('they end', () => eight.every((one) => one.ended() === 'complete'));
  expect(eight.flatMap(codes)).toEqual([]);
  const later = await open();
  await eventually('it ends', () => later.ended() === 'complete');
  expect(codes(later)).toEqual([]);
});
