import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { enrol, rosterSchema } from '#access';
import { cliConfig } from '#core';
import { checkoutRoot } from '../../apps/cli/checkout.js';
import { ententeDirectory, startPostgres } from '../../apps/cli/embedded-postgres/index.js';
import { migrate } from '../../apps/cli/migrate.js';
import { found } from './planted.js';
import { roster } from './roster.js';
import { openDemo, worldAt, type World } from './world.js';

/** Everything that one process wrote so far, and how it ended. */
export interface Spoken {
  out(): string;
  err(): string;
  /** Exit code, or null while it runs. */
  code(): number | null;
  signal(signal: NodeJS.Signals): void;
  ended: Promise<void>;
}

const ready = z.object({ ready: z.string() });

/**
 * The API in a process of its own, with everything it writes kept.
 * @param imported a module that Node loads first
 * @returns its address when it listens; undefined when it ended before
 */
export async function speak(
  env: Record<string, string>,
  imported?: string,
): Promise<{ process: Spoken; url: string | undefined }> {
  const words = imported === undefined ? [] : ['--import', imported];
  const child = spawn(process.execPath, [...words, join(checkoutRoot(), 'dist/apps/api/main.js')], {
    env: { PORT: '0', LOG_LEVEL: 'debug', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (out += part));
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (err += part));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string | undefined>((resolve) => {
    child.once('message', (message) => resolve(ready.parse(message).ready));
    child.once('exit', () => resolve(undefined));
  });
  const spoken: Spoken = {
    out: () => out,
    err: () => err,
    code: () => child.exitCode,
    signal: (signal) => void child.kill(signal),
    ended,
  };
  return { process: spoken, url };
}

/** The whole service in processes of its own: API and PostgreSQL, and every line they write. */
export interface SpokenWorld extends World {
  api: Spoken;
  /** What the API was started with. */
  env: Record<string, string>;
  /** PostgreSQL's own log. */
  serverLog(): string;
  /** What was planted and stands in one of the logs. */
  leaks(): Record<string, string[]>;
}

/** @param more settings of the API */
export async function startSpokenWorld(more: Record<string, string> = {}): Promise<SpokenWorld> {
  const home = await ententeDirectory(cliConfig());
  const directory = mkdtempSync(join(home, 'spec-'));
  const postgres = await startPostgres({ home, directory, durable: false, say: () => undefined });
  const name = 'entente';
  const login = (user: string) => postgres.url(user, randomBytes(12).toString('hex'), name);
  const [ownerUrl, appUrl] = [login('entente_owner'), login('entente_app')];
  const workerUrl = login('entente_worker');
  await migrate({ ownerUrl, setupUrl: postgres.superuserUrl, appUrl, workerUrl, say: () => undefined });
  await enrol(ownerUrl, rosterSchema.parse(roster));
  const setup = new URL(postgres.superuserUrl);
  setup.pathname = name;
  const demo = await openDemo();
  const env = {
    DATABASE_URL: appUrl,
    ENTENTE_DEMO: '1',
    ENTENTE_DEMO_DIRECTORY: demo.directory,
    AGENCY_BUDGET: '1000000',
    ...more,
  };
  const { process: api, url } = await speak(env);
  if (url === undefined) throw new Error(`The API ended:\n${api.err()}`);
  const urls = { setupUrl: setup.href, ownerUrl, appUrl, workerUrl };
  const database = { name, ...urls, drop: async () => undefined };
  const world = worldAt(url, database, demo.issuer, async () => {
    api.signal('SIGTERM');
    await api.ended;
    await postgres.stop();
    await Promise.all([
      rm(directory, { recursive: true, force: true }),
      rm(demo.directory, { recursive: true }),
    ]);
  });
  const serverLog = () => readFileSync(join(directory, 'log'), 'utf8');
  const leaks = () => {
    const logs = Object.entries({ out: api.out(), err: api.err(), server: serverLog() });
    const told = logs.map(([log, written]) => [log, found(written)] as const);
    return Object.fromEntries(told.filter(([, values]) => values.length > 0));
  };
  return { ...world, api, env, serverLog, leaks };
}
