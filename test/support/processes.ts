import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Every process of the machine whose command line has all these words: the path of a server's data, say. */
export function processesNaming(...words: string[]): number[] {
  return commandLines()
    .filter(([pid, line]) => pid !== process.pid && words.every((word) => line.includes(word)))
    .map(([pid]) => pid);
}

function commandLines(): [pid: number, line: string][] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
      .trim()
      .split('\n');
    return lines.map((line) => [Number.parseInt(line, 10), line]);
  }
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.map((pid) => [pid, lineOf(pid)]);
}

function lineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has just ended
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
