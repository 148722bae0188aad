import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { accountRow, sealed } from './support/datasets.js';
import { act, draft, document, newest, release, released, type Finding } from './support/findings.js';
import { withoutFilter } from './support/forgetful.js';
import { newList, published } from './support/lists.js';
import type { Code } from './support/roster.js';
import { at, hash, keyAt, minute, moved, traced, type Traced } from './support/transfers.js';
import { startWorld, type World } from './support/world.js';

/* What is loaded in datasets is followed and related as what stands in documents, by whoever sees a finding that names it. */

jest.setTimeout(180_000);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const between =
  (mark: string) =>
  (from: string, to: string, amount: number, changes = {}) =>
    moved(`${mark}${from}`, `${mark}${to}`, amount, changes);
const transfers = (code: Code, ...rows: object[]) => sealed(world, code, rows, 'TRANSFERS');
const naming = async (to: Code[], ...datasets: { hash: string }[]): Promise<Finding> =>
  released(world, 'KR-FSC', to, { datasets: datasets.map((one) => one.hash) });
const amounts = ({ edges }: Traced) => edges.map(({ amount }) => amount).sort();

describe('a trace', () => {
  test('goes on from a document into a dataset and back, and says where each transfer is told', async () => {
    const m = between('through');
    const loaded = await transfers('KR-FSC', m('B', 'C', 9, { time: minute(2) }), m('B', 'D', 1));
    const told = await released(world, 'KR-FSC', ['JP-NPA'], {
      transfers: [m('A', 'B', 10, { time: minute(1) }), m('C', 'E', 8, { time: minute(3) })],
    });
    const dataset = await naming(['JP-NPA'], loaded);
    const out = await traced(world, 'JP-NPA', 'throughA');
    expect(out).toMatchObject({ complete: true, hops: 4, untimed: 1 });
    const sources = out.edges.map(({ amount, transfers: each }) => [
      amount,
      each.flatMap((one) => one.sources),
    ]);
    const source = ({ id, revision }: Finding, of: string | null) => [
      { findingId: id, revisionId: revision.id, dataset: of },
    ];
    expect(Object.fromEntries(sources)).toEqual({
      10: source(told, null),
      9: source(dataset, loaded.hash),
      1: source(dataset, loaded.hash),
      8: source(told, null),
    });
    expect(out.totals).toMatchObject([{ amount: '10', stolen: '10' }]);
    expect(amounts(await traced(world, 'JP-NPA', 'throughE', { direction: 'IN', asset: 'ETH' }))).toEqual([
      '10',
      '8',
      '9',
    ]);
  });

  test('keeps the order of time in a dataset, and its exact amounts', async () => {
    const m = between('order');
    const huge = 2 ** 53;
    const loaded = await transfers(
      'KR-FSC',
      m('A', 'B', huge, { amount: '9007199254740993', time: minute(5) }),
      m('B', 'C', 5, { time: minute(4) }),
      m('B', 'D', 7, { time: minute(6) }),
    );
    await naming(['JP-NPA'], loaded);
    expect(amounts(await traced(world, 'JP-NPA', 'orderA'))).toEqual(['7', '9007199254740993']);
    expect(amounts(await traced(world, 'JP-NPA', 'orderC', { direction: 'IN' }))).toEqual(['5']);
  });

  test('counts once what a document and its dataset, two datasets or two findings tell', async () => {
    const m = between('once');
    const same = m('A', 'B', 10, { transaction: hash('once') });
    const other = m('A', 'B', 20);
    const first = await transfers('KR-FSC', same, other);
    const second = await transfers('KR-FSC', same);
    await released(world, 'KR-FSC', ['JP-NPA'], {
      transfers: [same],
      datasets: [first.hash, second.hash],
    });
    await naming(['JP-NPA'], first);
    const { edges } = await traced(world, 'JP-NPA', 'onceA');
    expect(edges).toMatchObject([{ amount: '30' }]);
    expect(edges[0]?.transfers.map(({ amount, sources }) => [amount, sources.length])).toEqual(
      expect.arrayContaining([
        ['10', 4],
        ['20', 2],
      ]),
    );
  });

  test('stops at a hub of a dataset, of a document and a dataset together, and at its other limits', async () => {
    const m = between('hub');
    const names = ['C', 'D', 'E'];
    const loaded = await transfers('KR-FSC', ...names.map((name, n) => m('B', name, n + 1)));
    await released(world, 'KR-FSC', ['JP-NPA'], {
      transfers: [m('A', 'B', 9), m('B', 'F', 4)],
      datasets: [loaded.hash],
    });
    const stops = async (limits: object) =>
      (await traced(world, 'JP-NPA', 'hubA', { limits })).nodes.map((node) => node.stops);
    expect(await stops({ fanOut: 4 })).toEqual([[], [], [], [], [], []]);
    expect(await stops({ fanOut: 3 })).toEqual([[], ['HUB']]);
    expect(await stops({ fanOut: 2 })).toEqual([[], ['HUB']]);
    expect(await stops({ transfers: 4 })).toEqual([[], ['TRANSFERS']]);
    expect(await stops({ nodes: 3 })).toEqual([[], ['NODES'], []]);
  });

  test('does not go on behind a service', async () => {
    const m = between('served');
    const loaded = await transfers('KR-FSC', m('A', 'B', 3), m('B', 'C', 2));
    await naming(['JP-NPA'], loaded);
    expect(amounts(await traced(world, 'JP-NPA', 'servedA'))).toEqual(['2', '3']);
    const rows = [{ value: at('servedB'), chain: 'ethereum', label: 'An exchange', service: 'exchange' }];
    await published(world, 'JP-NPA', newList({ rows }));
    const { edges, entries } = await traced(world, 'JP-NPA', 'servedA');
    expect([edges.map(({ amount }) => amount), entries.map(({ key }) => key)]).toEqual([
      ['3'],
      [keyAt('servedB')],
    ]);
  });

  test('is of what its reader sees: not another, not before, not after', async () => {
    const m = between('rights');
    const loaded = await transfers('KR-FSC', m('A', 'B', 3));
    const see = async () =>
      Promise.all(
        (['KR-FSC', 'JP-NPA', 'US-TFI'] as const).map(async (code) =>
          amounts(await traced(world, code, 'rightsA')),
        ),
      );
    // Loaded and sealed is not yet said by anybody.
    expect(await see()).toEqual([[], [], []]);
    const finding = await draft(world, 'KR-FSC', { datasets: [loaded.hash] });
    expect(await see()).toEqual([['3'], [], []]);
    const shown = await naming(['JP-NPA'], loaded);
    expect(await see()).toEqual([['3'], ['3'], []]);
    expect((await withoutFilter(see)).result).toEqual([['3'], ['3'], []]);
    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: shown.id, reason: 'inaccurate' });
    expect(await see()).toEqual([['3'], [], []]);
    expect(finding.id).not.toBe(shown.id);
  });

  test('is of the revision that its reader has', async () => {
    const m = between('revised');
    const [first, second] = [
      await transfers('KR-FSC', m('A', 'B', 1)),
      await transfers('KR-FSC', m('A', 'B', 2)),
    ];
    const finding = await naming(['JP-NPA'], first);
    const revised = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', {
      basedOn: newest(finding),
      document: document({ datasets: [second.hash] }),
    });
    expect(amounts(await traced(world, 'JP-NPA', 'revisedA'))).toEqual(['1']);
    await release(world, 'KR-FSC', revised, ['JP-NPA']);
    expect(amounts(await traced(world, 'JP-NPA', 'revisedA'))).toEqual(['2']);
  });

  test('says the roles that addresses have in datasets', async () => {
    const m = between('roles');
    const wallet = { type: 'wallet', chain: 'ethereum', value: at('rolesB'), role: 'suspect' };
    const loaded = await sealed(world, 'KR-FSC', [wallet]);
    await released(world, 'KR-FSC', ['JP-NPA'], { transfers: [m('A', 'B', 1)], datasets: [loaded.hash] });
    const roles = async (code: Code) => (await traced(world, code, 'rolesA')).nodes.map((node) => node.roles);
    expect(await roles('JP-NPA')).toEqual([[], ['suspect']]);
  });

  test('what is hidden changes no byte of it, and counts in no limit', async () => {
    const m = between('hidden');
    await naming(['JP-NPA'], await transfers('KR-FSC', m('A', 'B', 3), m('B', 'C', 2)));
    const told = () => traced(world, 'JP-NPA', 'hiddenA', { limits: { fanOut: 1, nodes: 3, transfers: 3 } });
    const before = await told();
    const rows = ['D', 'E'].map((name) => m('A', name, 9));
    await naming(['US-TFI'], await transfers('KR-FSC', ...rows, m('E', 'A', 4), m('B', 'D', 1)));
    const wallet = { type: 'wallet', chain: 'ethereum', value: at('hiddenB'), role: 'suspect' };
    await naming(['US-TFI'], await sealed(world, 'KR-FSC', [wallet]));
    expect(await told()).toEqual(before);
    expect((await withoutFilter(told)).result).toEqual(before);
    expect(before).toMatchObject({ complete: true, edges: [{ amount: '3' }, { amount: '2' }] });
  });
});

