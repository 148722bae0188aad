import { deepStrictEqual } from 'node:assert/strict';
import { z } from 'zod';
import { agencyId, CODES } from './agencies.js';
import { DATA } from './data.js';
import { Driver, type Call, type Measured } from './drive.js';
import { startWith } from './kept.js';
import { everyPage, type BenchPage } from './pages.js';
import { apiEnvironment, ourCall, Tokens } from './list-page.js';
import { start } from './process.js';
import { Random } from './random.js';
import { DOCUMENT, picked } from './selection.js';
import { withClient, type BenchServer } from './server.js';

const SAMPLE = 60;
/** Until most parts of documents are kept, as in a service that has run for a while. */
const WARM_UP = 45_000;
const WINDOW = 8_000;
const WINDOWS = 3;
const POOL = 12;
/** No budget: the limit has none. At its end the API says how often a part of a document was kept. */
const SETTINGS = { DATABASE_POOL: String(POOL), AGENCY_BUDGET: '1000000', LOG_LEVEL: 'debug' };
/** At least this share of the limit's requests per second. */
const WANTED = 0.5;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The list page over the real API, against the least that could answer it, in one run on one server. */
export default async function page(): Promise<void> {
  const server = await startWith(DATA.page, { copied: false });
  try {
    const ratio = await measure(server);
    if (ratio < WANTED) process.exitCode = 1;
    say(JSON.stringify({ bench: 'page', ratio: Math.floor(ratio * 100) / 100 }));
  } finally {
    await server.stop();
  }
}

export async function measure(server: BenchServer): Promise<number> {
  const pages = await withClient(server.superuserUrl, everyPage);
  say(`${pages.length} full pages of ${CODES.length} agencies`);
  const api = await start('../../apps/api/main.js', [], apiEnvironment(server, SETTINGS));
  const limit = await start('limit.js', [server.superuserUrl, String(POOL)], {});
  const sides = { ours: new Driver(api.url), limit: new Driver(limit.url) };
  try {
    const tokens = await Tokens.open(server.demoDirectory);
    const calls = { ours: (at: BenchPage) => ourCall(at, tokens), limit: limitCall };
    await tokens.renew();
    await assertSameRows(
      pages,
      (at) => sides.ours.ask(calls.ours(at)),
      (at) => sides.limit.ask(calls.limit(at)),
    );
    const results: Record<'ours' | 'limit', Measured[]> = { ours: [], limit: [] };
    for (let window = 0; window <= WINDOWS; window++) {
      for (const side of ['ours', 'limit'] as const) {
        await tokens.renew();
        const random = new Random(100 + window);
        const next = () => calls[side](random.pick(pages));
        const measured = await sides[side].press(next, window === 0 ? WARM_UP : WINDOW);
        if (window > 0) results[side].push(measured);
        say(line(window, side, measured));
      }
    }
    const rate = (side: 'ours' | 'limit') => median(results[side].map((one) => one.rate));
    for (const side of ['ours', 'limit'] as const) {
      const took = results[side].flatMap((one) => one.took).sort((a, b) => a - b);
      say(
        `${side.padEnd(5)} ${rate(side).toFixed(0)} requests/s, p50 ${at(took, 0.5)} ms, p99 ${at(took, 0.99)} ms`,
      );
    }
    return rate('ours') / rate('limit');
  } finally {
    sides.ours.close();
    sides.limit.close();
    await Promise.all([api.stop(), limit.stop()]);
  }
}

/** The first page begins before everything: in the year 2286. */
const FIRST = { key: '9999999999999999', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

const limitCall = ({ agency, after }: BenchPage): Call => {
  const { key, id } = after ?? FIRST;
  return { path: `/${agencyId(agency)}/${key}/${id}` };
};

const ourAnswer = z.object({
  data: z.object({
    findings: z.object({
      nodes: z.array(z.object({ id: z.string(), revision: z.object({ document: z.unknown() }) })).length(20),
    }),
  }),
});
const limitAnswer = z.array(z.object({ id: z.string(), document: z.unknown() })).length(20);

/** Both sides answer the same findings in the same order, and in every field asked for the same. */
async function assertSameRows(
  pages: readonly BenchPage[],
  ours: (at: BenchPage) => Promise<{ text: string }>,
  limit: (at: BenchPage) => Promise<{ text: string }>,
): Promise<void> {
  const random = new Random(99);
  const sample = [
    ...pages.filter(({ after }) => after === null),
    ...Array.from({ length: SAMPLE }, () => random.pick(pages)),
  ];
  for (const at of sample) {
    const [our, their] = [await ours(at), await limit(at)];
    const { nodes } = ourAnswer.parse(JSON.parse(our.text)).data.findings;
    const rows = limitAnswer.parse(JSON.parse(their.text));
    deepStrictEqual(
      nodes.map(({ id, revision }) => ({ id, document: revision.document })),
      rows.map(({ id, document }) => ({ id, document: picked(document, DOCUMENT) })),
    );
  }
  say(`same rows on ${sample.length} pages`);
}

const line = (window: number, side: string, { rate, bytes }: Measured): string =>
  `${window === 0 ? 'warm-up ' : `window ${window}`} ${side.padEnd(5)} ${rate.toFixed(0).padStart(5)} requests/s of ${Math.round(bytes / 1024)} kB`;

const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(1);

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
