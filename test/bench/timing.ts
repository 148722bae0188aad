import { equal } from 'node:assert/strict';
import { DemoIssuer } from '#identity';
import { memberId } from './agencies.js';
import { Driver, type Call } from './drive.js';
import { ASKER, hiddenFrom, ownOf } from './hidden.js';
import { loadFindings } from './load.js';
import { apiEnvironment } from './list-page.js';
import { start } from './process.js';
import { Random } from './random.js';
import { startServer, withClient, type BenchServer } from './server.js';
import { timingClasses, type TimingClass } from './timing-classes.js';
import { sampleOf, welch, type Sample } from './welch.js';

const FINDINGS = 10_000;
const PAIRS = 1_000;
const WARM_UP = 200;
/** The second test takes this share of the answers, the fastest of both: whoever measures leaves the disturbed out too. */
const KEPT = 0.5;
/** A plain difference: beyond both. */
const PLAIN_T = 4.5;
const PLAIN_MICROSECONDS = 50;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Verdict {
  name: string;
  t: number;
  /** How much longer what is hidden takes. */
  microseconds: number;
}

/**
 * Whether the answer for what is hidden takes as long as the answer for what is not there: pairs of requests one after
 * the other on one connection, each pair in random order, and Welch's t of the two.
 */
export default async function timing(): Promise<void> {
  const server = await startServer();
  try {
    await loadFindings(server.superuserUrl, FINDINGS);
    const [hidden, own] = await withClient(server.superuserUrl, async (superuser) => {
      const own = await ownOf(superuser);
      return [await hiddenFrom(superuser), own] as const;
    });
    say(`${FINDINGS} findings; ${PAIRS} pairs of each class after ${WARM_UP} to warm up; in microseconds.`);
    say('First all answers, then the faster half of both; `least` is what that half could have shown.');
    say(heading());
    const verdicts = await measureAll(server, timingClasses(hidden, own));
    const plain = verdicts.filter(
      ({ t, microseconds }) => Math.abs(t) > PLAIN_T && Math.abs(microseconds) > PLAIN_MICROSECONDS,
    );
    if (plain.length > 0) process.exitCode = 1;
    say(`plain differences: ${[...new Set(plain.map(({ name }) => name))].join('; ') || 'none'}`);
    const [worst] = verdicts.sort((a, b) => Math.abs(b.t) - Math.abs(a.t));
    if (!worst) throw new Error('Nothing was measured.');
    say(
      JSON.stringify({
        bench: 'timing',
        classes: verdicts.length / 2,
        worst: {
          class: worst.name,
          t: Number(worst.t.toFixed(1)),
          differenceMicroseconds: Math.round(worst.microseconds),
        },
      }),
    );
  } finally {
    await server.stop();
  }
}

async function measureAll(server: BenchServer, classes: readonly TimingClass[]): Promise<Verdict[]> {
  const environment = apiEnvironment(server, { DATABASE_POOL: '2', AGENCY_BUDGET: '1000000' });
  const api = await start('../../apps/api/main.js', [], environment);
  const driver = new Driver(api.url);
  const issuer = await DemoIssuer.open(server.demoDirectory);
  try {
    const verdicts: Verdict[] = [];
    for (const one of classes) {
      const token = await issuer.mint(memberId(ASKER, one.role));
      verdicts.push(...report(one.name, await measure(driver, one, token)));
    }
    return verdicts;
  } finally {
    driver.close();
    await api.stop();
  }
}

interface Took {
  hidden: number[];
  absent: number[];
}

/** @returns microseconds of each request */
async function measure(driver: Driver, { query, ...variables }: TimingClass, token: string): Promise<Took> {
  const random = new Random(11);
  const took: Took = { hidden: [], absent: [] };
  for (let n = 0; n < WARM_UP + PAIRS; n++) {
    const order = random.next() < 0.5 ? (['hidden', 'absent'] as const) : (['absent', 'hidden'] as const);
    const texts: string[] = [];
    for (const side of order) {
      const call = callOf(token, query, variables[side](n));
      const began = performance.now();
      const { status, text } = await driver.ask(call);
      const microseconds = (performance.now() - began) * 1000;
      equal(status, 200, text);
      texts.push(text);
      if (n >= WARM_UP) took[side].push(microseconds);
    }
    equal(texts[0], texts[1]);
  }
  return took;
}

const callOf = (token: string, query: string, variables: object): Call => ({
  path: '/graphql',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  body: JSON.stringify({ query, variables }),
});

const WIDTHS = [48, 9, 9, 9, 9, 8, 8, 8, 9, 9, 9];
const row = (cells: readonly (string | number)[]): string =>
  cells.map((cell, at) => String(cell)[at === 0 ? 'padEnd' : 'padStart'](WIDTHS[at] ?? 0)).join('');
const heading = () =>
  row(['class', 'hidden', 'sd', 'absent', 'sd', 't', 'df', 'diff', 't fast', 'diff', 'least']);

/** Says what was found of a class. @returns of all its answers, and of the faster half */
function report(name: string, { hidden, absent }: Took): Verdict[] {
  const limit =
    [...hidden, ...absent].sort((a, b) => a - b)[Math.floor(hidden.length * 2 * KEPT)] ?? Infinity;
  const fast = (values: readonly number[]) => values.filter((value) => value < limit);
  const all = { hidden: sampleOf(hidden), absent: sampleOf(absent) };
  const most = { hidden: sampleOf(fast(hidden)), absent: sampleOf(fast(absent)) };
  const [whole, cropped] = [welch(all.hidden, all.absent), welch(most.hidden, most.absent)];
  const between = (both: typeof all) => both.hidden.mean - both.absent.mean;
  const [difference, usual] = [between(all), between(most)];
  const spread = ({ mean, variance }: Sample) => [mean, Math.sqrt(variance)].map(Math.round);
  say(
    row([
      name,
      ...spread(all.hidden),
      ...spread(all.absent),
      whole.t.toFixed(1),
      Math.round(whole.freedom),
      Math.round(difference),
      cropped.t.toFixed(1),
      Math.round(usual),
      Math.round(PLAIN_T * cropped.error),
    ]),
  );
  return [
    { name, t: whole.t, microseconds: difference },
    { name, t: cropped.t, microseconds: usual },
  ];
}
