import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkServerAndLogin } from '#core';
import { createApp } from '../apps/api/create-app.js';
import { cloneDatabase, withClient, type TestDatabase } from './support/server.js';

/*
 * What isolation rests on in the catalogue: row security on every table, definer functions that nobody can divert,
 * logins that it binds. Each rule lists what breaks it, must find nothing, and is shown to find what does.
 */

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

const OURS = `'entente'::regnamespace`;
const ROLES = `('entente_app', 'entente_owner', 'entente_gate', 'entente_auth', 'entente_worker')`;

/** What the worker calls. */
const SENT = [
  ...['feeds_of', 'feed_epoch', 'take_lead', 'stand_down', 'number_entries'],
  ...['webhook_keys', 'add_webhook_key', 'webhook_seals', 'webhook_sealed', 'reseal_webhook'],
  ...[
    'forget_webhook_seals',
    'keep_webhook_attempts',
    'lease_webhooks',
    'release_webhooks',
    'webhook_put_aside',
  ],
  ...[
    'webhook_certificates',
    'tell_of_ending_certificates',
    'settle_webhook',
    'settle_webhooks',
    'webhook_fails',
    'disable_webhook',
    'prove_webhook',
    'webhook_body',
    'webhook_waiting',
  ],
]
  .map((name) => `'${name}'`)
  .join();

/** Who asks; the acts; what a policy or a query asks. */
const CALLED = [
  ...['enter', 'enter_by_key', 'enter_by_session', 'acting', 'reader', 'acting_member'],
  ...['release_revision', 'recall_finding', 'supersede_finding', 'expire_finding'],
  ...[
    'enter_by_signature',
    'inbound_keys',
    'inbound_key_used',
    'acknowledge_finding',
    'release_by_standing',
    'recalled_from',
  ],
  ...['known_agencies', 'known_arrangements', 'release_grounds', 'tombstone'],
  ...['administer', 'decide_act', 'oversees', 'operates'],
  ...['feeds_of', 'feed_epoch', 'feeds_moved', 'in_inbox', 'no_longer_active'],
  ...['stage_reference_list', 'list_digest'],
  ...['open_dataset', 'load_indicators', 'load_transfers', 'seal_dataset'],
  ...['text_hits'],
  ...['session_runs', 'acting_person'],
  ...['keep_webhook_secret', 'keep_webhook_certificate', 'webhook_keys', 'webhook_seals'],
  ...['marking_rank', 'pap_rank', 'micros', 'instant'],
]
  .map((name) => `'${name}'`)
  .join(', ');

interface Rule {
  promise: string;
  /** Selects `name` of whatever breaks the promise. */
  breaches: string;
  /** Statements of which each breaks it. */
  offences: string[];
}

