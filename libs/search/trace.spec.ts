import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { told } from './trace-answer.js';
import type { HopRow } from './trace.queries.js';
import type { TraceType } from './trace.type.js';
import { distinct, type ToldTransfer } from './trace-transfer.js';
import { Walk, type Bounds, type Direction, type State } from './trace-walk.js';

const ADDRESSES = ['a', 'b', 'c', 'd', 'e', 'f'];

const amounts = fc.oneof(
  fc.bigInt(0n, 20n),
  fc.constantFrom(0n, 1n, 2n ** 53n + 1n, 523_000_000_000_000n, 10n ** 18n, 10n ** 77n + 3n),
);

/** A span within 20 ms, or a time that is not known. */
const spans = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 6 })) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const transfers = fc.array(
  fc.record({
    sender: fc.constantFrom(...ADDRESSES),
    receiver: fc.constantFrom(...ADDRESSES),
    amount: amounts,
    span: spans,
  }),
  { maxLength: 25 },
);

type Drawn = typeof transfers extends fc.Arbitrary<infer T> ? T : never;

const rowsOf = (drawn: Drawn): ToldTransfer[] =>
  drawn.map(({ span, ...one }, position) => ({
    ...one,
    ...{
      findingId: 'finding',
      dataset: null,
      revisionId: 'revision',
      position,
      transaction: null,
      asset: 'XEM',
      decimals: 6,
    },
    from: span === null ? -Infinity : span[0],
    until: span === null ? Infinity : span[0] + span[1],
  }));

const bounds = (changes: Partial<Bounds> = {}): Bounds => ({
  ...{ direction: 'OUT', hops: 10, fanOut: 1_000, nodes: 1_000, transfers: 10_000, least: 0n },
  ...{ from: -Infinity, until: Infinity },
  ...changes,
});

/** As the database reads a hop. */
const hop = (
  rows: readonly ToldTransfer[],
  direction: Direction,
  states: readonly State[],
  most: number,
): HopRow[] =>
  states
    .flatMap(({ address, since }, of) =>
      rows
        .filter((row) => (direction === 'OUT' ? row.sender : row.receiver) === address)
        .filter((row) => (direction === 'OUT' ? row.until > since : row.from < -since))
        .map((row) => ({ ...row, of })),
    )
    .slice(0, most + 1);

function trace(rows: readonly ToldTransfer[], within: Bounds): { walk: Walk; answer: TraceType } {
  const walk = new Walk('a', ['XEM'], within);
  while (walk.goesOn) walk.take(hop(rows, within.direction, walk.frontier, walk.left));
  walk.end(false);
  const passed = [...walk.states.values()].filter(({ read, address }) => read && address !== 'a');
  const came = hop(
    rows,
    'IN',
    passed.map((state) => ({ ...state, since: -Infinity })),
    10_000,
  );
  const found = { lists: new Map(), roles: new Map(), came, passed, cut: false, fanOut: 1_000 };
  return { walk, answer: told(walk, within.direction, found) };
}

/** Which transfers the money can have taken, asked anew for each until nothing changes. */
function reachable(rows: readonly ToldTransfer[]): number[] {
  const since = new Map([['a', -Infinity]]);
  const taken = () => rows.filter(({ sender, until }) => until > (since.get(sender) ?? Infinity));
  for (let changed = true; changed;) {
    changed = false;
    for (const { sender, receiver, from } of taken()) {
      const at = Math.max(from, since.get(sender) ?? Infinity);
      if (at < (since.get(receiver) ?? Infinity)) {
        since.set(receiver, at);
        changed = true;
      }
    }
  }
  return taken().map(({ position }) => position);
}

const positions = ({ followed }: Walk): number[] =>
  [...followed.values()].map(({ position }) => position).sort((a, b) => a - b);

const sum = (values: readonly (string | undefined)[]): bigint =>
  values.reduce((all, value) => all + BigInt(value ?? 0), 0n);

const WAYS = ['haircut', 'fifo'] as const;

