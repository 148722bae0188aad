import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { draft } from './support/findings.js';
import { memberId } from './support/roster.js';
import { withClient } from './support/server.js';
import { startWorld, type World } from './support/world.js';

/* What one agency may ask: each operation of a bounded size, so many points in ten seconds, so many at a time. */

const BUDGET = 3_000;
const AT_ONCE = 3;

let world: World;
beforeAll(async () => {
  world = await startWorld({ agency: { budget: BUDGET / 10, atOnce: AT_ONCE } });
});
afterAll(() => world.close());

interface Told {
  status: number;
  retryAfter: string | null;
  data?: unknown;
  errors?: { message: string; extensions: { code: string; retryAfter?: number } }[];
  extensions?: { cost: { requested: number; remaining: number; resetsIn: number; budget: number } };
}

/** Asks as an analyst of that agency, or as nobody. */
async function ask(
  agency: 'KR-FSC' | 'JP-NPA' | 'US-TFI' | 'CN-CAMLMAC' | null,
  query: string,
  { variables = {}, signal }: { variables?: object; signal?: AbortSignal } = {},
): Promise<Told> {
  const token = agency && (await world.issuer.mint(memberId(agency, 'ANALYST')));
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
  const told = (await response.json()) as Partial<Told>;
  return { ...told, status: response.status, retryAfter: response.headers.get('retry-after') };
}

const EXPIRE = 'mutation ($input: ExpireFindingInput!) { expireFinding(input: $input) { finding { id } } }';

const codeOf = ({ errors }: Told): string | undefined => errors?.[0]?.extensions.code;

const times = (n: number, text: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => text(i)).join(' ');
const nested = (n: number, open: string, core: string, close: string): string =>
  open.repeat(n) + core + close.repeat(n);

describe('an operation that would take long to read, check or compile is TOO_COSTLY', () => {
  test.each<[what: string, query: string]>([
    [
      '17 levels',
      nested(16, '{ supersededBy ', '{ id }', '}').replace('{ supersededBy', '{ finding(id: "")'),
    ],
    ['6,000 nested fields', nested(6_000, '{ viewer ', '{ id }', '}')],
    ['6,000 nested brackets', `{ finding(id: ${nested(6_000, '[', '', ']')}) { id } }`],
    ['6,000 nested braces', `{ findings(filter: ${nested(6_000, '{a:', '1', '}')}) { nodes { id } } }`],
    ['51 aliases', `{ ${times(51, (i) => `a${i}: viewer { name }`)} }`],
    ['1,000 aliases', `{ ${times(1_000, (i) => `a${i}: viewer { name }`)} }`],
    ['1,001 fields', `{ viewer { ${'name '.repeat(1_000)} } }`],
    ['10,000 repeated fields', `{ viewer { ${'name '.repeat(10_000)} } }`],
    [
      'fragments that double thirty times',
      `{ viewer { ...f0 } } ${times(30, (i) => `fragment f${i} on Viewer { ...f${i + 1} ...f${i + 1} }`)}
       fragment f30 on Viewer { name }`,
    ],
    ['more than it may cost', `{ ${times(50, (i) => `a${i}: findings(first: 100) { nodes { id } }`)} }`],
  ])('%s', async (_, query) => {
    const told = await ask('CN-CAMLMAC', query);
    expect([told.status, codeOf(told), told.data, told.retryAfter]).toEqual([
      400,
      'TOO_COSTLY',
      undefined,
      null,
    ]);
  });

  test('fragments in a circle are INVALID, whatever hangs on them', async () => {
    const told = await ask(
      'CN-CAMLMAC',
      'query { viewer { ...a } } fragment a on Viewer { ...b ...b } fragment b on Viewer { ...a ...a }',
    );
    expect([told.status, codeOf(told)]).toEqual([400, 'INVALID']);
  });

  test('the introspection query of every tool is none of these', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const query = getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, oneOf: false });
    expect((await ask('CN-CAMLMAC', query)).errors).toBeUndefined();
  });
});

describe('what an operation costs stands in its answer', () => {
  test.each<[query: string, requested: number, variables?: object]>([
    ['{ __typename }', 0],
    ['{ viewer { name roles agency { code } } }', 10],
    ['{ a: viewer { name } b: viewer { name } }', 20],
    ['{ findings { nodes { id } } }', 10 + 20],
    ['{ findings(first: 7) { nodes { id state } } }', 10 + 7],
    ['query ($n: Int) { findings(first: $n) { nodes { id } } }', 10 + 20],
    ['query ($n: Int) { findings(first: $n) { nodes { id } } }', 10 + 3, { n: 3 }],
    ['query ($n: Int = 4) { findings(first: $n) { nodes { id } } }', 10 + 4],
    ['query ($n: Int) { findings(first: $n) { nodes { id } } }', 10 + 100, { n: 1_000_000 }],
    ['query ($n: Int) { findings(first: $n) { nodes { id } } }', 10 + 1, { n: -1_000_000 }],
    ['{ findings(first: 10) { nodes { author { code } } total { count } } }', 10 + 10 + 10 + 10],
    ['{ findings(first: 10) { edges { node { revisions { id } } } } }', 10 + 10 + 10 + 10 * 5],
    [
      '{ findings(first: 2) { nodes { ...f } } } fragment f on Finding { ... on Finding { author { code } } }',
      10 + 2 + 2,
    ],
  ])('%s', async (query, requested, variables = {}) => {
    const { extensions } = await ask('US-TFI', query, { variables });
    expect(extensions?.cost.requested).toBe(requested);
  });

  test('an act costs five times a read', async () => {
    const { extensions } = await ask('US-TFI', EXPIRE, {
      variables: { input: { idempotencyKey: 'k', findingId: 'none' } },
    });
    expect(extensions?.cost.requested).toBe(50);
  });
});

