import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { found, word } from './support/planted.js';
import { memberId } from './support/roster.js';
import { speak, startSpokenWorld, type SpokenWorld } from './support/spoken.js';

/*
 * What is no request, and what never becomes one: nothing of it is in a line that the API or its PostgreSQL writes, and
 * nothing but names in what is answered.
 */

let world: SpokenWorld;
beforeAll(async () => {
  world = await startSpokenWorld();
}, 60_000);
afterAll(() => world.close());

describe('requests that are none', () => {
  const post = async (
    body: string,
    headers: Record<string, string> = {},
    path = '/graphql',
    method = 'POST',
  ) => {
    const token = await world.issuer.mint(memberId('KR-FSC', 'CONTRIBUTOR'));
    const response = await fetch(world.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(method === 'POST' && { body }),
    });
    return { status: response.status, text: await response.text() };
  };
  const json = (parts: object) => JSON.stringify(parts);
  const query = '{ viewer { name } }';
  const jwt = () =>
    [{ alg: 'none' }, { sub: word('subject'), iss: word('issuer') }]
      .map((part) => Buffer.from(json(part)).toString('base64url'))
      .concat(word('signature'))
      .join('.');

  test.each<[what: string, send: () => Promise<{ status: number; text: string }>]>([
    ['half of a JSON text', () => post(`{"query": "${word('body')}`)],
    ['no JSON', () => post(word('body'))],
    ['a text', () => post(json({ query: `{ finding(id: "${word('literal')}` }))],
    [
      'a literal of a wrong type',
      () => post(json({ query: `{ findings(first: "${word('literal')}") { nodes { id } } }` })),
    ],
    [
      'a literal that is no time',
      () =>
        post(
          json({ query: `{ findings(filter: {released: {from: "${word('literal')}"}}) { nodes { id } } }` }),
        ),
    ],
    [
      'a literal that is not found',
      () => post(json({ query: `{ finding(id: "${word('literal')}") { id } }` })),
    ],
    [
      'words as a literal',
      () =>
        post(
          json({
            query: `{ findings(filter: {words: "${word('literal')}", kinds: ["hacks"]}) { nodes { id } } }`,
          }),
        ),
    ],
    ['another media type', () => post(word('body'), { 'content-type': `text/${word('type')}` })],
    ['more than 1 MiB', () => post(json({ query, x: `${word('body')}${'x'.repeat(1_100_000)}` }))],
    [
      'a variable of another type',
      () =>
        post(
          json({
            query: 'query ($f: Int) { findings(first: $f) { nodes { id } } }',
            variables: { f: word('variable') },
          }),
        ),
    ],
    ['a token that is none', () => post(json({ query }), { authorization: `Bearer ${word('token')}` })],
    ['a token of another issuer', () => post(json({ query }), { authorization: `Bearer ${jwt()}` })],
    ['another scheme', () => post(json({ query }), { authorization: `Basic ${word('token')}` })],
    ['a query in the address', () => post('', {}, `/graphql?query=${word('query')}`, 'GET')],
    ['an address that is none', () => post(word('body'), {}, `/${word('path')}?${word('search')}`)],
    ['an address that is no text', () => post(word('body'), {}, `/%E0%${word('path')}`)],
    [
      'a demo member that is none',
      () => post('', {}, `/demo/token?agency=${word('agency')}&role=${word('role')}`, 'GET'),
    ],
    ['metrics, if there are any', () => post('', {}, '/metrics', 'GET')],
  ])('%s', async (_, send) => {
    const { status, text: answered } = await send();
    expect(status).toBeGreaterThanOrEqual(200);
    expect(found(answered)).toEqual([]);
    expect(world.leaks()).toEqual({});
  });

  test.each<[what: string, body: () => object]>([
    ['an operation name', () => ({ query: `query ${word('name')} ${query}` })],
    ['an operation that is not there', () => ({ query, operationName: word('name') })],
    ['an alias', () => ({ query: `{ ${word('alias')}: viewer { name } }` })],
    ['an unknown field', () => ({ query: `{ ${word('field')} }` })],
    ['an unknown argument', () => ({ query: `{ viewer(${word('argument')}: 1) { name } }` })],
    ['an unknown type', () => ({ query: `query ($x: ${word('type')}) ${query}` })],
    ['an unknown fragment', () => ({ query: `{ viewer { ...${word('fragment')} } }` })],
    ['an undeclared variable', () => ({ query: `{ finding(id: $${word('variable')}) { id } }` })],
    ['an unknown directive', () => ({ query: `{ viewer @${word('directive')} { name } }` })],
    ['an extra variable', () => ({ query, variables: { [word('variable')]: word('value') } })],
    ['extensions', () => ({ query, extensions: { [word('extension')]: word('value') } })],
  ])('%s: a name may come back to who sent it, and is in no log', async (_, body) => {
    await post(json(body()));
    expect(world.leaks()).toEqual({});
  });

  test.each([
    ['a method that is none', () => `${word('method')} / HTTP/1.1\r\n\r\n`],
    ['a header that is none', () => `GET / HTTP/1.1\r\n${word('header')}\r\n\r\n`],
    [
      'a length that is none',
      () => `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: ${word('length')}\r\n\r\n`,
    ],
    ['headers without end', () => `GET / HTTP/1.1\r\nx: ${word('header')}${'x'.repeat(20_000)}\r\n\r\n`],
    [
      'a body that breaks off',
      () =>
        `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"${word('body')}`,
    ],
  ])('%s', async (_, bytes) => {
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    let answered = '';
    socket.setEncoding('latin1').on('data', (part: string) => (answered += part));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(bytes());
    socket.end();
    await closed;
    expect(found(answered)).toEqual([]);
    expect(world.leaks()).toEqual({});
  });
});

describe('an API that ends', () => {
  test('by an error that nobody caught names what was thrown, not what it says', async () => {
    const mark = word('message');
    const thrower = `process.once('SIGUSR2', () => { throw Object.assign(new RangeError('${mark}'), { detail: '${mark}' }); })`;
    const rejecter = `process.once('SIGUSR2', () => { void Promise.reject(new RangeError('${mark}\\n    at ${mark}')); })`;
    for (const code of [thrower, rejecter]) {
      const { process: api } = await speak(world.env, `data:text/javascript,${encodeURIComponent(code)}`);
      api.signal('SIGUSR2');
      await api.ended;
      expect(api.code()).toBe(1);
      expect(api.out()).toContain('"name":"RangeError"');
      expect(found(api.out(), api.err())).toEqual([]);
    }
  });

  test.each([
    ['at an address that is none', () => ({ DATABASE_URL: word('address') })],
    [
      'at a server that is not there',
      () => ({ DATABASE_URL: `postgres://entente_app:${word('password')}@127.0.0.1:1/x` }),
    ],
    ['with a wrong password', () => ({ DATABASE_URL: withPassword(word('password')) })],
    ['with a setting that is none', () => ({ LOG_LEVEL: word('level'), PORT: word('port') })],
  ])('before it began, %s, says why and repeats nothing', async (_, env) => {
    const { process: api, url } = await speak({ ...world.env, ...env() });
    expect(url).toBeUndefined();
    await api.ended;
    expect(api.code()).toBe(1);
    expect(api.err()).not.toBe('');
    expect(found(api.out(), api.err())).toEqual([]);
  });
});

function withPassword(password: string): string {
  const url = new URL(world.env.DATABASE_URL ?? '');
  url.password = password;
  return url.href;
}
