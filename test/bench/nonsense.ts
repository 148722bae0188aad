import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Call } from './drive.js';

const times = (n: number, text: string): string => text.repeat(n);

const json = { path: '/graphql', headers: { 'content-type': 'application/json' } };
const BOMB = gzipSync(Buffer.alloc(50_000_000));

/** What no client in its senses sends: each is refused. */
export const NONSENSE: readonly ((token: string) => Call)[] = [
  `{ viewer ${times(6_000, '{ viewer ')} ${times(6_000, '}')} }`,
  `{ finding(id: ${times(6_000, '[')}${times(6_000, ']')}) { id } }`,
  `{ viewer { ${times(10_000, 'name ')} } }`,
  `{ ${Array.from({ length: 1_000 }, (_, n) => `a${n}: viewer { name }`).join(' ')} }`,
  'query { viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }',
  '{ viewr { name } }',
]
  .map((query) => JSON.stringify({ query }))
  .concat(
    JSON.stringify({ query: '{ viewer { name } }', x: times(900_000, 'x') }).slice(0, -1),
    `{"query":"{ viewer { name } }","variables":${times(100_000, '[')}${times(100_000, ']')}}`,
    JSON.stringify({
      query: `{ viewer { name } } # ${randomBytes(10).toString('hex')}`,
      x: times(10_000_000, 'x'),
    }),
  )
  .map((text) => Buffer.from(text))
  .flatMap((body) => [
    (token: string): Call => ({
      ...json,
      headers: { ...json.headers, authorization: `Bearer ${token}` },
      body,
    }),
    (): Call => ({ ...json, body }),
  ])
  .concat(() => ({ ...json, headers: { ...json.headers, 'content-encoding': 'gzip' }, body: BOMB }));