const RULES: Rule[] = [
  {
    promise: "every table but the migrations' own has row security, forced, and belongs to entente_owner",
    breaches: `select relname as name from pg_class where relnamespace = ${OURS} and relkind in ('r', 'p', 'f')
      and relname <> 'migrations'
      and not (relrowsecurity and relforcerowsecurity and relowner = 'entente_owner'::regrole)`,
    offences: [
      'create table naked (id uuid)',
      'alter table claim disable row level security',
      'alter table claim no force row level security',
      'alter table claim owner to current_user',
    ],
  },
  {
    promise:
      'a policy is for the application, the gate, or to read for the worker, and lets everything through for the application nowhere',
    breaches: `select polname as name from pg_policy
      join pg_class on pg_class.oid = polrelid and relnamespace = ${OURS}
      where not polroles <@ array['entente_app'::regrole, 'entente_gate'::regrole, 'entente_worker'::regrole]::oid[]
         or 'entente_worker'::regrole = any (polroles) and (polcmd <> 'r' or polroles <> array['entente_worker'::regrole]::oid[]
              or relname not in ('entry', 'feed_head', 'feed_position', 'feed_cursor'))
         or 'entente_app'::regrole = any (polroles) and (pg_get_expr(polqual, polrelid) = 'true'
              or pg_get_expr(polwithcheck, polrelid) = 'true')`,
    offences: [
      `create policy open on claim using (agency_id = reader())`,
      'create policy open on claim for select to entente_worker using (true)',
      'create policy open on feed_cursor for update to entente_worker using (true)',
      'create policy open on entry for select to entente_worker, entente_app using (true)',
      'create policy open on claim for select to entente_app using (true)',
      'create policy open on claim for insert to entente_app with check (true)',
    ],
  },
  {
    promise: "the authorization server's tables have row security, forced, and are its role's alone",
    breaches: `select relname as name from pg_class
      where relnamespace = 'entente_auth'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
      and (not (relrowsecurity and relforcerowsecurity and relowner = 'entente_owner'::regrole)
        or exists (select from aclexplode(relacl) where grantee not in ('entente_auth'::regrole, 'entente_owner'::regrole))
        or exists (select from pg_policy where polrelid = pg_class.oid and polroles <> array['entente_auth'::regrole]::oid[]))`,
    offences: [
      'create table entente_auth.naked (id uuid)',
      'alter table entente_auth.signing_key no force row level security',
      'grant select on entente_auth.signing_key to entente_app',
      'grant select on entente_auth.accepted_once to public',
      'create policy open on entente_auth.signing_key using (true)',
    ],
  },
  {
    promise: "the authorization server's role reads and writes nothing of the application's",
    breaches: `select relname as name from pg_class where relnamespace = ${OURS} and relkind in ('r', 'p', 'v')
      and (has_table_privilege('entente_auth', oid, 'select, insert, update, delete, truncate')
           or has_any_column_privilege('entente_auth', oid, 'select, insert, update'))`,
    offences: ['grant select on member to entente_auth', 'grant update (jwk) on client_key to entente_auth'],
  },
  {
    promise: 'every view asks as its caller, and no view is stored',
    breaches: `select relname as name from pg_class where relnamespace = ${OURS}
      and (relkind = 'm' or relkind = 'v' and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on}')`,
    offences: [
      'create view leak as select * from claim',
      'create materialized view leak as select * from claim',
    ],
  },
  {
    promise: "a definer function is the gate's, with a search path of its own and row security on",
    // But for the one that makes and drops partitions, which are the owner's, and reads no row.
    breaches: `select proname as name from pg_proc where pronamespace = ${OURS} and prosecdef
      and proname <> 'keep_webhook_attempts'
      and not (proowner = 'entente_gate'::regrole and coalesce(proconfig, '{}')
               @> array['search_path=pg_catalog, entente, pg_temp', 'row_security=on'])`,
    offences: [
      'alter function tombstone(uuid) reset search_path',
      'alter function tombstone(uuid) set search_path = entente, public',
      'alter function tombstone(uuid) owner to entente_owner',
    ],
  },
  {
    promise: 'no function is for everybody',
    breaches: `select proname as name from pg_proc p where pronamespace = ${OURS}
      and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0)`,
    offences: [
      'grant execute on function tombstone(uuid) to public',
      'create function extra() returns int language sql return 1',
    ],
  },
  {
    promise: 'the application calls what it was given, and nothing that these do inside',
    breaches: `select proname as name from pg_proc where pronamespace = ${OURS}
      and has_function_privilege('entente_app', oid, 'execute') and proname <> all (array[${CALLED}])`,
    offences: [
      'grant execute on function holds(uuid, uuid) to entente_app',
      'grant execute on function release_to(finding, revision, jsonb, text, timestamptz) to entente_app',
    ],
  },
  {
    promise: 'an act of administration is done by functions of the gate that the application cannot call',
    breaches: `select act as name from administrative_act
      where exists (select from (values (carries_out, 'jsonb'::regtype), (takes_two, 'jsonb'), (concerns, 'uuid')) as f (name, of)
         where not exists (select from pg_proc where pronamespace = ${OURS} and proname = f.name
                 and pronargs = 2 and proargtypes[0] = f.of and proargtypes[1] = 'entente.member'::regtype
                 and proowner = 'entente_gate'::regrole and prosecdef
                 and not has_function_privilege('entente_app', oid, 'execute')))`,
    offences: [
      `update administrative_act set carries_out = 'pg_sleep' where act = 'cap.set'`,
      `update administrative_act set takes_two = 'set_cap(content, me), never' where act = 'cap.set'`,
      'grant execute on function set_cap(jsonb, member) to entente_app',
      'alter function set_cap(jsonb, member) owner to entente_owner',
    ],
  },
  {
    promise: 'which acts of administration there are, nobody but the owner says, and the gate alone reads',
    breaches: `select relname as name from pg_class, aclexplode(relacl)
      where oid = 'administrative_act'::regclass and grantee <> relowner
        and not (grantee = 'entente_gate'::regrole and privilege_type = 'SELECT')`,
    offences: [
      'grant select on administrative_act to entente_app',
      'grant insert on administrative_act to entente_gate',
    ],
  },
  {
    promise: 'the worker calls what it was given',
    breaches: `select proname as name from pg_proc where pronamespace = ${OURS}
      and has_function_privilege('entente_worker', oid, 'execute')
      and proname <> all (array[${SENT}])`,
    offences: ['grant execute on function enter(uuid, text[]) to entente_worker'],
  },
  {
    promise: 'no function is marked leakproof',
    breaches: `select proname as name from pg_proc where pronamespace = ${OURS} and proleakproof`,
    offences: ['alter function marking_rank(text) leakproof'],
  },
  {
    promise: 'the application can neither truncate, nor refer to, nor put a trigger on a table',
    breaches: `select format('%s on %s', privilege, relname) as name
      from pg_class, unnest(array['truncate', 'references', 'trigger']) as privilege
      where relnamespace = ${OURS} and relkind in ('r', 'p', 'v')
        and (has_table_privilege('entente_app', oid, privilege)
             or privilege = 'references' and has_any_column_privilege('entente_app', oid, privilege))`,
    offences: [
      'grant truncate on entry to entente_app',
      'grant references (id) on finding to entente_app',
      'grant trigger on claim to public',
    ],
  },
  {
    promise: 'the application can create nothing, and nobody a temporary table',
    breaches: `select privilege as name from unnest(array['create', 'temporary']) as privilege
        where has_database_privilege('entente_app', current_database(), privilege)
      union all
      select nspname from pg_namespace where nspname !~ '^pg_' and has_schema_privilege('entente_app', oid, 'create')`,
    offences: [
      'grant create on schema entente to entente_app',
      'grant create on schema public to public',
      `do $$ begin execute format('grant create on database %I to entente_app', current_database()); end $$`,
      `do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$`,
    ],
  },
  {
    promise: 'row security binds the roles, and nobody signs in as the gate or the authorization server',
    breaches: `select rolname as name from pg_roles where rolname in ${ROLES}
      and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
           or rolname in ('entente_gate', 'entente_auth') and rolcanlogin)`,
    offences: [
      'alter role entente_app bypassrls',
      'alter role entente_owner superuser',
      'alter role entente_gate createrole',
      'alter role entente_gate login',
      'alter role entente_auth login',
    ],
  },
  {
    promise:
      "the application may take no role but the authorization server's, and nobody inherits what it may take",
    breaches: `select member::regrole::text as name from pg_auth_members
        where member = 'entente_app'::regrole and roleid <> 'entente_auth'::regrole
           or member = 'entente_auth'::regrole
      union all select 'entente_app' where pg_has_role('entente_app', 'entente_auth', 'usage')
      union all select 'entente_owner' where pg_has_role('entente_owner', 'entente_gate', 'usage')`,
    offences: [
      'grant entente_gate to entente_app',
      'grant entente_owner to entente_app',
      'grant entente_gate to entente_auth',
      `do $$ begin
         if current_setting('server_version_num')::int < 160000 then alter role entente_app inherit;
         else execute 'grant entente_auth to entente_app with inherit true'; end if;
       end $$`,
      // Before 16 it is the role that inherits, from then on the grant.
      `do $$ begin
         if current_setting('server_version_num')::int < 160000 then alter role entente_owner inherit;
         else execute 'grant entente_gate to entente_owner with inherit true'; end if;
       end $$`,
    ],
  },
];

