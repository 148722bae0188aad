import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { enrol, rosterSchema } from '#access';
import { cliConfig } from '#core';
import { DemoIssuer } from '#identity';
import { ententeDirectory, startPostgres } from '../../apps/cli/embedded-postgres/index.js';
import { migrate } from '../../apps/cli/migrate.js';
import { roster } from './agencies.js';

const DATABASE = 'entente_bench';

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
  const options = { home, directory, durable: false, say: () => undefined };
  const first = await startPostgres(options);
  await withClient(first.superuserUrl, async (client) => {
    for (const [name, value] of Object.entries(SETTINGS))
      await client.query(`alter system set ${name} = '${value}'`);
  });
  await first.stop();
  const postgres = await startPostgres(options);
  const login = (user: string) => postgres.url(user, randomBytes(12).toString('hex'), DATABASE);
  const [ownerUrl, appUrl] = [login('entente_owner'), login('entente_app')];
  const workerUrl = login('entente_worker');
  await migrate({ ownerUrl, setupUrl: postgres.superuserUrl, appUrl, workerUrl, say: () => undefined });
  await enrol(ownerUrl, rosterSchema.parse(roster));
  const demoDirectory = join(directory, 'demo');
  await DemoIssuer.create(demoDirectory, members());
  const superuserUrl = new URL(postgres.superuserUrl);
  superuserUrl.pathname = DATABASE;
  return {
    appUrl,
    workerUrl,
    ownerUrl,
    superuserUrl: superuserUrl.href,
    demoDirectory,
    stop: async () => {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
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
