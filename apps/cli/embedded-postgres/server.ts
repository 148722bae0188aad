import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../ports.js';
import { accountDirectory, type Account } from './account.js';
import { provideBinaries } from './binaries.js';
import { cannotRun, processOptions, provideCluster } from './cluster.js';
import { keptSecret, ownDirectory } from './directories.js';
import { readPostmasterFile, stopLeftover } from './leftover.js';
import { takeLock, type Lock } from './lock.js';
import { watch } from './watcher.js';

const HOST = '127.0.0.1';

/** A running server that ends with this process, however this process ends. */
export interface Postgres {
  host: string;
  port: number;
  /** Login of `postgres`, the superuser, at the database `postgres`. */
  superuserUrl: string;
  url(user: string, password: string, database: string): string;
  /** Resolves when the server has ended, with how it ended; never rejects. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Entente's own directory, where the binaries are (`ententeDirectory`). */
  home: string;
  /** The server's own directory: lock, password, log and cluster. Made if it is missing. */
  directory: string;
  /** False: a server for tests, which syncs nothing to the disk and is removed when it ends. */
  durable: boolean;
  say: (line: string) => void;
}

/**
 * Starts PostgreSQL on 127.0.0.1 and a free port, creating its cluster the first time. A server that a killed start
 * left running on the same directory is stopped first; its data is kept.
 *
 * @throws Error with what the user can do, among others if another process runs a server in this directory
 */
export async function startPostgres(options: ServerOptions): Promise<Postgres> {
  const { home, directory, durable, say } = options;
  await ownDirectory(directory);
  const lock = takeLock(join(directory, 'lock'));
  if (!lock) throw new Error(`Another process runs the PostgreSQL of ${directory}.`);
  try {
    const binaries = await provideBinaries(home, say);
    const clusterDirectory = join(directory, 'cluster');
    const account = await accountDirectory(clusterDirectory);
    const password = await keptSecret(join(directory, 'superuser.password'));
    const data = await provideCluster({
      binaries,
      account,
      directory: clusterDirectory,
      password,
      durable,
      say,
    });
    await stopLeftover(data, say);
    say('starting PostgreSQL');
    const launched = await launchUntilReady({
      program: binaries.postgres,
      account,
      data,
      directory,
      durable,
    });
    return running(launched, password, durable, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Launch {
  program: string;
  account: Account | undefined;
  data: string;
  directory: string;
  durable: boolean;
}

interface Launched {
  child: ChildProcess;
  port: number;
  ended: Promise<string>;
}

/**
 * Two failures pass by themselves: somebody took the port since it was found free, or the processes of a server that
 * was killed still hold its shared memory (seen for about a second).
 */
const PASSING = /could not create any TCP\/IP sockets|lock file|pre-existing shared memory block/;

async function launchUntilReady(launch: Launch): Promise<Launched> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const launched = await startProcess(launch);
    if (await untilReady(launched, launch.data)) return launched;
    const log = await readFile(join(launch.directory, 'log'), 'utf8');
    if (!PASSING.test(log) || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start (${await launched.ended}):\n${log.trimEnd().slice(-2000)}`);
    }
    await pause(250);
  }
}

async function startProcess({ program, account, data, directory, durable }: Launch): Promise<Launched> {
  const port = await freePort(HOST, 0);
  // A file, not a pipe: the server outlives us for a moment if we are killed. Each start begins it anew.
  const log = openSync(join(directory, 'log'), 'w', 0o600);
  const child = spawn(program, ['-D', data, ...settings(port, durable)], {
    ...processOptions(account),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const watcher = child.pid === undefined ? undefined : watch(child.pid, directory, durable);
  const exited = new Promise<string>((resolve, reject) => {
    child.once('error', (error) => reject(cannotRun(program, error)));
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  const ended = exited.finally(() => watcher?.dismiss());
  return { child, port, ended };
}

function settings(port: number, durable: boolean): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: 200,
    // What failed the API logs, without its content. The server would quote the row, the value or the statement.
    log_min_messages: 'log',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** False if it ended first. Recovery after a crash takes its time, so there is no limit. */
async function untilReady({ child, port, ended }: Launched, data: string): Promise<boolean> {
  const end = ended.then(() => true);
  for (;;) {
    const file = await readPostmasterFile(data);
    if (file?.pid === child.pid && file?.port === port && file.ready) return true;
    if (await Promise.race([pause(20, false), end])) return false;
  }
}

function running({ child, port, ended }: Launched, password: string, durable: boolean, lock: Lock): Postgres {
  child.unref(); // a forgotten stop() must not keep this process alive: the watcher stops the server then
  void ended.then(() => lock.release());
  const url = (user: string, secret: string, database: string): string =>
    `postgres://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@${HOST}:${port}/${encodeURIComponent(database)}`;
  return {
    host: HOST,
    port,
    url,
    superuserUrl: url('postgres', password, 'postgres'),
    ended,
    stop: async () => {
      child.ref();
      // https://www.postgresql.org/docs/18/server-shutdown.html: fast, or immediate for data that nobody will read.
      child.kill(durable ? 'SIGINT' : 'SIGQUIT');
      const late = setTimeout(() => child.kill('SIGQUIT'), 20_000);
      await ended;
      clearTimeout(late);
    },
  };
}
