import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CODES } from './agencies.js';
import { Driver, type Paced } from './drive.js';
import { apiEnvironment, ourCall, Tokens } from './list-page.js';
import { loadFindings } from './load.js';
import type { Neighbour, Noise } from './loud.js';
import { everyPage, type BenchPage } from './pages.js';
import { start } from './process.js';
import { Random } from './random.js';
import { startServer, withClient, type BenchServer } from './server.js';

const FINDINGS = 20_000;
/** A page of 20 costs 31 points: an agency's share is what its budget of 1,000 a second pays without a pause. */
const SHARE = 30;
const WINDOW = 12_000;
/** Pages a second of both, each page once: a service that has run for a while has put them together (decision 001). */
const WARMING = 44;
const WARM_UP = 5_000;
const ROUNDS = 6;
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
    await loadFindings(server.superuserUrl, FINDINGS);
    const ratio = await measure(server);
    if (ratio > WANTED) process.exitCode = 1;
    say(JSON.stringify({ bench: 'share', ratio: Math.ceil(ratio * 100) / 100 }));
  } finally {
    await server.stop();
  }
}

async function measure(server: BenchServer): Promise<number> {
  const pages = await withClient(server.superuserUrl, everyPage);
  const of = (agency: number): BenchPage[] => pages.filter((page) => page.agency === agency);
  const api = await start('../../apps/api/main.js', [], apiEnvironment(server, {}));
  const { url } = api;
  const { demoDirectory } = server;
  const loud = new Loud({ url, demoDirectory, agency: LOUD, pages: of(LOUD) });
  const quiet = new Driver(url);
  const tokens = await Tokens.open(demoDirectory);
  const random = new Random(7);
  const quietFor = async (milliseconds: number): Promise<Paced[]> => {
    await tokens.renew();
    return quiet.pace(() => ourCall(random.pick(of(QUIET)), tokens), SHARE, milliseconds);
  };
  const beside = (
    what: Noise['what'],
    perSecond: number,
    milliseconds = WINDOW,
  ): Promise<[Paced[], Paced[]]> =>
    Promise.all([quietFor(milliseconds), loud.make({ what, perSecond, milliseconds })]);
  const found: Record<'alone' | 'flood' | 'nonsense', Paced[]> = { alone: [], flood: [], nonsense: [] };
  const refusals: Paced[] = [];
  try {
    await tokens.renew();
    const both = of(QUIET).flatMap((page, n) => [page, of(LOUD)[n] ?? page]);
    const each = both.values();
    const next = (): BenchPage => each.next().value ?? random.pick(both);
    await quiet.pace(() => ourCall(next(), tokens), WARMING, (both.length * 1000) / WARMING);
    await beside('pages', SHARE, WARM_UP);
    for (let round = 0; round < ROUNDS; round++) {
      found.alone.push(...(await quietFor(WINDOW)));
      const [besideFlood, flood] = await beside('pages', SHARE * 10);
      found.flood.push(...besideFlood);
      refusals.push(...flood.filter(({ status }) => status === 429));
      const [besideNonsense, answers] = await beside('nonsense', SHARE);
      found.nonsense.push(...besideNonsense);
      const taken = answers.filter(({ status }) => status === 200 || status >= 500);
      if (taken.length > 0) throw new Error(`${taken.length} of the nonsense was not refused`);
    }
  } finally {
    quiet.close();
    await loud.stop();
    await api.stop();
  }
  return compare(found, refusals);
}

/** @returns p99 beside the flood over p99 alone */
function compare(found: Record<'alone' | 'flood' | 'nonsense', Paced[]>, refusals: Paced[]): number {
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

/** The loud one's thread. */
class Loud {
  private readonly thread: Worker;

  constructor(workerData: Neighbour) {
    this.thread = new Worker(join(import.meta.dirname, 'loud.js'), { workerData });
  }

  async make(noise: Noise): Promise<Paced[]> {
    const made = once(this.thread, 'message') as Promise<[Paced[]]>;
    this.thread.postMessage(noise);
    return (await made)[0];
  }

  async stop(): Promise<void> {
    await this.thread.terminate();
  }
}

const ms = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;

function p99(answers: readonly Paced[]): number {
  const sorted = answers.map(({ took }) => took).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? NaN;
}
