import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/**
 * The acts that write other agencies' rows. They run as the gate, take the acting agency and member from what
 * enter() set and from nowhere else, lock the finding first, and check author, role, cap, second person and
 * arrangement themselves. A message is written for the client, its detail is the path of the input at fault.
 */
export class LifeCycle1763683200003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REFUSE);
    await runner.query(OPEN_FINDING);
    await runner.query(GROUNDS);
    await runner.query(HOLDS);
    await runner.query(RELEASE_ONE);
    await runner.query(RELEASE);
    await runner.query(RECALL);
    await runner.query(SUPERSEDE);
    await runner.query(EXPIRE);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const REFUSE = `
  create function refuse(code text, path text, message text) returns void language plpgsql as $$
  begin
    raise exception using errcode = code, message = message, detail = path;
  end $$;
  ${gated('refuse(text, text, text)', '')}
`;

/** The common beginning of every act on a released finding: its lock, its author, a releaser. */
const OPEN_FINDING = `
  create function open_finding(target uuid, path text) returns finding language plpgsql ${DEFINER} as $$
  declare
    f finding;
  begin
    select * into f from finding where id = target and agency_id = (select reader()) for update;
    if not found then
      perform refuse('EN404', path, 'No such finding.');
    end if;
    if not exists (select from member where id = acting_member() and roles @> array['RELEASER']) then
      perform refuse('EN403', '', 'Your roles do not allow this.');
    end if;
    return f;
  end $$;
  ${gated('open_finding(uuid, text)', '')}
  -- After the lock: never before the finding's last act, even if the clock stepped back.
  create function act_time(f finding) returns timestamptz language sql volatile
    return greatest(clock_timestamp(), f.last_at + interval '1 microsecond');
  ${gated('act_time(finding)', '')}
`;

/**
 * For every agency that shares an arrangement with the acting one: the arrangement that would carry such a release,
 * until when, or the ground why none does. The release itself asks this, and so does validateFinding.
 */
const GROUNDS = `
  create function release_grounds(kind text, purposes text[], marking text, wanted uuid)
    returns table (agency_id uuid, arrangement_id uuid, purpose text, until timestamptz, ground text)
    language sql stable ${DEFINER} as $$
    with judged as (
      select other.agency_id, a.id,
             (select p from unnest(release_grounds.purposes) with ordinality as wanted_for (p, place)
               where p = any (a.purposes) order by place limit 1) as purpose,
             least(case when a.on_end = 'KEEP' then 'infinity' else a.valid_until end,
                   now() + make_interval(days => a.retention_days)) as until,
             case when a.valid_from > now() or a.valid_until <= now()
                    or exists (select from arrangement_party p where p.arrangement_id = a.id and p.accepted_at is null)
                    then 1
                  when not release_grounds.kind = any (a.kinds) then 2
                  when not release_grounds.purposes && a.purposes then 3
                  when marking_rank(release_grounds.marking) > marking_rank(a.highest_marking) then 4
                  else 5 end as reached
        from arrangement_party mine
        join arrangement a on a.id = mine.arrangement_id
        join arrangement_party other on other.arrangement_id = a.id and other.agency_id <> mine.agency_id
       where mine.agency_id = (select acting()) and (wanted is null or a.id = wanted)
    ), best as (
      select distinct on (judged.agency_id) * from judged order by judged.agency_id, reached desc, until desc, id
    )
    select best.agency_id, best.id, best.purpose, best.until,
           case when agency.suspended_at is not null then 'AGENCY_NOT_ACTIVE'
                when reached = 1 then 'NO_ARRANGEMENT_IN_FORCE'
                when reached = 2 then 'KIND_NOT_COVERED'
                when reached = 3 then 'PURPOSE_NOT_COVERED'
                when reached = 4 then 'MARKING_TOO_HIGH' end
      from best join agency on agency.id = best.agency_id
  $$;
  ${gated('release_grounds(text, text[], text, uuid)')}
`;

/**
 * Whether an agency has a revision now: its own, or released to it. The application may not ask: who else holds a
 * revision is its author's to know. Only the release itself tells, of the recipients it names, and is recorded.
 */
const HOLDS = `
  create function holds(agency uuid, revision uuid) returns boolean language sql stable ${DEFINER} as $$
    select exists (select from release r where r.agency_id = agency and r.revision_id = revision and r.until > now())
        or exists (select from revision r where r.id = revision and r.agency_id = agency)
  $$;
  ${gated('holds(uuid, uuid)', '')}
`;

