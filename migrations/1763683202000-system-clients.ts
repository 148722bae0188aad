import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/**
 * System clients: a machine of an agency acts by a membership of its own, so that whatever hangs on a membership
 * (second person, ledger, idempotency, suspension, its end) holds for machines as for people. And the authorization
 * server's own schema, which neither the application's tables nor its policies reach.
 */
export class SystemClients1763683202000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ROLE_IS_THERE);
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(ADMINISTERED);
    await runner.query(ENTER_BY_KEY);
    await runner.query(FOR_THE_SERVER);
    await runner.query(AUTHORIZATION_SERVER);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** A role is of the whole server, and the owner may not make any. */
const ROLE_IS_THERE = `
  do $$ begin
    if not exists (select from pg_roles where rolname = 'entente_auth') then
      raise exception 'The role entente_auth is not there: run \`npx entente migrate\` once with DATABASE_SETUP_URL and DATABASE_URL.';
    end if;
  end $$;
`;

const TABLES = `
  alter table member add machine boolean not null default false,
    add constraint machine_roles check (not machine or roles <@ array['ANALYST', 'CONTRIBUTOR']);
  -- Its name, roles and end are those of the membership with the same id.
  create table system_client (
    id uuid primary key references member,
    agency_id uuid not null references agency,
    registered_at timestamptz not null default clock_timestamp(),
    registered_by uuid not null references member,
    last_used_at timestamptz
  );
  create index system_client_agency on system_client (agency_id, registered_at desc, id desc);
  -- One key is one client's; a key that was revoked never comes back.
  create table client_key (
    agency_id uuid not null references agency,
    kid text not null check (kid ~ '^[A-Za-z0-9_-]{43}$'),
    client_id uuid not null references system_client,
    algorithm text not null check (algorithm in ('ES256', 'EdDSA', 'PS256')),
    jwk jsonb not null check (not jwk ?| array['d', 'p', 'q', 'k']),
    added_at timestamptz not null default clock_timestamp(),
    valid_until timestamptz not null default 'infinity',
    revoked_at timestamptz,
    primary key (agency_id, kid)
  );
  create index client_key_client on client_key (client_id);
`;

const OWN = 'agency_id = (select acting())';
const POLICIES = [protect('system_client', { select: OWN }), protect('client_key', { select: OWN })].join(
  '\n',
);

/** What an administrator of its agency may do; each takes the agency from what enter() set. */
const ADMINISTERED = `
  create function be_administrator() returns void language plpgsql ${DEFINER} as $$
  begin
    if not exists (select from member where id = acting_member() and agency_id = acting()
                     and roles @> array['AGENCY_ADMIN']) then
      perform refuse('EN403', '', 'Your roles do not allow this.');
    end if;
  end $$;
  ${gated('be_administrator()', '')}

  -- Locked: of two acts on one client the second sees what the first did.
  create function open_client(target uuid) returns member language plpgsql ${DEFINER} as $$
  declare
    m member;
  begin
    perform be_administrator();
    select * into m from member where id = target and agency_id = acting() and machine for update;
    if not found then
      perform refuse('EN404', 'input.clientId', 'No such system client.');
    end if;
    if m.ended_at is not null then
      perform refuse('EN409', 'input.clientId', 'This system client has ended.');
    end if;
    return m;
  end $$;
  ${gated('open_client(uuid)', '')}

  create function give_key(client uuid, key jsonb, path text) returns void language plpgsql ${DEFINER} as $$
  begin
    if (key ->> 'validUntil')::timestamptz <= clock_timestamp() then
      perform refuse('EN422', path || '.validUntil', 'This time has passed.');
    end if;
    insert into client_key (agency_id, kid, client_id, algorithm, jwk, valid_until)
    values (acting(), key ->> 'kid', client, key ->> 'algorithm', key -> 'jwk',
            coalesce((key ->> 'validUntil')::timestamptz, 'infinity'))
    on conflict do nothing;
    if not found then
      perform refuse('EN409', path, 'Your agency registered this key before: make a new one.');
    end if;
    if (select count(*) from client_key where client_id = client and revoked_at is null
          and valid_until > clock_timestamp()) > 5 then
      perform refuse('EN409', path, 'A system client has at most 5 keys: revoke one first.');
    end if;
  end $$;
  ${gated('give_key(uuid, jsonb, text)', '')}

  create function register_client(called text, roles text[], keys jsonb, until timestamptz)
    returns uuid language plpgsql ${DEFINER} as $$
  declare
    client uuid := gen_random_uuid();
    someone uuid;
    key record;
  begin
    perform be_administrator();
    if until <= clock_timestamp() then
      perform refuse('EN422', 'input.validUntil', 'This time has passed.');
    end if;
    insert into person (issuer, subject) values ('urn:entente:client', client::text) returning id into someone;
    insert into member (id, agency_id, person_id, name, roles, machine, valid_until)
    values (client, acting(), someone, called, register_client.roles, true, coalesce(until, 'infinity'));
    insert into system_client (id, agency_id, registered_by) values (client, acting(), acting_member());
    for key in select value, ordinality from jsonb_array_elements(keys) with ordinality loop
      perform give_key(client, key.value, format('input.keys[%s]', key.ordinality - 1));
    end loop;
    return client;
  end $$;
  ${gated('register_client(text, text[], jsonb, timestamptz)')}

  create function add_client_key(target uuid, key jsonb) returns void language plpgsql ${DEFINER} as $$
  begin
    perform open_client(target);
    perform give_key(target, key, 'input.key');
  end $$;
  ${gated('add_client_key(uuid, jsonb)')}

  create function revoke_client_key(target uuid, revoked text) returns void language plpgsql ${DEFINER} as $$
  begin
    perform open_client(target);
    update client_key set revoked_at = clock_timestamp()
     where client_id = target and kid = revoked and revoked_at is null;
    if not found then
      perform refuse('EN404', 'input.kid', 'No such key of this system client.');
    end if;
  end $$;
  ${gated('revoke_client_key(uuid, text)')}

  create function end_client(target uuid) returns void language plpgsql ${DEFINER} as $$
  begin
    perform open_client(target);
    update member set ended_at = clock_timestamp() where id = target;
  end $$;
  ${gated('end_client(uuid)')}
`;

