import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Client } from 'pg';
import { cursorOf, listKey } from '#core';
import { ROLES } from '#access';
import { statementsOf, type Statement } from './support/asked.js';
import { ACCOUNT, INCIDENT, loadMany, MANY } from './support/many-findings.js';
import { planOf, type PlanNode } from './support/plans.js';
import { agencyId, memberId, type Code } from './support/roster.js';
import { withClient } from './support/server.js';
import { startWorld, type World } from './support/world.js';

/*
 * 100,000 findings in 180,000 rows of the inbox. What a page costs is counted in the blocks that its statement touches:
 * that is the same on every machine. The statements are those that the service sends for a request.
 */

jest.setTimeout(120_000);

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await loadMany(world);
});
afterAll(() => world.close());

const [EVERYTHING, HALF, RARE, NONE] = ['KR-FSC', 'JP-NPA', 'US-TFI', 'XX-ALONE'] as const;
const PAGE = 20;

const LIST = `query ($filter: FindingFilterInput, $after: String) {
  findings(filter: $filter, after: $after) { nodes { id revision { hash } } } }`;
const DOCUMENTS = '{ findings { nodes { revision { document { texts { title } } } } } }';
const TOTAL = `query ($filter: FindingFilterInput) { findings(first: 1, filter: $filter) { total { count more } } }`;

interface Page {
  findings: { nodes: { id: string }[]; total: { count: number } };
}

async function asked(
  code: Code,
  operation: string,
  variables: object = {},
): Promise<{ page: Page['findings']; statements: Statement[] }> {
  const { result, statements } = await statementsOf(() =>
    world.as(code, 'ANALYST').ask<Page>(operation, variables),
  );
  return { page: result.findings, statements };
}

const page = async (code: Code, variables: object = {}): Promise<Statement> =>
  only((await asked(code, LIST, variables)).statements);

async function total(code: Code, filter: object = {}): Promise<Statement> {
  const { statements } = await asked(code, TOTAL, { filter });
  return only(statements.filter(({ text }) => text.includes('count(*)')));
}

function only<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined || list.length > 1) throw new Error(`${list.length} statements in place of one`);
  return one;
}

/** Makes a transaction the application's: its login, its settings, entered as an analyst. */
async function enter(client: Client, code: Code): Promise<void> {
  const { settings } = await statementsOf(() => world.as(code, 'ANALYST').ask('{ viewer { name } }'));
  for (const { name, setting } of settings)
    await client.query('select set_config($1, $2, true)', [name, setting]);
  await client.query('set local role entente_app');
  await client.query('select from enter($1, $2)', [memberId(code, 'ANALYST'), ROLES]);
}

/** Planned for these values and for any. */
const plans = (code: Code, statement: Statement): Promise<PlanNode[][]> =>
  withClient(world.database.appUrl, async (client) => {
    await client.query('begin');
    await enter(client, code);
    return [await planOf(client, statement, false), await planOf(client, statement, true)];
  });

const blocks = async (code: Code, statement: Statement): Promise<number> =>
  Math.max(...(await plans(code, statement)).map(([top]) => top?.blocks ?? Infinity));

/** What is wrong with the plan of a page: nothing but a walk of the list's index from the cursor on, and key look-ups. */
function faults(nodes: PlanNode[], behindCursor = false): string[] {
  const list = nodes.filter(({ table }) => table === 'inbox');
  const [walk] = list;
  const bound = behindCursor ? /agency_id = .*ROW\(listed_at, finding_id\) </ : /agency_id = /;
  return [
    ...(list.length === 1 && walk?.kind === 'Index Scan' && walk.index === 'inbox_list'
      ? []
      : ['no walk of inbox_list']),
    ...(walk && !bound.test(walk.condition) ? [`walks from ${walk.condition}`] : []),
    ...nodes.filter(({ kind }) => kind === 'Seq Scan').map(({ table }) => `reads all of ${table}`),
    ...nodes
      .filter(({ rows, removed }) => rows + removed > PAGE + 1)
      .map(({ kind, rows, removed }) => `${kind} has ${rows + removed} rows`),
    ...nodes
      .slice(0, 1)
      .filter((top) => top.blocks > 20 * (PAGE + 1))
      .map((top) => `touches ${top.blocks} blocks`),
  ];
}

