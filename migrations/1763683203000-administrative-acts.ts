import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated } from './policies.js';

/**
 * Acts of administration as rows, so that a new act is one row and its own functions. Until now each was named in four
 * functions, which every new one had to state again. What each act does stays as it was.
 */
export class AdministrativeActs1763683203000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(TAKES_TWO);
    await runner.query(CONCERNED);
    await runner.query(CARRIED_OUT);
    await runner.query(ACTS);
    await runner.query(LOOKED_UP);
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(ADMINISTER);
    await runner.query(DECIDE);
    await runner.query(DISPATCHERS);
    await runner.query('reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** The owner writes it, in migrations alone; the gate reads it; the application sees nothing of it. */
const TABLE = `
  create table administrative_act (
    act text primary key check (act ~ '^[a-z-]+[.][a-z-]+$'),
    roles text[] not null check (cardinality(roles) > 0),
    -- Names of functions, and not regprocedure: with a column of that type pg_upgrade refuses the database.
    carries_out text not null,
    takes_two text not null,
    concerns text not null
  );
  alter table administrative_act enable row level security, force row level security;
  create policy gate on administrative_act for select to entente_gate using (true);
  grant select on administrative_act to entente_gate;
`;

/** What widens. Whatever narrows or ends, one may do at once. */
const TAKES_TWO = `
  create function always(content jsonb, me member) returns boolean language sql immutable ${DEFINER}
    as 'select true';
  ${gated('always(jsonb, member)', '')}
  create function never(content jsonb, me member) returns boolean language sql immutable ${DEFINER}
    as 'select false';
  ${gated('never(jsonb, member)', '')}

  create function widens_cap(content jsonb, me member) returns boolean language sql stable ${DEFINER} as $$
    select not exists (
      select from cap where agency_id = me.agency_id and role = 'RELEASER'
         and marking_rank(highest_marking) >= marking_rank(content ->> 'highestMarking')
         and widest >= (content ->> 'widest')::int)
  $$;
  ${gated('widens_cap(jsonb, member)', '')}

  create function gives_trust(content jsonb, me member) returns boolean language sql stable ${DEFINER} as $$
    select exists (
      select from jsonb_array_elements_text(content -> 'roles') as given
       where (given in ('RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
           -- Who administers or audits reads no content but by a role that two have given.
           or content -> 'roles' ?| array['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'])
         and not exists (select from member where id = (content ->> 'memberId')::uuid
                            and agency_id = me.agency_id and roles @> array[given]))
  $$;
  ${gated('gives_trust(jsonb, member)', '')}
`;

/** Which other agencies learn of it. */
const CONCERNED = `
  create function no_other_agency(subject uuid, me member) returns uuid[] language sql immutable ${DEFINER}
    as $$ select '{}'::uuid[] $$;
  ${gated('no_other_agency(uuid, member)', '')}

  create function parties_of(subject uuid, me member) returns uuid[] language sql stable ${DEFINER} as $$
    select array(select agency_id from arrangement_party
                  where arrangement_id = subject and agency_id <> me.agency_id)
  $$;
  ${gated('parties_of(uuid, member)', '')}

  create function partners_of(subject uuid, me member) returns uuid[] language sql stable ${DEFINER} as $$
    select array(
      select distinct other.agency_id
        from arrangement_party mine join arrangement_party other using (arrangement_id)
       where mine.agency_id = subject and other.agency_id <> me.agency_id
         and mine.accepted_at is not null and other.accepted_at is not null)
  $$;
  ${gated('partners_of(uuid, member)', '')}
`;

/** An act with the signature of all, by what did it before. */
const act = (name: string, body: string): string => `
  create function ${name}(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  begin
    return ${body};
  end $$;
  ${gated(`${name}(jsonb, member)`, '')}
`;

const ARRANGEMENT = `(content ->> 'arrangementId')::uuid`;
const CARRIED_OUT = [
  act('accept_arrangement', `answer_arrangement(${ARRANGEMENT}, me, true)`),
  act('refuse_arrangement', `answer_arrangement(${ARRANGEMENT}, me, false)`),
  act('end_arrangement', `end_arrangement(${ARRANGEMENT}, me)`),
  act('end_membership', `end_membership((content ->> 'memberId')::uuid, me)`),
  act('suspend_agency', `suspend_agency((content ->> 'agencyId')::uuid, me)`),
  act('reinstate_agency', `reinstate_agency((content ->> 'agencyId')::uuid, me)`),
].join('\n');

const ADMIN = ['AGENCY_ADMIN'];
const HUB = ['OPERATOR'];
const ONE = 'never';
const PARTIES = 'parties_of';
const PARTNERS = 'partners_of';

// prettier-ignore
const ACTS = tellOf(
  { act: 'arrangement.proposed', roles: ADMIN, carriesOut: 'propose_arrangement', takesTwo: ONE, concerns: PARTIES },
  { act: 'arrangement.accepted', roles: ADMIN, carriesOut: 'accept_arrangement', concerns: PARTIES },
  { act: 'arrangement.refused', roles: ADMIN, carriesOut: 'refuse_arrangement', takesTwo: ONE, concerns: PARTIES },
  { act: 'arrangement.ended', roles: ADMIN, carriesOut: 'end_arrangement', takesTwo: ONE, concerns: PARTIES },
  { act: 'membership.changed', roles: [...ADMIN, ...HUB], carriesOut: 'change_membership', takesTwo: 'gives_trust' },
  { act: 'membership.ended', roles: [...ADMIN, ...HUB], carriesOut: 'end_membership', takesTwo: ONE },
  { act: 'cap.set', roles: ADMIN, carriesOut: 'set_cap', takesTwo: 'widens_cap' },
  { act: 'agency.suspended', roles: HUB, carriesOut: 'suspend_agency', takesTwo: ONE, concerns: PARTNERS },
  { act: 'agency.reinstated', roles: HUB, carriesOut: 'reinstate_agency', concerns: PARTNERS },
);

/**
 * Here alone SQL is put together. The names come from rows that the owner wrote in a migration, where each was a
 * function's, and are quoted; what a caller sends goes beside the statement, as values.
 */
const LOOKED_UP = `
  create function act_named(named text) returns administrative_act language plpgsql stable ${DEFINER} as $$
  declare
    a administrative_act;
  begin
    select * into a from administrative_act where act = named;
    if not found then
      perform refuse('EN404', '', 'No such act of administration.');
    end if;
    return a;
  end $$;
  ${gated('act_named(text)', '')}

  create function needs_two(a administrative_act, content jsonb, me member) returns boolean
    language plpgsql stable ${DEFINER} as $$
  declare
    needed boolean;
  begin
    execute format('select entente.%I($1, $2)', a.takes_two) into strict needed using content, me;
    -- Not known is not no.
    return needed is distinct from false;
  end $$;
  ${gated('needs_two(administrative_act, jsonb, member)', '')}

  create function carry_out(a administrative_act, content jsonb, me member) returns uuid
    language plpgsql ${DEFINER} as $$
  declare
    made uuid;
  begin
    execute format('select entente.%I($1, $2)', a.carries_out) into strict made using content, me;
    return made;
  end $$;
  ${gated('carry_out(administrative_act, jsonb, member)', '')}

  create function concerned_by(a administrative_act, subject uuid, me member) returns uuid[]
    language plpgsql stable ${DEFINER} as $$
  declare
    agencies uuid[];
  begin
    execute format('select entente.%I($1, $2)', a.concerns) into strict agencies using subject, me;
    return agencies;
  end $$;
  ${gated('concerned_by(administrative_act, uuid, member)', '')}
`;

/**
 * One door for every act of administration. Where it takes two it is rehearsed, so that what cannot be done is not
 * asked for either, and left pending.
 */
const ADMINISTER = `
  create or replace function administer(act text, content jsonb)
    returns table (subject uuid, pending boolean, concerned uuid[]) language plpgsql ${DEFINER} as $$
  declare
    a administrative_act := act_named(act);
    me member := acting_as(a.roles);
    made uuid;
  begin
    -- One act of administration of an agency at a time: what is wider is asked and done under one lock.
    perform from agency where id = me.agency_id for no key update;
    if not needs_two(a, content, me) then
      made := carry_out(a, content, me);
      return query select made, false, concerned_by(a, made, me);
      return;
    end if;
    begin
      perform carry_out(a, content, me);
      -- No EN000: that would stand for every EN code.
      raise exception using errcode = 'EN999';
    exception when sqlstate 'EN999' then null;
    end;
    insert into pending_act (agency_id, act, content, hash, requested_by, requester_id)
    values (me.agency_id, a.act, administer.content,
            encode(sha256(convert_to(administer.content::text, 'UTF8')), 'hex'), me.id, me.person_id) returning id into made;
    return query select made, true, '{}'::uuid[];
  end $$;
`;

const DECIDE = `
  create or replace function decide_act(target uuid, named_hash text, approved boolean)
    returns table (act text, content jsonb, subject uuid, concerned uuid[]) language plpgsql ${DEFINER} as $$
  declare
    p pending_act;
    a administrative_act;
    me member;
    made uuid;
  begin
    select * into p from pending_act where id = target and agency_id = acting() for update;
    if not found then
      perform refuse('EN404', 'input.pendingActId', 'No such pending act.');
    end if;
    a := act_named(p.act);
    me := acting_as(a.roles);
    if p.outcome is not null or p.expires_at <= clock_timestamp() then
      perform refuse('EN409', 'input.pendingActId', 'This act was decided or has lapsed.');
    end if;
    if named_hash <> p.hash then
      perform refuse('EN409', 'input.hash', 'This is not the hash of what was asked for: read it again.');
    end if;
    perform from agency where id = me.agency_id for no key update;
    if approved then
      if me.person_id = p.requester_id then
        perform refuse('EN409', 'input.pendingActId', 'A second person approves: you asked for this yourself.');
      end if;
      if not exists (select from member where id = p.requested_by and ended_at is null
                       and valid_until > clock_timestamp() and roles && a.roles) then
        perform refuse('EN409', 'input.pendingActId', 'Who asked for this may no longer do it.');
      end if;
      made := carry_out(a, p.content, me);
    end if;
    update pending_act set decided_by = me.id, decider_id = me.person_id, decided_at = clock_timestamp(),
                           outcome = case when approved then 'DONE' else 'REFUSED' end
     where id = p.id;
    return query select p.act, p.content, coalesce(made, p.id), concerned_by(a, made, me);
  end $$;
`;

const DISPATCHERS = `
  drop function who_may(text), needs_two(text, jsonb, member), carry_out(text, jsonb, member),
    concerned_by(text, uuid, member);
`;
