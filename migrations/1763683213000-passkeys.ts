import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/**
 * Passkeys (WebAuthn Level 3), for members of an agency without a provider of its own, and for whoever must come in
 * before there can be one. Who enrols one is a person of that one agency: whoever acts for two has one for each.
 */
export class Passkeys1763683213000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ACTING);
    await runner.query(TABLE);
    await runner.query(ENROLLED);
    await runner.query(SIGNS_IN);
    await runner.query(FRESH);
    await runner.query(REMOVED);
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(ENTER_BY_SESSION);
    await runner.query(MEMBERSHIPS);
    await runner.query('reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const ACTING = `
  -- Of a person who signed in: by which session. Set by enter_by_session() alone, for the transaction.
  create function acting_session() returns uuid language sql stable parallel safe
    return nullif(current_setting('entente.session', true), '')::uuid;
  grant execute on function acting_session() to entente_gate;

  create function acting_person() returns uuid language sql stable ${DEFINER} as $$
    select person_id from member where id = (select acting_member())
  $$;
  ${gated('acting_person()')}
`;

const TABLE = `
  create table passkey (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    person_id uuid not null references person,
    -- What its owner calls it.
    name text not null check (length(name) between 1 and 100),
    -- Also of one that was removed: it is nobody's again.
    credential_id bytea not null unique check (length(credential_id) between 16 and 1023),
    -- As COSE (RFC 9052) has it.
    public_key bytea not null check (length(public_key) <= 2000),
    -- How often it was used, as far as it says so: one that counts never goes back.
    counter bigint not null check (counter >= 0),
    -- Whether it may be on several devices (WebAuthn: backup eligible), which never changes; and whether it was, when it
    -- was last used.
    synced boolean not null,
    backed_up boolean not null,
    added_at timestamptz not null default clock_timestamp(),
    used_at timestamptz not null default clock_timestamp(),
    removed_at timestamptz,
    removed_by uuid references member,
    constraint removed_by_somebody check (num_nulls(removed_at, removed_by) in (0, 2)),
    constraint backed_up_where_it_may check (synced or not backed_up)
  );
  create index passkey_person on passkey (person_id);
  create index passkey_agency on passkey (agency_id, added_at desc, id desc);
  ${protect('passkey', {
    select: 'agency_id = (select acting()) and (person_id = (select acting_person()) or (select oversees()))',
  })}
  revoke select on passkey from entente_app;
  grant select (id, agency_id, person_id, name, synced, backed_up, added_at, used_at, removed_at, removed_by)
    on passkey to entente_app;

  alter table session add passkey_id uuid references passkey;
  create index session_passkey on session (passkey_id) where passkey_id is not null;
`;

/** Called by whoever serves sign-in, of a key whose answer it has just verified. */
const ENROLLED = `
  -- The invitations that a passkey accepts: those to an agency without a provider; and those that the hub gave another
  -- agency, whose administrators could otherwise not come in to set or mend it.
  create function invitation_way(hash text) returns table (agency_code text, name text, by_passkey boolean)
    language sql stable ${DEFINER} as $$
    select a.code, i.name, i.given_agency_id <> i.agency_id
             or not exists (select from identity_provider p where p.agency_id = i.agency_id)
      from good_invitation(hash) as i join agency a on a.id = i.agency_id
  $$;
  ${gated('invitation_way(text)', 'entente_auth')}

  create function keep_passkey(holder uuid, credential bytea, key bytea, seen bigint, synced boolean, backed boolean,
                               called text) returns uuid language plpgsql ${DEFINER} as $$
  declare
    made passkey;
  begin
    insert into passkey (agency_id, person_id, name, credential_id, public_key, counter, synced, backed_up)
    select m.agency_id, m.person_id, called, credential, key, seen, keep_passkey.synced, backed
      from member m where m.id = holder
    on conflict (credential_id) do nothing returning * into made;
    if not found then
      perform refuse('EN409', '', 'This passkey is known already.');
    end if;
    insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
    values (made.agency_id, 'passkey.added', made.agency_id, holder, 'passkey', made.id, made.added_at);
    return made.id;
  end $$;
  ${gated('keep_passkey(uuid, bytea, bytea, bigint, boolean, boolean, text)', '')}

  create function enrol_passkey(hash text, handle text, credential bytea, key bytea, seen bigint, synced boolean,
                                backed boolean, called text)
    returns table (member_id uuid, passkey_id uuid) language plpgsql ${DEFINER} as $$
  declare
    made uuid;
  begin
    if not exists (select from invitation_way(hash) as way where way.by_passkey) then
      perform refuse('EN404', 'code', 'This invitation is not good, or is accepted at a provider.');
    end if;
    made := accept_invitation(hash, 'urn:entente:passkey', handle);
    return query select made, keep_passkey(made, credential, key, seen, synced, backed, called);
  end $$;
  ${gated('enrol_passkey(text, text, bytea, bytea, bigint, boolean, boolean, text)', 'entente_auth')}

  -- Another one, by whoever has just signed in with one.
  create function add_passkey(by_passkey uuid, holder uuid, credential bytea, key bytea, seen bigint, synced boolean,
                              backed boolean, called text) returns uuid language plpgsql ${DEFINER} as $$
  begin
    -- Locked: of two at a time the second counts the first.
    perform from passkey p join member m on m.person_id = p.person_id and m.agency_id = p.agency_id
      where p.id = by_passkey and p.removed_at is null and m.id = holder and m.ended_at is null for update of p;
    if not found then
      perform refuse('EN404', '', 'No such passkey.');
    end if;
    if (select count(*) from passkey p join passkey used on used.person_id = p.person_id
         where used.id = by_passkey and p.removed_at is null) >= 10 then
      perform refuse('EN409', '', 'Nobody has more than ten passkeys.');
    end if;
    return keep_passkey(holder, credential, key, seen, synced, backed, called);
  end $$;
  ${gated('add_passkey(uuid, uuid, bytea, bytea, bigint, boolean, boolean, text)', 'entente_auth')}
`;

const SIGNS_IN = `
  create function passkey_of(credential bytea)
    returns table (id uuid, handle text, public_key bytea, counter bigint, synced boolean)
    language sql stable ${DEFINER} as $$
    select p.id, person.subject, p.public_key, p.counter, p.synced
      from passkey p join person on person.id = p.person_id
     where p.credential_id = credential and p.removed_at is null
  $$;
  ${gated('passkey_of(bytea)', 'entente_auth')}

  -- False where its counter went back meanwhile, or it was removed.
  create function use_passkey(target uuid, seen bigint, backed boolean) returns boolean
    language plpgsql ${DEFINER} as $$
  begin
    update passkey p set counter = seen, backed_up = backed, used_at = clock_timestamp()
     where p.id = target and p.removed_at is null and (p.counter < seen or p.counter = 0 and seen = 0);
    return found;
  end $$;
  ${gated('use_passkey(uuid, bigint, boolean)', 'entente_auth')}

  create function passkeys_beside(target uuid) returns table (credential_id bytea)
    language sql stable ${DEFINER} as $$
    select p.credential_id from passkey p join passkey used on used.person_id = p.person_id
     where used.id = target and p.removed_at is null
  $$;
  ${gated('passkeys_beside(uuid)', 'entente_auth')}

  create function begin_session(holder uuid, agent text, by_passkey uuid) returns uuid
    language plpgsql ${DEFINER} as $$
  declare
    made uuid := begin_session(holder, agent);
  begin
    update session set passkey_id = by_passkey where id = made;
    return made;
  end $$;
  ${gated('begin_session(uuid, text, uuid)', 'entente_auth')}
`;

const REMOVED = `
  -- One's own, or as administrator any of the agency's. What was signed in by it ends; not what is in use.
  create function remove_passkey(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    p passkey;
  begin
    select * into p from passkey
     where id = (content ->> 'passkeyId')::uuid and agency_id = me.agency_id and removed_at is null
       and (person_id = me.person_id or me.roles @> array['AGENCY_ADMIN']) for update;
    if not found then
      perform refuse('EN404', 'input.passkeyId', 'No such passkey.');
    end if;
    if p.person_id = me.person_id and not exists (
      select from passkey o where o.person_id = me.person_id and o.id <> p.id and o.removed_at is null) then
      perform refuse('EN409', 'input.passkeyId', 'This is your last passkey: add another first.');
    end if;
    perform fresh_proof(me);
    update passkey set removed_at = clock_timestamp(), removed_by = me.id where id = p.id;
    update session s set ended_at = clock_timestamp(), ended_by = me.id
     where s.passkey_id = p.id and s.ended_at is null and s.id is distinct from acting_session();
    return p.id;
  end $$;
  ${gated('remove_passkey(jsonb, member)', '')}
  ${tellOf({
    act: 'passkey.removed',
    roles: ['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'],
    carriesOut: 'remove_passkey',
    takesTwo: 'never',
  })}
`;

/**
 * When a person last proved who it is stands with the session; a token says it too (`auth_time`), and nothing rests on
 * what it says. EN428 is FORBIDDEN, with a reason.
 */
const FRESH = `
  -- Whoever signed in before this was there proves it once more.
  alter table session add proved_at timestamptz not null default 'epoch';
  alter table session alter proved_at set default clock_timestamp();

  create function fresh_proof(me member) returns void language plpgsql stable ${DEFINER} as $$
  begin
    -- A machine proves with each token that it has a key, and never that a person is there.
    if me.machine then
      perform refuse('EN403', '', 'A person does this, not a system client.');
    end if;
    -- Without a session it is the demo's own signed request: as fresh as its signature.
    if acting_session() is not null and not exists (
      select from session s where s.id = acting_session() and s.member_id = me.id
         and s.proved_at > clock_timestamp() - interval '10 minutes') then
      perform refuse('EN428', '', 'Prove once more who you are: this takes a sign-in of the last 10 minutes.');
    end if;
  end $$;
  ${gated('fresh_proof(member)', '')}
`;

const ENTER_BY_SESSION = `
  create or replace function enter_by_session(caller uuid, needed text[], signed_in uuid)
    returns table (member_id uuid, agency_id uuid, roles text[], reads boolean)
    language plpgsql ${DEFINER} as $$
  begin
    -- A token lives 5 minutes and is itself a use: whether the session rests is asked when there is to be another.
    if not exists (select from session s where s.id = signed_in and s.member_id = caller and s.ended_at is null
                     and s.began_at > now() - interval '12 hours') then
      raise exception using errcode = 'EN401', message = 'Sign in again: this session has ended.';
    end if;
    perform set_config('entente.session', signed_in::text, true);
    return query select * from enter(caller, needed);
  end $$;
`;

/** Where an agency has a provider, a passkey signs in those who set it and mend it, and nobody else. */
const MEMBERSHIPS = `
  create or replace function active_memberships(person_issuer text, person_subject text, of_agency uuid)
    returns table (member_id uuid, agency_code text, roles text[]) language sql stable ${DEFINER} as $$
    select member.id, agency.code, member.roles
      from person join member on member.person_id = person.id join agency on agency.id = member.agency_id
     where person.issuer = person_issuer and person.subject = person_subject and not member.machine
       and (of_agency is null or agency.id = of_agency)
       and (person_issuer <> 'urn:entente:passkey' or member.roles && array['AGENCY_ADMIN', 'OPERATOR']
            or not exists (select from identity_provider own where own.agency_id = agency.id))
       and member.ended_at is null and member.valid_from <= now() and member.valid_until > now()
       and agency.suspended_at is null
     order by agency.code, member.id
  $$;
`;
