import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { unsafeServer } from '#core';
import { migrations } from '../../migrations/index.js';

export interface MigrateOptions {
  /** Login of entente_owner. */
  ownerUrl: string;
  /** Login that may create roles and databases; only then are roles and database made where they lack. */
  setupUrl?: string | undefined;
  /** Login of entente_app; needed with `setupUrl`, for its password. */
  appUrl?: string | undefined;
  /** Login of entente_worker; with `setupUrl` it is given its password, and without it no worker can log in. */
  workerUrl?: string | undefined;
  say: (line: string) => void;
}

/** Brings roles, database and schema up to date. Its own process: the API never holds these credentials. */
export async function migrate({ ownerUrl, setupUrl, appUrl, workerUrl, say }: MigrateOptions): Promise<void> {
  if (setupUrl !== undefined) {
    if (appUrl === undefined)
      throw new Error('DATABASE_URL is not set: it names the login entente_app to create.');
    await prepareServer({ setupUrl, ownerUrl, appUrl, workerUrl });
  }
  const source = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    schema: 'entente',
    migrations,
    migrationsTransactionMode: 'each',
    // Under FORCE a statement that row security filters would change nothing, silently: off, it is an error.
    extra: { max: 1, options: '-c search_path=entente,pg_catalog -c row_security=off' },
  });
  await source.initialize();
  try {
    await source.query('create schema if not exists entente');
    const ran = await source.runMigrations();
    say(
      ran.length === 0
        ? 'The schema is up to date.'
        : `Ran ${ran.length} migrations: ${ran.map((m) => m.name).join(', ')}.`,
    );
  } finally {
    await source.destroy();
  }
}

interface ServerOptions {
  setupUrl: string;
  ownerUrl: string;
  appUrl: string;
  workerUrl: string | undefined;
}

/** Makes the roles and the database where they lack. CREATEROLE and CREATEDB are enough. */
async function prepareServer({ setupUrl, ownerUrl, appUrl, workerUrl }: ServerOptions): Promise<void> {
  const owner = new URL(ownerUrl);
  const app = new URL(appUrl);
  const database = decodeURIComponent(owner.pathname.slice(1));
  await withClient(setupUrl, async (client) => {
    const version = await versionOf(client);
    const unsafe = unsafeServer(version);
    if (unsafe) throw new Error(unsafe);
    await ensureRole(client, 'entente_owner', `login noinherit password ${passwordOf(owner)}`);
    await ensureRole(client, 'entente_app', `login noinherit password ${passwordOf(app)}`);
    await ensureRole(client, 'entente_gate', 'nologin');
    await ensureRole(client, 'entente_auth', 'nologin');
    if (workerUrl !== undefined)
      await ensureRole(
        client,
        'entente_worker',
        `login noinherit password ${passwordOf(new URL(workerUrl))}`,
      );
    else if (!(await hasRole(client, 'entente_worker')))
      await ensureRole(client, 'entente_worker', 'nologin');
    // A role may be taken, but never is one of the login's by inheritance: the gate by the owner, for whom it has
    // functions; that of the authorization server by the API.
    const taken = version >= 160_000 ? 'with inherit false, set true' : '';
    await client.query(`grant entente_gate to entente_owner ${taken}`);
    await client.query(`grant entente_auth to entente_app ${taken}`);
    const exists = await client.query('select from pg_database where datname = $1', [database]);
    if (exists.rowCount === 0) await createDatabase(client, database);
  });
}

async function createDatabase(client: Client, database: string): Promise<void> {
  const name = client.escapeIdentifier(database);
  const { rows } = await client.query<{ super: boolean }>(
    'select rolsuper as super from pg_roles where rolname = current_user',
  );
  if (!rows[0]?.super) await client.query('grant entente_owner to current_user');
  await client.query(`create database ${name} owner entente_owner encoding 'UTF8' template template0`);
  await client.query(`revoke all on database ${name} from public`);
  await client.query(`grant connect on database ${name} to entente_app`);
}

async function ensureRole(client: Client, role: string, attributes: string): Promise<void> {
  await client.query(`${(await hasRole(client, role)) ? 'alter' : 'create'} role ${role} ${attributes}`);
}

async function hasRole(client: Client, role: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  return rowCount !== 0;
}

/** @throws Error when the URL has no password: a login without one could be anybody's */
function passwordOf(url: URL): string {
  if (url.password === '') throw new Error(`The URL of ${url.username} has no password.`);
  return `'${decodeURIComponent(url.password).replaceAll("'", "''")}'`;
}

const versionOf = async (client: Client): Promise<number> => {
  const { rows } = await client.query<{ v: number }>(
    `select current_setting('server_version_num')::int as v`,
  );
  return rows[0]?.v ?? 0;
};

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
