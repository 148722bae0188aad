import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { enrol, rosterSchema } from '#access';
import { cliConfig } from '#core';
import { DemoIssuer } from '#identity';
import {
  ententeDirectory,
  startPostgres,
  type Postgres,
  type ServerOptions,
} from '../../apps/cli/embedded-postgres/index.js';
import { migrate } from '../../apps/cli/migrate.js';
import { roster } from './agencies.js';

export const DATABASE = 'entente_bench';

/** What a server of this size would be given; the same for both sides. */
const SETTINGS = {
  shared_buffers: '512MB',
  effective_cache_size: '2GB',
  random_page_cost: '1.1',
  max_wal_size: '4GB',
};

export interface BenchServer {
  appUrl: string;
  workerUrl: string;
  ownerUrl: string;
  /** A superuser at the bench's database: row security does not bind it. */
  superuserUrl: string;
  /** Where the API finds the key that signs the bench's tokens. */
  demoDirectory: string;
  stop(): Promise<void>;
}

/** A migrated PostgreSQL of the bench's own with the roster enrolled; nothing of it is left when it stops. */
export async function startServer(): Promise<BenchServer> {
  const home = await ententeDirectory(cliConfig());
  const directory = await mkdtemp(join(home, 'bench-'));
  const postgres = await startSized({ home, directory, durable: false, say: () => undefined });
  return {
    ...(await migrated(postgres, DATABASE)),
    demoDirectory: await demoAt(directory),
    stop: async () => {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** @param more settings besides those of every bench */
export async function startSized(
  options: ServerOptions,
  more: Record<string, string> = {},
): Promise<Postgres> {
  const first = await startPostgres(options);
  await withClient(first.superuserUrl, async (client) => {
    for (const [name, value] of Object.entries({ ...SETTINGS, ...more }))
      await client.query(`alter system set ${name} = '${value}'`);
  });
  await first.stop();
  return startPostgres(options);
}

/** Brings a database up to date, which is made if it is not there, with the roster and new passwords. */
export async function migrated(
  postgres: Postgres,
  database: string,
): Promise<Omit<BenchServer, 'demoDirectory' | 'stop'>> {
  const login = (user: string) => postgres.url(user, randomBytes(12).toString('hex'), database);
  const [ownerUrl, appUrl] = [login('entente_owner'), login('entente_app')];
  const workerUrl = login('entente_worker');
  await migrate({ ownerUrl, setupUrl: postgres.superuserUrl, appUrl, workerUrl, say: () => undefined });
  await enrol(ownerUrl, rosterSchema.parse(roster));
  const superuserUrl = new URL(postgres.superuserUrl);
  superuserUrl.pathname = database;
  return { ownerUrl, appUrl, workerUrl, superuserUrl: superuserUrl.href };
}

/** A folder in this one with a key that signs tokens. */
export async function demoAt(directory: string): Promise<string> {
  const demoDirectory = join(directory, 'demo');
  await DemoIssuer.create(demoDirectory, members());
  return demoDirectory;
}

export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, options: '-c search_path=entente,pg_catalog' });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** So that a token names its agency. */
const members = () =>
  roster.agencies.flatMap(({ code, members: people }) =>
    people.map(({ id, roles, subject }) => ({
      agency: code,
      role: roles.join().toLowerCase(),
      memberId: id,
      subject,
    })),
  );
