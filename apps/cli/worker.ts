import { Client } from 'pg';
import type { CliConfig } from '#core';
import { startWorker, type Environment } from './child.js';

/**
 * Runs the worker in a process of its own until SIGINT or SIGTERM.
 * @throws Error if it cannot start, or ends by itself
 */
export async function worker(settings: CliConfig): Promise<void> {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => end.abort(new Error('Stopped before it was ready.')));
  const running = await startWorker(workerSettings(settings), end.signal);
  end.signal.addEventListener('abort', () => void running.stop());
  const how = await running.ended;
  if (!end.signal.aborted) throw new Error(`The worker ended by itself (${how}).`);
}

/** What of our own environment is meant for the worker. */
export const workerSettings = ({
  workerUrl,
  logLevel,
  webhookKeys,
  publicUrl,
  demo,
  localReceivers,
}: CliConfig): Environment => ({
  DATABASE_WORKER_URL: workerUrl,
  ENTENTE_DEMO: demo ? '1' : undefined,
  ENTENTE_LOCAL_RECEIVERS: localReceivers,
  LOG_LEVEL: logLevel,
  ENTENTE_WEBHOOK_KEY: webhookKeys?.[0]?.toString('base64'),
  ENTENTE_WEBHOOK_KEY_BEFORE: webhookKeys?.[1]?.toString('base64'),
  ENTENTE_PUBLIC_URL: publicUrl,
});

/** @returns the new epoch */
export async function beginEpoch({ ownerUrl }: CliConfig): Promise<string> {
  if (ownerUrl === undefined)
    throw new Error('DATABASE_OWNER_URL is not set: feed:epoch needs role entente_owner.');
  const client = new Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ epoch: string }>('select entente.begin_epoch() as epoch');
    if (!rows[0]) throw new Error('This database has no feeds: run `npx entente migrate` first.');
    return rows[0].epoch;
  } finally {
    await client.end();
  }
}
