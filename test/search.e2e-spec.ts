import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { act, draft, newest, released, submit, type Finding } from './support/findings.js';
import { agencyId, memberId, type Code } from './support/roster.js';
import { withClient } from './support/server.js';
import { ROLES } from '#access';
import { outcomeOf, startWorld, type World } from './support/world.js';

const SEARCH = `query ($query: String!, $filter: FindingFilterInput, $order: SearchOrder, $first: Int, $after: String) {
  search(query: $query, filter: $filter, order: $order, first: $first, after: $after) {
    nodes { id finding { id state } snippets { field language segments { text match } } }
    edges { cursor }
    pageInfo { hasNextPage endCursor }
    suggestions
    facets { counted more kinds { value count } authors { value count } jurisdictions { value count }
             years { value count } incidents { value count } }
  }
}`;

interface Found {
  nodes: {
    id: string;
    snippets: { field: string; language: string | null; segments: { text: string; match: boolean }[] }[];
  }[];
  edges: { cursor: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  suggestions: string[];
  facets: Record<
    'kinds' | 'authors' | 'jurisdictions' | 'years' | 'incidents',
    { value: string; count: number }[]
  > & {
    counted: number;
    more: boolean;
  };
}

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const search = async (code: Code, query: string, variables: object = {}): Promise<Found> =>
  (await world.as(code, 'ANALYST').ask<{ search: Found }>(SEARCH, { query, ...variables })).search;
const ids = async (code: Code, query: string, variables: object = {}) =>
  (await search(code, query, variables)).nodes.map(({ id }) => id);

const text = (language: string, title: string, body = '-') => ({ language, origin: 'original', title, body });
const post = (title: string, body?: string, changes: object = {}) =>
  released(world, 'KR-FSC', ['JP-NPA'], { texts: [text('ko', title, body)], ...changes });

/** A finding that is there so many times more, straight in the database: the acts one by one would take a minute. */
async function copied(finding: string, times: number): Promise<void> {
  const copy = (table: string, by: string, changes: string) =>
    `insert into ${table} select (jsonb_populate_record(x, jsonb_build_object(${changes}))).*
       from copy, ${table} x where x.${by} = (select ${by === 'revision_id' ? 'released_revision_id' : 'id'} from finding where id = '${finding}')`;
  await world.sql(
    [
      'begin; set local session_replication_role = replica',
      `create temp table copy on commit drop as
         select gen_random_uuid() as f, gen_random_uuid() as r from generate_series(1, ${times})`,
      copy('revision', 'finding_id', `'id', r, 'finding_id', f`),
      copy('search_text', 'revision_id', `'revision_id', r`),
      copy('inbox', 'finding_id', `'finding_id', f, 'revision_id', r`),
      copy('release', 'finding_id', `'finding_id', f, 'revision_id', r`),
      copy('finding', 'id', `'id', f, 'released_revision_id', r`),
      'commit',
    ].join(';\n'),
  );
}

describe('a query', () => {
  let finding: Finding;
  beforeAll(async () => {
    finding = await released(world, 'KR-FSC', ['JP-NPA'], {
      texts: [
        text('ko', '암호화폐 거래소 표적 공격', '자금세탁방지 담당자에게 스피어피싱 메일이 왔다.'),
        {
          ...text('en', 'Spear-phishing of an exchange', 'The hot wallet was drained.'),
          origin: 'human-translation',
        },
        { ...text('ja', '仮想通貨流出事件'), origin: 'human-translation' },
        { ...text('zh-Hans', '资金经混币器转移'), origin: 'human-translation' },
      ],
      subjects: [
        {
          key: 'suspect',
          type: 'person',
          role: 'suspect',
          names: [
            { value: '박진혁' },
            { value: 'Park Jin Hyok', type: 'ALIA' },
            { value: '朴鎮赫', type: 'ALIA' },
          ],
        },
      ],
      claims: [
        {
          attribute: 'method',
          value: { term: 'macro in a resume' },
          origin: { kind: 'own' },
          note: 'Uruguay',
        },
      ],
      indicators: [{ type: 'ip', value: '203.0.113[.]80', role: 'suspect' }],
      sources: [{ title: 'Quarterly bulletin' }],
    });
  });

  test.each([
    ['거래소'],
    ['래소'],
    ['소'],
    ['암호화폐 거래소'],
    ['자금세탁방지'],
    ['세탁'],
    ['混币器'],
    ['通貨流出'],
    ['spear phishing'],
    ['"hot wallet"'],
    ['SPEAR'],
    ['exch*'],
    ['"spear phish*"'],
    ['ｓｐｅａｒ'],
    ['거래소 混币器 spear 仮想通貨'],
    ['macro'],
    ['uruguay'],
    ['203.0.113.80'],
    ['203.0.113[.]80'],
    ['bulletin'],
    ['박진혁'],
    ['jin'],
    ['wallet -bithumb'],
    ['wallet -"wallet hot"'],
  ])('finds %s', async (query) => {
    expect(await ids('JP-NPA', query)).toEqual([finding.id]);
  });

  test.each([
    ['거소'],
    ['소 표적공격'],
    ['phish'],
    ['"wallet hot"'],
    ['exchange bithumb'],
    ['wallet -spear'],
    ['"거래소 암호화폐"'],
    ['混币 -币器'],
  ])('does not find %s', async (query) => {
    expect(await ids('JP-NPA', query)).toEqual([]);
  });

  test('that is refused says where', async () => {
    const told = async (query: string) =>
      outcomeOf(await world.as('JP-NPA', 'ANALYST').query(SEARCH, { query }));
    expect(await told('nem "hot')).toBe('INVALID query[4]');
    expect(await told('')).toBe('INVALID query');
    expect(await told('x'.repeat(201))).toBe('INVALID query');
    expect(await told("nem' & !('")).toBe('done');
    expect(await told('\\ : | ! <-> %')).toBe('INVALID query[0]');
  });

  test('marks what it found', async () => {
    const [node] = (await search('JP-NPA', '"hot wallet" 混币')).nodes;
    expect(node?.snippets).toEqual([
      {
        field: 'title',
        language: 'zh-Hans',
        segments: [
          { text: '资金经', match: false },
          { text: '混币', match: true },
          { text: '器转移', match: false },
        ],
      },
      {
        field: 'body',
        language: 'en',
        segments: [
          { text: 'The ', match: false },
          { text: 'hot wallet', match: true },
          { text: ' was drained.', match: false },
        ],
      },
    ]);
  });

  test('by one name finds what has another of the same subject, as far as it is seen that they are one', async () => {
    const other = await post('다른 사건', '용의자는 Park Jin-hyok 이다.');
    const third = await released(world, 'KR-FSC', ['US-TFI'], { texts: [text('en', 'About 朴鎮赫')] });
    for (const name of ['박진혁', 'Park Jin Hyok', '朴鎮赫', '"park jin hyok"'])
      expect(new Set(await ids('JP-NPA', name))).toEqual(new Set([other.id, finding.id]));
    // Nobody told US-TFI.
    expect(await ids('US-TFI', '박진혁')).toEqual([]);
    expect(await ids('US-TFI', '朴鎮赫')).toEqual([third.id]);
    expect(await ids('KR-FSC', '朴鎮赫 about')).toEqual([third.id]);
  });
});

describe('who may see', () => {
  test('the case number: its own agency alone', async () => {
    const own = await released(
      world,
      'KR-FSC',
      ['JP-NPA'],
      { texts: [text('en', 'Zebra one')] },
      { sheet: { caseNumber: 'FSC-2018-77' } },
    );
    const other = await released(world, 'KR-FSC', ['JP-NPA'], { texts: [text('en', 'Zebra two')] });
    for (const query of ['"fsc 2018 77"', 'zebra fsc-2018-77', 'FSC-2018-77']) {
      expect(await ids('KR-FSC', query)).toEqual([own.id]);
      expect(await ids('JP-NPA', query)).toEqual([]);
    }
    expect(await ids('KR-FSC', 'zebra -77')).toEqual([other.id]);
    expect(await ids('JP-NPA', 'zebra -77')).toEqual([other.id, own.id]);
    expect((await search('KR-FSC', 'FSC-2018-77')).nodes[0]?.snippets[0]?.field).toBe('case-number');
  });

  test('a draft: its own agency alone; what was recalled: nobody it was taken from', async () => {
    const drafted = await draft(world, 'KR-FSC', { texts: [text('en', 'Yak')] });
    expect(await ids('KR-FSC', 'yak')).toEqual([drafted.id]);
    const taken = await post('Walrus');
    expect(await ids('JP-NPA', 'walrus')).toEqual([taken.id]);
    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: taken.id, reason: 'inaccurate' });
    expect(await ids('JP-NPA', 'walrus')).toEqual([]);
    expect(await ids('JP-NPA', 'yak')).toEqual([]);
  });

