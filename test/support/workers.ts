import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { checkoutRoot } from '../../apps/cli/checkout.js';
import { eventually } from './processes.js';
import { openPool } from './server.js';
import type { World } from './world.js';

/** Of every process of the tests. */
const WEBHOOK_KEY = Buffer.alloc(32, 7).toString('base64');

/** A worker in a process of its own, as it runs in production. */
export interface WorkerProcess {
  process: ChildProcess;
  /** All it wrote so far. */
  said(): string;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<void>;
}

/** @returns when it has found its database in order, or has ended */
export async function startWorker(workerUrl: string, more: NodeJS.ProcessEnv = {}): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [join(checkoutRoot(), 'dist/apps/worker/main.js')], {
    env: { DATABASE_WORKER_URL: workerUrl, ENTENTE_WEBHOOK_KEY: WEBHOOK_KEY, ...more },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await Promise.race([new Promise<void>((resolve) => child.once('message', () => resolve())), ended]);
  return { process: child, said: () => text, kill: (signal) => void child.kill(signal), ended };
}

/** Gives everything committed its positions, as a worker does, when no worker runs. */
export async function numberAll(world: World): Promise<void> {
  const pool = openPool(world.database.workerUrl);
  try {
    const { rows } = await pool.query<{ fence: string }>('select take_lead(gen_random_uuid(), 0) as fence');
    await eventually('everything is numbered', async () => {
      const numbered = await pool.query<{ done: number }>('select number_entries($1, 5000) as done', [
        rows[0]?.fence,
      ]);
      return numbered.rows[0]?.done === 0;
    });
    await world.sql(`update sequencer set until = '-infinity'`);
  } finally {
    await pool.end();
  }
}
