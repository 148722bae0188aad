import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { z } from 'zod';
import { newSecret } from '#signatures';
import { agencyId } from './agencies.js';
import { register, WEBHOOK_KEY } from './endpoints.js';
import { start, type Started } from './process.js';
import { startServer, withClient, type BenchServer } from './server.js';

const ENDPOINTS = 20;
const EVENTS = 300;
/** Milliseconds between two events. */
const EVERY = 25;
/** Of each way, beside as many undisturbed ones. */
const ROUNDS = 2;
/** Of each endpoint. */
const IN_FLIGHT = 4;
/** At most so many times the p99 of undisturbed rounds. */
const WANTED = 1.2;
const WAYS = ['hangs', 'drips', 'never ends', 'fails'];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const portsSchema = z.array(z.number());
const takenSchema = z.array(z.tuple([z.number(), z.string(), z.number(), z.number()]));

/**
 * One endpoint of twenty hangs, drips a byte a second, sends an endless body, or answers 500: how long after its commit
 * an event is at the other nineteen, against rounds in which all twenty answer. The worst way counts.
 */
export default async function fairness(): Promise<void> {
  const server = await startServer();
  try {
    const ratio = await measure(server);
    if (!(ratio <= WANTED)) process.exitCode = 1;
    say(JSON.stringify({ bench: 'fairness', ratio: Math.ceil(ratio * 100) / 100 }));
  } finally {
    await server.stop();
  }
}

async function measure(server: BenchServer): Promise<number> {
  const sink = await start('fairness-sink.js', [String(ENDPOINTS)], {});
  const hosts = portsSchema.parse(await asked(sink, 'ports')).map((port) => `127.0.0.1:${port}`);
  const worker = await start('../../apps/worker/main.js', [], {
    DATABASE_WORKER_URL: server.workerUrl,
    ENTENTE_WEBHOOK_KEY: WEBHOOK_KEY.toString('base64'),
    ENTENTE_LOCAL_RECEIVERS: hosts.join(),
    LOG_LEVEL: 'fatal',
  });
  try {
    return await withClient(server.superuserUrl, async (client) => {
      const [first = '', ...others] = hosts;
      for (const host of others) await registerAt(client, host);
      const delays = new Map<string, number[]>();
      const round = async (way: string): Promise<void> => {
        const took = await delaysOf(client, sink, first, way);
        delays.set(way, [...(delays.get(way) ?? []), ...took]);
        say(`${way.padEnd(10)} p50 ${at(took, 0.5).toFixed(1)} ms, p99 ${at(took, 0.99).toFixed(1)} ms`);
      };
      say('warming up');
      await delaysOf(client, sink, first, 'answers');
      for (let n = 0; n < ROUNDS; n++)
        for (const way of WAYS) {
          await round('answers');
          await round(way);
        }
      const undisturbed = at(delays.get('answers') ?? [], 0.99);
      return Math.max(...WAYS.map((way) => at(delays.get(way) ?? [], 0.99) / undisturbed));
    });
  } finally {
    await worker.stop();
    await sink.stop();
  }
}

const asked = async ({ url }: Started, path: string): Promise<unknown> =>
  (await fetch(`${url}/${encodeURI(path)}`)).json();

const registerAt = (client: Client, host: string): Promise<string> =>
  register(client, 0, { url: `http://${host}/`, inFlight: IN_FLIGHT, secret: newSecret() });

/** Of the events of a round, in which the first endpoint is a new one: milliseconds from commit to each of the others. */
async function delaysOf(client: Client, sink: Started, first: string, way: string): Promise<number[]> {
  await asked(sink, `way/${way}`);
  const id = await registerAt(client, first);
  while ((await client.query('select from webhook_dispatch where until > now()')).rowCount !== ENDPOINTS)
    await pause(100);
  await asked(sink, 'taken');
  const committed: number[] = [];
  for (let n = 0; n < EVENTS; n++) {
    await client.query(
      `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
       values ($1, 'finding.released', $1, 'finding', $2, clock_timestamp())`,
      [agencyId(0), randomUUID()],
    );
    committed.push(performance.timeOrigin + performance.now());
    await pause(EVERY);
  }
  await pause(1_000);
  const taken = takenSchema.parse(await asked(sink, 'taken'));
  await client.query('update webhook set ended_at = now() where id = $1', [id]);
  await client.query(`update webhook_dispatch set until = '-infinity' where webhook_id = $1`, [id]);
  const delays: number[] = [];
  for (const arrived of Map.groupBy(
    taken.filter(([n, type]) => n > 0 && type === 'finding.released'),
    ([n]) => n,
  ).values()) {
    const firsts = new Map(arrived.toReversed().map(([, , position, when]) => [position, when]));
    // Positions are in the order of their commits.
    const times = [...firsts].sort(([a], [b]) => a - b).map(([, when]) => when);
    deepStrictEqual(times.length, EVENTS);
    delays.push(...times.map((when, n) => when - (committed[n] ?? 0)));
  }
  deepStrictEqual(delays.length, EVENTS * (ENDPOINTS - 1));
  return delays;
}

const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
