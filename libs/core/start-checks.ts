import { Client } from 'pg';

/** First minor version of each major that has the fixes of CVE-2025-8713 and CVE-2026-2005. */
const SAFE_MINOR: Readonly<Record<number, number>> = { 15: 16, 16: 12, 17: 8, 18: 2 };

/** @returns why this server may not be used, or null. @param versionNumber as in `server_version_num`, e.g. 150018 */
export function unsafeServer(versionNumber: number): string | null {
  const major = Math.floor(versionNumber / 10_000);
  const minor = versionNumber % 10_000;
  if (major < 15) return `PostgreSQL ${major}.${minor} is too old: Entente needs 15 or later.`;
  const safe = SAFE_MINOR[major];
  if (safe !== undefined && minor < safe) {
    return `PostgreSQL ${major}.${minor} lacks security fixes that row security rests on: upgrade to ${major}.${safe} or later.`;
  }
  return null;
}

interface Login {
  version: number;
  name: string;
  superuser: boolean;
  bypass: boolean;
  creates: boolean;
  owns: boolean;
  inherits: boolean;
  /** Whether it is the login of the application, and of the worker: each may call what the other may not. */
  app: boolean;
  worker: boolean;
}

const mayCall = (name: string): string =>
  `exists (select from pg_proc where pronamespace = 'entente'::regnamespace and proname = '${name}'
             and has_function_privilege(r.oid, pg_proc.oid, 'execute'))`;

const LOGIN = `
  select current_setting('server_version_num')::int as version, rolname as name, rolsuper as superuser,
         rolbypassrls as bypass, rolcreaterole or rolcreatedb or rolreplication as creates,
         exists (select from pg_class where relowner = r.oid and relnamespace = 'entente'::regnamespace)
           or exists (select from pg_namespace where nspowner = r.oid and nspname = 'entente') as owns,
         exists (select from pg_roles o where o.rolname in ('entente_owner', 'entente_gate')
                  and pg_has_role(r.oid, o.oid, 'member')) as inherits,
         ${mayCall('enter')} as app, ${mayCall('number_entries')} as worker
    from pg_roles r where rolname = current_user`;

/** A process that serves, its login, and where it is told which. */
const PROCESSES = {
  app: { title: 'The API', role: 'entente_app', setting: 'DATABASE_URL' },
  worker: { title: 'The worker', role: 'entente_worker', setting: 'DATABASE_WORKER_URL' },
} as const;

type Process = keyof typeof PROCESSES;

/**
 * Whoever serves must be a login that row security binds, and its own. Refuses everything else before anything is done.
 * @throws Error whose message tells the administrator what to do
 */
export async function checkServerAndLogin(url: string, process: Process = 'app'): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const version = await client.query<{ v: number }>(
      `select current_setting('server_version_num')::int as v`,
    );
    const unsafe = unsafeServer(version.rows[0]?.v ?? 0);
    if (unsafe) throw new Error(unsafe);
    const schema = await client.query<{ there: boolean }>(
      `select to_regnamespace('entente') is not null as there`,
    );
    if (!schema.rows[0]?.there) {
      throw new Error('This database has no schema `entente`: run `npx entente migrate` first.');
    }
    const { rows } = await client.query<Login>(LOGIN);
    const why = rows[0] && refuseLogin(rows[0], process);
    if (why) throw new Error(why);
  } finally {
    await client.end();
  }
}

function refuseLogin(login: Login, process: Process): string | null {
  const { title, role, setting } = PROCESSES[process];
  const refuse = (reason: string) =>
    `${title} refuses to start as database login "${login.name}": it ${reason}. ` +
    `Use the login ${role} in ${setting} (\`npx entente migrate\` makes it).`;
  const because = (reason: string) => refuse(`${reason}, so row security would not bind it`);
  if (login.superuser) return because('is a superuser');
  if (login.bypass) return because('has BYPASSRLS');
  if (login.owns) return because('owns the tables');
  if (login.inherits) return because('is a member of the owner or of the gate');
  if (login.creates) return because('may create roles, databases or replicas');
  if (login.app !== (process === 'app') || login.worker !== (process === 'worker'))
    return refuse(`is not the login of ${title.toLowerCase().replace('api', 'API')}`);
  return null;
}
