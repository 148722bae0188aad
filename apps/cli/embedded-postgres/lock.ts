import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

export interface Lock {
  release(): void;
}

/**
 * Takes the lock that a file stands for, or returns undefined if another process holds it. Node has no flock; SQLite's
 * lock on a file is one, and the kernel drops it with the process, so SIGKILL leaves nothing stale and no recorded
 * pid has to be believed.
 */
export function takeLock(file: string): Lock | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('pragma journal_mode = memory; begin exclusive');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** As `takeLock`, trying again for some seconds. */
export async function waitForLock(file: string, seconds: number): Promise<Lock | undefined> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const lock = takeLock(file);
    if (lock || Date.now() > deadline) return lock;
    await pause(50);
  }
}

/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy */
const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === 5;