/** The cursor behind so many rows of an agency's list, as a client that paged that far has it. */
async function cursorBehind(code: Code, rows: number): Promise<string> {
  const [end] = await world.sql<{ key: string; id: string }>(
    `select micros(listed_at)::text as key, finding_id as id from inbox where agency_id = $1
      order by listed_at desc, finding_id desc offset $2 limit 1`,
    [agencyId(code), rows - 1],
  );
  if (!end) throw new Error(`${code} has no ${rows} rows.`);
  return cursorOf(listKey('findings', {}), end);
}

test('the agencies see all, half, one in a thousand, and none', async () => {
  const seen = await world.sql<{ agency: string; n: number }>(
    'select agency_id as agency, count(*)::int as n from inbox group by 1',
  );
  const count = (code: Code) => seen.find(({ agency }) => agency === agencyId(code))?.n ?? 0;
  expect([count(EVERYTHING), count(RARE), count(NONE)]).toEqual([MANY, MANY / 1000, 0]);
  expect(Math.abs(count(HALF) - MANY / 2)).toBeLessThan(MANY / 100);
});

describe('a page walks the index of the list', () => {
  test.each([EVERYTHING, HALF, RARE, NONE])('the first page of %s', async (code) => {
    for (const plan of await plans(code, await page(code))) expect(faults(plan)).toEqual([]);
  });

  test.each([
    [EVERYTHING, 1000],
    [HALF, 1000],
    [HALF, 2500],
    [RARE, 4],
  ])('%s, page %i', async (code, number) => {
    const after = await cursorBehind(code, (number - 1) * PAGE);
    const there = await asked(code, LIST, { after });
    const expected = await world.sql<{ id: string }>(
      `select finding_id as id from inbox where agency_id = $1 order by listed_at desc, finding_id desc offset $2 limit ${PAGE}`,
      [agencyId(code), (number - 1) * PAGE],
    );
    expect(there.page.nodes.map(({ id }) => ({ id }))).toEqual(expected);
    for (const plan of await plans(code, only(there.statements))) expect(faults(plan, true)).toEqual([]);
  });

  test.each([
    ['without the index', 'drop index inbox_list'],
    [
      'with the agency last in it',
      'drop index inbox_list; create index inbox_list on inbox (listed_at desc, finding_id desc, agency_id)',
    ],
  ])('which is told apart: %s', async (_, change) => {
    const statement = await page(RARE);
    await withClient(world.database.setupUrl, async (client) => {
      await client.query(`begin; ${change}`);
      await enter(client, RARE);
      expect(faults(await planOf(client, statement, true))).not.toEqual([]);
      await client.query('rollback');
    });
  });
});

test('the documents of a page are looked up by key, those alone', async () => {
  const [list, documents, ...more] = (await asked(HALF, DOCUMENTS)).statements;
  expect([list?.text, more]).toEqual([expect.stringContaining('inbox'), []]);
  if (!documents) throw new Error('No document was asked for.');
  for (const plan of await plans(HALF, documents)) {
    const revisions = plan.filter(({ table }) => table === 'revision');
    expect(revisions.map(({ index, rows }) => ({ index, rows }))).toEqual([
      { index: 'revision_pkey', rows: PAGE },
    ]);
    expect(plan.filter(({ kind }) => kind === 'Seq Scan')).toEqual([]);
  }
});

