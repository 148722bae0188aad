import { deepStrictEqual, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { Pool } from 'undici';
import { z } from 'zod';
import { newKeyPair, newSecret, sign, signingKey, verify, verifyingKey, type WebhookKey } from '#signatures';
import { agencyId, CODES } from './agencies.js';
import { register, WEBHOOK_KEY } from './endpoints.js';
import { start } from './process.js';
import { startServer, withClient, type BenchServer } from './server.js';

/** Events of each agency in a window. */
const EVENTS = 1_000;
const WINDOWS = 5;
/** Of each webhook; the raw loop has as many connections as all of them together. */
const IN_FLIGHT = 5;
/** At least this share of what the raw loop delivers. */
const WANTED = 0.55;
/** Of which signatures are verified, in each window. */
const SAMPLE = 200;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A delivery as it should be: to which agency, under which id, with which body. */
interface Delivery {
  agency: number;
  id: string;
  body: string;
}

const takenSchema = z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.string()]));
type Taken = z.output<typeof takenSchema>;

/**
 * From events that were committed to deliveries that arrived, over the real worker, its database and its attempts: thin
 * bodies to one webhook of each agency, with both signatures. Against a loop that has the bodies in memory, signs them
 * alike and sends them over as many connections to the same sink.
 */
export default async function webhooks(): Promise<void> {
  const server = await startServer();
  try {
    const ratio = await measure(server);
    if (!(ratio >= WANTED)) process.exitCode = 1;
    say(JSON.stringify({ bench: 'webhooks', ratio: Math.floor(ratio * 100) / 100 }));
  } finally {
    await server.stop();
  }
}

async function measure(server: BenchServer): Promise<number> {
  const sink = await start('webhook-sink.js', [], {});
  const secrets = CODES.map(() => newSecret());
  const worker = await start('../../apps/worker/main.js', [], {
    DATABASE_WORKER_URL: server.workerUrl,
    ENTENTE_WEBHOOK_KEY: WEBHOOK_KEY.toString('base64'),
    ENTENTE_LOCAL_RECEIVERS: new URL(sink.url).host,
    LOG_LEVEL: 'warn',
  });
  const pool = new Pool(sink.url, { connections: IN_FLIGHT * CODES.length, pipelining: 1 });
  const own = signingKey(newKeyPair().private);
  const keys = secrets.map((secret) => [signingKey(secret), own]);
  try {
    return await withClient(server.superuserUrl, async (client) => {
      await until(client, 'select from unnumbered', 0);
      for (const [agency, secret] of secrets.entries())
        await register(client, agency, { url: `${sink.url}/${agency}`, inFlight: IN_FLIGHT, secret });
      await until(client, 'select from webhook_dispatch where until > now()', CODES.length);
      const rates: Record<'ours' | 'raw', number[]> = { ours: [], raw: [] };
      for (let window = 0; window <= WINDOWS; window++) {
        const events = await accept(client);
        const ours = await timed(sink.url, events, () => client.query('commit'));
        const deliveries = await deliveriesOf(client, events);
        check(ours.taken, deliveries, secrets);
        const raw = await timed(sink.url, events, () => sendAll(pool, deliveries, keys));
        check(raw.taken, deliveries, secrets);
        if (window > 0) rates.ours.push(ours.rate);
        if (window > 0) rates.raw.push(raw.rate);
        say(
          `${window === 0 ? 'warm-up ' : `window ${window}`} ours ${ours.rate.toFixed(0)}, raw ${raw.rate.toFixed(0)} deliveries/s`,
        );
      }
      return median(rates.ours) / median(rates.raw);
    });
  } finally {
    await pool.destroy();
    await worker.stop();
    await sink.stop();
  }
}

async function until(client: Client, rows: string, count: number): Promise<void> {
  while ((await client.query(rows)).rowCount !== count) await pause(100);
}

