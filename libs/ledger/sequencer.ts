import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

/** Seconds for which nobody else sequences, counted anew while we do. */
const LEASE = 3;
/** Milliseconds after which the lease is asked for again by who has it, and by who has it not. */
const RENEW = 1_000;
const STAND_BY = 500;
/** Milliseconds between two looks at what waits. */
const POLL = 20;
/** Milliseconds before a new connection, after one that failed. */
const RECONNECT = 250;
/** Entries of one batch. */
const BATCH = 2_000;

const SESSION = [
  'search_path=entente,pg_catalog',
  'statement_timeout=10s',
  'lock_timeout=4s',
  'idle_in_transaction_session_timeout=5s',
  // Who is to number entries must have what it said was committed: a crash may take back nothing that was read.
  'synchronous_commit=on',
  'timezone=UTC',
  'jit=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

export interface SequencerOptions {
  /** Login of entente_worker. */
  url: string;
  /** Told when it begins to lead, when it no longer does, and why a connection failed. */
  say: (what: 'leading' | 'standing by' | 'connection failed', error?: unknown) => void;
}

/**
 * Gives committed entries their positions, as long as it holds the lease; else waits until it may. Any number of them
 * may run: the database lets one. It keeps nothing that another would miss.
 * @param stop ends it: what it is doing is finished, and the lease given up
 */
export async function runSequencer({ url, say }: SequencerOptions, stop: AbortSignal): Promise<void> {
  const me = randomUUID();
  while (!stop.aborted) {
    const client = new Client({
      connectionString: url,
      options: SESSION,
      application_name: 'entente-worker',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    // One that ends fails its query, which says so.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await serve(client, me, say, stop);
      await client.query('select stand_down($1)', [me]);
    } catch (error) {
      say('connection failed', error);
      await pauseUnless(stop, RECONNECT);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function serve(
  client: Client,
  me: string,
  say: SequencerOptions['say'],
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const fence = await lead(client, me);
    if (fence === null) {
      await pauseUnless(stop, STAND_BY);
      continue;
    }
    say('leading');
    await number(client, me, fence, stop);
    say('standing by');
  }
}

/** Numbers what there is, again and again, while the lease is ours. */
async function number(client: Client, me: string, fence: string, stop: AbortSignal): Promise<void> {
  let renewed = performance.now();
  while (!stop.aborted) {
    if (performance.now() - renewed > RENEW) {
      if ((await lead(client, me)) !== fence) return;
      renewed = performance.now();
    }
    const { rows } = await client.query<{ done: number | null }>({
      name: 'number',
      text: 'select number_entries($1, $2) as done',
      values: [fence, BATCH],
    });
    const done = rows[0]?.done ?? null;
    if (done === null) return;
    // A full batch: there is more.
    if (done < BATCH) await pauseUnless(stop, POLL);
  }
}

/** Null while another leads. A fence is a bigint, and stays the text that it comes as. */
async function lead(client: Client, me: string): Promise<string | null> {
  const { rows } = await client.query<{ fence: string | null }>('select take_lead($1, $2) as fence', [
    me,
    LEASE,
  ]);
  return rows[0]?.fence ?? null;
}

/** Resolves early when it is to stop. */
const pauseUnless = (signal: AbortSignal, milliseconds: number): Promise<void> =>
  pause(milliseconds, undefined, { signal }).catch(() => undefined);
