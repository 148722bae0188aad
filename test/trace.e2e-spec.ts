import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { statementsOf } from './support/asked.js';
import { askBare } from './support/bare.js';
import { act, document, draft, newest, release, released } from './support/findings.js';
import { newList, published } from './support/lists.js';
import { withoutFilter } from './support/forgetful.js';
import { agencyId, type Code } from './support/roster.js';
import { withClient } from './support/server.js';
import { at, day, hash, keyAt, minute, moved, TRACE, traced, type Traced } from './support/transfers.js';
import { outcomeOf, startWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const NAMES = ['A', 'B', 'C', 'D', 'E'];
/** Transfers between the addresses of one story, apart from all others. */
const story = async (mark: string, ...transfers: object[]) => {
  await draft(world, 'KR-FSC', { transfers });
  const names = new Map(NAMES.map((name) => [keyAt(`${mark}${name}`), name]));
  const name = (key: string): string => names.get(key) ?? key;
  return {
    trace: (args: object = {}, from = 'A') => traced(world, 'KR-FSC', `${mark}${from}`, args),
    edges: ({ edges }: Traced) =>
      edges.map(({ sender, receiver, amount }) => `${name(sender)}-${name(receiver)} ${amount}`).sort(),
    stops: ({ nodes }: Traced) =>
      Object.fromEntries(
        nodes.filter(({ stops }) => stops.length > 0).map(({ key, stops }) => [name(key), stops]),
      ),
    held: ({ nodes }: Traced, way: 'haircut' | 'fifo') =>
      Object.fromEntries(
        nodes.flatMap(({ key, holdings }) => holdings.map(({ held }) => [name(key), held?.[way]])),
      ),
  };
};
const between =
  (mark: string) =>
  (from: string, to: string, amount: string | number | bigint, changes = {}) =>
    moved(`${mark}${from}`, `${mark}${to}`, amount, changes);

test('money is followed in its order of time: what left before it came is not', async () => {
  const m = between('order');
  const { trace, edges, stops } = await story(
    'order',
    m('A', 'B', 100, { time: day(5) }),
    m('B', 'C', 40, { time: day(6) }),
    m('B', 'D', 50, { time: day(4) }),
    m('C', 'E', 10, {}),
  );
  const out = await trace();
  expect(edges(out)).toEqual(['A-B 100', 'B-C 40', 'C-E 10']);
  expect([out.untimed, out.complete, out.hops, stops(out)]).toEqual([1, true, 4, {}]);
  const back = await trace({ direction: 'IN' }, 'E');
  expect(edges(back)).toEqual(['A-B 100', 'B-C 40', 'C-E 10']);
  expect(edges(await trace({ direction: 'IN' }, 'D'))).toEqual(['B-D 50']);
  expect(back.totals).toEqual([
    { asset: 'ETH', decimals: 18, amount: '10', stolen: null, atServices: null, elsewhere: null },
  ]);
});

test('cycles and transfers to oneself end, and make no money', async () => {
  const m = between('cycle');
  const { trace, edges, held } = await story(
    'cycle',
    m('A', 'A', 7, { time: minute(0) }),
    m('A', 'B', 100, { time: minute(1) }),
    m('B', 'A', 60, { time: minute(2) }),
    m('A', 'C', 60, { time: minute(3) }),
    m('C', 'C', 5, { time: minute(4) }),
    m('C', 'B', 10, { time: minute(5) }),
    m('B', 'C', 10, { time: minute(6) }),
  );
  const out = await trace({ hops: 10 });
  expect(edges(out)).toEqual(['A-A 7', 'A-B 100', 'A-C 60', 'B-A 60', 'B-C 10', 'C-B 10', 'C-C 5']);
  expect(out.totals).toMatchObject([{ amount: '167', stolen: '100' }]);
  expect(held(out, 'haircut')).toEqual({ A: '0', B: '40', C: '60' });
  expect(held(out, 'fifo')).toEqual({ A: '0', B: '40', C: '60' });
});

test('haircut takes a part of everything, FIFO what came first; what others sent counts', async () => {
  const m = between('shares');
  const { trace, held, edges } = await story(
    'shares',
    m('E', 'B', 300, { time: minute(0) }),
    m('A', 'B', 100, { time: minute(1) }),
    m('B', 'C', 200, { time: minute(2) }),
    m('B', 'D', 150, { time: minute(3) }),
  );
  const out = await trace();
  expect(edges(out)).toEqual(['A-B 100', 'B-C 200', 'B-D 150']);
  expect(held(out, 'haircut')).toEqual({ A: '0', B: '13', C: '50', D: '37' });
  expect(held(out, 'fifo')).toEqual({ A: '0', B: '50', C: '0', D: '50' });
});

test('what is not known of the shares is said: which was first, and whether more came', async () => {
  const m = between('unsure');
  const { trace } = await story(
    'unsure',
    m('A', 'B', 100, { time: day(1) }),
    m('B', 'C', 50, { time: day(1) }),
    m('C', 'D', 50, { time: day(2) }),
    ...[1, 2, 3].map((n) => m('E', 'B', n, { time: day(n) })),
  );
  const told = async (args: object = {}) =>
    (await trace(args)).nodes.map(({ holdings: [one] }) => [one?.orderAssumed, one?.moreCame]);
  expect(await told()).toEqual([
    [false, false],
    [true, false],
    [false, false],
    [false, false],
  ]);
  expect((await told({ limits: { fanOut: 2 } }))[1]).toEqual([true, true]);
});

test.each([
  ['2^53 + 1', 2n ** 53n + 1n, 18, 'ETH'],
  ['nothing', 0n, 18, 'ETH'],
  ['78 digits', 10n ** 77n + 1n, 18, 'ETH'],
  ['no decimals', 7n, 0, 'POINT'],
])('amounts are exact: %s', async (_, amount, decimals, asset) => {
  const mark = `exact${decimals}${amount}`;
  const m = between(mark);
  const { trace } = await story(
    mark,
    m('A', 'B', amount, { asset, decimals, time: minute(1) }),
    m('B', 'C', amount, { asset, decimals, time: minute(2) }),
  );
  const { edges, totals, nodes } = await trace();
  const shares = { haircut: String(amount), fifo: String(amount) };
  expect(edges.map((edge) => [edge.amount, edge.shares])).toEqual(Array(2).fill([String(amount), shares]));
  expect(totals).toMatchObject([{ asset, decimals, amount: String(amount), stolen: String(amount) }]);
  expect(nodes.at(-1)?.holdings[0]?.held).toEqual(shares);
});

describe('one transfer that two findings tell counts once', () => {
  test('by its transaction, or by its time; told twice in one finding it happened twice', async () => {
    const m = between('same');
    const told = [
      m('A', 'B', 10, { transaction: hash('same'), time: day(1) }),
      m('A', 'B', 20, { time: day(2) }),
      m('A', 'B', 20, { time: day(2) }),
      m('A', 'B', 30, { time: day(3) }),
      m('A', 'B', 40),
    ];
    await story('same', ...told);
    const { trace } = await story(
      'same',
      m('A', 'B', 10, { transaction: hash('same') }),
      m('A', 'B', 20, { time: day(2) }),
      m('A', 'B', 30, { time: day(4) }),
      m('A', 'B', 40),
    );
    const { edges } = await trace();
    // Of two times of one transaction the narrower.
    expect(edges[0]?.transfers.find(({ amount }) => amount === '10')?.from).toBe('2018-01-01T00:00:00.000Z');
    expect(edges[0]?.transfers.map(({ amount, sources }) => `${amount} by ${sources.length}`).sort()).toEqual(
      ['10 by 2', '20 by 1', '20 by 2', '30 by 1', '30 by 1', '40 by 2'],
    );
    expect(edges[0]?.amount).toBe('150');
  });
});

describe('a trace says where it stopped, and why', () => {
  test('HOPS, AMOUNT, WINDOW, NODES, TRANSFERS, HUB', async () => {
    const m = between('stops');
    const { trace, edges, stops } = await story(
      'stops',
      m('A', 'B', 100, { time: day(1) }),
      m('B', 'C', 60, { time: day(2) }),
      m('B', 'D', 5, { time: day(3) }),
      m('C', 'E', 60, { time: day(20) }),
    );
    const one = await trace({ hops: 1 });
    expect([edges(one), stops(one), one.complete]).toEqual([['A-B 100'], { B: ['HOPS'] }, false]);
    const large = await trace({ asset: 'ETH', minAmount: '6' });
    expect([edges(large), stops(large)]).toEqual([['A-B 100', 'B-C 60', 'C-E 60'], { B: ['AMOUNT'] }]);
    expect(large.totals).toMatchObject([{ elsewhere: { haircut: '5', fifo: '5' } }]);
    const early = await trace({ window: { until: '2018-01-15T00:00:00Z' } });
    expect([edges(early), stops(early)]).toEqual([['A-B 100', 'B-C 60', 'B-D 5'], { C: ['WINDOW'] }]);
    expect(edges(await trace({ window: { from: '2018-01-02T00:00:00Z' } }))).toEqual([]);
    const few = await trace({ limits: { nodes: 2 } });
    expect([edges(few), stops(few)]).toEqual([['A-B 100'], { B: ['NODES'] }]);
    const little = await trace({ limits: { transfers: 2 } });
    expect([edges(little), stops(little)]).toEqual([['A-B 100'], { B: ['TRANSFERS'] }]);
    const hub = await trace({ limits: { fanOut: 1 } });
    expect([edges(hub), stops(hub)]).toEqual([['A-B 100'], { B: ['HUB'] }]);
    expect(hub.nodes.at(-1)?.holdings[0]?.held).toEqual({ haircut: '100', fifo: '100' });
  });
});

describe('a known service', () => {
  const services = (mark: string, ...names: string[]) =>
    published(
      world,
      'KR-FSC',
      newList({
        rows: names.map((name) => ({
          value: at(`${mark}${name}`),
          chain: 'ethereum',
          label: `Exchange ${name}`,
          service: 'exchange',
          jurisdiction: 'JP',
        })),
      }),
    );

  test('is told, and not passed; it may be where a trace begins', async () => {
    const m = between('service');
    const transfers = [
      m('A', 'B', 3n * 10n ** 18n, { time: day(1) }),
      m('B', 'C', 15n * 10n ** 17n, { time: day(2) }),
      m('C', 'D', 10n ** 18n, { time: day(3) }),
    ];
    const { trace, edges, stops } = await story('service', ...transfers);
    await services('service', 'A', 'C');
    const out = await trace();
    expect([edges(out), stops(out), out.complete]).toEqual([
      ['A-B 3000000000000000000', 'B-C 1500000000000000000'],
      { C: ['SERVICE'] },
      true,
    ]);
    expect(out.entries).toMatchObject([
      {
        key: keyAt('serviceC'),
        says: 'Reached a deposit at exchange Exchange C in JP: 1.5 ETH.',
        holding: { received: '1500000000000000000', held: { haircut: '1500000000000000000' } },
      },
    ]);
    expect(out.totals).toMatchObject([{ atServices: { haircut: '1500000000000000000' } }]);
    const back = await trace({ direction: 'IN' }, 'D');
    expect([edges(back), stops(back)]).toEqual([['C-D 1000000000000000000'], { C: ['SERVICE'] }]);
    expect(back.entries[0]?.says).toBe('Came from exchange Exchange C in JP: 1 ETH.');
  });

  test("is one by the hub's lists or one's own, not by another agency's", async () => {
    const m = between('theirs');
    const transfers = [m('A', 'B', 1, { time: day(1) }), m('B', 'C', 1, { time: day(2) })];
    const { id } = await released(world, 'KR-FSC', ['JP-NPA'], { transfers });
    await services('theirs', 'B');
    expect((await traced(world, 'KR-FSC', 'theirsA')).edges).toHaveLength(1);
    const theirs = await traced(world, 'JP-NPA', 'theirsA');
    expect(theirs.edges).toHaveLength(2);
    expect(theirs.nodes.map(({ lists }) => lists)).toEqual([[], [], []]);
    for (const { transfers: each } of theirs.edges)
      expect(each.map(({ sources }) => sources)).toMatchObject([[{ findingId: id }]]);
  });
});

test('whose an address is stands beside it, by the findings one may see', async () => {
  const wallet = (name: string, role: string) => ({
    ...{ type: 'wallet', chain: 'ethereum', value: at(name), role },
  });
  await released(world, 'KR-FSC', ['JP-NPA'], {
    transfers: [moved('rolesA', 'rolesB', 1)],
    indicators: [wallet('rolesA', 'victim'), wallet('rolesB', 'suspect')],
  });
  await draft(world, 'KR-FSC', { indicators: [wallet('rolesB', 'third-party')] });
  const roles = async (code: Code) => (await traced(world, code, 'rolesA')).nodes.map((node) => node.roles);
  expect(await roles('KR-FSC')).toEqual([['victim'], ['suspect', 'third-party']]);
  expect(await roles('JP-NPA')).toEqual([['victim'], ['suspect']]);
});

test('a transfer is seen while its finding is, and as its revision says', async () => {
  const edges = async () => (await traced(world, 'JP-NPA', 'rightsA')).edges.map(({ amount }) => amount);
  const told = (amount: number) => document({ transfers: [moved('rightsA', 'rightsB', amount)] });
  const finding = await released(world, 'KR-FSC', ['JP-NPA'], told(1));
  expect(await edges()).toEqual(['1']);
  const revised = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', {
    basedOn: newest(finding),
    document: told(2),
  });
  expect(await edges()).toEqual(['1']);
  await release(world, 'KR-FSC', revised, ['JP-NPA']);
  expect(await edges()).toEqual(['2']);
  const until = (at: string) =>
    world.sql(`update inbox set until = ${at} where finding_id = $1 and agency_id = $2`, [
      finding.id,
      agencyId('JP-NPA'),
    ]);
  await until('now()');
  expect(await edges()).toEqual([]);
  expect((await withoutFilter(edges)).result).toEqual([]);
  await until(`'infinity'`);
  expect(await edges()).toEqual(['2']);
  await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: finding.id, reason: 'inaccurate' });
  expect(await edges()).toEqual([]);
});