/** Each filter by which a list can be narrowed, and the index it is found by. */
const FILTERS: [what: string, filter: object, index: string][] = [
  ['nothing', {}, 'inbox_list'],
  ['kind', { kinds: ['hack'] }, 'inbox_list'],
  ['a kind there is none of', { kinds: ['policy-note'], markings: ['TLP:RED'] }, 'inbox_'],
  ['marking', { markings: ['TLP:GREEN'] }, 'inbox_list'],
  ['author', { authors: [agencyId('KR-FSC')] }, 'inbox_list'],
  ['jurisdiction', { jurisdictions: ['KR'] }, 'inbox_list'],
  [
    'time of the release',
    { released: { from: '2025-02-01T00:00:00Z', until: '2025-02-03T00:00:00Z' } },
    'inbox_list',
  ],
  [
    'time of the event',
    { happened: { from: '2018-02-01T00:00:00Z', until: '2018-06-01T00:00:00Z' } },
    'inbox_list',
  ],
  ['state', { states: ['RELEASED'] }, 'inbox_list'],
  ['words', { words: 'theft 77' }, 'inbox_list'],
  ['incident', { incident: INCIDENT }, 'seen_incident_list'],
  ['indicator', { indicator: { type: 'account', value: ACCOUNT } }, 'seen_indicator_value'],
];

describe('narrowed by', () => {
  test.each(FILTERS)('%s, a list and its total read no table from end to end', async (_, filter, index) => {
    const listed = (await asked(HALF, LIST, { filter })).statements;
    for (const statement of [...listed, await total(HALF, filter)]) {
      for (const plan of await plans(HALF, statement)) {
        expect(plan.filter(({ kind }) => kind === 'Seq Scan')).toEqual([]);
        if (statement === listed[0]) expect(plan.map((one) => one.index ?? '').join(' ')).toContain(index);
      }
    }
  });

  test.each(FILTERS)('%s, one in a thousand costs at most twice what half costs', async (_, filter) => {
    const lists = async (code: Code) => (await asked(code, LIST, { filter })).statements;
    const sum = async (code: Code) => {
      const each = (await lists(code)).map((statement) => blocks(code, statement));
      return (await Promise.all(each)).reduce((one, other) => one + other, 0);
    };
    const [rare, half] = [await sum(RARE), await sum(HALF)];
    expect({ rare, half, fair: rare <= 2 * half }).toMatchObject({ fair: true });
    const [few, many] = [
      await blocks(RARE, await total(RARE, filter)),
      await blocks(HALF, await total(HALF, filter)),
    ];
    expect({ few, many, fair: few <= 2 * many }).toMatchObject({ fair: true });
  });
});

const WALLET = (value: string) => ({ indicator: { type: 'account', value } });
const NOBODYS = { incident: '00000000-0000-4000-8009-999999999999', value: 'example.org/none' };

test.each([
  ['an incident', { incident: NOBODYS.incident }],
  ['an indicator', WALLET(NOBODYS.value)],
  ['both', { incident: INCIDENT, ...WALLET(NOBODYS.value) }],
  ['an incident, and a word', { incident: NOBODYS.incident, words: 'theft' }],
])('%s that nothing has costs a look, not a walk of the list', async (_, filter) => {
  for (const statement of [...(await asked(HALF, LIST, { filter })).statements, await total(HALF, filter)]) {
    const looked = await blocks(HALF, statement);
    expect({ looked, few: looked <= 40 }).toMatchObject({ few: true });
  }
});

test('what others hold costs nothing: an incident of 200 findings, to who sees none of them', async () => {
  const { statements } = await statementsOf(() =>
    world.as(NONE, 'ANALYST').query(`{ incident(id: "${INCIDENT}") { claims { attribute } } }`),
  );
  for (const statement of [...statements, await page(NONE, { filter: { incident: INCIDENT } })])
    expect(await blocks(NONE, statement)).toBeLessThanOrEqual(10);
});