describe('the budget', () => {
  test('is spent point by point; who has none left is told when to come back, and others are not touched', async () => {
    const query = '{ findings(first: 100) { nodes { revisions { id } } } }';
    const cost = 10 + 100 + 100 + 500;
    let left = BUDGET;
    for (let n = 0; n < Math.floor(BUDGET / (cost + 1)); n++) {
      // And one for the request itself.
      left -= cost + 1;
      const { extensions } = await ask('KR-FSC', query);
      expect(extensions?.cost).toMatchObject({ requested: cost, remaining: left, budget: BUDGET });
    }
    const refused = await ask('KR-FSC', query);
    expect([refused.status, codeOf(refused), refused.data]).toEqual([429, 'RATE_LIMITED', undefined]);
    const seconds = Number(refused.retryAfter);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(10);
    expect(refused.errors?.[0]?.extensions.retryAfter).toBe(seconds);
    // What is left still buys less, for every member of the agency; an act that is refused has no effect.
    expect((await ask('KR-FSC', '{ viewer { name } }')).errors).toBeUndefined();
    expect((await ask('JP-NPA', query)).errors).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    expect((await ask('KR-FSC', query)).extensions?.cost.remaining).toBe(BUDGET - cost - 1);
  }, 30_000);

  test('a request that is none costs too, so that nothing is for free', async () => {
    const cost = async () => (await ask('JP-NPA', '{ __typename }')).extensions?.cost.remaining ?? 0;
    const before = await cost();
    for (let n = 0; n < 5; n++) expect(codeOf(await ask('JP-NPA', '{ nonsense }'))).toBe('INVALID');
    expect(before - (await cost())).toBe(6);
  });
});

test('operations beyond so many at a time are refused at once, and one whose client left still counts', async () => {
  await draft(world, 'US-TFI');
  const list = '{ findings { nodes { id } } }';
  const leaving = new AbortController();
  const [left, stayed] = await withClient(world.database.setupUrl, async (locker) => {
    await locker.query('begin; lock table entente.inbox in access exclusive mode');
    const waiting = [
      ask('US-TFI', list, { signal: leaving.signal }).catch(() => 'left'),
      ...Array.from({ length: AT_ONCE - 1 }, () => ask('US-TFI', list)),
    ];
    const locked = `select from pg_locks where not granted and relation = 'entente.inbox'::regclass`;
    while ((await world.sql(locked)).length < AT_ONCE)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const beyond = async () => {
      const refused = await ask('US-TFI', list);
      expect([refused.status, codeOf(refused), refused.retryAfter]).toEqual([429, 'RATE_LIMITED', '1']);
    };
    await beyond();
    leaving.abort();
    await waiting[0];
    await beyond();
    expect((await ask('CN-CAMLMAC', '{ viewer { name } }')).errors).toBeUndefined();
    await locker.query('rollback');
    return [await waiting[0], (await Promise.all(waiting.slice(1))) as Told[]] as const;
  });
  expect(left).toBe('left');
  for (const { errors } of stayed) expect(errors).toBeUndefined();
  // Every place is free again.
  const again = await Promise.all(Array.from({ length: AT_ONCE }, () => ask('US-TFI', list)));
  for (const { errors } of again) expect(errors).toBeUndefined();
});

describe('a stranger', () => {
  test.each<[what: string, query: string]>([
    ['introspection', '{ __schema { types { name } } }'],
    ['introspection of one type', '{ __type(name: "Finding") { fields { name } } }'],
    ['introspection behind a fragment', '{ ...f } fragment f on Query { __schema { types { name } } }'],
    ['a field there is', '{ viewer { name } }'],
    ['a misspelt field', '{ viewr { name } }'],
    ['more than 16 kB', `{ __typename } # ${'x'.repeat(20_000)}`],
  ])('gets one answer, whatever it asks: %s', async (_, query) => {
    const { errors, data, status } = await ask(null, query);
    expect({ errors, data, status }).toEqual({
      status: 401,
      data: undefined,
      errors: [
        {
          message: 'The bearer token is missing, malformed or has expired.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  test('may ask whether this is GraphQL', async () => {
    expect(await ask(null, '{ __typename }')).toMatchObject({ status: 200, data: { __typename: 'Query' } });
  });
});
