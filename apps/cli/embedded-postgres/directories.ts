import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, open, readFile, rename } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { CliConfig } from '#core';
import { errorCode } from './error-code.js';

/** PostgreSQL refuses to run as root, so nearly everything here asks this first. */
export const isRoot = (): boolean => process.geteuid?.() === 0;

/**
 * Entente's own directory on this machine: binaries, and the data of every checkout. It lies outside the checkout,
 * because PostgreSQL may run as another user that cannot enter a checkout under /root.
 */
export async function ententeDirectory(settings: Pick<CliConfig, 'home' | 'dataHome'>): Promise<string> {
  for (const [parent, name] of places(settings)) {
    try {
      if (!isRoot()) await mkdir(parent, { recursive: true, mode: 0o700 });
      return await ownDirectory(join(parent, name));
    } catch (error) {
      // Read-only, absent or closed to us: the next place. Somebody else's directory: the user must know.
      if (errorCode(error) === undefined) throw error;
    }
  }
  throw new Error(
    `No place for Entente's data can be written: ${places(settings)
      .map((place) => place.join('/'))
      .join(', ')}.`,
  );
}

function places({ home, dataHome }: Pick<CliConfig, 'home' | 'dataHome'>): [parent: string, name: string][] {
  const spare: [string, string] = ['/var/tmp', `entente-${process.geteuid?.()}`];
  // Root's home is closed to the account PostgreSQL runs as.
  if (isRoot()) return [['/var/lib', 'entente'], spare];
  const data = dataHome && isAbsolute(dataHome) ? dataHome : join(home, '.local', 'share');
  return [[data, 'entente'], spare];
}

/**
 * Makes a directory that only we may write, or takes the one that is there if it is just that. As root it stays open
 * to pass through: the account of the server has its directory below.
 *
 * @throws Error for a link, a file, another user's directory, or one that others may write
 */
export async function ownDirectory(path: string): Promise<string> {
  await makeDirectory(path);
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.geteuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${path} is not a directory that only this user may write. Look at it, then remove it.`);
  }
  await chmod(path, isRoot() ? 0o711 : 0o700);
  return path;
}

export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

/** A random secret of 256 bits, kept in a file that only we may read; the same one on every later call. */
export async function keptSecret(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
    return undefined;
  });
  if (kept) return kept;
  const secret = randomBytes(32).toString('hex');
  const handle = await open(`${file}.new`, 'w', 0o600);
  await handle.writeFile(secret);
  await handle.sync();
  await handle.close();
  await rename(`${file}.new`, file);
  return secret;
}