test('the claims of an incident are those of the revisions one sees, and no more are looked at', async () => {
  const { statements } = await statementsOf(() =>
    world.as(RARE, 'ANALYST').query(`{ incident(id: "${INCIDENT}") { claims { attribute } } }`),
  );
  for (const statement of statements.filter(({ text }) => text.includes('from inbox i join claim')))
    for (const plan of await plans(RARE, statement)) {
      expect(plan.map(({ index }) => index)).toContain('seen_incident_list');
      expect(plan.filter(({ kind }) => kind === 'Seq Scan')).toEqual([]);
    }
});

test('a page far in costs no more than the first, nor does an agency that sees all', async () => {
  const first = await blocks(HALF, await page(HALF));
  const far = await blocks(HALF, await page(HALF, { after: await cursorBehind(HALF, 999 * PAGE) }));
  const all = await blocks(EVERYTHING, await page(EVERYTHING));
  expect({ first, far, all, fair: far <= 1.2 * first && all <= 1.2 * first }).toMatchObject({ fair: true });
});

test('a total reads 10,001 rows and no more, and of an agency that has few only these', async () => {
  for (const [code, rows] of [
    [HALF, 10_001],
    [RARE, 100],
    [NONE, 0],
  ] as const) {
    for (const plan of await plans(code, await total(code))) {
      const read = plan.filter(({ table }) => table === 'inbox');
      expect(read.map(({ index, rows: given, removed }) => ({ index, read: given + removed }))).toEqual([
        { index: 'inbox_list', read: rows },
      ]);
    }
  }
});

test('a look-up is a look into its index for each value, into that of the datasets one sees, and of the lists', async () => {
  const values = Array.from({ length: 100 }, (_, n) => `example.org/${n * 50}`);
  const { statements } = await statementsOf(() =>
    world
      .as(HALF, 'ANALYST')
      .ask('query ($values: [String!]!) { lookup(values: $values, first: 100) { nodes { value } } }', {
        values,
      }),
  );
  expect(statements).toHaveLength(3);
  for (const statement of statements)
    for (const plan of await plans(HALF, statement)) {
      expect(plan.filter(({ kind }) => kind === 'Seq Scan')).toEqual([]);
      const [seen] = plan.filter(({ table }) => table === 'seen_indicator');
      if (seen) expect(seen).toMatchObject({ index: 'seen_indicator_value', removed: 0 });
      // Begun with the reader: rows by their dataset and value, never the value alone.
      const [named] = plan.filter(({ table }) => table === 'seen_dataset');
      const [loaded] = plan.filter(({ table }) => table === 'dataset_indicator');
      if (loaded) {
        expect(named?.condition).toMatch(/agency_id = /);
        expect(loaded.index).toBe('dataset_indicator_pkey');
        expect(loaded.condition).toMatch(/dataset_id = .*value = /);
      }
      const [listed] = plan.filter(({ table }) => table === 'reference_list_entry');
      if (listed) expect(listed).toMatchObject({ index: 'reference_list_entry_value', removed: 0 });
      expect(plan[0]?.blocks).toBeLessThan(100 * 20);
    }
});

