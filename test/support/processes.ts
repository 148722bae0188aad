import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode } from '../../apps/cli/embedded-postgres/error-code.js';

interface Process {
  pid: number;
  parent: number;
  line: string;
}

/** Every process of the machine whose command line has all these words: the path of a server's data, say. */
export function processesNaming(...words: string[]): number[] {
  return processes()
    .filter(({ pid, line }) => pid !== process.pid && words.every((word) => line.includes(word)))
    .map(({ pid }) => pid);
}

export const childrenOf = (parent: number | undefined): number[] =>
  processes()
    .filter((child) => child.parent === parent)
    .map(({ pid }) => pid);

/** A zombie is none: it has no command line any more. */
export const isRunning = (pid: number): boolean =>
  processes().some((one) => one.pid === pid && one.line !== '');

function processes(): Process[] {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap((name) => linuxProcess(Number(name)));
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' });
  return lines.split('\n').map((text) => {
    const [pid, parent, ...words] = text.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), line: words.join(' ') };
  });
}

function linuxProcess(pid: number): Process[] {
  if (Number.isNaN(pid)) return [];
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8'); // pid (name) state ppid ...
    return [{ pid, line, parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
  } catch {
    return []; // it has just ended
  }
}

/** Waits until something holds; fails with its name after `seconds`. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 20,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not after ${seconds} s: ${what}`);
    await pause(50);
  }
}

/** SIGKILL. False where it had ended already: one that was seen a moment ago may be no more. */
export function killHard(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}
