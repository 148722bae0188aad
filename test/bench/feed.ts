import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { once, openDatabase, type Database } from '#core';
import { append } from '#ledger';
import { CODES, agencyId, memberId } from './agencies.js';
import { loadFindings } from './load.js';
import { start, type Started } from './process.js';
import { Random } from './random.js';
import { startServer, withClient, type BenchServer } from './server.js';

const FINDINGS = 3_000;
const CONNECTIONS = 16;
/** Milliseconds. */
const WINDOW = 4_000;
const WINDOWS = 6;
const PACED = 15_000;
const LOOK = 5;
/** Acts a second. */
const PACE = 200;
/** At least this share of the acts per second without ledger and sequencer. */
const WANTED = 0.65;
/** Milliseconds from commit to feed, at most. */
const [P50, P99] = [40, 150];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A revision that its author released, and to whom. */
interface Releasable {
  author: number;
  finding: string;
  revision: string;
  recipients: string[];
}

/**
 * What the ledger and a running sequencer take from the act `release`, against the same act without them in the same
 * run; and how long an act that was committed takes to be in the feed.
 */
export default async function feed(): Promise<void> {
  const server = await startServer();
  try {
    await loadFindings(server.superuserUrl, FINDINGS);
    const found = await measure(server);
    if (!(found.ratio >= WANTED && found.p50 <= P50 && found.p99 <= P99)) process.exitCode = 1;
    const [ratio, p50, p99] = [
      Math.floor(found.ratio * 100) / 100,
      Math.ceil(found.p50),
      Math.ceil(found.p99),
    ];
    say(JSON.stringify({ bench: 'feed', ratio, p50_ms: p50, p99_ms: p99 }));
  } finally {
    await server.stop();
  }
}

async function measure(server: BenchServer): Promise<{ ratio: number; p50: number; p99: number }> {
  const releasable = await withClient(server.superuserUrl, revisions);
  const worker = await start('../../apps/worker/main.js', [], {
    DATABASE_WORKER_URL: server.workerUrl,
    ENTENTE_WEBHOOK_KEY: Buffer.alloc(32).toString('base64'),
  });
  // Acts have a third of the connections.
  const database = await openDatabase({ url: server.appUrl, pool: CONNECTIONS * 3, entities: [] });
  try {
    const ratio = await throughput(database, worker, releasable);
    await pause(1_000);
    const took = await withClient(server.superuserUrl, (client) => latency(database, client, releasable));
    say(
      `commit to feed at ${PACE} acts/s: p50 ${at(took, 0.5).toFixed(1)} ms, p99 ${at(took, 0.99).toFixed(1)} ms`,
    );
    return { ratio, p50: at(took, 0.5), p99: at(took, 0.99) };
  } finally {
    await database.close();
    await worker.stop();
  }
}

async function revisions(client: Client): Promise<Releasable[]> {
  const { rows } = await client.query<{
    author: string;
    finding: string;
    revision: string;
    recipients: string[];
  }>(
    `select author_id as author, finding_id as finding, revision_id as revision,
            (array_agg(agency_id order by agency_id))[1:2] as recipients
       from release group by 1, 2, 3`,
  );
  return rows.map((row) => ({ ...row, author: CODES.findIndex((_, n) => agencyId(n) === row.author) }));
}

/** The act as the service does it (libs/findings/releases.service.ts), with its entries or without. @returns its key */
const release = (
  database: Database,
  { author, revision, recipients }: Releasable,
  ledger: boolean,
): Promise<string> =>
  database.act({ id: memberId(author, 'RELEASER'), needed: ['RELEASER'] }, async (tx) => {
    let key = '';
    const wishes = recipients.map((id) => ({ agencyId: id }));
    await once(tx, 'releaseFinding', { idempotencyKey: randomUUID(), ...{ revision, wishes } }, async () => {
      const [done] = await tx.manager.query<{ finding_id: string; at: string; agencies: string[] }[]>(
        'select finding_id, at::text as at, agencies from release_revision($1, $2, $3)',
        [revision, JSON.stringify(wishes), []],
      );
      if (!done) throw new Error('release_revision() answered nothing.');
      const subject = { type: 'finding', id: done.finding_id };
      const { agencies: concerned, at: time } = done;
      if (ledger)
        await append(tx, { act: 'finding.released', subject, revisionId: revision, concerned, at: time });
      key = `${done.finding_id} ${time}`;
      return done.finding_id;
    });
    return key;
  });

