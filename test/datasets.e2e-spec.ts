import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { canonical, sha256 } from '#core';
import {
  accountRow,
  doneOn,
  given,
  loaded,
  readDataset,
  sealed,
  transferRow,
  tryOn,
  type Dataset,
  type DatasetAct,
} from './support/datasets.js';
import { act, attempt, document, draft, newest, release, released } from './support/findings.js';
import { agencyId, memberId, type Code } from './support/roster.js';
import { passHours } from './support/time.js';
import { outcomeOf, startWorld, type OwnWorld } from './support/world.js';

jest.setTimeout(180_000);

let world: OwnWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const drafter = (code: Code = 'KR-FSC') => world.as(code, 'CONTRIBUTOR');
const names = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, n) => accountRow(`${prefix}-${n}`));

interface FindingsPage {
  nodes: { id: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** What each findings list and each look-up of this account has. */
async function found(code: Code, name: string) {
  const value = `bithumb.com/${name}`;
  const { findings, lookup, search } = await world.as(code, 'ANALYST').ask<{
    findings: { nodes: { id: string }[]; total: { count: number } };
    search: { nodes: { id: string }[] };
    lookup: { nodes: { suspect: boolean; matches: { findingId: string; roles: string[] }[] }[] };
  }>(
    `query ($filter: FindingFilterInput, $value: String!) {
      findings(filter: $filter) { nodes { id } total { count } }
      search(query: "theft", filter: $filter) { nodes { id } }
      lookup(values: [$value]) { nodes { suspect matches { findingId roles } } } }`,
    { filter: { indicator: { type: 'account', value } }, value },
  );
  const listed = findings.nodes.map(({ id }) => id);
  expect(findings.total.count).toBe(listed.length);
  expect(search.nodes.map(({ id }) => id).sort()).toEqual(listed.toSorted());
  const matches = lookup.nodes.flatMap((one) => one.matches);
  expect(matches.map(({ findingId }) => findingId).sort()).toEqual(listed.toSorted());
  return { listed, roles: matches.map(({ roles }) => roles) };
}

describe('a dataset', () => {
  test('is loaded in batches: what is valid goes in, duplicates count once, the rest is listed', async () => {
    const { id } = await doneOn(drafter(), 'openDataset', { kind: 'INDICATORS' });
    const first = [
      ...given([accountRow('a'), accountRow('b'), { ...accountRow('a'), value: ' Bithumb.com/a' }]),
      ...given(
        [
          { ...accountRow('c'), subject: 's' },
          { type: 'wallet', chain: 'bitcoin', value: 'x' },
        ],
        5,
      ),
      { line: 7, json: '7' },
      { line: 8, fault: 'Three columns of five.' },
      { line: 9, json: String.raw`{"x\u0000\ud800":1}` },
      { line: 10, json: JSON.stringify({ ...accountRow('d'), note: 'x'.repeat(20_000) }) },
    ];
    await doneOn(drafter(), 'loadBatch', { datasetId: id, number: 1, rows: first });
    const said = { from: '2018-01-26', precision: 'day', zone: 'UTC' };
    const second = given(
      [accountRow('a'), accountRow('a', 'victim'), { ...accountRow('b'), firstSeen: said }],
      11,
    );
    const told = await doneOn(drafter(), 'loadBatch', { datasetId: id, number: 2, rows: second });
    expect(told).toMatchObject({
      count: 3,
      hash: null,
      loading: { batches: 2, received: 12, duplicates: 2, refused: 7 },
    });
    const { data } = await readDataset(drafter(), { id });
    expect(data?.dataset.rows.nodes.map(({ position }) => position)).toEqual([1, 2, 11]);
    expect(data?.dataset.refusals.nodes.map(({ line, reason }) => [line, reason.slice(0, 22)])).toEqual([
      [5, 'row.subject: A row of '],
      [6, 'row.role: Invalid opti'],
      [7, 'row: Invalid input: ex'],
      [8, 'Three columns of five.'],
      [9, 'row.type: Invalid opti'],
      [10, 'The row is larger than'],
      [13, 'An earlier row has thi'],
    ]);
  });

  test('is sealed under the hash of its rows in their order, however they came in', async () => {
    const rows = names(5, 'hash');
    const once = await loaded(world, 'KR-FSC', [rows]);
    const twice = await loaded(world, 'KR-FSC', [rows.slice(0, 2), rows.slice(1)]);
    for (const [{ id, salt }, batches] of [
      [once, 1],
      [twice, 2],
    ] as const) {
      const { hash } = await doneOn(drafter(), 'sealDataset', { datasetId: id, batches });
      const start = sha256(canonical({ format: 'entente.dataset/1', kind: 'INDICATORS', salt }));
      const { data } = await readDataset(drafter(), { hash }, { first: 3 });
      const rest = await readDataset(drafter(), { hash }, { after: data?.dataset.rows.pageInfo.endCursor });
      const read = [...(data?.dataset.rows.nodes ?? []), ...(rest.data?.dataset.rows.nodes ?? [])];
      expect(read.map(({ json }) => json)).toEqual(rows.map((row) => canonical(row)));
      const chained = read.reduce(
        (head, { json }) => createHash('sha256').update(`${head}\n${json}`).digest('hex'),
        start,
      );
      expect(hash).toBe(chained);
    }
  });

  test('of transfers keeps amounts exact', async () => {
    const huge = '115792089237316195423570985008687907853269984665640564039457584007913129639935';
    const { id } = await loaded(
      world,
      'KR-FSC',
      [[transferRow('9007199254740993'), transferRow('0'), transferRow('0'), transferRow(huge)]],
      'TRANSFERS',
    );
    const { data } = await readDataset(drafter(), { id });
    expect(data?.dataset).toMatchObject({ count: 3, loading: { duplicates: 1, refused: 0 } });
    const kept = await world.sql(
      'select amount::text from dataset_transfer where dataset_id = $1 order by ordinal',
      [id],
    );
    expect(kept).toEqual(['9007199254740993', '0', huge].map((amount) => ({ amount })));
  });

  test('takes a batch again without any change, and another under its number is CONFLICT', async () => {
    const { id } = await loaded(world, 'KR-FSC', [names(3, 'again'), names(2, 'more')]);
    const before = await readDataset(drafter(), { id });
    const send = async (number: number, rows: object[]) =>
      outcomeOf(await tryOn(drafter(), 'loadBatch', { datasetId: id, number, rows: given(rows) }));
    expect(await send(1, names(3, 'again'))).toBe('done');
    expect(await send(2, names(2, 'more'))).toBe('done');
    expect(await send(1, names(2, 'again'))).toBe('CONFLICT input.number');
    expect(await send(4, names(2, 'later'))).toBe('CONFLICT input.number');
    expect((await readDataset(drafter(), { id })).text).toBe(before.text);
    const seal = async (batches: number) =>
      outcomeOf(await tryOn(drafter(), 'sealDataset', { datasetId: id, batches }));
    expect(await seal(1)).toBe('CONFLICT input.batches');
    expect(await seal(2)).toBe('done');
    expect(await seal(2)).toBe('CONFLICT input.datasetId');
    expect(await send(2, names(2, 'more'))).toBe('done');
    expect(await send(3, names(2, 'later'))).toBe('CONFLICT input.datasetId');
  });

  test('of which nothing was taken is not sealed, and one of the other kind takes no such rows', async () => {
    const { id } = await loaded(world, 'KR-FSC', [[transferRow('1')]]);
    expect(outcomeOf(await tryOn(drafter(), 'sealDataset', { datasetId: id, batches: 1 }))).toBe(
      'CONFLICT input.datasetId',
    );
    const { data } = await readDataset(drafter(), { id });
    expect(data?.dataset).toMatchObject({ count: 0, loading: { refused: 1 } });
  });

  test('that is not sealed ends after 7 days, and its rows go', async () => {
    const there = await world.sql('select count(*)::int as n from dataset_indicator');
    const left = await loaded(world, 'JP-NPA', [names(4, 'left')]);
    const kept = await sealed(world, 'JP-NPA', names(1, 'kept'));
    await passHours(world, 7 * 24 - 1);
    expect(outcomeOf(await readDataset(drafter('JP-NPA'), { id: left.id }))).toBe('done');
    await passHours(world, 2);
    expect(outcomeOf(await readDataset(drafter('JP-NPA'), { id: left.id }))).toBe('NOT_FOUND id');
    const next = { datasetId: left.id, number: 2, rows: given(names(1, 'late')) };
    expect(outcomeOf(await tryOn(drafter('JP-NPA'), 'loadBatch', next))).toBe('NOT_FOUND input.datasetId');
    const late = { datasetId: left.id, batches: 1 };
    expect(outcomeOf(await tryOn(drafter('JP-NPA'), 'sealDataset', late))).toBe('NOT_FOUND input.datasetId');
    await doneOn(drafter('JP-NPA'), 'openDataset', { kind: 'TRANSFERS' });
    expect(await world.sql('select id from dataset where id = $1', [left.id])).toEqual([]);
    expect(await world.sql('select count(*)::int as n from dataset_indicator')).toEqual([
      { n: Number(there[0]?.n) + 1 },
    ]);
    expect(outcomeOf(await readDataset(drafter('JP-NPA'), { id: kept.id }))).toBe('done');
  });
});

describe('what a dataset has', () => {
  test('is found by who sees a finding that names it, from its draft to its recall', async () => {
    const { hash } = await sealed(world, 'KR-FSC', [
      accountRow('known'),
      accountRow('other'),
      accountRow('other', 'victim'),
      { type: 'wallet', chain: 'bitcoin', value: 'refused' },
    ]);
    const drafted = await draft(world, 'KR-FSC', {
      datasets: [hash],
      indicators: [accountRow('known', 'victim')],
    });
    expect(await found('KR-FSC', 'known')).toEqual({ listed: [drafted.id], roles: [['suspect', 'victim']] });
    expect(await found('KR-FSC', 'other')).toEqual({ listed: [drafted.id], roles: [['suspect', 'victim']] });
    expect(await found('JP-NPA', 'other')).toEqual({ listed: [], roles: [] });
    const { id } = await release(world, 'KR-FSC', drafted, ['JP-NPA']);
    expect(await found('JP-NPA', 'known')).toEqual({ listed: [id], roles: [['suspect', 'victim']] });
    expect(await found('JP-NPA', 'other')).toEqual({ listed: [id], roles: [['suspect', 'victim']] });
    expect(await found('US-TFI', 'other')).toEqual({ listed: [], roles: [] });
    const own = await readDataset(world.as('KR-FSC', 'ANALYST'), { hash });
    expect(own.data?.dataset.refusals.nodes).toHaveLength(1);
    const { data } = await readDataset(world.as('JP-NPA', 'ANALYST'), { hash });
    expect(data?.dataset).toMatchObject({ count: 3, loading: null, refusals: { nodes: [] } });
    expect(data?.dataset.rows.nodes.map(({ position }) => position)).toEqual([1, 2, 3]);
    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: id, reason: 'inaccurate' });
    expect(await found('JP-NPA', 'other')).toEqual({ listed: [], roles: [] });
    expect(outcomeOf(await readDataset(world.as('JP-NPA', 'ANALYST'), { hash }))).toBe('NOT_FOUND hash');
  });

  test('goes with the revision that names it', async () => {
    const { hash } = await sealed(world, 'KR-FSC', [accountRow('revised')]);
    const first = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI'], { datasets: [hash] });
    const written = { basedOn: newest(first), document: document() };
    const second = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', written);
    await release(world, 'KR-FSC', second, ['JP-NPA'], { without: [agencyId('US-TFI')] });
    expect((await found('JP-NPA', 'revised')).listed).toEqual([]);
    expect((await found('US-TFI', 'revised')).listed).toEqual([first.id]);
    expect(outcomeOf(await readDataset(world.as('JP-NPA', 'ANALYST'), { hash }))).toBe('NOT_FOUND hash');
  });

  test('is listed among what documents say, newest first, page by page', async () => {
    const findings: string[] = [];
    for (let n = 0; n < 6; n++) {
      const { hash } = await sealed(world, 'KR-FSC', [accountRow('paged')]);
      const changes = n % 2 === 0 ? { datasets: [hash] } : { indicators: [accountRow('paged')] };
      findings.unshift((await released(world, 'KR-FSC', ['JP-NPA'], changes)).id);
    }
    const read: string[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const filter = { indicator: { type: 'account', value: 'bithumb.com/paged' } };
      const { findings: page }: { findings: FindingsPage } = await world.as('JP-NPA', 'ANALYST').ask(
        `query ($filter: FindingFilterInput, $after: String) { findings(first: 2, filter: $filter, after: $after) {
          nodes { id } pageInfo { hasNextPage endCursor } } }`,
        { filter, after },
      );
      read.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(read).toEqual(findings);
  });
});

test('a document names sealed datasets of its own agency: others are hidden as if they were not there', async () => {
  const own = await sealed(world, 'KR-FSC', names(1, 'own'));
  const theirs = await sealed(world, 'JP-NPA', names(1, 'theirs'));
  // Also when the author sees it.
  const shared = await sealed(world, 'JP-NPA', names(1, 'shared'));
  await released(world, 'JP-NPA', ['KR-FSC'], { datasets: [shared.hash] });
  const drafted = (hash: string) =>
    attempt(world, 'KR-FSC', 'CONTRIBUTOR', 'draftFinding', { document: document({ datasets: [hash] }) });
  expect(await drafted(own.hash)).toBe('done');
  for (const hash of [theirs.hash, shared.hash, sha256(randomUUID())])
    expect(await drafted(hash)).toBe('NOT_FOUND input.document.datasets[0]');
  expect(await drafted('x')).toBe('INVALID input.document.datasets[0]');
});

describe('at once', () => {
  const outcomes = async (asked: Promise<Parameters<typeof outcomeOf>[0]>[]) =>
    (await Promise.all(asked)).map(outcomeOf).sort();

  test('of two who seal, one does', async () => {
    const { id } = await loaded(world, 'KR-FSC', [names(2, 'two')]);
    const seal = () => tryOn(drafter(), 'sealDataset', { datasetId: id, batches: 1 });
    expect(await outcomes([seal(), seal(), seal()])).toEqual([
      'CONFLICT input.datasetId',
      'CONFLICT input.datasetId',
      'done',
    ]);
    expect(
      await world.sql(
        `select count(*)::int as n from entry where subject_id = $1 and act = 'dataset.sealed'`,
        [id],
      ),
    ).toEqual([{ n: 1 }]);
  });

  test('a batch sent twice goes in once', async () => {
    const { id } = await loaded(world, 'KR-FSC', []);
    const input = { datasetId: id, number: 1, rows: given(names(50, 'both')) };
    const load = () => tryOn(drafter(), 'loadBatch', input);
    expect(await outcomes([load(), load(), load()])).toEqual(['done', 'done', 'done']);
    const { data } = await readDataset(drafter(), { id });
    expect(data?.dataset).toMatchObject({ count: 50, loading: { received: 50, duplicates: 0 } });
  });

  test('a batch and the seal: it is in and the seal was refused, or the other way round', async () => {
    for (let n = 0; n < 8; n++) {
      const { id } = await loaded(world, 'KR-FSC', [names(2, 'race')]);
      const next = { datasetId: id, number: 2, rows: given(names(20, `race-${n}`)) };
      const [batch, seal] = await Promise.all([
        tryOn(drafter(), 'loadBatch', next),
        tryOn(drafter(), 'sealDataset', { datasetId: id, batches: 1 }),
      ]);
      const { data } = await readDataset(drafter(), { id });
      const { count, hash } = data?.dataset ?? {};
      expect([
        ['done', 'CONFLICT input.batches', 22, false],
        ['CONFLICT input.datasetId', 'done', 2, true],
      ]).toContainEqual([outcomeOf(batch), outcomeOf(seal), count, hash !== null]);
    }
  });
});

describe('who may', () => {
  /** Of KR-FSC: not sealed, and with one batch. */
  let open: Dataset;
  let named: { id: string; hash: string };
  beforeAll(async () => {
    open = await loaded(world, 'KR-FSC', [names(1, 'matrix')]);
    named = await sealed(world, 'KR-FSC', names(2, 'matrix-named'));
    const { id } = await released(world, 'KR-FSC', ['JP-NPA', 'CN-CAMLMAC'], { datasets: [named.hash] });
    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', {
      findingId: id,
      agencyIds: [agencyId('CN-CAMLMAC')],
      reason: 'inaccurate',
    });
  });

