import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACTS, document } from './support/findings.js';
import { refused, SENT } from './support/refused.js';
import { memberId } from './support/roster.js';
import { startWorld, type Answer, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const JSON_TYPE = 'application/json';

/** Sends bytes as KR-FSC's contributor. */
async function send(
  body: string | Uint8Array | null,
  type: string | null = JSON_TYPE,
  { method = 'POST', path = '/graphql', headers = {} } = {},
): Promise<Answer<unknown>> {
  const token = await world.issuer.mint(memberId('KR-FSC', 'CONTRIBUTOR'));
  const response = await fetch(world.url + path, {
    method,
    body:
      typeof body === 'string' ? new TextEncoder().encode(body) : (body as Uint8Array<ArrayBuffer> | null),
    headers: {
      ...headers,
      authorization: `Bearer ${token}`,
      ...(type !== null && { 'content-type': type }),
    },
  });
  const text = await response.text();
  const { data = null, errors = [] } = JSON.parse(text) as Partial<Answer<unknown>>;
  return { status: response.status, data, errors, text };
}

const query = '{ viewer { name } }';
const draft = {
  query: ACTS.draftFinding,
  variables: { input: { idempotencyKey: SENT, document: document() } },
};

describe('what is no request is INVALID, and has no effect', () => {
  test.each<[what: string, body: string | null, type: string | null]>([
    ['no body', null, JSON_TYPE],
    ['nothing', '', JSON_TYPE],
    ['half of a JSON text', `{"query": "${SENT}`, JSON_TYPE],
    ['no JSON', SENT, JSON_TYPE],
    ['a JSON text and a word', `${JSON.stringify({ query })} ${SENT}`, JSON_TYPE],
    ['a list of operations', JSON.stringify([draft, draft]), JSON_TYPE],
    ['a text', JSON.stringify(SENT), JSON_TYPE],
    ['null', 'null', JSON_TYPE],
    ['no operation', JSON.stringify({ variables: { [SENT]: SENT } }), JSON_TYPE],
    ['an operation that is a number', JSON.stringify({ query: 5 }), JSON_TYPE],
    [
      'an operation that is an object',
      JSON.stringify({ query: { kind: 'Document', definitions: [] } }),
      JSON_TYPE,
    ],
    [
      'an operation that is a syntax tree',
      JSON.stringify({ query: '{"kind":"Document","definitions":[]}' }),
      JSON_TYPE,
    ],
    ['an empty operation', JSON.stringify({ query: '' }), JSON_TYPE],
    ['variables that are a text', JSON.stringify({ ...draft, variables: SENT }), JSON_TYPE],
    ['variables that are a list', JSON.stringify({ ...draft, variables: [SENT] }), JSON_TYPE],
    [
      'an operation of another name',
      JSON.stringify({ ...draft, operationName: SENT.replace('-', '_') }),
      JSON_TYPE,
    ],
    ['a prototype', `{"query": "${query}", "__proto__": {"${SENT}": 1}}`, JSON_TYPE],
    [
      'two operations without a name',
      JSON.stringify({ query: `query A ${query} query B ${query}` }),
      JSON_TYPE,
    ],
    ['more than 1 MiB', JSON.stringify({ ...draft, x: 'x'.repeat(1_100_000) }), JSON_TYPE],
    ['10 MB', JSON.stringify({ ...draft, x: 'x'.repeat(10_000_000) }), JSON_TYPE],
    ['65 levels', `{"query": "${query}", "x": ${'['.repeat(64)}"${SENT}\\"]"${']'.repeat(64)}}`, JSON_TYPE],
    ['one name twice', `{"query": "${query}", "query": "${SENT}"}`, JSON_TYPE],
    ['one name twice, once escaped', `{"query": "${query}", "qu\\u0065ry": "${SENT}"}`, JSON_TYPE],
    [
      'one name twice, deep inside',
      JSON.stringify(draft).replace('"kind":', '"kind": "policy-note", "kind":'),
      JSON_TYPE,
    ],
    ['an operation of the type application/graphql', query, 'application/graphql'],
    ['plain text', JSON.stringify(draft), 'text/plain'],
    [
      'a form',
      new URLSearchParams({
        query: ACTS.draftFinding,
        variables: JSON.stringify(draft.variables),
      }).toString(),
      'application/x-www-form-urlencoded',
    ],
    ['a file', JSON.stringify(draft), 'multipart/form-data; boundary=x'],
    ['XML', `<query>${SENT}</query>`, 'application/xml'],
    ['a media type that is none', JSON.stringify(draft), SENT],
    ['no media type', JSON.stringify(draft), null],
  ])('%s', async (_, body, type) => {
    const told = await refused(world, () => send(body, type));
    expect(told.code).toBe('INVALID');
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE'])('an act by %s', async (method) => {
    const parameters = new URLSearchParams({
      query: ACTS.draftFinding,
      variables: JSON.stringify(draft.variables),
    });
    const path = `/graphql?${parameters.toString()}`;
    const { errors, status, text } = await send(null, null, { method, path });
    expect([404, 405]).toContain(status);
    expect(text).not.toContain(SENT);
    expect(errors.length === 0 || errors[0]?.extensions.code === 'INVALID').toBe(true);
    expect(await world.sql('select from finding')).toEqual([]);
  });
});

test.each<[what: string, body: Uint8Array, headers: Record<string, string>]>([
  ['bytes that are no UTF-8', Buffer.from(JSON.stringify(draft).replace(SENT, 'caf\u00e9'), 'latin1'), {}],
  ['a surrogate in UTF-8', Buffer.from(JSON.stringify(draft).replace(SENT, '\xed\xa0\x80'), 'latin1'), {}],
  [
    'UTF-16',
    Buffer.from(JSON.stringify(draft), 'utf16le'),
    { 'content-type': 'application/json; charset=utf-16' },
  ],
  ['a gzip bomb', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }],
])('%s is INVALID, and has no effect', async (_, body, headers) => {
  const told = await refused(world, () => send(body, JSON_TYPE, { headers }));
  expect(told.code).toBe('INVALID');
});