async function throughput(
  database: Database,
  worker: Started,
  releasable: readonly Releasable[],
): Promise<number> {
  const rates: Record<'with' | 'without', number[]> = { with: [], without: [] };
  for (let window = 0; window <= WINDOWS; window++) {
    const order = window % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const);
    for (const side of order) {
      // Without a sequencer: not even one that looks for entries.
      worker.process.kill(side === 'with' ? 'SIGCONT' : 'SIGSTOP');
      await pause(200);
      const rate = await press(database, releasable, side === 'with', window);
      if (window > 0) rates[side].push(rate);
      say(
        `${window === 0 ? 'warm-up ' : `window ${window}`} ${side.padStart(7)} ${rate.toFixed(0).padStart(5)} acts/s`,
      );
    }
  }
  worker.process.kill('SIGCONT');
  return at(rates.with, 0.5) / at(rates.without, 0.5);
}

async function press(
  database: Database,
  releasable: readonly Releasable[],
  ledger: boolean,
  window: number,
): Promise<number> {
  const begin = performance.now();
  let acts = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, n) => {
      // Each its own findings: what is measured is not the lock of one.
      const own = releasable.filter((__, at) => at % CONNECTIONS === n);
      const random = new Random(window * 100 + n);
      while (performance.now() - begin < WINDOW) {
        await release(database, random.pick(own), ledger);
        acts++;
      }
    }),
  );
  return (acts * 1000) / (performance.now() - begin);
}

/** Milliseconds of each act from its commit, as its client learns of it, until a reader finds it in the feed. */
async function latency(
  database: Database,
  reader: Client,
  releasable: readonly Releasable[],
): Promise<number[]> {
  const committed = new Map<string, number>();
  const found = new Map<string, number>();
  let reading = true;
  const watched = watch(reader, found, () => reading);
  const begin = performance.now();
  const random = new Random(7);
  const acts = Array.from({ length: (PACE * PACED) / 1000 }, async (_, n) => {
    await pause(Math.max(0, begin + (n * 1000) / PACE - performance.now()));
    const key = await release(database, random.pick(releasable), true);
    committed.set(key, performance.now());
  });
  await Promise.all(acts);
  const acting = performance.now() - begin;
  say(`${committed.size} acts in ${(acting / 1000).toFixed(1)} s`);
  for (let waited = 0; [...committed.keys()].some((key) => !found.has(key)) && waited < 10_000; waited += 50)
    await pause(50);
  reading = false;
  await watched;
  return [...committed].map(([key, time]) => Math.max(0, (found.get(key) ?? Infinity) - time));
}

async function watch(reader: Client, found: Map<string, number>, goesOn: () => boolean): Promise<void> {
  const { rows: heads } = await reader.query<{ agency: string; position: string }>(
    `select agency_id as agency, position from feed_head where feed = 'SHARING'`,
  );
  // As the acts' own session writes times.
  await reader.query(`set timezone = 'UTC'`);
  const last = new Map(CODES.map((_, n) => [agencyId(n), 0]));
  for (const { agency, position } of heads) last.set(agency, Number(position));
  while (goesOn()) {
    const { rows } = await reader.query<{ agency: string; position: string; key: string }>({
      name: 'watch',
      text: `select p.agency_id as agency, p.position, e.subject_id || ' ' || e.recorded_at as key
               from unnest($1::uuid[], $2::bigint[]) as seen (agency, position)
               join feed_position p on p.agency_id = seen.agency and p.feed = 'SHARING' and p.position > seen.position
               join entry e on e.id = p.entry_id and e.actor_agency_id = p.agency_id`,
      values: [[...last.keys()], [...last.values()]],
    });
    const now = performance.now();
    for (const { agency, position, key } of rows) {
      last.set(agency, Math.max(last.get(agency) ?? 0, Number(position)));
      found.set(key, now);
    }
    await pause(LOOK);
  }
}

const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