test('nobody waits for it any more: it ends at the next hop', async () => {
  const m = between('gone');
  const names = [...NAMES, 'F', 'G'];
  await story('gone', ...names.slice(1).map((name, n) => m(names[n] ?? '', name, 1, { time: minute(n) })));
  const asked = (stop: AbortSignal) =>
    askBare(world, 'KR-FSC', TRACE, {
      variables: { from: { chain: 'ethereum', value: at('goneA') }, asset: 'ETH', hops: 10 },
      signal: stop,
    });
  const hops = async (leave: boolean): Promise<number> => {
    const stop = new AbortController();
    const { statements } = await statementsOf(async () => {
      await withClient(world.database.setupUrl, async (client) => {
        await client.query('begin; lock table entente.seen_transfer in access exclusive mode');
        const answer = asked(stop.signal).catch(() => undefined);
        await pause(500);
        if (leave) stop.abort();
        await pause(100);
        await client.query('rollback');
        await answer;
        await pause(500);
      });
    });
    return statements.filter(({ text }) => text.includes('seen_transfer')).length;
  };
  // Six transfers, a look that finds none, and what else came to the six.
  expect(await hops(false)).toBe(8);
  expect(await hops(true)).toBe(1);
});

test('after its seconds no further hop begins: TIME', async () => {
  const m = between('late');
  const { trace, edges, stops } = await story(
    'late',
    m('A', 'B', 1, { time: minute(1) }),
    m('B', 'C', 1, { time: minute(2) }),
  );
  await withClient(world.database.setupUrl, async (client) => {
    await client.query('begin; lock table entente.seen_transfer in access exclusive mode');
    const asked = trace({ asset: 'ETH', limits: { seconds: 1 } });
    await pause(1_300);
    await client.query('rollback');
    const out = await asked;
    expect([edges(out), stops(out), out.complete]).toEqual([['A-B 1'], { B: ['TIME'] }, false]);
  });
});

