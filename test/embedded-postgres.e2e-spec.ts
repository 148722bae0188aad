import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { Client } from 'pg';
import { z } from 'zod';
import { cliConfig } from '#core';
import { checkoutRoot } from '../apps/cli/checkout.js';
import { provideBinaries } from '../apps/cli/embedded-postgres/binaries.js';
import {
  ententeDirectory,
  ownDirectory,
  startPostgres,
  startThrowAwayPostgres,
  type Postgres,
} from '../apps/cli/embedded-postgres/index.js';
import { listenOnce } from '../apps/cli/ports.js';
import { eventually, killHard, processesNaming } from './support/processes.js';

/** A place where PostgreSQL's account can go. Durable servers share its binaries, each in a directory of its own. */
let place = '';
let count = 0;
const newDirectory = (): Promise<string> => ownDirectory(join(place, `directory-${++count}`));
const silent = (): void => undefined;

jest.setTimeout(60_000);

beforeAll(async () => {
  place = await ownDirectory(mkdtempSync(join(await ententeDirectory(cliConfig()), 'spec-')));
  execFileSync(process.execPath, [join(checkoutRoot(), 'bin', 'entente.js'), '--help']); // builds dist/ for `owner`
});

/** What a test has begun and, if it failed, not ended. */
let begun: ChildProcess[] = [];

afterEach(() => {
  for (const child of begun) child.kill('SIGKILL');
  begun = [];
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

const durable = (directory: string): Promise<Postgres> =>
  startPostgres({ home: place, directory, durable: true, say: silent });

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', silent); // the server of some tests is killed
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

const isListening = async (port: number): Promise<boolean> =>
  (await listenOnce('127.0.0.1', port)) === undefined;

const started = z.object({ port: z.number(), url: z.string() });

/** Another process that starts a server, a throw-away one if it gets no directory, and then waits to be killed. */
async function owner(home: string, directory = '', env: Record<string, string> = {}) {
  const door = join(checkoutRoot(), 'dist', 'apps', 'cli', 'embedded-postgres', 'index.js');
  const script = `
    const { startPostgres, startThrowAwayPostgres } = await import(${JSON.stringify(door)});
    const [home, directory] = process.argv.slice(1);
    const server = directory
      ? await startPostgres({ home, directory, durable: true, say() {} })
      : await startThrowAwayPostgres(home, () => {});
    console.log(JSON.stringify({ port: server.port, url: server.superuserUrl }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, home, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  begun.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The owner ended (${code}); what it said is above.`)));
  });
  return { ...started.parse(JSON.parse(line)), process: child };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Kills the shell that would stop the server after its owner. */
function killWatcher(home: string): void {
  const watchers = processesNaming('entente-watcher', home);
  expect(watchers).toHaveLength(1);
  for (const pid of watchers) process.kill(pid, 'SIGKILL');
}

/** A process of the server's account that is no server. */
function bystanderOf(clusterDirectory: string): ChildProcess {
  const { uid, gid } = statSync(clusterDirectory);
  return spawn('sleep', ['60'], { cwd: '/', ...(process.geteuid?.() === 0 ? { uid, gid } : {}) });
}

const servers = (home: string): string[] =>
  readdirSync(join(home, 'throw-away')).filter((name) => name !== 'lock');

test('a server is UTF-8 whatever the environment says, at 127.0.0.1 alone, for who has the password', async () => {
  const directory = await newDirectory();
  const env = { LANG: 'ja_JP.eucJP', LC_ALL: 'nowhere', PGPORT: '1', PGDATA: '/nowhere', TZ: 'Asia/Seoul' };
  const server = await owner(place, directory, env);
  const facts = await ask(
    server.url,
    `select current_setting('server_encoding'), datlocprovider, datlocale, upper('é'), current_setting('TimeZone'),
       current_setting('listen_addresses'), current_setting('unix_socket_directories'),
       current_setting('server_version_num')::int / 10000
     from pg_database where datname = 'template0'`,
  );
  expect(facts).toEqual(['UTF8', 'b', 'C.UTF-8', 'É', 'UTC', '127.0.0.1', '', 18]);
  const wrong = new URL(server.url);
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  await kill(server.process);
  await eventually('no server is left', () => processesNaming(directory).length === 0);
});

test('throw-away servers run side by side, and each takes its directory along', async () => {
  const directory = await newDirectory();
  const [one, two] = await Promise.all([
    startThrowAwayPostgres(directory, silent),
    startThrowAwayPostgres(directory, silent),
  ]);
  expect(one.port).not.toBe(two.port);
  expect(await ask(one.superuserUrl, 'show fsync')).toEqual(['off']);
  await one.stop();
  expect(await isListening(one.port)).toBe(false);
  expect(servers(directory)).toHaveLength(1);
  expect(await ask(two.superuserUrl, 'select 2')).toEqual([2]);
  await two.stop();
  expect(servers(directory)).toEqual([]);
  expect(processesNaming(directory)).toEqual([]);
});