describe('related', () => {
  interface Related {
    findings: {
      findingId: string;
      strength: number;
      indicators: { key: string; rolesHere: string[]; rolesThere: string[]; findings: number }[];
    }[];
    suppressed: { key: string; ground: string }[];
  }
  const related = async (code: Code, { id }: Finding): Promise<Related> => {
    const { finding } = await world.as(code, 'ANALYST').ask<{ finding: { related: Related } }>(
      `query ($id: ID!) { finding(id: $id) { related { suppressed { key ground }
        findings { findingId strength indicators { key rolesHere rolesThere findings } } } } }`,
      { id },
    );
    return finding.related;
  };
  const strengths = async (code: Code, finding: Finding) =>
    Object.fromEntries(
      (await related(code, finding)).findings.map(({ findingId, strength }) => [findingId, strength]),
    );
  const having = (...names: string[]) => ({ indicators: names.map((name) => accountRow(name)) });
  const loadedOf = async (...names: string[]) => {
    const { hash: named } = await sealed(
      world,
      'KR-FSC',
      names.map((name) => accountRow(name, 'victim')),
    );
    return { datasets: [named] };
  };
  const give = (changes: object, to: Code[] = ['JP-NPA']) => released(world, 'KR-FSC', to, changes);

  test('counts what stands in a dataset as what stands in a document: rare beats common', async () => {
    const here = await give({ ...having('both'), ...(await loadedOf('rare', 'common', 'both')) });
    const written = await give(having('rare'));
    const loaded = await give(await loadedOf('common', 'both'));
    const third = await give({ ...having('common'), ...(await loadedOf('common')) });
    const { findings } = await related('JP-NPA', here);
    expect(findings.map(({ findingId, strength }) => [findingId, strength])).toEqual([
      [loaded.id, 1.5],
      [written.id, 1],
      [third.id, 0.5],
    ]);
    const [first, , last] = findings;
    const key = (name: string) => `account||bithumb.com/${name}`;
    expect(first?.indicators).toEqual([
      { key: key('both'), rolesHere: ['suspect', 'victim'], rolesThere: ['victim'], findings: 2 },
      { key: key('common'), rolesHere: ['victim'], rolesThere: ['victim'], findings: 3 },
    ]);
    expect(last?.indicators).toEqual([
      { key: key('common'), rolesHere: ['victim'], rolesThere: ['suspect', 'victim'], findings: 3 },
    ]);
    // The same from the other side.
    expect(await strengths('JP-NPA', written)).toEqual({ [here.id]: 1 });
    expect(await strengths('JP-NPA', loaded)).toEqual({ [here.id]: 1.5, [third.id]: 0.5 });
  });

  test('leaves out what stands on a list of services, and what is too common', async () => {
    const rows = [{ value: 'bithumb.com/pool', label: 'Bithumb', service: 'exchange' }];
    await published(world, 'JP-NPA', newList({ rows }));
    const here = await give(await loadedOf('pool', 'everywhere'));
    await give(having('pool', 'everywhere'));
    for (let n = 0; n < 25; n++) await draft(world, 'JP-NPA', having('everywhere'));
    expect((await related('JP-NPA', here)).findings[0]?.indicators).toMatchObject([{ findings: 27 }]);
    const everywhere = await loadedOf('everywhere');
    for (let n = 0; n < 24; n++) await give(everywhere);
    expect(await related('JP-NPA', here)).toEqual({
      findings: [],
      suppressed: [
        { key: 'account||bithumb.com/everywhere', ground: 'TOO_COMMON' },
        { key: 'account||bithumb.com/pool', ground: 'KNOWN_SERVICE' },
      ],
    });
  });

  test('has nothing of what is hidden, neither a finding nor how common a value is', async () => {
    const here = await give(having('veiled'));
    const there = await give(await loadedOf('veiled'));
    const before = await related('JP-NPA', here);
    expect(before.findings.map(({ findingId, strength }) => [findingId, strength])).toEqual([[there.id, 1]]);
    const hidden = await give(await loadedOf('veiled'), ['US-TFI']);
    await draft(world, 'KR-FSC', await loadedOf('veiled'));
    expect(await related('JP-NPA', here)).toEqual(before);
    expect((await withoutFilter(() => related('JP-NPA', here))).result).toEqual(before);
    expect(Object.keys(await strengths('KR-FSC', here))).toContain(hidden.id);
  });
});