  const RELATIONS: Code[] = ['KR-FSC', 'JP-NPA', 'US-TFI', 'XX-ALONE', 'CN-CAMLMAC'];
  const inputs = (): [DatasetAct, object][] => [
    ['loadBatch', { datasetId: open.id, number: 1, rows: given(names(1, 'matrix')) }],
    ['sealDataset', { datasetId: open.id, batches: 2 }],
  ];

  test('load and seal: who writes findings of the agency it belongs to', async () => {
    for (const [name, input] of inputs())
      for (const code of RELATIONS)
        for (const role of ['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'AGENCY_ADMIN', 'AUDITOR'] as const) {
          const own = name === 'loadBatch' ? 'done' : 'CONFLICT input.batches';
          const expected =
            role !== 'CONTRIBUTOR' ? 'FORBIDDEN' : code === 'KR-FSC' ? own : 'NOT_FOUND input.datasetId';
          const told = outcomeOf(await tryOn(world.as(code, role), name, input));
          expect([name, code, role, told]).toEqual([name, code, role, expected]);
        }
    for (const [name, input] of inputs())
      expect(outcomeOf(await tryOn(world.anonymous, name, input))).toBe('UNAUTHENTICATED');
  });

  test('read one: its agency, and who sees a finding that names it', async () => {
    const asked = async (code: Code, by: object) =>
      outcomeOf(await readDataset(world.as(code, 'ANALYST'), by));
    for (const code of RELATIONS) {
      const sees = code === 'KR-FSC' || code === 'JP-NPA';
      expect([code, await asked(code, { hash: named.hash })]).toEqual([
        code,
        sees ? 'done' : 'NOT_FOUND hash',
      ]);
      expect([code, await asked(code, { id: named.id })]).toEqual([code, sees ? 'done' : 'NOT_FOUND id']);
      expect([code, await asked(code, { id: open.id })]).toEqual([
        code,
        code === 'KR-FSC' ? 'done' : 'NOT_FOUND id',
      ]);
    }
    expect(outcomeOf(await readDataset(drafter(), {}))).toBe('INVALID id');
    expect(outcomeOf(await readDataset(drafter(), { id: 'x' }))).toBe('NOT_FOUND id');
    expect(outcomeOf(await readDataset(world.as('KR-FSC', 'AUDITOR'), { id: open.id }))).toBe('FORBIDDEN');
  });

  test('what is hidden and what is absent is the same answer, byte for byte', async () => {
    const stranger = world.as('XX-ALONE', 'BOTH');
    for (const [hidden, absent] of [
      [{ id: named.id }, { id: randomUUID() }],
      [{ hash: named.hash }, { hash: sha256(randomUUID()) }],
    ] as const) {
      const [one, other] = [await readDataset(stranger, hidden), await readDataset(stranger, absent)];
      expect([one.status, one.text]).toEqual([other.status, other.text]);
    }
    for (const [name, input] of inputs()) {
      const one = await tryOn(stranger, name, input);
      const other = await tryOn(stranger, name, { ...input, datasetId: randomUUID() });
      expect([one.status, one.text]).toEqual([other.status, other.text]);
    }
  });

  test('in the database too: the application reads and writes no other way', async () => {
    const { doors } = world;
    const caller = (code: Code) => ({ id: memberId(code, 'CONTRIBUTOR'), needed: ['CONTRIBUTOR'] });
    const counted = (code: Code) =>
      doors.read(caller(code), (reader) =>
        reader.rows<{ n: number }>(
          'select count(*)::int as n from dataset_indicator where dataset_id = any ($1)',
          [[named.id, open.id]],
        ),
      );
    const seen = await Promise.all(RELATIONS.map(counted));
    expect(seen.map(([row]) => row?.n)).toEqual([3, 2, 0, 0, 0]);
    for (const table of ['dataset', 'dataset_indicator', 'dataset_transfer', 'dataset_refusal'])
      await expect(
        doors.act(caller('KR-FSC'), (tx) => tx.manager.query(`delete from ${table}`)),
      ).rejects.toThrow(/permission denied/);
  });
});
