import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/**
 * Standing authority: what a releaser says beforehand of findings that the agency's systems will post. An administrator
 * asks for it, a releaser approves it, and every release under it is the approver's: it passes each check that a release
 * by the approver's own hand would, at that moment, and says under which authority it was done.
 */
export class StandingAuthority1763683211002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(ASK);
    await runner.query(APPROVE);
    await runner.query(END);
    await runner.query(ACTS);
    await runner.query('set local role entente_gate');
    await runner.query(BY_HAND);
    await runner.query('reset role');
    await runner.query(RELEASE);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table standing_authority (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    title text not null,
    recipients uuid[] not null check (cardinality(recipients) > 0),
    kinds text[] not null check (cardinality(kinds) > 0),
    highest_marking text not null check (highest_marking <> 'TLP:RED' and marking_rank(highest_marking) is not null),
    -- Findings in one day (UTC).
    daily int not null check (daily between 1 and 1000),
    days int not null check (days between 1 and 90),
    asked_by uuid not null references member,
    asked_at timestamptz not null default clock_timestamp(),
    -- Unapproved it lapses.
    lapses_at timestamptz not null default clock_timestamp() + interval '72 hours',
    approved_by uuid references member,
    approved_at timestamptz,
    ends_at timestamptz,
    ended_at timestamptz,
    ended_by uuid references member,
    constraint approved_or_not check (num_nulls(approved_by, approved_at, ends_at) in (0, 3)),
    constraint ended_or_not check (num_nulls(ended_by, ended_at) in (0, 2)),
    constraint ninety_days check (ends_at <= approved_at + interval '2160 hours')
  );
  create index standing_authority_agency on standing_authority (agency_id, asked_at desc, id desc);
  create table standing_use (
    authority_id uuid not null references standing_authority,
    agency_id uuid not null references agency,
    day date not null,
    used int not null,
    primary key (authority_id, day)
  );
  alter table release add standing_authority_id uuid references standing_authority;