/** One recipient of a release: everything that may be asked of its slip, then the right and the list. */
const RELEASE_ONE = `
  create function release_to(f finding, rev revision, wish jsonb, path text, at timestamptz) returns void
    language plpgsql ${DEFINER} as $$
  declare
    recipient uuid := (wish ->> 'agencyId')::uuid;
    own json := rev.document -> 'marking';
    own_handling text[] := array(select json_array_elements_text(own -> 'handling'));
    own_purposes text[] := array(select json_array_elements_text(own -> 'purposes'));
    tlp text := coalesce(wish ->> 'tlp', own ->> 'tlp');
    use text := coalesce(wish ->> 'pap', own ->> 'pap');
    use_for text[] := case when wish ? 'purpose' then array[wish ->> 'purpose'] else own_purposes end;
    handling text[] := own_handling;
    highest text := (select highest_marking from cap where cap.agency_id = f.agency_id and cap.role = 'RELEASER');
    ends timestamptz;
    g record;
  begin
    if recipient = f.agency_id then
      perform refuse('EN422', path || '.agencyId', 'A finding is released to other agencies.');
    end if;
    if not exists (select from known_agencies() as known where known = recipient) then
      perform refuse('EN404', path || '.agencyId', 'No such agency.');
    end if;
    if wish ? 'handling' then
      handling := array(select jsonb_array_elements_text(wish -> 'handling'));
    end if;
    if marking_rank(tlp) < marking_rank(own ->> 'tlp') or pap_rank(use) < pap_rank(own ->> 'pap')
       or not handling @> own_handling or not use_for <@ own_purposes then
      perform refuse('EN422', path, 'A release may be stricter than its revision, never looser.');
    end if;
    if tlp = 'TLP:RED' then
      perform refuse('EN422', path || '.tlp', 'TLP:RED needs named readers, which cannot be enforced yet: it is not released.');
    end if;
    if marking_rank(tlp) > marking_rank(highest) then
      perform refuse('EN422', path || '.tlp', format('Your agency caps its releasers at %s.', highest));
    end if;
    select * into g from release_grounds(rev.kind, use_for, tlp, (wish ->> 'arrangementId')::uuid) as grounds
     where grounds.agency_id = recipient;
    if not found then
      perform refuse('EN404', path || '.arrangementId', 'No such arrangement.');
    end if;
    if g.ground is not null then
      perform refuse('EN422', path || '.agencyId', format('Cannot be released to this agency: %s.', g.ground));
    end if;
    if exists (select from rests_on where revision_id = rev.id and not holds(recipient, basis_id)) then
      perform refuse('EN422', path || '.agencyId', 'Cannot be released to this agency: BASIS_NOT_HELD.');
    end if;
    ends := least((wish ->> 'until')::timestamptz, f.expires_at, g.until);
    if ends <= at then
      perform refuse('EN422', path || '.until', 'This time has passed.');
    end if;

    insert into release as r (agency_id, revision_id, finding_id, author_id, marking, handling, pap, purpose,
                              arrangement_id, conditions, released_at, until)
    values (recipient, rev.id, f.id, f.agency_id, tlp, handling, use, g.purpose,
            g.arrangement_id, wish ->> 'conditions', at, ends)
    on conflict (agency_id, revision_id) do update set marking = excluded.marking, handling = excluded.handling,
      pap = excluded.pap, purpose = excluded.purpose, arrangement_id = excluded.arrangement_id,
      conditions = excluded.conditions, released_at = excluded.released_at, until = excluded.until;
    insert into inbox as i (agency_id, finding_id, revision_id, author_id, state, kind, marking, titles,
                            happened_from, happened_until, listed_at, until)
    values (recipient, f.id, rev.id, f.agency_id, 'RELEASED', rev.kind, tlp, rev.titles,
            rev.happened_from, rev.happened_until, at, ends)
    on conflict (agency_id, finding_id) do update set revision_id = excluded.revision_id, state = excluded.state,
      kind = excluded.kind, marking = excluded.marking, titles = excluded.titles,
      happened_from = excluded.happened_from, happened_until = excluded.happened_until,
      listed_at = excluded.listed_at, until = excluded.until;
    delete from withdrawn where agency_id = recipient and finding_id = f.id;
    -- Now that it holds this finding, it may learn which of its others this one supersedes.
    update inbox set superseded_by = f.id
     where agency_id = recipient and finding_id in (select id from finding where superseded_by = f.id);
  end $$;
  ${gated('release_to(finding, revision, jsonb, text, timestamptz)', '')}
`;

