import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from './error-code.js';

/** What a running server writes into its `postmaster.pid`. */
export interface PostmasterFile {
  pid: number;
  port: number;
  ready: boolean;
}

/** The lines are those of PostgreSQL's src/include/utils/pidfile.h; undefined while there is no (whole) file. */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port, , , , status] = text.split('\n');
  if (!pid) return undefined;
  return { pid: Number(pid), port: Number(port), ready: status?.trim() === 'ready' };
}

/**
 * Stops the server that a killed start has left running on this data, if there is one. The caller holds the lock of
 * the server's directory, so no living start owns it.
 *
 * @throws Error if it does not end
 */
export async function stopLeftover(data: string, say: (line: string) => void): Promise<void> {
  const pid = (await readPostmasterFile(data))?.pid;
  if (pid === undefined || !isAlive(pid)) return; // PostgreSQL itself recovers from a file whose process is gone
  if (!(await serves(pid, data))) {
    // The pid went to another process of this user; PostgreSQL would take that one for a running server.
    await rm(join(data, 'postmaster.pid'), { force: true });
    return;
  }
  say('stopping the PostgreSQL that an earlier start left running');
  for (const [signal, seconds] of [
    ['SIGINT', 20],
    ['SIGQUIT', 10],
  ] as const) {
    const deadline = Date.now() + seconds * 1000;
    send(pid, signal);
    while (Date.now() < deadline) {
      if (!(await serves(pid, data))) return;
      await pause(50);
    }
  }
  throw new Error(`A PostgreSQL from an earlier start (process ${pid}, data in ${data}) does not stop.`);
}

/** True if the process is a server of this data: its command line names the directory. A zombie's is empty. */
async function serves(pid: number, data: string): Promise<boolean> {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (line) => line.split('\0'),
    () => undefined,
  );
  if (words) return words.includes(data);
  if (process.platform === 'linux') return false;
  return promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.includes(` ${data} `),
    () => false,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
