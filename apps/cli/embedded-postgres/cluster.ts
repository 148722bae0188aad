import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';

/**
 * How every program of PostgreSQL is started: away from a directory its account may be unable to enter, with nothing
 * of our environment, and in a session of its own, so that Ctrl-C reaches us alone and we decide the order of the end.
 */
export const processOptions = (account: Account | undefined) => ({
  cwd: '/',
  env: { LC_ALL: 'C', TZ: 'UTC' },
  detached: true,
  ...account,
});

/**
 * Creates the database cluster `data` in the account's directory, unless it is there. The encoding is UTF-8 whatever
 * the environment says; the order is by code point.
 */
export async function provideCluster(options: {
  binaries: Binaries;
  account: Account | undefined;
  directory: string;
  password: string;
  durable: boolean;
  say: (line: string) => void;
}): Promise<string> {
  const { binaries, account, directory, password, durable, say } = options;
  const data = join(directory, 'data');
  if (await exists(join(data, 'PG_VERSION'))) return data;

  say('creating the database cluster');
  await removeUnfinished(directory);
  const name = join(directory, `unfinished-${randomBytes(4).toString('hex')}`);
  await writeFile(`${name}.password`, password, { mode: 0o600, flag: 'wx' });
  if (account) await chown(`${name}.password`, account.uid, account.gid);
  await run(binaries.initdb, account, [
    `--pgdata=${name}`,
    '--username=postgres',
    `--pwfile=${name}.password`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]);
  await rm(`${name}.password`);
  await rename(name, data);
  return data;
}

/** What an initdb that was killed has left. One that still writes makes this fail: then it stays for the next time. */
async function removeUnfinished(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith('unfinished-'));
  const removals = names.map((name) => rm(join(directory, name), { recursive: true, force: true }));
  await Promise.allSettled(removals);
}

function run(program: string, account: Account | undefined, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...processOptions(account), stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    child.once('error', (error) => reject(cannotRun(program, error)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} failed (${code ?? signal}):\n${complaint.trim()}`));
    });
  });
}

/** ENOENT for a file that is there means that its loader is not: these binaries need glibc, Alpine has musl. */
export const cannotRun = (program: string, error: Error): Error =>
  new Error(
    `${program} cannot be run here (${error.message}). It needs a system with glibc; ` +
      'elsewhere name a server of your own in DATABASE_URL.',
  );

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
