import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/**
 * Acts of administration, and those that one alone may not do: a pending act is asked for by one and approved by
 * another, who names the hash of exactly what was asked.
 */
export class Administration1763683201000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(WHO);
    await runner.query(NEEDS_TWO);
    await runner.query(ARRANGEMENTS);
    await runner.query(MEMBERS);
    await runner.query(AGENCIES);
    await runner.query(CARRY_OUT);
    await runner.query(ADMINISTER);
    await runner.query(DECIDE);
    await runner.query(POLICIES);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  alter table arrangement add amends uuid references arrangement;
  alter table arrangement_party add refused_at timestamptz,
    add constraint accepted_or_refused check (accepted_at is null or refused_at is null);
  alter table entry add details jsonb;

  create table pending_act (
    id uuid primary key default gen_random_uuid(),
    -- Whose act it is: who asks and who approves are both of it.
    agency_id uuid not null references agency,
    act text not null,
    content jsonb not null,
    hash text not null,
    requested_by uuid not null references member,
    requester_id uuid not null references person,
    requested_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null default clock_timestamp() + interval '72 hours',
    decided_by uuid references member,
    decider_id uuid references person,
    decided_at timestamptz,
    outcome text check (outcome in ('DONE', 'REFUSED')),
    constraint decided_or_not check (num_nulls(decided_by, decider_id, decided_at, outcome) in (0, 4)),
    constraint second_person check (outcome is distinct from 'DONE' or decider_id <> requester_id)
  );
  create index pending_act_agency on pending_act (agency_id, requested_at desc, id desc);
`;

const WHO = `
  create function acting_as(needed text[]) returns member language plpgsql stable ${DEFINER} as $$
  declare
    me member;
  begin
    select * into me from member where id = acting_member() and roles && needed;
    if not found then
      perform refuse('EN403', '', 'Your roles do not allow this.');
    end if;
    return me;
  end $$;
  ${gated('acting_as(text[])', '')}

  -- Those who administer or audit: what is pending and what was done is theirs to read.
  create function oversees() returns boolean language sql stable ${DEFINER} as $$
    select exists (select from member where id = (select acting_member())
                     and roles && array['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'])
  $$;
  ${gated('oversees()')}

  create function who_may(act text) returns text[] language sql immutable return
    case when act in ('agency.suspended', 'agency.reinstated') then array['OPERATOR']
         when act in ('membership.changed', 'membership.ended') then array['AGENCY_ADMIN', 'OPERATOR']
         else array['AGENCY_ADMIN'] end;
  ${gated('who_may(text)', '')}

  -- The operator brings agencies in and suspends them, so it knows of all; everybody else of its partners.
  set local role entente_gate;
  create or replace function known_agencies() returns setof uuid language sql stable ${DEFINER} as $$
    select (select acting()) where (select acting()) is not null
    union
    select other.agency_id from arrangement_party mine join arrangement_party other using (arrangement_id)
     where mine.agency_id = (select acting())
    union
    select id from agency
     where exists (select from member where id = (select acting_member()) and roles @> array['OPERATOR'])
  $$;
  reset role;