describe('whatever moved', () => {
  test('what is followed is what the money can have taken in the order of time', () => {
    fc.assert(
      fc.property(transfers, (drawn) => {
        const rows = rowsOf(drawn);
        expect(positions(trace(rows, bounds()).walk)).toEqual(reachable(rows));
      }),
    );
  });

  test('back is out with the time turned', () => {
    fc.assert(
      fc.property(transfers, (drawn) => {
        const rows = rowsOf(drawn);
        const turned = rows.map(({ sender, receiver, from, until, ...row }) => ({
          ...row,
          ...{ sender: receiver, receiver: sender, from: -until, until: -from },
        }));
        const back = trace(rows, bounds({ direction: 'IN' }));
        expect(positions(back.walk)).toEqual(positions(trace(turned, bounds()).walk));
      }),
    );
  });

  const LIMITS = fc.record(
    {
      hops: fc.integer({ min: 1, max: 4 }),
      fanOut: fc.integer({ min: 1, max: 5 }),
      nodes: fc.integer({ min: 1, max: 5 }),
      transfers: fc.integer({ min: 1, max: 20 }),
      least: fc.bigInt(0n, 10n),
      from: fc.integer({ min: 0, max: 10 }),
      until: fc.integer({ min: 11, max: 20 }),
    },
    { requiredKeys: [] },
  );

  test('and wherever it stops, no money appears and none is lost, by haircut and by FIFO', () => {
    fc.assert(
      fc.property(transfers, LIMITS, (drawn, limits) => {
        const { nodes, edges, totals } = trace(rowsOf(drawn), bounds(limits)).answer;
        const [total] = totals;
        const stolen = BigInt(total?.stolen ?? 0);
        const left = edges.filter(({ sender }) => sender === 'a').map(({ amount }) => amount);
        expect(stolen <= sum(left)).toBe(true);
        for (const way of WAYS) {
          const held = nodes.flatMap(({ holdings }) => holdings.map((one) => one.held?.[way]));
          expect(sum(held) + sum([total?.elsewhere?.[way]])).toBe(stolen);
          expect(held.every((one) => BigInt(one ?? 0) >= 0n)).toBe(true);
          for (const { amount, shares, transfers: each } of edges) {
            expect(BigInt(shares?.[way] ?? 0) <= BigInt(amount)).toBe(true);
            for (const one of each) expect(BigInt(one.shares?.[way] ?? 0) <= BigInt(one.amount)).toBe(true);
          }
          for (const { key, holdings } of nodes.filter((node) => node.key !== 'a')) {
            const went = sum(
              edges
                .filter(({ sender, receiver }) => sender === key && receiver !== key)
                .map((one) => one.shares?.[way]),
            );
            expect(
              went + sum(holdings.map((one) => one.held?.[way])) <=
                sum(holdings.map((one) => one.came?.[way])),
            ).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a limit is kept, and nothing is left out that no stop says', () => {
    fc.assert(
      fc.property(transfers, LIMITS, (drawn, limits) => {
        const rows = rowsOf(drawn);
        const within = bounds(limits);
        const { walk, answer } = trace(rows, within);
        expect(answer.nodes.length).toBeLessThanOrEqual(within.nodes);
        expect(walk.rows).toBeLessThanOrEqual(within.transfers);
        expect(walk.hop).toBeLessThanOrEqual(within.hops);
        const { hops: _, fanOut: __, nodes: ___, transfers: ____, least: _____, ...open } = within;
        const all = positions(trace(rows, bounds({ from: open.from, until: open.until })).walk);
        if (answer.complete) expect(positions(walk)).toEqual(all);
        else for (const position of positions(walk)) expect(all).toContain(position);
      }),
    );
  });

  test('who tells it, how often and in which order changes nothing', () => {
    fc.assert(
      fc.property(transfers, fc.integer({ min: 0, max: 24 }), (drawn, from) => {
        const rows = rowsOf(drawn);
        const again = rows.slice(from).map((row) => ({ ...row, findingId: 'second' }));
        const bare = ({ nodes, edges, totals }: TraceType) => ({
          nodes,
          totals,
          edges: edges
            .map(({ transfers: each, ...edge }) => ({ ...edge, each: each.map((one) => one.amount).sort() }))
            .sort((a, b) => (a.sender + a.receiver < b.sender + b.receiver ? -1 : 1)),
        });
        const [once, twice] = [rows, [...again, ...rows]].map((of) => bare(trace(of, bounds()).answer));
        expect(twice?.totals).toEqual(once?.totals);
        expect(twice?.edges).toEqual(once?.edges);
      }),
    );
  });
});

test('of n tellings in one finding and m in another, as many as the larger happened', () => {
  const [row] = rowsOf([{ sender: 'a', receiver: 'b', amount: 5n, span: [1, 1] }]);
  const tell = (findingId: string, n: number) =>
    Array.from({ length: n }, (_, position) => ({ ...row, findingId, position }) as ToldTransfer);
  expect(distinct([...tell('x', 3), ...tell('y', 2)]).map((one) => one.told.length)).toEqual([2, 2, 1]);
});

test('what came back to the start and left again was stolen once', () => {
  const rows = rowsOf([
    { sender: 'a', receiver: 'b', amount: 10n, span: [1, 1] },
    { sender: 'b', receiver: 'a', amount: 6n, span: [3, 1] },
    { sender: 'a', receiver: 'c', amount: 8n, span: [5, 1] },
  ]);
  expect(trace(rows, bounds()).answer.totals[0]?.stolen).toBe('12');
});