  test('each holder finds the words of the revision it has', async () => {
    const first = await post('Ocelot');
    const revised = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', {
      basedOn: newest(first),
      document: {
        kind: 'hack',
        marking: { tlp: 'TLP:GREEN', purposes: ['criminal-investigation'] },
        texts: [text('en', 'Lynx')],
      },
    });
    expect([await ids('KR-FSC', 'lynx'), await ids('KR-FSC', 'ocelot')]).toEqual([[], [first.id]]);
    await submit(world, 'KR-FSC', revised);
    await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', {
      revisionId: newest(revised),
      recipients: [{ agencyId: agencyId('US-TFI') }],
      without: [agencyId('JP-NPA')],
    });
    expect([await ids('JP-NPA', 'lynx'), await ids('JP-NPA', 'ocelot')]).toEqual([[], [first.id]]);
    expect([await ids('US-TFI', 'lynx'), await ids('US-TFI', 'ocelot')]).toEqual([[first.id], []]);
    expect([await ids('KR-FSC', 'lynx'), await ids('KR-FSC', 'ocelot')]).toEqual([[first.id], []]);
  });
});

describe('a list of hits', () => {
  const titles = ['heron', 'Heron heron heron', 'a heron'];
  let found: Finding[];
  beforeAll(async () => {
    found = [];
    for (const [n, title] of titles.entries())
      found.push(
        await post(
          title,
          `Marsh ${n}`,
          n === 0
            ? { kind: 'policy-note', happened: { from: '2018', precision: 'year', zone: 'Asia/Seoul' } }
            : {},
        ),
      );
    found.push(await post('Marsh', 'with one heron in it'));
  });
  const at = (n: number) => found[n]?.id;

  test('is newest first, and its pages are the whole', async () => {
    const all = await ids('JP-NPA', 'heron');
    expect(all).toEqual([at(3), at(2), at(1), at(0)]);
    for (const order of ['NEWEST', 'BEST']) {
      const whole = await ids('JP-NPA', 'heron', { order });
      const paged: string[] = [];
      let after: string | null = null;
      do {
        const page: Found = await search('JP-NPA', 'heron', { order, first: 1, after });
        expect(page.edges.map(({ cursor }) => cursor)).toEqual([page.pageInfo.endCursor]);
        paged.push(...page.nodes.map(({ id }) => id));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(paged).toEqual(whole);
    }
  });

  test('is best first: a title says more than a text', async () => {
    const best = await ids('JP-NPA', 'heron', { order: 'BEST' });
    expect([best[0], best.at(-1)]).toEqual([at(1), at(3)]);
  });

  test('is narrowed by the filters of the list', async () => {
    expect(await ids('JP-NPA', 'heron', { filter: { kinds: ['policy-note'] } })).toEqual([at(0)]);
    expect(await ids('JP-NPA', 'heron', { filter: { authors: [agencyId('JP-NPA')] } })).toEqual([]);
    expect(await ids('JP-NPA', 'heron', { order: 'BEST', filter: { kinds: ['policy-note'] } })).toEqual([
      at(0),
    ]);
  });

  test('is narrowed by incident and indicator', async () => {
    const indicators = [{ type: 'domain', value: 'ibis.example.com', role: 'suspect' }];
    const [texts, other] = [[text('en', 'Ibis one')], [text('en', 'Ibis two')]];
    const one = await released(world, 'KR-FSC', ['JP-NPA'], { texts, indicators }, { newIncident: true });
    await released(world, 'KR-FSC', ['JP-NPA'], { texts: other }, { newIncident: true });
    const [incident] = one.revision.document.incidents;
    expect(await ids('JP-NPA', 'ibis', { filter: { incident } })).toEqual([one.id]);
    const indicator = { type: 'domain', value: 'ibis.example.com' };
    expect(await ids('JP-NPA', 'ibis', { filter: { indicator } })).toEqual([one.id]);
    expect(
      await ids('JP-NPA', 'ibis', { filter: { indicator: { type: 'domain', value: 'x.example.com' } } }),
    ).toEqual([]);
  });

  test('is narrowed beyond the newest thousand', async () => {
    const note = await post('Grebe', '-', { kind: 'policy-note' });
    await copied((await post('Grebe')).id, 1_000);
    expect(await ids('JP-NPA', 'grebe', { filter: { kinds: ['policy-note'] } })).toEqual([note.id]);
    expect(await ids('JP-NPA', 'grebe', { first: 100 })).toHaveLength(100);
  });

  test('divides by kind, author, jurisdiction, year and incident', async () => {
    expect((await search('JP-NPA', 'heron')).facets).toEqual({
      counted: 4,
      more: false,
      kinds: [
        { value: 'hack', count: 3 },
        { value: 'policy-note', count: 1 },
      ],
      authors: [{ value: agencyId('KR-FSC'), count: 4 }],
      jurisdictions: [{ value: 'KR', count: 4 }],
      years: [{ value: '2017', count: 1 }],
      incidents: [],
    });
    expect((await search('US-TFI', 'heron')).facets.counted).toBe(0);
  });

  test('a cursor is good for its own query, filter and order', async () => {
    const { pageInfo } = await search('JP-NPA', 'heron', { first: 1 });
    for (const variables of [{ query: 'marsh' }, { order: 'BEST' }, { filter: { kinds: ['hack'] } }]) {
      const answer = await world
        .as('JP-NPA', 'ANALYST')
        .query(SEARCH, { query: 'heron', after: pageInfo.endCursor, ...variables });
      expect(outcomeOf(answer)).toBe('INVALID after');
    }
  });

  test('suggests how the last word goes on, from what is seen alone', async () => {
    await draft(world, 'KR-FSC', { texts: [text('en', 'Heronsecret')] });
    expect((await search('JP-NPA', 'hero')).suggestions).toEqual(['heron']);
    expect((await search('KR-FSC', 'hero')).suggestions).toEqual(['heron', 'heronsecret']);
    expect((await search('US-TFI', 'hero')).suggestions).toEqual([]);
  });
});

test('a long text is found in every part of it, and its words together', async () => {
  const filler = Array.from({ length: 6_900 }, (_, n) => `w${n % 4_000}`).join(' ');
  const finding = await post('Tapir', `${filler} gazelle antelope`);
  const parts = await world.sql<{ n: number }>(
    `select count(*)::int as n from search_text where revision_id = $1`,
    [finding.revision.id],
  );
  expect(parts).toEqual([{ n: expect.any(Number) }]);
  expect(parts[0]?.n).toBeGreaterThan(0);
  const repeated = await post('Okapi', `${'하'.repeat(9_000)}끝 마지막`);
  for (const query of ['okapi 마지막', '하하하끝', '"끝 마지막" 하하'])
    expect({ query, found: await ids('JP-NPA', query) }).toEqual({ query, found: [repeated.id] });
  expect(await ids('JP-NPA', 'okapi -마지막')).toEqual([]);
  expect(await ids('JP-NPA', 'tapir gazelle')).toEqual([finding.id]);
});

/** As the application's login, entered as an analyst of the agency; or as nobody. */
const asApp = <Row>(code: Code | null, sql: string, values: unknown[] = []): Promise<Row[]> =>
  withClient(world.database.appUrl, async (client) => {
    await client.query('begin; set local search_path = entente, pg_catalog');
    if (code) await client.query('select from enter($1, $2)', [memberId(code, 'ANALYST'), ROLES]);
    const { rows } = await client.query(sql, values);
    await client.query('rollback');
    return rows as Row[];
  });

describe('the function that reads as the gate', () => {
  const HITS = `select finding_id as id from text_hits($1::tsquery, $2::tsquery, $3::tsquery[], $4::tsquery[], null, null, $5)`;
  let hidden: Finding;
  beforeAll(async () => {
    hidden = await released(
      world,
      'KR-FSC',
      ['US-TFI'],
      { texts: [text('en', 'Quokka')] },
      { sheet: { caseNumber: 'KOALA-1' } },
    );
    await post('Numbat');
  });

  test('tells a reader of what its own inbox names, whatever it is asked', async () => {
    const asked: [string, string, string[], string[], number | null][] = [
      [`'quokka'`, `'quokka'`, [`'quokka'`], [], null],
      [`'quokka' | 'numbat'`, `'quokka'`, [], [], null],
      [`!'nothing'`, `!'nothing'`, [], [], null],
      [`'quokka':*`, `'quokka':*`, [`'quokka':*`], [`'numbat'`], 1],
      [`'koala'`, `'koala'`, [`'koala'`], [], null],
    ];
    const listed = async (code: Code) =>
      (await asApp<{ id: string }>(code, 'select finding_id as id from inbox')).map(({ id }) => id);
    for (const code of ['JP-NPA', 'CN-CAMLMAC', 'XX-ALONE'] as const) {
      const seen = await listed(code);
      for (const values of asked) {
        const found = await asApp<{ id: string }>(code, HITS, values);
        expect(found.map(({ id }) => id).filter((id) => !seen.includes(id) || id === hidden.id)).toEqual([]);
      }
    }
    expect(await asApp('US-TFI', HITS, asked[0])).toEqual([{ id: hidden.id }]);
    expect(await asApp('US-TFI', HITS, asked[4])).toEqual([]);
    expect(await asApp('KR-FSC', HITS, asked[4])).toEqual([{ id: hidden.id }]);
  });

  test('excludes by a hidden word what it excludes by one that nobody wrote', async () => {
    const told = async (query: string) =>
      (await world.as('JP-NPA', 'ANALYST').query<{ search: Found }>(SEARCH, { query })).data.search.nodes;
    expect(await told('numbat -quokka')).toEqual(await told('numbat -nobodywrotethis'));
    expect(await told('numbat -koala')).toEqual(await told('numbat'));
  });

  test("is the only way to the words of a sheet that is not one's own: none", async () => {
    const own = 'select from search_text where own';
    expect(await asApp('JP-NPA', own)).toEqual([]);
    expect((await asApp('KR-FSC', own)).length).toBeGreaterThan(0);
  });

  test('tells nobody anything before somebody is entered', async () => {
    expect(await asApp(null, HITS, [`!'nothing'`, `!'nothing'`, [], [], null])).toEqual([]);
  });

  test('finds no less where many match than where few do', async () => {
    const words = await asApp<{ id: string }>('KR-FSC', HITS, [
      `!'nothing'`,
      `'nothing'`,
      [],
      [`'nothing'`],
      null,
    ]);
    expect(words.length).toBeGreaterThan(5);
  });
});