`;

const OWN = 'agency_id = (select acting())';
const POLICIES = [
  protect('standing_authority', { select: OWN }),
  protect('standing_use', { select: OWN }),
].join('\n');

const ASK = `
  create function ask_standing_authority(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    made uuid;
    named uuid[] := array(select distinct a::uuid from jsonb_array_elements_text(content -> 'agencyIds') as a);
  begin
    for i in 1 .. cardinality(named) loop
      if named[i] = me.agency_id or not exists (select from known_agencies() as known where known = named[i]) then
        perform refuse('EN404', 'input.agencyIds', 'No such agency.');
      end if;
    end loop;
    insert into standing_authority (agency_id, title, recipients, kinds, highest_marking, daily, days, asked_by)
    values (me.agency_id, content ->> 'title', named, array(select jsonb_array_elements_text(content -> 'kinds')),
            content ->> 'highestMarking', (content ->> 'daily')::int, (content ->> 'days')::int, me.id)
    returning id into made;
    return made;
  end $$;
  ${gated('ask_standing_authority(jsonb, member)', '')}

  -- Locked: of its approval, its end and a release under it each sees what the one before did.
  create function open_standing_authority(content jsonb, me member) returns standing_authority
    language plpgsql ${DEFINER} as $$
  declare
    a standing_authority;
  begin
    select * into a from standing_authority
     where id = (content ->> 'standingAuthorityId')::uuid and agency_id = me.agency_id for update;
    if not found then
      perform refuse('EN404', 'input.standingAuthorityId', 'No such standing authority.');
    end if;
    if a.ended_at is not null or coalesce(a.ends_at, a.lapses_at) <= clock_timestamp() then
      perform refuse('EN409', 'input.standingAuthorityId', 'This standing authority has ended or has lapsed.');
    end if;
    return a;
  end $$;
  ${gated('open_standing_authority(jsonb, member)', '')}
`;

const APPROVE = `
  create function approve_standing_authority(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    a standing_authority := open_standing_authority(content, me);
    c cap;
    happened timestamptz := clock_timestamp();
  begin
    if a.approved_at is not null then
      perform refuse('EN409', 'input.standingAuthorityId', 'This standing authority has been approved.');
    end if;
    if exists (select from member where id = a.asked_by and person_id = me.person_id) then
      perform refuse('EN409', 'input.standingAuthorityId', 'A second person approves: you asked for this yourself.');
    end if;
    if not exists (select from member where id = a.asked_by and ended_at is null and valid_until > happened
                     and roles @> array['AGENCY_ADMIN']) then
      perform refuse('EN409', 'input.standingAuthorityId', 'Who asked for this may no longer do it.');
    end if;
    select * into c from cap where agency_id = me.agency_id and role = 'RELEASER';
    if not found then
      perform refuse('EN403', '', 'Your agency has given its releasers no cap, so they may release nothing.');
    end if;
    if marking_rank(a.highest_marking) > marking_rank(c.highest_marking) or cardinality(a.recipients) > c.widest then
      perform refuse('EN422', 'input.standingAuthorityId', 'This is above the cap of your releasers.');
    end if;
    update standing_authority set approved_by = me.id, approved_at = happened,
                                  ends_at = happened + a.days * interval '24 hours' where id = a.id;
    return a.id;
  end $$;
  ${gated('approve_standing_authority(jsonb, member)', '')}
`;

const END = `
  create function end_standing_authority(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    a standing_authority := open_standing_authority(content, me);
  begin
    update standing_authority set ended_at = clock_timestamp(), ended_by = me.id where id = a.id;
    return a.id;
  end $$;
  ${gated('end_standing_authority(jsonb, member)', '')}
`;

const ACTS = tellOf(
  {
    act: 'standing-authority.asked',
    roles: ['AGENCY_ADMIN'],
    carriesOut: 'ask_standing_authority',
    takesTwo: 'never',
  },
  // Its second person is of another role, so the asking is a row of its own and no pending act.
  {
    act: 'standing-authority.approved',
    roles: ['RELEASER'],
    carriesOut: 'approve_standing_authority',
    takesTwo: 'never',
  },
  {
    act: 'standing-authority.ended',
    roles: ['AGENCY_ADMIN', 'RELEASER'],
    carriesOut: 'end_standing_authority',
    takesTwo: 'never',
  },
);

/** As before; and what a person releases again is no more under an authority. */
const BY_HAND = `
  create or replace function release_revision(target uuid, recipients jsonb, without uuid[])
    returns table (finding_id uuid, at timestamptz, agencies uuid[]) language plpgsql ${DEFINER} as $$
  begin
    perform from arrangement where id in (
        select mine.arrangement_id
          from jsonb_array_elements(recipients) as wish
          join arrangement_party other on other.agency_id = (wish ->> 'agencyId')::uuid
          join arrangement_party mine using (arrangement_id)
         where mine.agency_id = (select reader())
           and coalesce((wish ->> 'arrangementId')::uuid, arrangement_id) = arrangement_id)
      order by id for share;
    return query select released.finding_id, released.at, released.agencies
      from release_in_force(target, recipients, without) as released;
    update release set standing_authority_id = null
     where revision_id = target and standing_authority_id is not null
       and agency_id in (select (wish ->> 'agencyId')::uuid from jsonb_array_elements(recipients) as wish);
  end $$;
`;

const RELEASE = `
  -- Whoever approved it is the releaser, as long as they are one.
  create function approver_of(a standing_authority) returns member language sql volatile ${DEFINER} as $$
    select m from member m where m.id = a.approved_by and m.agency_id = a.agency_id and m.ended_at is null
       and m.valid_from <= clock_timestamp() and m.valid_until > clock_timestamp() and m.roles @> array['RELEASER']
       for share
  $$;
  ${gated('approver_of(standing_authority)', '')}

  -- One authority's part. The approver releases: release_revision() checks the approver's role, person and cap, the
  -- arrangements and the basis, and what it refuses leaves the draft, and the day's number, as they were.
  create function release_under(a standing_authority, rev revision, approver member)
    returns table (at timestamptz, agencies uuid[]) language plpgsql ${DEFINER} as $$
  declare
    machine uuid := acting_member();
    today date := (clock_timestamp() at time zone 'UTC')::date;
    wanted uuid[] := array(select wish from unnest(a.recipients) as wish
                            where not exists (select from release r where r.revision_id = rev.id and r.agency_id = wish));
    done record;
  begin
    if cardinality(wanted) = 0 then
      return;
    end if;
    insert into standing_use as u (authority_id, agency_id, day, used) values (a.id, a.agency_id, today, 1)
      on conflict on constraint standing_use_pkey do update set used = u.used + 1 where u.used < a.daily;
    if not found then
      perform refuse('EN409', 'input', 'The daily number of the standing authority is used up.');
    end if;
    update sheet set state = 'IN_REVIEW', submitted_by = machine, submitted_at = clock_timestamp()
     where revision_id = rev.id and state = 'DRAFT';
    perform set_config('entente.member', approver.id::text, true);
    select * into done from release_revision(rev.id,
      (select jsonb_agg(jsonb_build_object('agencyId', wish)) from unnest(wanted) as wish), '{}');
    perform set_config('entente.member', machine::text, true);
    update release set standing_authority_id = a.id where revision_id = rev.id and agency_id = any (wanted);
    return query select done.at, done.agencies;
  end $$;
  ${gated('release_under(standing_authority, revision, member)', '')}

  -- What a machine has just posted, and drafted itself, is released at once under every authority that covers it.
  create function release_by_standing(target uuid)
    returns table (authority_id uuid, at timestamptz, agencies uuid[], refused text)
    language plpgsql ${DEFINER} as $$
  declare
    me uuid := acting_member();
    rev revision;
    a standing_authority;
    approver member;
    done record;
  begin
    select r.* into rev from revision r join sheet s on s.revision_id = r.id
     where r.id = target and r.agency_id = (select reader()) and s.drafted_by = me and s.number = 1
       and s.state = 'DRAFT' and exists (select from system_client where id = me)
       and exists (select from inbound_message m where m.agency_id = r.agency_id and m.client_id = me
                      and m.received_at >= now());
    if not found then
      perform refuse('EN404', 'input.revisionId', 'No such revision.');
    end if;
    for a in select * from standing_authority s
              where s.agency_id = rev.agency_id and s.ended_at is null
                -- Null until it is approved.
                and s.ends_at > clock_timestamp() and rev.kind = any (s.kinds)
                and marking_rank(rev.document -> 'marking' ->> 'tlp') <= marking_rank(s.highest_marking)
              order by s.id for update loop
      approver := approver_of(a);
      if approver.id is null then
        continue;
      end if;
      begin
        select * into done from release_under(a, rev, approver);
        if done.at is not null then
          return query select a.id, done.at, done.agencies, null::text;
        end if;
      exception when sqlstate 'EN403' or sqlstate 'EN404' or sqlstate 'EN409' or sqlstate 'EN422' then
        return query select a.id, null::timestamptz, null::uuid[], sqlerrm;
      end;
    end loop;
  end $$;
  ${gated('release_by_standing(uuid)')}
`;
