import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/** Agencies, people, memberships, caps and arrangements; and `enter()`, with which every transaction begins. */
export class Access1763683200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(SETTINGS);
    await runner.query(ENTER);
    await runner.query(PARTNERS);
    await runner.query(POLICIES);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  grant usage on schema entente to entente_app, entente_gate;
  grant create on schema entente to entente_gate;
  alter default privileges revoke execute on functions from public;

  create table agency (
    id uuid primary key default gen_random_uuid(),
    code text not null unique check (code ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$' and length(code) <= 40),
    created_at timestamptz not null default clock_timestamp(),
    suspended_at timestamptz
  );
  create table agency_name (
    agency_id uuid not null references agency,
    language text not null,
    name text not null,
    valid_from timestamptz not null default '-infinity',
    valid_until timestamptz not null default 'infinity',
    primary key (agency_id, language, valid_from)
  );
  create table agency_jurisdiction (
    agency_id uuid not null references agency,
    jurisdiction text not null check (jurisdiction ~ '^[A-Z]{2}$'),
    valid_from timestamptz not null default '-infinity',
    valid_until timestamptz not null default 'infinity',
    primary key (agency_id, valid_from)
  );
  create table person (
    id uuid primary key default gen_random_uuid(),
    issuer text not null,
    subject text not null,
    unique (issuer, subject)
  );
  create table member (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    person_id uuid not null references person,
    name text not null,
    roles text[] not null,
    valid_from timestamptz not null default clock_timestamp(),
    valid_until timestamptz not null default 'infinity',
    ended_at timestamptz,
    constraint known_roles check (roles <@ array['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'AGENCY_ADMIN',
      'AUDITOR', 'OPERATOR'] and cardinality(roles) > 0),
    constraint separate_roles check (
      (roles @> array['AGENCY_ADMIN'])::int + (roles @> array['AUDITOR'])::int + (roles @> array['OPERATOR'])::int <= 1
      and not (roles && array['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'] and roles && array['CONTRIBUTOR', 'RELEASER']))
  );
  create index member_agency on member (agency_id);
  -- How far a role of an agency may release. No row: not at all.
  create table cap (
    agency_id uuid not null references agency,
    role text not null,
    highest_marking text not null,
    widest int not null check (widest > 0),
    primary key (agency_id, role)
  );
  create table arrangement (
    id uuid primary key default gen_random_uuid(),
    title text not null,
    proposed_by uuid not null references agency,
    purposes text[] not null check (cardinality(purposes) > 0),
    kinds text[] not null check (cardinality(kinds) > 0),
    highest_marking text not null,
    onward_use boolean not null default false,
    court_use boolean not null default false,
    retention_days int check (retention_days > 0),
    valid_from timestamptz not null,
    valid_until timestamptz not null default 'infinity',
    on_end text not null check (on_end in ('KEEP', 'STOP', 'RECALL')),
    check (valid_from < valid_until)
  );
  create table arrangement_party (
    arrangement_id uuid not null references arrangement,
    agency_id uuid not null references agency,
    accepted_at timestamptz,
    primary key (arrangement_id, agency_id)
  );
  create index arrangement_party_agency on arrangement_party (agency_id, arrangement_id);
  create table idempotency_key (
    agency_id uuid not null references agency,
    member_id uuid not null references member,
    operation text not null,
    key text not null,
    fingerprint text not null,
    subject_id uuid,
    created_at timestamptz not null default clock_timestamp(),
    primary key (agency_id, member_id, operation, key)
  );
`;

/**
 * Transaction-local, set by enter() alone. After such a transaction the setting is '' on that connection, not null;
 * nothing set is null, and equals no row. Any SQL the application runs could set them: they stop a forgotten
 * filter, not injected SQL.
 */
const SETTINGS = `
  create function acting() returns uuid language sql stable parallel safe
    return nullif(current_setting('entente.agency', true), '')::uuid;
  create function reader() returns uuid language sql stable parallel safe
    return nullif(current_setting('entente.reader', true), '')::uuid;
  create function acting_member() returns uuid language sql stable parallel safe
    return nullif(current_setting('entente.member', true), '')::uuid;
  grant execute on function acting(), reader(), acting_member() to entente_app, entente_gate;

  create function marking_rank(marking text) returns int language sql immutable parallel safe
    return case marking when 'TLP:CLEAR' then 0 when 'TLP:GREEN' then 1 when 'TLP:AMBER' then 2
                        when 'TLP:AMBER+STRICT' then 3 when 'TLP:RED' then 4 end;
  create function pap_rank(pap text) returns int language sql immutable parallel safe
    return case pap when 'PAP:CLEAR' then 0 when 'PAP:GREEN' then 1 when 'PAP:AMBER' then 2 when 'PAP:RED' then 3 end;
  -- Sort keys cross the API as microseconds since 1970: exact, and nothing a client forges fails the cast.
  create function micros(at timestamptz) returns bigint language sql immutable parallel safe
    return (extract(epoch from at) * 1000000)::bigint;
  create function instant(micros bigint) returns timestamptz language sql immutable parallel safe
    return to_timestamp(micros / 1000000) + (micros % 1000000) * interval '1 microsecond';
  grant execute on function marking_rank(text), pap_rank(text), micros(timestamptz), instant(bigint)
    to entente_app, entente_gate;
`;

/**
 * Looks the caller up anew, so that suspension and an ended membership act at the next transaction. The reader is
 * set only where the root field takes a content role that the caller has.
 */
const ENTER = `
  create function enter(caller uuid, needed text[])
    returns table (member_id uuid, agency_id uuid, roles text[], reads boolean)
    language plpgsql ${DEFINER} as $$
  declare
    m record;
    may_read boolean;
  begin
    select member.id, member.agency_id, member.roles into m
      from member join agency on agency.id = member.agency_id
     where member.id = caller and member.ended_at is null and agency.suspended_at is null
       and member.valid_from <= now() and member.valid_until > now();
    if not found then
      raise exception using errcode = 'EN401', message = 'Sign in again: this membership or its agency is not active.';
    end if;
    if not m.roles && needed then
      raise exception using errcode = 'EN403', message = 'Your roles do not allow this.';
    end if;
    may_read := exists (select from unnest(m.roles) as role
      where role = any (needed) and role in ('ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON'));
    perform set_config('entente.agency', m.agency_id::text, true),
            set_config('entente.member', m.id::text, true),
            set_config('entente.reader', case when may_read then m.agency_id::text else '' end, true);
    return query select m.id, m.agency_id, m.roles, may_read;
  end $$;
  ${gated('enter(uuid, text[])')}
`;

/** Which agencies and arrangements the acting agency knows of. A policy cannot ask its own table, hence functions. */
const PARTNERS = `
  create function known_arrangements() returns setof uuid language sql stable ${DEFINER} as $$
    select arrangement_id from arrangement_party where agency_id = (select acting())
  $$;
  ${gated('known_arrangements()')}
  create function known_agencies() returns setof uuid language sql stable ${DEFINER} as $$
    select (select acting()) where (select acting()) is not null
    union
    select other.agency_id from arrangement_party mine join arrangement_party other using (arrangement_id)
     where mine.agency_id = (select acting())
  $$;
  ${gated('known_agencies()')}
`;

const OWN = 'agency_id = (select acting())';
const KNOWN = 'any (array(select known_agencies()))';

const POLICIES = [
  protect('agency', { select: `id = ${KNOWN}` }),
  protect('agency_name', { select: `agency_id = ${KNOWN}` }),
  protect('agency_jurisdiction', { select: `agency_id = ${KNOWN}` }),
  protect('person', {}),
  protect('member', { select: OWN }),
  protect('cap', { select: OWN }),
  protect('arrangement', { select: 'id = any (array(select known_arrangements()))' }),
  protect('arrangement_party', { select: 'arrangement_id = any (array(select known_arrangements()))' }),
  protect('idempotency_key', {
    select: `${OWN} and member_id = (select acting_member())`,
    insert: `${OWN} and member_id = (select acting_member())`,
    update: {
      columns: 'fingerprint, subject_id, created_at',
      of: `${OWN} and member_id = (select acting_member())`,
    },
  }),
].join('\n');