const RELEASE = `
  create function release_revision(target uuid, recipients jsonb, without uuid[])
    returns table (finding_id uuid, at timestamptz, agencies uuid[]) language plpgsql ${DEFINER} as $$
  declare
    rev revision;
    f finding;
    s sheet;
    named uuid[] := array(select (wish ->> 'agencyId')::uuid from jsonb_array_elements(recipients) as wish);
    holders uuid[];
    widest int;
    happened timestamptz;
  begin
    select * into rev from revision where id = target and agency_id = (select reader());
    if not found then
      perform refuse('EN404', 'input.revisionId', 'No such revision.');
    end if;
    f := open_finding(rev.finding_id, 'input.revisionId');
    select * into s from sheet where revision_id = target;
    select cap.widest into widest from cap where cap.agency_id = f.agency_id and cap.role = 'RELEASER';
    if widest is null then
      perform refuse('EN403', '', 'Your agency has given its releasers no cap, so they may release nothing.');
    end if;
    if s.state = 'DRAFT' then
      perform refuse('EN409', 'input.revisionId', 'This revision was not submitted for review.');
    end if;
    if f.superseded_by is not null or f.expires_at <= clock_timestamp() then
      perform refuse('EN409', 'input.revisionId', 'This finding was superseded or has expired.');
    end if;
    if exists (select from sheet where sheet.finding_id = f.id and number > s.number and state = 'RELEASED') then
      perform refuse('EN409', 'input.revisionId', 'A later revision has been released.');
    end if;
    if exists (select from sheet join member on member.id = sheet.drafted_by
                where sheet.finding_id = f.id and number <= s.number
                  and member.person_id = (select person_id from member where id = acting_member())) then
      perform refuse('EN409', 'input.revisionId', 'A second person releases: you wrote part of this finding.');
    end if;
    if exists (select from rests_on where revision_id = rev.id and not holds(f.agency_id, basis_id)) then
      perform refuse('EN409', 'input.revisionId', 'This revision rests on one that your agency no longer holds.');
    end if;
    if cardinality(named) = 0 then
      perform refuse('EN422', 'input.recipients', 'Name at least one recipient.');
    end if;
    if cardinality(named) <> (select count(distinct a) from unnest(named) as a) then
      perform refuse('EN422', 'input.recipients', 'An agency is named twice.');
    end if;

    holders := array(select agency_id from inbox where inbox.finding_id = f.id and agency_id <> f.agency_id
                      and until > clock_timestamp() and revision_id <> target);
    if not holders <@ (named || without) or named && without then
      perform refuse('EN409', 'input.without',
        'Say of every agency that holds an earlier revision whether it gets this one: in recipients or in without.');
    end if;
    if not without <@ holders then
      perform refuse('EN404', 'input.without', 'No such holder of an earlier revision.');
    end if;

    happened := act_time(f);
    for i in 0 .. jsonb_array_length(recipients) - 1 loop
      perform release_to(f, rev, recipients -> i, format('input.recipients[%s]', i), happened);
    end loop;
    if (select count(*) from inbox where inbox.finding_id = f.id and agency_id <> f.agency_id
          and until > clock_timestamp()) > widest then
      perform refuse('EN422', 'input.recipients', format('Your agency caps a release at %s agencies.', widest));
    end if;

    update sheet set state = 'RELEASED', released_by = coalesce(released_by, acting_member()),
                     released_at = coalesce(released_at, happened) where revision_id = target;
    update finding set last_at = happened, released_revision_id = target, recalled_at = null where id = f.id;
    update inbox set revision_id = target, state = 'RELEASED', kind = rev.kind,
                     marking = rev.document -> 'marking' ->> 'tlp', titles = rev.titles,
                     happened_from = rev.happened_from, happened_until = rev.happened_until,
                     listed_at = case when s.state = 'RELEASED' then listed_at else happened end
     where agency_id = f.agency_id and inbox.finding_id = f.id;
    return query select f.id, happened, named;
  end $$;
  ${gated('release_revision(uuid, jsonb, uuid[])')}
`;

