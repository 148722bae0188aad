import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { checkoutRoot } from './checkout.js';
import { listenOnce } from './ports.js';

/** What a child is told; a name without a value is left out. */
export type Environment = Record<string, string | undefined>;

interface Child {
  process: ChildProcess;
  /** Resolves with how it ended, as in "exit code 1"; never rejects. */
  ended: Promise<string>;
}

/** A child writes to our terminal, and is in a session of its own: Ctrl-C reaches us alone, and we stop it in order. */
function startChild(script: string, words: string[], env: Environment, channel: 'ipc' | 'ignore'): Child {
  const child = spawn(process.execPath, [join(checkoutRoot(), 'dist', script), ...words], {
    cwd: checkoutRoot(),
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', channel],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return { process: child, ended };
}

/**
 * Runs `entente <command>` to its end.
 *
 * @throws Error if it fails; the reason of `stop` when that is aborted, after the child has ended
 */
export async function runCommand(command: string, env: Environment, stop: AbortSignal): Promise<void> {
  stop.throwIfAborted();
  const child = startChild('apps/cli/main.js', [command], env, 'ignore');
  const terminate = (): boolean => child.process.kill('SIGTERM');
  stop.addEventListener('abort', terminate);
  const end = await child.ended;
  stop.removeEventListener('abort', terminate);
  stop.throwIfAborted();
  if (end !== 'exit code 0')
    throw new Error(`\`entente ${command}\` failed (${end}); what it said is above.`);
}

export interface Api {
  url: string;
  ended: Promise<string>;
  stop(): Promise<void>;
}

/** What the API sends over its channel when it listens. It ends by itself when the channel closes. */
const ready = z.object({ ready: z.string() });

/**
 * Starts the API and waits until it listens.
 *
 * @returns undefined if it ended first and its port turns out to be taken: the caller asks for another
 * @throws Error if it ended first for another reason; the reason of `stop` when that is aborted, after the child has ended
 */
export async function startApi(
  env: Environment,
  { host, port }: { host: string; port: number },
  stop: AbortSignal,
): Promise<Api | undefined> {
  stop.throwIfAborted();
  const child = startChild('apps/api/main.js', [], { ...env, HOST: host, PORT: String(port) }, 'ipc');
  const end = (): Promise<void> => terminate(child);
  const onAbort = (): void => void end();
  stop.addEventListener('abort', onAbort);
  const url = await Promise.race([readiness(child.process), child.ended.then(() => undefined)]);
  stop.removeEventListener('abort', onAbort);
  if (stop.aborted) await end();
  stop.throwIfAborted();
  if (url !== undefined) return { url, ended: child.ended, stop: end };
  if ((await listenOnce(host, port)) === undefined) return undefined;
  throw new Error(`The API ended (${await child.ended}) before it was ready; what it said is above.`);
}

export type Worker = Omit<Api, 'url'>;

/**
 * Starts the worker and waits until it has found its database in order.
 *
 * @throws Error if it ended first; the reason of `stop` when that is aborted, after the child has ended
 */
export async function startWorker(env: Environment, stop: AbortSignal): Promise<Worker> {
  stop.throwIfAborted();
  const child = startChild('apps/worker/main.js', [], env, 'ipc');
  const end = (): Promise<void> => terminate(child);
  const onAbort = (): void => void end();
  stop.addEventListener('abort', onAbort);
  const began = await Promise.race([readiness(child.process), child.ended.then(() => undefined)]);
  stop.removeEventListener('abort', onAbort);
  if (stop.aborted) await end();
  stop.throwIfAborted();
  if (began === undefined)
    throw new Error(`The worker ended (${await child.ended}) before it was ready; what it said is above.`);
  return { ended: child.ended, stop: end };
}

const readiness = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.on('message', (message) => {
      const parsed = ready.safeParse(message);
      if (parsed.success) resolve(parsed.data.ready);
    });
  });

/** SIGTERM, and SIGKILL to one that has not ended five seconds later. */
async function terminate(child: Child): Promise<void> {
  child.process.kill('SIGTERM');
  const late = setTimeout(() => child.process.kill('SIGKILL'), 5_000);
  await child.ended;
  clearTimeout(late);
}