describe('what is no operation is INVALID, and quotes no value', () => {
  const literal = (filter: string) => `{ findings(filter: ${filter}) { nodes { id } } }`;

  test.each([
    ['a syntax error', `{ findings("${SENT}"`],
    ['a syntax error in a block', `{ findings("""${SENT}"""`],
    ['an unfinished text', `{ finding(id: "${SENT}) { id } }`],
    ['a wrong escape', `{ finding(id: "\\u{${SENT}}") { id } }`],
    ['a character that is none of GraphQL', `{ finding(id: ?${SENT}) { id } }`],
    ['an unknown field', '{ nonsense }'],
    ['an unknown argument', `{ viewer(nonsense: "${SENT}") { name } }`],
    ['an unknown directive', `{ viewer @nonsense(x: "${SENT}") { name } }`],
    ['a text where a number belongs', `{ findings(first: "${SENT}") { nodes { id } } }`],
    ['an object where a text belongs', literal(`{ words: { x: "${SENT}" } }`)],
    ['an enum where a text belongs', literal(`{ words: ${SENT.replace('-', '_')} }`)],
    ['a state there is not', literal(`{ states: [${SENT.replace('-', '_')}] }`)],
    ['a state that is a text', literal(`{ states: ["${SENT}"] }`)],
    ['a time that is none', literal(`{ released: { from: "${SENT}" } }`)],
    ['an unknown field of an input', literal(`{ nonsense: "${SENT}" }`)],
    ['a variable that is not declared', '{ finding(id: $nonsense) { id } }'],
    ['a fragment in a circle', 'query { viewer { ...a } } fragment a on Viewer { ...a }'],
    ['a field without its fields', '{ viewer }'],
  ])('%s', async (_, text) => {
    const body = JSON.stringify({ query: text });
    for (let n = 0; n < 2; n++) {
      const told = await refused(world, () => send(body));
      expect(told.code).toBe('INVALID');
      // A name of the operation may come back; a value of it may not.
    }
    expect((await send(body)).text).not.toContain(SENT.replace('-', '_'));
  });
});