describe('what is asked is checked', () => {
  const outcome = async (args: object) =>
    outcomeOf(
      await world
        .as('KR-FSC', 'ANALYST')
        .query(TRACE, { from: { chain: 'ethereum', value: at('A') }, ...args }),
    );
  test.each([
    ['no address', { from: { chain: 'ethereum', value: 'nonsense' } }, 'INVALID from.value'],
    ['no chain', { from: { chain: 'nonsense', value: at('A') } }, 'INVALID from.value'],
    ['eleven hops', { hops: 11 }, 'INVALID hops'],
    ['no hops', { hops: 0 }, 'INVALID hops'],
    ['an amount of nothing', { minAmount: '1' }, 'INVALID minAmount'],
    ['a part of a base unit', { asset: 'ETH', minAmount: '1.5' }, 'INVALID minAmount'],
    [
      'a window that ends first',
      { window: { from: '2019-01-01T00:00:00Z', until: '2018-01-01T00:00:00Z' } },
      'INVALID window.until',
    ],
    ['too wide', { limits: { fanOut: 1_001 } }, 'INVALID limits.fanOut'],
    ['an asset that is none', { asset: '' }, 'INVALID asset'],
    ['what nobody has', {}, 'done'],
  ])('%s', async (_, args, becomes) => {
    expect(await outcome(args)).toBe(becomes);
  });
});
