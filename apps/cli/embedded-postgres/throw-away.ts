import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownDirectory } from './directories.js';
import { stopLeftover } from './leftover.js';
import { takeLock, waitForLock } from './lock.js';
import { startPostgres, type Postgres } from './server.js';

/**
 * A server for tests: a directory of its own that goes when it ends, nothing synced to the disk. Any number may run at
 * once. If this process is killed the watcher removes the server; if the watcher is killed too, the next call does.
 */
export async function startThrowAwayPostgres(home: string, say: (line: string) => void): Promise<Postgres> {
  const shelf = await ownDirectory(join(home, 'throw-away'));
  // Held until the new server holds its own lock, or another call would take its directory for a leftover.
  const lock = await waitForLock(join(shelf, 'lock'), 60);
  if (!lock) throw new Error(`Another process has held ${shelf} for a minute.`);
  try {
    await sweep(shelf, say);
    const directory = await mkdtemp(join(shelf, 'server-'));
    const remove = () => rm(directory, { recursive: true, force: true });
    try {
      const postgres = await startPostgres({ home, directory, durable: false, say });
      return { ...postgres, stop: () => postgres.stop().then(remove) };
    } catch (error) {
      await remove();
      throw error;
    }
  } finally {
    lock.release();
  }
}

async function sweep(shelf: string, say: (line: string) => void): Promise<void> {
  for (const name of await readdir(shelf)) {
    if (!name.startsWith('server-')) continue;
    const directory = join(shelf, name);
    const lock = takeLock(join(directory, 'lock'));
    if (!lock) continue; // its owner lives
    await stopLeftover(join(directory, 'cluster', 'data'), say);
    lock.release();
    await rm(directory, { recursive: true, force: true });
  }
}