test('a throw-away server ends, and its directory goes, when its owner is killed', async () => {
  const directory = await newDirectory();
  const { process: child, url, port } = await owner(directory);
  expect(await ask(url, 'select 1')).toEqual([1]);
  await kill(child);
  await eventually('the directory is gone', () => servers(directory).length === 0);
  await eventually('no process is left', () => processesNaming(directory).length === 0);
  expect(await isListening(port)).toBe(false);
});

test('a throw-away server whose owner and watcher were killed is swept by the next start', async () => {
  const directory = await newDirectory();
  const { process: child, url, port } = await owner(directory);
  killWatcher(directory);
  await kill(child);
  expect(await ask(url, 'select 1')).toEqual([1]);

  const next = await startThrowAwayPostgres(directory, silent);
  expect(await isListening(port)).toBe(false);
  expect(servers(directory)).toHaveLength(1);
  await next.stop();
  expect(processesNaming(directory)).toEqual([]);
});

test('a durable server left running by a killed owner is stopped by the next start, and its data is kept', async () => {
  const directory = await newDirectory();
  const first = await owner(place, directory);
  await ask(first.url, 'create table kept as select 7 as seven');
  killWatcher(directory);
  await kill(first.process);
  expect(await ask(first.url, 'select seven from kept')).toEqual([7]);

  const said: string[] = [];
  const second = await startPostgres({
    home: place,
    directory,
    durable: true,
    say: (line) => said.push(line),
  });
  expect(said).toContain('stopping the PostgreSQL that an earlier start left running');
  expect(await ask(second.superuserUrl, 'select seven from kept')).toEqual([7]);
  await second.stop();
  expect(processesNaming(directory)).toEqual([]);
});

test('after SIGKILL of owner and server alike the next start recovers what was committed', async () => {
  const directory = await newDirectory();
  const first = await owner(place, directory);
  await ask(first.url, 'create table kept as select 7 as seven');
  for (const pid of processesNaming(directory)) killHard(pid);
  await kill(first.process);

  const second = await durable(directory);
  expect(await ask(second.superuserUrl, 'select seven from kept')).toEqual([7]);
  await second.stop();
});

test('a server that is killed reports how it ended, and starts again once its last process is gone', async () => {
  const directory = await newDirectory();
  const first = await durable(directory);
  await ask(first.superuserUrl, 'create table kept as select 7 as seven');
  // A process that computes does not notice the end of its server, and holds the shared memory some seconds more.
  const busy = ask(first.superuserUrl, 'select count(*) from generate_series(1, 15000000)');
  await pause(300);
  for (const pid of processesNaming(directory)) killHard(pid);
  expect(await first.ended).toBe('signal SIGKILL');
  const computed = Promise.allSettled([busy]);

  const second = await durable(directory);
  expect(await ask(second.superuserUrl, 'select seven from kept')).toEqual([7]);
  await computed;
  await second.stop();
});

test('a second server on one directory is refused, and the first one lives', async () => {
  const directory = await newDirectory();
  const first = await durable(directory);
  await expect(durable(directory)).rejects.toThrow('Another process runs the PostgreSQL of');
  expect(await ask(first.superuserUrl, 'select 1')).toEqual([1]);
  await first.stop();
  const again = await durable(directory);
  expect(await ask(again.superuserUrl, 'select 1')).toEqual([1]);
  await again.stop();
});

test('a stale pid file that names a process which is no server does not hold the start up', async () => {
  const directory = await newDirectory();
  const first = await durable(directory);
  await first.stop();
  const file = join(directory, 'cluster', 'data', 'postmaster.pid');
  const bystander = bystanderOf(join(directory, 'cluster'));
  writeFileSync(file, `${bystander.pid}\n${dirname(file)}\n1\n${first.port}\n\n127.0.0.1\n\nready\n`);
  const second = await durable(directory);
  expect(await ask(second.superuserUrl, 'select 1')).toEqual([1]);
  await second.stop();
  expect(bystander.exitCode).toBeNull();
  await kill(bystander);
});

test('the binaries work when the install has lost links and executable bits', async () => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const installed = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  const directory = await newDirectory();
  const stripped = join(directory, 'package');
  cpSync(installed, stripped, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
  for (const program of readdirSync(join(stripped, 'native', 'bin'))) {
    chmodSync(join(stripped, 'native', 'bin', program), 0o600);
  }
  const { postgres, initdb } = await provideBinaries(directory, silent, stripped);
  for (const program of [postgres, initdb]) {
    expect(execFileSync(program, ['--version'], { encoding: 'utf8' })).toContain('(PostgreSQL) 18.');
  }
});

test('a directory that others may write, a link, and one of another user are refused', async () => {
  const directory = await newDirectory();
  mkdirSync(join(directory, 'open'));
  chmodSync(join(directory, 'open'), 0o777);
  mkdirSync(join(directory, 'other'));
  symlinkSync(join(directory, 'other'), join(directory, 'link'));
  const names = ['open', 'link'];
  if (process.geteuid?.() === 0) {
    chownSync(join(directory, 'other'), 65_534, 65_534);
    names.push('other');
  }
  for (const name of names) {
    await expect(ownDirectory(join(directory, name))).rejects.toThrow(
      'is not a directory that only this user may write',
    );
  }
});