test.each(RULES)('$promise', async ({ breaches, offences }) => {
  await withClient(database.setupUrl, async (client) => {
    const names = async () => (await client.query<{ name: string }>(breaches)).rows.map(({ name }) => name);
    expect(await names()).toEqual([]);
    for (const offence of offences) {
      await client.query('begin');
      await client.query(offence);
      expect({ offence, found: (await names()).length }).toEqual({ offence, found: 1 });
      await client.query('rollback');
    }
  });
});

describe('the API starts', () => {
  /** A login made for the test alone, and gone after it. */
  async function asLogin<T>(attributes: string, use: (url: string, name: string) => Promise<T>): Promise<T> {
    const name = `login_${randomBytes(4).toString('hex')}`;
    const run = (sql: string) => withClient(database.setupUrl, (client) => client.query(sql));
    await run(`create role ${name} login password 'secret' ${attributes}`);
    await run(`grant connect on database ${database.name} to ${name}`);
    const url = new URL(database.appUrl);
    [url.username, url.password] = [name, 'secret'];
    try {
      return await use(url.href, name);
    } finally {
      await run(`drop owned by ${name}; drop role ${name}`);
    }
  }
  const refused = (name: string, reason: string) =>
    `The API refuses to start as database login "${name}": it ${reason}, so row security would not bind it. ` +
    'Use the login entente_app in DATABASE_URL (`npx entente migrate` makes it).';

  test("as the application's login", async () => {
    await expect(checkServerAndLogin(database.appUrl)).resolves.toBeUndefined();
  });

  test.each([
    ['superuser', 'is a superuser'],
    ['bypassrls', 'has BYPASSRLS'],
    ['in role entente_owner', 'is a member of the owner or of the gate'],
    ['in role entente_gate', 'is a member of the owner or of the gate'],
    ['createrole', 'may create roles, databases or replicas'],
    ['createdb', 'may create roles, databases or replicas'],
    ['replication', 'may create roles, databases or replicas'],
  ])('but not as a login that was made with %s', async (attributes, reason) => {
    await asLogin(attributes, async (url, name) => {
      await expect(checkServerAndLogin(url)).rejects.toThrow(refused(name, reason));
    });
  });

  test('but not as the owner', async () => {
    const message = refused('entente_owner', 'owns the tables');
    await expect(checkServerAndLogin(database.ownerUrl)).rejects.toThrow(message);
    const config = {
      pool: 2,
      host: '127.0.0.1',
      port: 0,
      logLevel: 'silent',
      agency: { budget: 1, atOnce: 1 },
      demoDirectory: null,
      authSecret: randomBytes(32),
    };
    await expect(createApp({ ...config, databaseUrl: database.ownerUrl })).rejects.toThrow(message);
  });

  test('but not on a database without the schema', async () => {
    const empty = await cloneDatabase({ empty: true });
    const message = 'This database has no schema `entente`: run `npx entente migrate` first.';
    await expect(checkServerAndLogin(empty.appUrl)).rejects.toThrow(message);
    await empty.drop();
  });
});
