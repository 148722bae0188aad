import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/**
 * Sign-in of people: a session is one sign-in of one membership, and every token that was got by it names it. What the
 * authorization server keeps of browsers, codes and refresh tokens hangs on sessions by their ids, and lies sealed in
 * its own schema.
 */
export class SignIn1763683205000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(ENTER_BY_SESSION);
    await runner.query(FOR_THE_SERVER);
    await runner.query(KEPT);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table session (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    member_id uuid not null references member,
    -- What the browser calls itself: by it its owner knows it again.
    agent text not null check (length(agent) <= 200),
    began_at timestamptz not null default clock_timestamp(),
    -- When it last got a token or signed a tool in, to half a minute.
    used_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    ended_by uuid references member
  );
  create index session_member on session (member_id, began_at desc, id desc);
  create index session_agency on session (agency_id, began_at desc, id desc);
  ${protect('session', {
    select: 'agency_id = (select acting()) and (member_id = (select acting_member()) or (select oversees()))',
  })}

  -- 12 hours at most, 15 minutes unused.
  create function session_runs(s session) returns boolean language sql stable
    return s.ended_at is null and s.began_at > now() - interval '12 hours' and s.used_at > now() - interval '15 minutes';
  grant execute on function session_runs(session) to entente_app, entente_gate;
`;

/** `enter()` for a person: also the session by which it got its token must be its own, and not over, at this moment. */
const ENTER_BY_SESSION = `
  create function enter_by_session(caller uuid, needed text[], signed_in uuid)
    returns table (member_id uuid, agency_id uuid, roles text[], reads boolean)
    language plpgsql ${DEFINER} as $$
  begin
    -- A token lives 5 minutes and is itself a use: whether the session rests is asked when there is to be another.
    if not exists (select from session s where s.id = signed_in and s.member_id = caller and s.ended_at is null
                     and s.began_at > now() - interval '12 hours') then
      raise exception using errcode = 'EN401', message = 'Sign in again: this session has ended.';
    end if;
    return query select * from enter(caller, needed);
  end $$;
  ${gated('enter_by_session(uuid, text[], uuid)')}
`;

/** All that the authorization server learns of people: the memberships of one who proved who it is, and of a session. */
const FOR_THE_SERVER = `
  create function active_memberships(person_issuer text, person_subject text, of_agency uuid)
    returns table (member_id uuid, agency_code text, roles text[]) language sql stable ${DEFINER} as $$
    select member.id, agency.code, member.roles
      from person join member on member.person_id = person.id join agency on agency.id = member.agency_id
     where person.issuer = person_issuer and person.subject = person_subject and not member.machine
       and (of_agency is null or agency.id = of_agency)
       and member.ended_at is null and member.valid_from <= now() and member.valid_until > now()
       and agency.suspended_at is null
     order by agency.code, member.id
  $$;
  ${gated('active_memberships(text, text, uuid)', 'entente_auth')}

  create function begin_session(holder uuid, agent text) returns uuid language plpgsql ${DEFINER} as $$
  declare
    made session;
  begin
    insert into session (agency_id, member_id, agent)
    select m.agency_id, m.id, begin_session.agent from member m where m.id = holder returning * into made;
    insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
    values (made.agency_id, 'session.begun', made.agency_id, made.member_id, 'session', made.id, made.began_at);
    return made.id;
  end $$;
  ${gated('begin_session(uuid, text)', 'entente_auth')}

  create function running_session(target uuid) returns table (member_id uuid, agency_code text, began_at timestamptz)
    language sql stable ${DEFINER} as $$
    select s.member_id, agency.code, s.began_at
      from session s join member on member.id = s.member_id join agency on agency.id = member.agency_id
     where s.id = target and session_runs(s) and member.ended_at is null and member.valid_from <= now()
       and member.valid_until > now() and agency.suspended_at is null
  $$;
  ${gated('running_session(uuid)', 'entente_auth')}

  create function use_session(target uuid) returns void language sql volatile ${DEFINER} as $$
    update session s set used_at = clock_timestamp()
     where s.id = target and session_runs(s) and s.used_at < clock_timestamp() - interval '30 seconds'
  $$;
  ${gated('use_session(uuid)', 'entente_auth')}

  -- By whoever has its refresh token or its browser.
  create function sign_out(target uuid) returns void language plpgsql ${DEFINER} as $$
  declare
    over session;
  begin
    update session set ended_at = clock_timestamp() where id = target and ended_at is null returning * into over;
    if found then
      insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
      values (over.agency_id, 'session.ended', over.agency_id, over.member_id, 'session', over.id, over.ended_at);
    end if;
  end $$;
  ${gated('sign_out(uuid)', 'entente_auth')}
`;

/**
 * Browser sessions, interactions, grants, codes and refresh tokens, as the library wants them back: under the hash of
 * their ids, sealed. Who reads this table can use none of it.
 */
const KEPT = `
  create table entente_auth.kept (
    id bytea primary key,
    uid bytea,
    user_code bytea,
    grant_id bytea,
    sealed bytea not null,
    consumed_at timestamptz,
    until timestamptz not null
  );
  create index kept_uid on entente_auth.kept (uid) where uid is not null;
  create index kept_user_code on entente_auth.kept (user_code) where user_code is not null;
  create index kept_grant on entente_auth.kept (grant_id) where grant_id is not null;
  create index kept_until on entente_auth.kept (until);
  alter table entente_auth.kept enable row level security, force row level security;
  create policy auth_all on entente_auth.kept to entente_auth using (true) with check (true);
  grant select, insert, update, delete on entente_auth.kept to entente_auth;
`;