describe('a trace', () => {
  const WIDE = 100_000;
  /** From the hub 100,000 transfers, of two assets; to each of these addresses one, and from each to the next hub. */
  const transfersOf = (code: Code, wide: number) => `
    insert into seen_transfer (agency_id, finding_id, position, revision_id, transaction, sender, receiver, asset, decimals,
                               amount, happened_from, happened_until, until)
    select i.agency_id, i.finding_id, side * ${WIDE} + n, i.revision_id, null,
           'wallet|ethereum|0x' || lpad(case side when 0 then 'b' else to_hex(n) end, 40, '0'),
           'wallet|ethereum|0x' || lpad(case side when 0 then to_hex(n) else 'c' end, 40, '0'),
           case when n % 2 = 0 then 'ETH' else 'USDT' end, 18, n, at, at + interval '1 minute', 'infinity'
      from (select * from inbox where agency_id = '${agencyId(code)}' limit 1) i
     cross join generate_series(256, 255 + ${wide}) as n cross join generate_series(0, 1) as side
     cross join lateral (select timestamptz '2018-01-01Z' + (side * ${WIDE} + n) * interval '1 minute' as at) as t`;
  const address = (hex: string) => ({ chain: 'ethereum', value: `0x${hex.padStart(40, '0')}` });
  beforeAll(async () => {
    await world.sql(
      `begin; set local session_replication_role = replica; ${transfersOf(HALF, WIDE)}; ${transfersOf(RARE, 10)}; commit`,
    );
    await world.sql('vacuum analyze seen_transfer');
  });

  const hops = async (code: Code, from: object, args: object = {}, table = 'seen_transfer') => {
    const { result, statements } = await statementsOf(() =>
      world.as(code, 'ANALYST').ask<{ trace: { nodes: { stops: string[] }[]; edges: object[] } }>(
        `query ($from: TraceFromInput!, $direction: TraceDirection, $asset: String, $limits: TraceLimitsInput) {
          trace(from: $from, direction: $direction, asset: $asset, limits: $limits) { nodes { stops } edges { amount } } }`,
        { from, ...args },
      ),
    );
    return { ...result.trace, asked: statements.filter(({ text }) => text.includes(table)) };
  };

  test.each([
    ['out of', 'b', 'OUT', 'seen_transfer_out'],
    ['back from', 'c', 'IN', 'seen_transfer_in'],
  ])(
    '%s an address of 100,000 transfers reads as many as make a hub, and stops',
    async (_, hex, direction, index) => {
      for (const args of [{}, { asset: 'USDT' }]) {
        const { nodes, edges, asked } = await hops(HALF, address(hex), {
          ...{ direction, limits: { fanOut: 1_000 } },
          ...args,
        });
        expect([nodes, edges]).toEqual([[{ stops: ['HUB'] }], []]);
        for (const statement of asked)
          for (const plan of await plans(HALF, statement)) {
            expect(plan.filter(({ kind }) => kind === 'Seq Scan' || kind === 'Sort')).toEqual([]);
            const read = plan.filter(({ table }) => table === 'seen_transfer');
            expect(read.map((one) => [one.index, one.removed])).toEqual(read.map(() => [index, 0]));
            // Of each asset one more than a hub has; to know the assets, one of each.
            expect(read.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(2 * 1_001);
          }
      }
    },
  );

  test('of 1,000 addresses is a walk of the index for each, and of nothing else', async () => {
    const { edges, asked } = await hops(HALF, address('100'), { limits: { fanOut: 1_000 } });
    expect(edges).toHaveLength(1);
    const [, , second] = asked;
    if (!second) throw new Error('There was no second hop.');
    const wide: Statement = {
      text: second.text,
      values: [
        Array.from(
          { length: 1_000 },
          (_, n) => `wallet|ethereum|0x${(256 + n).toString(16).padStart(40, '0')}`,
        ),
        Array.from({ length: 1_000 }, (_, n) => (n % 2 === 0 ? 'ETH' : 'USDT')),
        Array(1_000).fill('-infinity'),
        1_001,
        5_001,
      ],
    };
    for (const [top, ...plan] of await plans(HALF, wide)) {
      expect(top).toMatchObject({ rows: 1_000 });
      expect(plan.filter(({ kind }) => kind === 'Seq Scan')).toEqual([]);
      const read = plan.filter(({ table }) => table === 'seen_transfer');
      expect(read).toMatchObject([{ index: 'seen_transfer_out', rows: 1_000, removed: 0 }]);
      expect(top?.blocks).toBeLessThan(1_000 * 10);
    }
  });

  test('what others see costs nothing, and counts in no limit', async () => {
    const { nodes, edges, asked } = await hops(RARE, address('b'), { limits: { fanOut: 5 } });
    // Ten from it, and one on from each of these.
    expect([edges.length, nodes[0]]).toEqual([20, { stops: [] }]);
    for (const statement of asked) expect(await blocks(RARE, statement)).toBeLessThan(200);
    for (const statement of (await hops(NONE, address('b'), { asset: 'ETH' })).asked)
      expect(await blocks(NONE, statement)).toBeLessThanOrEqual(20);
  });

  describe('over datasets', () => {
    /** One that this agency sees: from e 100,000 transfers, of two assets; from each of these addresses one more. */
    const loaded = (code: Code) => `
      with made as (
        insert into dataset (agency_id, kind, salt, chain, hash, taken, opened_by, ends_at, sealed_by, sealed_at)
        select agency_id, 'TRANSFERS', 's', 'c', '${code}', 1, m.id, now(), m.id, now()
          from member m where m.agency_id = '${agencyId('KR-FSC')}' limit 1 returning id, number),
      seen as (
        insert into seen_dataset (agency_id, finding_id, dataset_id, kind, hash, revision_id, listed_at, until)
        select i.agency_id, i.finding_id, made.id, 'TRANSFERS', '${code}', i.revision_id, i.listed_at, 'infinity'
          from made, (select * from inbox where agency_id = '${agencyId(code)}' limit 1) i)
      insert into dataset_transfer (dataset_id, ordinal, digest, chain, sender, receiver, asset, decimals, amount,
                                    happened_from, happened_until, body)
      select made.id, (made.number << 32) + side * ${WIDE} + n, sha256(convert_to(made.id::text || side || ' ' || n, 'UTF8')), 'ethereum',
             'wallet|ethereum|0x' || lpad(case side when 0 then 'e' else to_hex(n) end, 40, '0'),
             'wallet|ethereum|0x' || lpad(case side when 0 then to_hex(n) else 'f' end, 40, '0'),
             case when n % 2 = 0 then 'ETH' else 'USDT' end, 18, n, at, at + interval '1 minute', '{}'
        from made cross join generate_series(200000, 200000 + ${WIDE - 1}) as n cross join generate_series(0, 1) as side
       cross join lateral (select timestamptz '2018-01-01Z' + (side * ${WIDE} + n) * interval '1 minute' as at) as t`;
    beforeAll(async () => {
      await world.sql(
        `begin; set local session_replication_role = replica; ${loaded(HALF)}; ${loaded(EVERYTHING)}; commit`,
      );
      await world.sql('vacuum analyze dataset_transfer');
    });
    const ofDatasets = (code: Code, hex: string, args: object) =>
      hops(code, address(hex), args, 'dataset_transfer');

    test.each([
      ['out of', 'e', 'OUT', 'dataset_transfer_out'],
      ['back from', 'f', 'IN', 'dataset_transfer_in'],
    ])(
      '%s an address of 100,000 transfers reads as many as make a hub, of the dataset that is seen',
      async (_, hex, direction, index) => {
        const { nodes, edges, asked } = await ofDatasets(HALF, hex, {
          ...{ direction, limits: { fanOut: 1_000 } },
        });
        expect([nodes, edges]).toEqual([[{ stops: ['HUB'] }], []]);
        expect(asked).toHaveLength(2);
        for (const statement of asked)
          for (const plan of await plans(HALF, statement)) {
            expect(plan.filter(({ kind }) => kind === 'Seq Scan')).toEqual([]);
            const read = plan.filter(({ table }) => table === 'dataset_transfer');
            expect(read.map((one) => [one.index, one.removed])).toEqual(read.map(() => [index, 0]));
            for (const { condition } of read) expect(condition).toMatch(/dataset_id = /);
            expect(read.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(2 * 1_001);
          }
      },
    );

    test('what others see costs nothing', async () => {
      const { nodes, edges, asked } = await ofDatasets(RARE, 'e', { asset: 'ETH' });
      expect([nodes, edges]).toEqual([[{ stops: [] }], []]);
      for (const statement of asked) expect(await blocks(RARE, statement)).toBeLessThanOrEqual(10);
    });
  });
});