`;

/** What widens. Whatever narrows or ends, one may do at once. */
const NEEDS_TWO = `
  create function needs_two(act text, content jsonb, me member) returns boolean language sql stable ${DEFINER} as $$
    select case act
      when 'arrangement.accepted' then true
      when 'agency.reinstated' then true
      when 'cap.set' then not exists (
        select from cap where agency_id = me.agency_id and role = 'RELEASER'
           and marking_rank(highest_marking) >= marking_rank(content ->> 'highestMarking')
           and widest >= (content ->> 'widest')::int)
      when 'membership.changed' then exists (
        select from jsonb_array_elements_text(content -> 'roles') as given
         where (given in ('RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
             -- Who administers or audits reads no content but by a role that two have given.
             or content -> 'roles' ?| array['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'])
           and not exists (select from member where id = (content ->> 'memberId')::uuid
                              and agency_id = me.agency_id and roles @> array[given]))
      else false end
  $$;
  ${gated('needs_two(text, jsonb, member)', '')}
`;

const ARRANGEMENTS = `
  create function propose_arrangement(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    made uuid;
    amended uuid := (content ->> 'amends')::uuid;
    parties uuid[] := array(select distinct party::uuid from jsonb_array_elements_text(content -> 'parties') as party);
  begin
    if amended is not null then
      perform from arrangement_party where arrangement_id = amended and agency_id = me.agency_id;
      if not found then
        perform refuse('EN404', 'input.amends', 'No such arrangement.');
      end if;
      parties := array(select agency_id from arrangement_party where arrangement_id = amended);
    end if;
    if exists (select from unnest(parties) as party where not exists (select from agency where id = party)) then
      perform refuse('EN404', 'input.parties', 'No such agency.');
    end if;
    if not exists (select from unnest(parties) as party where party <> me.agency_id) then
      perform refuse('EN422', 'input.parties', 'Name at least one other agency.');
    end if;
    insert into arrangement (title, proposed_by, amends, purposes, kinds, highest_marking, onward_use, court_use,
                             retention_days, valid_from, valid_until, on_end)
    select content ->> 'title', me.agency_id, amended,
           array(select jsonb_array_elements_text(content -> 'purposes')),
           array(select jsonb_array_elements_text(content -> 'kinds')), content ->> 'highestMarking',
           coalesce((content ->> 'onwardUse')::boolean, false), coalesce((content ->> 'courtUse')::boolean, false),
           (content ->> 'retentionDays')::int, (content ->> 'validFrom')::timestamptz,
           coalesce((content ->> 'validUntil')::timestamptz, 'infinity'), content ->> 'onEnd'
    returning id into made;
    insert into arrangement_party (arrangement_id, agency_id)
    select made, party from unnest(parties || me.agency_id) as party group by party;
    return made;
  end $$;
  ${gated('propose_arrangement(jsonb, member)', '')}

  -- Locked as releases under it lock it. One that has ended or was refused is over.
  create function open_arrangement(target uuid, me member) returns arrangement language plpgsql ${DEFINER} as $$
  declare
    a arrangement;
  begin
    select arrangement.* into a from arrangement join arrangement_party p on p.arrangement_id = arrangement.id
     where arrangement.id = target and p.agency_id = me.agency_id for update of arrangement;
    if not found then
      perform refuse('EN404', 'input.arrangementId', 'No such arrangement.');
    end if;
    if a.valid_until <= clock_timestamp()
       or exists (select from arrangement_party where arrangement_id = a.id and refused_at is not null) then
      perform refuse('EN409', 'input.arrangementId', 'This arrangement has ended or was refused.');
    end if;
    return a;
  end $$;
  ${gated('open_arrangement(uuid, member)', '')}

  create function answer_arrangement(target uuid, me member, accepted boolean) returns uuid
    language plpgsql ${DEFINER} as $$
  declare
    a arrangement := open_arrangement(target, me);
  begin
    update arrangement_party set accepted_at = case when accepted then clock_timestamp() end,
                                 refused_at = case when not accepted then clock_timestamp() end
     where arrangement_id = a.id and agency_id = me.agency_id and accepted_at is null;
    if not found then
      perform refuse('EN409', 'input.arrangementId', 'Your agency has accepted this arrangement.');
    end if;
    -- Accepted by all, an amendment takes the place of what it amends; what was released under that stays.
    if not exists (select from arrangement_party where arrangement_id = a.id and accepted_at is null) then
      update arrangement old set valid_from = least(old.valid_from, clock_timestamp() - interval '1 microsecond'),
             valid_until = least(old.valid_until, greatest(clock_timestamp(), a.valid_from))
       where old.id = a.amends;
    end if;
    return a.id;
  end $$;
  ${gated('answer_arrangement(uuid, member, boolean)', '')}

  /* KEEP: what was released stays. STOP: it ends now. RECALL: it is taken back, and a tombstone says so. */
  create function end_arrangement(target uuid, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    a arrangement := open_arrangement(target, me);
    ended timestamptz;
  begin
    perform from finding where id in (select finding_id from release where arrangement_id = a.id)
      order by id for update;
    ended := clock_timestamp();
    update arrangement set valid_from = least(valid_from, ended - interval '1 microsecond'), valid_until = ended
     where id = a.id;
    if a.on_end <> 'KEEP' then
      update inbox i set until = ended from release r
       where r.arrangement_id = a.id and r.until > ended and r.agency_id = i.agency_id
         and r.revision_id = i.revision_id;
      if a.on_end = 'RECALL' then
        insert into withdrawn (agency_id, finding_id, at, reason)
          select i.agency_id, i.finding_id, ended, 'arrangement-ended' from inbox i
           where i.until = ended and exists (select from release r where r.arrangement_id = a.id
                                               and r.agency_id = i.agency_id and r.revision_id = i.revision_id)
          on conflict on constraint withdrawn_pkey do update set at = excluded.at, reason = excluded.reason;
        delete from inbox i using release r
         where r.arrangement_id = a.id and i.until = ended and r.agency_id = i.agency_id
           and r.revision_id = i.revision_id;
        update inbox i set superseded_by = null from withdrawn w
         where w.at = ended and w.reason = 'arrangement-ended' and i.agency_id = w.agency_id
           and i.superseded_by = w.finding_id;
        delete from release r where r.arrangement_id = a.id;
      else
        update release r set until = ended where r.arrangement_id = a.id and r.until > ended;
      end if;
    end if;
    return a.id;
  end $$;
  ${gated('end_arrangement(uuid, member)', '')}
`;

const MEMBERS = `
  -- Nobody acts on oneself, whatever the membership.
  create function open_membership(target uuid, me member) returns member language plpgsql ${DEFINER} as $$
  declare
    m member;
  begin
    -- A machine's membership is administered as a system client, by acts of its own.
    select * into m from member where id = target and agency_id = me.agency_id and ended_at is null
       and person_id in (select id from person where issuer <> 'urn:entente:client') for update;
    if not found then
      perform refuse('EN404', 'input.memberId', 'No such member.');
    end if;
    if m.person_id = me.person_id then
      perform refuse('EN409', 'input.memberId', 'Another person changes your own membership.');
    end if;
    return m;
  end $$;
  ${gated('open_membership(uuid, member)', '')}

  -- What hangs on it ends with it: tokens at enter(), pending acts here.
  create function end_membership(target uuid, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    m member := open_membership(target, me);
  begin
    update member set ended_at = clock_timestamp() where id = m.id;
    update pending_act set expires_at = clock_timestamp()
     where requested_by = m.id and outcome is null and expires_at > clock_timestamp();
    return m.id;
  end $$;
  ${gated('end_membership(uuid, member)', '')}

  -- A membership is never edited: with other roles it is another one.
  create function change_membership(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    m member := open_membership((content ->> 'memberId')::uuid, me);
    given text[] := array(select jsonb_array_elements_text(content -> 'roles'));
    made uuid;
  begin
    if not given <@ (case when me.roles @> array['OPERATOR'] then array['OPERATOR', 'ANALYST', 'LIAISON']
                         else array['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR'] end)
       or m.roles @> array['OPERATOR'] and not me.roles @> array['OPERATOR'] then
      perform refuse('EN403', 'input.roles', 'These roles are not yours to give.');
    end if;
    perform end_membership(m.id, me);
    insert into member (agency_id, person_id, name, roles, valid_until)
    values (m.agency_id, m.person_id, m.name, given, m.valid_until) returning id into made;
    return made;
  end $$;
  ${gated('change_membership(jsonb, member)', '')}
`;

const AGENCIES = `
  create function set_cap(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  begin
    insert into cap (agency_id, role, highest_marking, widest)
    values (me.agency_id, 'RELEASER', content ->> 'highestMarking', (content ->> 'widest')::int)
    on conflict (agency_id, role) do update
      set highest_marking = excluded.highest_marking, widest = excluded.widest;
    -- What was asked for before was asked of another cap.
    update pending_act set expires_at = clock_timestamp()
     where agency_id = me.agency_id and pending_act.act = 'cap.set' and outcome is null
       and expires_at > clock_timestamp();
    return me.agency_id;
  end $$;
  ${gated('set_cap(jsonb, member)', '')}

  create function suspend_agency(target uuid, me member) returns uuid language plpgsql ${DEFINER} as $$
  begin
    if target = me.agency_id then
      perform refuse('EN409', 'input.agencyId', 'The hub is not suspended from within.');
    end if;
    update agency set suspended_at = clock_timestamp() where id = target and suspended_at is null;
    if not found then
      perform refuse('EN409', 'input.agencyId', 'No active agency has this id.');
    end if;
    -- Its own, and those that would let it in again: they were asked for before this.
    update pending_act set expires_at = clock_timestamp()
     where (agency_id = target or pending_act.act = 'agency.reinstated' and content ->> 'agencyId' = target::text)
       and outcome is null and expires_at > clock_timestamp();
    return target;
  end $$;
  ${gated('suspend_agency(uuid, member)', '')}

  create function reinstate_agency(target uuid, me member) returns uuid language plpgsql ${DEFINER} as $$
  begin
    update agency set suspended_at = null where id = target and suspended_at is not null;
    if not found then
      perform refuse('EN409', 'input.agencyId', 'No suspended agency has this id.');
    end if;
    return target;
  end $$;
  ${gated('reinstate_agency(uuid, member)', '')}
`;

const CARRY_OUT = `
  create function carry_out(act text, content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  begin
    return case act
      when 'arrangement.proposed' then propose_arrangement(content, me)
      when 'arrangement.accepted' then answer_arrangement((content ->> 'arrangementId')::uuid, me, true)
      when 'arrangement.refused' then answer_arrangement((content ->> 'arrangementId')::uuid, me, false)
      when 'arrangement.ended' then end_arrangement((content ->> 'arrangementId')::uuid, me)
      when 'membership.changed' then change_membership(content, me)
      when 'membership.ended' then end_membership((content ->> 'memberId')::uuid, me)
      when 'cap.set' then set_cap(content, me)
      when 'agency.suspended' then suspend_agency((content ->> 'agencyId')::uuid, me)
      when 'agency.reinstated' then reinstate_agency((content ->> 'agencyId')::uuid, me)
    end;
  end $$;
  ${gated('carry_out(text, jsonb, member)', '')}

  -- Which other agencies an act concerns, and so learn of it: the parties, or a suspended agency and its partners.
  create function concerned_by(act text, subject uuid, me member) returns uuid[] language sql stable ${DEFINER} as $$
    select array(
      select agency_id from arrangement_party where act like 'arrangement.%' and arrangement_id = subject
         and agency_id <> me.agency_id
      union
      select other.agency_id from arrangement_party mine join arrangement_party other using (arrangement_id)
       where act like 'agency.%' and mine.agency_id = subject and other.agency_id <> me.agency_id
         and mine.accepted_at is not null and other.accepted_at is not null)
  $$;
  ${gated('concerned_by(text, uuid, member)', '')}
`;

/**
 * One door for every act of administration. Where it takes two it is rehearsed, so that what cannot be done is not
 * asked for either, and left pending.
 */
const ADMINISTER = `
  create function administer(act text, content jsonb)
    returns table (subject uuid, pending boolean, concerned uuid[]) language plpgsql ${DEFINER} as $$
  declare
    me member := acting_as(who_may(act));
    made uuid;
  begin
    -- One act of administration of an agency at a time: what is wider is asked and done under one lock.
    perform from agency where id = me.agency_id for no key update;
    if not needs_two(act, content, me) then
      made := carry_out(act, content, me);
      return query select made, false, concerned_by(act, made, me);
      return;
    end if;
    begin
      perform carry_out(act, content, me);
      -- No EN000: that would stand for every EN code.
      raise exception using errcode = 'EN999';
    exception when sqlstate 'EN999' then null;
    end;
    insert into pending_act (agency_id, act, content, hash, requested_by, requester_id)
    values (me.agency_id, administer.act, administer.content,
            encode(sha256(convert_to(administer.content::text, 'UTF8')), 'hex'), me.id, me.person_id) returning id into made;
    return query select made, true, '{}'::uuid[];
  end $$;
  ${gated('administer(text, jsonb)')}
`;

const DECIDE = `
  create function decide_act(target uuid, named_hash text, approved boolean)
    returns table (act text, content jsonb, subject uuid, concerned uuid[]) language plpgsql ${DEFINER} as $$
  declare
    p pending_act;
    me member;
    made uuid;
  begin
    select * into p from pending_act where id = target and agency_id = acting() for update;
    if not found then
      perform refuse('EN404', 'input.pendingActId', 'No such pending act.');
    end if;
    me := acting_as(who_may(p.act));
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
                       and valid_until > clock_timestamp() and roles && who_may(p.act)) then
        perform refuse('EN409', 'input.pendingActId', 'Who asked for this may no longer do it.');
      end if;
      made := carry_out(p.act, p.content, me);
    end if;
    update pending_act set decided_by = me.id, decider_id = me.person_id, decided_at = clock_timestamp(),
                           outcome = case when approved then 'DONE' else 'REFUSED' end
     where id = p.id;
    return query select p.act, p.content, coalesce(made, p.id), concerned_by(p.act, made, me);
  end $$;
  ${gated('decide_act(uuid, text, boolean)')}
`;

const POLICIES = `
  ${protect('pending_act', { select: 'agency_id = (select acting()) and (select oversees())' })}
  grant select on entry to entente_app;
  create policy app_select on entry for select to entente_app
    using (agency_id = (select acting()) and (select oversees()));
`;