const RECALL = `
  create function recall_finding(target uuid, from_agencies uuid[], reason text)
    returns table (finding_id uuid, at timestamptz, agencies uuid[]) language plpgsql ${DEFINER} as $$
  declare
    f finding := open_finding(target, 'input.findingId');
    holders uuid[] := array(select distinct agency_id from release where release.finding_id = f.id
                             and until > clock_timestamp());
    gone uuid[] := coalesce(from_agencies, holders);
    happened timestamptz := act_time(f);
  begin
    if cardinality(gone) = 0 then
      perform refuse('EN409', 'input.findingId', 'Nobody holds this finding.');
    end if;
    if not gone <@ holders then
      perform refuse('EN404', 'input.agencyIds', 'No such holder of this finding.');
    end if;
    delete from release where release.finding_id = f.id and agency_id = any (gone);
    delete from inbox where inbox.finding_id = f.id and agency_id = any (gone);
    insert into withdrawn as w (agency_id, finding_id, at, reason)
      select agency, f.id, happened, recall_finding.reason from unnest(gone) as agency
      on conflict on constraint withdrawn_pkey do update set at = excluded.at, reason = excluded.reason;
    update inbox set superseded_by = null where superseded_by = f.id and agency_id = any (gone);
    if holders <@ gone then
      update inbox set state = 'RECALLED' where agency_id = f.agency_id and inbox.finding_id = f.id;
      update finding set recalled_at = happened where id = f.id;
    end if;
    update finding set last_at = happened where id = f.id;
    return query select f.id, happened, gone;
  end $$;
  ${gated('recall_finding(uuid, uuid[], text)')}
`;

const SUPERSEDE = `
  create function supersede_finding(target uuid, successor uuid)
    returns table (finding_id uuid, at timestamptz, agencies uuid[]) language plpgsql ${DEFINER} as $$
  declare
    f finding;
    s finding;
    happened timestamptz;
    told uuid[];
  begin
    -- Both locks in one order, whoever supersedes whom.
    perform from finding where id in (target, successor) and agency_id = (select reader()) order by id for update;
    f := open_finding(target, 'input.findingId');
    s := open_finding(successor, 'input.successorId');
    if f.id = s.id then
      perform refuse('EN422', 'input.successorId', 'A finding does not supersede itself.');
    end if;
    if f.released_revision_id is null or f.superseded_by is not null or f.recalled_at is not null
       or f.expires_at <= clock_timestamp() then
      perform refuse('EN409', 'input.findingId', 'Only a finding that is released can be superseded.');
    end if;
    if s.released_revision_id is null or s.superseded_by is not null or s.recalled_at is not null
       or s.expires_at <= clock_timestamp() then
      perform refuse('EN409', 'input.successorId', 'Only a finding that is released can supersede.');
    end if;
    happened := greatest(act_time(f), act_time(s));
    update finding set superseded_by = s.id, last_at = happened where id = f.id;
    update inbox set state = 'SUPERSEDED' where inbox.finding_id = f.id;
    -- Only who holds the successor learns which finding it is.
    update inbox set superseded_by = s.id where inbox.finding_id = f.id
       and exists (select from inbox held where held.finding_id = s.id and held.agency_id = inbox.agency_id);
    told := array(select agency_id from inbox where inbox.finding_id = f.id and agency_id <> f.agency_id
                   and until > happened);
    return query select f.id, happened, told;
  end $$;
  ${gated('supersede_finding(uuid, uuid)')}
`;

const EXPIRE = `
  create function expire_finding(target uuid, ends timestamptz)
    returns table (finding_id uuid, at timestamptz, agencies uuid[]) language plpgsql ${DEFINER} as $$
  declare
    f finding := open_finding(target, 'input.findingId');
    happened timestamptz := act_time(f);
    new_end timestamptz := greatest(coalesce(ends, happened), happened);
    told uuid[] := array(select agency_id from inbox where inbox.finding_id = f.id and agency_id <> f.agency_id
                          and until > happened);
  begin
    if f.released_revision_id is null then
      perform refuse('EN409', 'input.findingId', 'Only a finding that was released expires.');
    end if;
    if new_end >= f.expires_at then
      perform refuse('EN422', 'input.at', 'Expiry can be brought forward, not put off.');
    end if;
    update release set until = least(until, new_end) where release.finding_id = f.id;
    update inbox set until = least(until, new_end) where inbox.finding_id = f.id and agency_id <> f.agency_id;
    update inbox set expires_at = new_end where inbox.finding_id = f.id and agency_id = f.agency_id;
    update finding set expires_at = new_end, last_at = happened where id = f.id;
    return query select f.id, happened, told;
  end $$;
  ${gated('expire_finding(uuid, timestamptz)')}
`;
