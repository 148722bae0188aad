import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { z } from 'zod';

const schema = z.object({
  setupUrl: z.string(),
  ownerUrl: z.string(),
  appUrl: z.string(),
  workerUrl: z.string(),
  template: z.string(),
});

/** The run's PostgreSQL, as the global set-up left it. */
const server = () => schema.parse(JSON.parse(process.env.ENTENTE_TEST_SERVER ?? '{}'));

/** A database of a spec's own. */
export interface TestDatabase {
  name: string;
  setupUrl: string;
  ownerUrl: string;
  appUrl: string;
  workerUrl: string;
  drop(): Promise<void>;
}

interface Origin {
  empty?: boolean;
  /** Name of a database to which nobody is connected; the migrated template if left out. */
  from?: string;
}

/** Clones a database (0.1 s), or makes an empty one. */
export async function cloneDatabase({ empty = false, from }: Origin = {}): Promise<TestDatabase> {
  const { setupUrl, ownerUrl, appUrl, workerUrl, template } = server();
  const name = `entente_test_${randomBytes(6).toString('hex')}`;
  const at = (url: string) => {
    const moved = new URL(url);
    moved.pathname = `/${name}`;
    return moved.href;
  };
  const run = (sql: string) => withClient(setupUrl, (client) => client.query(sql));
  await run(
    `create database ${name} owner entente_owner template ${empty ? 'template0' : (from ?? template)}`,
  );
  await run(
    `revoke all on database ${name} from public; grant connect on database ${name} to entente_app, entente_worker`,
  );
  return {
    name,
    setupUrl: at(setupUrl),
    ownerUrl: at(ownerUrl),
    appUrl: at(appUrl),
    workerUrl: at(workerUrl),
    drop: async () => {
      await run(`drop database ${name} with (force)`);
    },
  };
}

/** Names need no schema, times are UTC. */
const options = '-c search_path=entente,pg_catalog -c timezone=UTC';

/** Connections that stay open until `end`: a spec that asks often waits for none. */
export function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, options, max: 2 });
  // `end` does not wait for the server's side: dropping the database may cut a connection that is still closing.
  pool.on('error', () => undefined);
  return pool;
}

export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, options });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
