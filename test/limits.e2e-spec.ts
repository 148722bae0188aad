import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askBare as ask, codeOf } from './support/bare.js';
import { startWorld, type World } from './support/world.js';

/* What one operation may be, and what it costs. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const EXPIRE = 'mutation ($input: ExpireFindingInput!) { expireFinding(input: $input) { finding { id } } }';

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
    [
      'a fragment of 1,001 fields that no operation uses',
      `{ viewer { name } } fragment f on Viewer { ${'name '.repeat(1_001)} }`,
    ],
    ['more than it may cost', `{ ${times(50, (i) => `a${i}: findings(first: 100) { nodes { id } }`)} }`],
  ])('%s', async (_, query) => {
    const told = await ask(world, 'CN-CAMLMAC', query);
    expect([told.status, codeOf(told), told.data, told.retryAfter]).toEqual([
      400,
      'TOO_COSTLY',
      undefined,
      null,
    ]);
  });

  test('fragments in a circle are INVALID, whatever hangs on them', async () => {
    const told = await ask(
      world,
      'CN-CAMLMAC',
      'query { viewer { ...a } } fragment a on Viewer { ...b ...b } fragment b on Viewer { ...a ...a }',
    );
    expect([told.status, codeOf(told)]).toEqual([400, 'INVALID']);
  });

  test('the introspection query of every tool is none of these', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const query = getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, oneOf: false });
    expect((await ask(world, 'CN-CAMLMAC', query)).errors).toBeUndefined();
  });
});

const FROM = `{ chain: "bitcoin", value: "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" }`;

describe('what an operation costs stands in its answer', () => {
  test.each<[query: string, requested: number, variables?: object]>([
    ['{ __typename }', 0],
    ['{ viewer { name roles agency { code } } }', 10],
    ['{ a: viewer { name } b: viewer { name } }', 20],
    ['{ findings { nodes { id } } }', 10 + 20],
    ['{ lookup(values: ["a"]) { nodes { value } } }', 10 + 20],
    ['query ($n: Int) { lookup(values: ["a"], first: $n) { nodes { value } } }', 10 + 1_000, { n: 10_000 }],
    ['{ lookup(values: ["a"], first: 3) { nodes { matches { finding { id } } } } }', 10 + 3 + 3 * 5],
    [`{ trace(from: ${FROM}) { complete nodes { key } edges { amount } } }`, 500],
    [`{ trace(from: ${FROM}) { edges { transfers { sources { finding { id } } } } } }`, 500 + 20 * 2 * 1],
    ['{ findings(first: 7) { nodes { id state } } }', 10 + 7],
    ['query ($n: Int) { findings(first: $n) { nodes { id } } }', 10 + 20],
    ['query ($n: Int) { findings(first: $n) { nodes { id } } }', 10 + 3, { n: 3 }],
    ['query ($n: Int = 4) { findings(first: $n) { nodes { id } } }', 10 + 4],
    ['query ($n: Int) { findings(first: $n) { nodes { id } } }', 10 + 100, { n: 1_000_000 }],
    ['query ($n: Int) { findings(first: $n) { nodes { id } } }', 10 + 1, { n: -1_000_000 }],
    ['query ($n: Int = 4) { findings(first: $n) { nodes { id } } }', 10 + 20, { n: null }],
    ['{ __schema { types { name } } }', 500],
    ['{ a: __type(name: "Finding") { name } b: __type(name: "Agency") { name } }', 100],
    ['{ findings(first: 10) { nodes { author { code } } total { count } } }', 10 + 10 + 10 + 10],
    ['{ search(query: "nem", first: 10) { nodes { id } } }', 100 + 10],
    ['{ search(query: "nem", first: 10) { facets { counted } suggestions } }', 100 + 10 + 200 + 200 + 10 * 5],
    ['{ findings(first: 10) { nodes { revision { document { kind } } } } }', 10 + 10],
    ['{ incidents(first: 10) { nodes { claims { attribute } } } }', 10 + 10 + 10 * 20 + 10 * 5],
    ['{ findings(first: 10) { edges { node { revisions { id } } } } }', 10 + 10 + 10 + 10 * 5],
    [
      '{ findings(first: 2) { nodes { ...f } } } fragment f on Finding { ... on Finding { author { code } } }',
      10 + 2 + 2,
    ],
  ])('%s', async (query, requested, variables = {}) => {
    const { extensions } = await ask(world, 'US-TFI', query, { variables });
    expect(extensions?.cost.requested).toBe(requested);
  });

  test('an act costs five times a read', async () => {
    const { extensions } = await ask(world, 'US-TFI', EXPIRE, {
      variables: { input: { idempotencyKey: 'k', findingId: 'none' } },
    });
    expect(extensions?.cost.requested).toBe(50);
  });
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
    const { errors, data, status } = await ask(world, null, query);
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

  test('cannot hide how much it sends', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from(JSON.stringify({ query: '{ __typename }' })));
        controller.close();
      },
    });
    const answer = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(401);
  });

  test('may ask whether this is GraphQL', async () => {
    expect(await ask(world, null, '{ __typename }')).toMatchObject({
      status: 200,
      data: { __typename: 'Query' },
    });
  });
});