/** Writes events of every agency, two of each finding, and leaves them to be committed. @returns their entries */
async function accept(client: Client): Promise<string[]> {
  await client.query('begin');
  const { rows } = await client.query<{ id: string }>(
    `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
       select agency, case when n <= $2 / 2 then 'finding.released' else 'finding.recalled' end, agency, 'finding',
              md5(agency::text || $3 || n % ($2 / 2))::uuid, clock_timestamp()
         from generate_series(1, $2::int) as n, unnest($1::uuid[]) as agency order by n
     returning id`,
    [CODES.map((_, n) => agencyId(n)), EVENTS, randomUUID()],
  );
  return rows.map(({ id }) => id);
}

/** What is to arrive of these entries, in the order of their feeds. */
async function deliveriesOf(client: Client, entries: readonly string[]): Promise<Delivery[]> {
  const { rows } = await client.query<{
    agency: string;
    epoch: string;
    position: number;
    type: string;
    at: Date;
  }>(
    `select p.agency_id as agency, feed_epoch() as epoch, p.position::float8 as position, e.act as type,
            e.recorded_at as at
       from entry e join feed_position p on p.entry_id = e.id and p.feed = 'SHARING'
      where e.id = any ($1) order by p.position, p.agency_id`,
    [entries],
  );
  return rows.map(({ agency, epoch, position, type, at }) => {
    const id = `evt_${epoch}_${agency}_${position}`;
    const body = JSON.stringify({ id, type, timestamp: at.toISOString(), data: { epoch, position } });
    return { agency: CODES.findIndex((_, n) => agencyId(n) === agency), id, body };
  });
}

/** The loop that knows nothing but how to sign and send. */
async function sendAll(
  pool: Pool,
  deliveries: readonly Delivery[],
  keys: readonly (readonly WebhookKey[])[],
): Promise<void> {
  let next = 0;
  const send = async (): Promise<void> => {
    for (let one = deliveries[next++]; one; one = deliveries[next++]) {
      const body = Buffer.from(one.body);
      const timestamp = Math.floor(Date.now() / 1_000);
      const headers = {
        'content-type': 'application/json',
        ...sign({ id: one.id, timestamp, body }, keys[one.agency] ?? []),
      };
      const answer = await pool.request({ path: `/${one.agency}`, method: 'POST', headers, body });
      ok(answer.statusCode === 204);
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT * CODES.length }, send));
}

async function timed(
  sink: string,
  { length: count }: readonly string[],
  begin: () => Promise<unknown>,
): Promise<{ rate: number; taken: Taken }> {
  const arrived = fetch(`${sink}/when/${count}`, { signal: AbortSignal.timeout(60_000) });
  await pause(100);
  const began = performance.now();
  await begin();
  await arrived;
  const took = performance.now() - began;
  await pause(200);
  const taken = takenSchema.parse(await (await fetch(`${sink}/taken`)).json());
  return { rate: (count * 1_000) / took, taken };
}

/** Each delivery arrived as it should be, what concerns one finding in its order, and with both signatures. */
function check(taken: Taken, deliveries: readonly Delivery[], secrets: readonly string[]): void {
  const told = (one: string, id: string, body: string): string => `${one} ${id} ${body}`;
  // What was under way when a lease ran out may come again.
  const arrived = [...new Set(taken.map(([path, id, , , body]) => told(path, id, body)))].sort();
  const expected = deliveries.map(({ agency, id, body }) => told(`/${agency}`, id, body)).sort();
  const at = expected.findIndex((one, n) => one !== arrived[n]);
  deepStrictEqual([arrived.length, at < 0 ? '' : arrived[at]], [expected.length, at < 0 ? '' : expected[at]]);
  for (let n = 0; n < SAMPLE; n++) {
    const one = taken[Math.floor((n * taken.length) / SAMPLE)];
    if (!one) throw new Error('Nothing arrived.');
    const [path, id, timestamp, signature, body] = one;
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    verify(headers, Buffer.from(body), [verifyingKey(secrets[Number(path.slice(1))] ?? '')]);
    ok(/^v1,\S{44} v1a,\S{88}$/.test(signature));
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
