import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CODES } from './agencies.js';
import { Driver, type Call, type Paced } from './drive.js';
import { apiEnvironment, ourCall, Tokens } from './list-page.js';
import { loadFindings } from './load.js';
import { everyPage, type BenchPage } from './pages.js';
import { start } from './process.js';
import { Random } from './random.js';
import { startServer, withClient, type BenchServer } from './server.js';

const FINDINGS = 20_000;
/** A page of 20 costs 31 points: an agency's share is what its budget of 1,000 a second pays without a pause. */
const SHARE = 30;
const WINDOW = 12_000;
const WARM_UP = 5_000;
const ROUNDS = 3;
/** At most this many times the p99 of a quiet neighbour. */
const WANTED = 1.5;
/** Milliseconds within which a refusal has come, at the 99th percentile. */
const REFUSED_WITHIN = 100;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const [QUIET, LOUD] = [0, 1];

/**
 * One agency asks its share of list pages; meanwhile another asks nothing, or ten times its share, or nonsense of
 * every kind. The last line has the quiet one's p99 beside the flood over its p99 alone.
 */
export default async function share(): Promise<void> {
  const server = await startServer();
  try {
    await withClient(server.ownerUrl, (owner) => loadFindings(owner, FINDINGS));
    const ratio = await measure(server);
    if (ratio > WANTED) process.exitCode = 1;
    say(JSON.stringify({ bench: 'share', ratio: Math.ceil(ratio * 100) / 100 }));
  } finally {
    await server.stop();
  }
}

async function measure(server: BenchServer): Promise<number> {
  const pages = await withClient(server.superuserUrl, everyPage);
  const api = await start('../../apps/api/main.js', [], apiEnvironment(server, {}));
  const [quiet, loud] = [new Driver(api.url), new Driver(api.url)];
  const tokens = await Tokens.open(server.demoDirectory);
  const random = new Random(7);
  const pageOf = (agency: number): (() => Call) => {
    const own = pages.filter((page: BenchPage) => page.agency === agency);
    return () => ourCall(random.pick(own), tokens);
  };
  const nonsense = (): Call => random.pick(NONSENSE)(tokens.of(LOUD));
  const quietFor = (milliseconds: number) => quiet.pace(pageOf(QUIET), SHARE, milliseconds);
  const found: Record<'alone' | 'flood' | 'nonsense', Paced[]> = { alone: [], flood: [], nonsense: [] };
  const refusals: Paced[] = [];
  try {
    await tokens.renew();
    await quietFor(WARM_UP);
    for (let round = 0; round < ROUNDS; round++) {
      await tokens.renew();
      found.alone.push(...(await quietFor(WINDOW)));
      const [beside, flood] = await Promise.all([
        quietFor(WINDOW),
        loud.pace(pageOf(LOUD), SHARE * 10, WINDOW),
      ]);
      found.flood.push(...beside);
      refusals.push(...flood.filter(({ status }) => status === 429));
      const [besideNonsense, answers] = await Promise.all([
        quietFor(WINDOW),
        loud.pace(nonsense, SHARE, WINDOW),
      ]);
      found.nonsense.push(...besideNonsense);
      const taken = answers.filter(({ status }) => status === 200 || status >= 500);
      if (taken.length > 0) throw new Error(`${taken.length} of the nonsense was not refused`);
    }
  } finally {
    quiet.close();
    loud.close();
    await api.stop();
  }
  for (const { status } of Object.values(found).flat())
    if (status !== 200) throw new Error(`${CODES[QUIET]} was answered ${status}`);
  if (refusals.length === 0) throw new Error('Nothing of the flood was refused.');
  const refusedIn = p99(refusals);
  if (refusedIn > REFUSED_WITHIN) process.exitCode = 1;
  const [alone, flood, besideNonsense] = [p99(found.alone), p99(found.flood), p99(found.nonsense)];
  say(`p99 alone ${ms(alone)}, beside ten times a share ${ms(flood)}, beside nonsense ${ms(besideNonsense)}`);
  say(`${refusals.length} refused, 99 of 100 within ${ms(refusedIn)}`);
  say(`beside nonsense: ${(besideNonsense / alone).toFixed(2)} (at most ${WANTED} is wanted)`);
  if (besideNonsense / alone > WANTED) process.exitCode = 1;
  return flood / alone;
}

const ms = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;

function p99(answers: readonly Paced[]): number {
  const sorted = answers.map(({ took }) => took).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? NaN;
}

const times = (n: number, text: string): string => text.repeat(n);

const json = { path: '/graphql', headers: { 'content-type': 'application/json' } };
const BOMB = gzipSync(Buffer.alloc(50_000_000));

/** What no client in its senses sends: each is refused. */
const NONSENSE: readonly ((token: string) => Call)[] = [
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
  // Bytes, so that writing them takes nothing from the quiet one's clock.
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