/**
 * `enter()` for a machine: also the key with which it got its token must be one of its own, and good, at this moment.
 * Before enter() and not in it: it does for people what it did.
 */
const ENTER_BY_KEY = `
  create function enter_by_key(caller uuid, needed text[], key text)
    returns table (member_id uuid, agency_id uuid, roles text[], reads boolean)
    language plpgsql ${DEFINER} as $$
  begin
    if not exists (select from client_key k where k.client_id = caller and k.kid = key
                     and k.revoked_at is null and k.valid_until > now()) then
      raise exception using errcode = 'EN401', message = 'Sign in again: this key is not active.';
    end if;
    return query select * from enter(caller, needed);
  end $$;
  ${gated('enter_by_key(uuid, text[], text)')}
`;

/** All that the authorization server learns of clients: of one that is active, by its id. */
const FOR_THE_SERVER = `
  create function active_client(client uuid) returns table (roles text[], agency_code text, keys jsonb)
    language sql stable ${DEFINER} as $$
    select member.roles, agency.code,
           (select coalesce(jsonb_agg(jwk || jsonb_build_object('kid', kid, 'alg', algorithm, 'use', 'sig')), '[]')
              from client_key where client_id = member.id and revoked_at is null and valid_until > now())
      from system_client join member using (id) join agency on agency.id = member.agency_id
     where system_client.id = client and member.machine and member.ended_at is null
       and member.valid_from <= now() and member.valid_until > now() and agency.suspended_at is null
  $$;
  ${gated('active_client(uuid)', 'entente_auth')}

  create function client_used(client uuid) returns void language sql volatile ${DEFINER} as $$
    update system_client set last_used_at = clock_timestamp()
     where id = client and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')
  $$;
  ${gated('client_used(uuid)', 'entente_auth')}
`;

/**
 * Its keys and the ids of what it has accepted once. The application's login may take the role entente_auth, and has
 * none of its rights without taking it.
 */
const AUTHORIZATION_SERVER = `
  create schema entente_auth;
  grant usage on schema entente, entente_auth to entente_auth;

  create table entente_auth.signing_key (
    kid text primary key,
    public jsonb not null check (not public ? 'd'),
    -- AES-256-GCM under the service's secret; gone when it signs no more.
    sealed bytea,
    made_at timestamptz not null default clock_timestamp(),
    -- Until then what it signed is believed; null while it signs.
    retires_at timestamptz,
    check ((sealed is null) = (retires_at is not null))
  );
  create unique index one_signs on entente_auth.signing_key ((true)) where retires_at is null;
  create table entente_auth.accepted_once (
    id bytea primary key,
    until timestamptz not null
  );
  create index accepted_once_until on entente_auth.accepted_once (until);

  alter table entente_auth.signing_key enable row level security, force row level security;
  create policy auth_select on entente_auth.signing_key for select to entente_auth using (true);
  create policy auth_insert on entente_auth.signing_key for insert to entente_auth with check (retires_at is null);
  create policy auth_update on entente_auth.signing_key for update to entente_auth
    using (retires_at is null) with check (retires_at > clock_timestamp());
  create policy auth_delete on entente_auth.signing_key for delete to entente_auth using (retires_at < now());
  grant select, insert, delete, update (sealed, retires_at) on entente_auth.signing_key to entente_auth;

  alter table entente_auth.accepted_once enable row level security, force row level security;
  create policy auth_select on entente_auth.accepted_once for select to entente_auth using (true);
  create policy auth_insert on entente_auth.accepted_once for insert to entente_auth with check (true);
  create policy auth_delete on entente_auth.accepted_once for delete to entente_auth using (until < now());
  grant select, insert, delete on entente_auth.accepted_once to entente_auth;
`;
