import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/**
 * What an arrangement tells and ends. A proposal told whoever proposed it the names of agencies that had accepted
 * nothing, and whether they were suspended. The end of an amended arrangement left what had been released under its
 * earlier versions, for ever; and one that recalled left the author's finding as if somebody held it.
 */
export class ArrangementVersions1763683203003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(VERSIONS);
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(KNOWN);
    await runner.query(GROUNDS);
    await runner.query(END);
    await runner.query('reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** Who is only proposed to knows the proposer and is known to nobody by it: what it has accepted shows it. */
const KNOWN = `
  create or replace function known_agencies() returns setof uuid language sql stable ${DEFINER} as $$
    select (select acting()) where (select acting()) is not null
    union
    select other.agency_id
      from arrangement_party mine
      join arrangement_party other using (arrangement_id)
      join arrangement a on a.id = arrangement_id
     where mine.agency_id = (select acting())
       and (other.accepted_at is not null or other.agency_id = a.proposed_by)
    union
    select id from agency
     where exists (select from member where id = (select acting_member()) and roles @> array['OPERATOR'])
  $$;
`;

/** As before, of agencies that are known. */
const GROUNDS = `
  create or replace function release_grounds(kind text, purposes text[], marking text, wanted uuid)
    returns table (agency_id uuid, arrangement_id uuid, purpose text, until timestamptz, ground text)
    language sql volatile ${DEFINER} as $$
    with judged as (
      select other.agency_id, a.id,
             (select p from unnest(release_grounds.purposes) with ordinality as wanted_for (p, place)
               where p = any (a.purposes) order by place limit 1) as purpose,
             least(case when a.on_end = 'KEEP' then 'infinity' else a.valid_until end,
                   clock_timestamp() + make_interval(days => a.retention_days)) as until,
             case when a.valid_from > clock_timestamp() or a.valid_until <= clock_timestamp()
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
         and other.agency_id = any (array(select known_agencies()))
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
`;

const VERSIONS = `
  -- An arrangement, and the versions whose place it took: it was accepted by all, and they are over.
  create function versions_of(latest uuid) returns uuid[] language sql volatile ${DEFINER} as $$
    with recursive version as (
      select id, amends from arrangement where id = latest
      union
      select old.id, old.amends from version join arrangement old on old.id = version.amends
       where old.valid_until <= clock_timestamp()
         and not exists (select from arrangement_party where arrangement_id = version.id and accepted_at is null)
    )
    select array(select id from version)
  $$;
  ${gated('versions_of(uuid)', '')}

  create function stop_under(versions uuid[], ended timestamptz) returns void language sql volatile ${DEFINER} as $$
    update inbox i set until = ended from release r
     where r.arrangement_id = any (versions) and r.until > ended and r.agency_id = i.agency_id
       and r.revision_id = i.revision_id;
    update release set until = ended where arrangement_id = any (versions) and until > ended;
  $$;
  ${gated('stop_under(uuid[], timestamptz)', '')}

  -- Recipients keep a tombstone; the author's finding is recalled when nobody holds it any more, as by a recall.
  create function recall_under(versions uuid[], ended timestamptz) returns void language plpgsql ${DEFINER} as $$
  declare
    taken uuid[] := array(select distinct finding_id from release where arrangement_id = any (versions) and until > ended);
    unheld uuid[];
  begin
    insert into withdrawn (agency_id, finding_id, at, reason)
      select i.agency_id, i.finding_id, ended, 'arrangement-ended'
        from inbox i join release r on r.agency_id = i.agency_id and r.revision_id = i.revision_id
       where r.arrangement_id = any (versions) and r.until > ended
      on conflict on constraint withdrawn_pkey do update set at = excluded.at, reason = excluded.reason;
    delete from inbox i using release r
     where r.arrangement_id = any (versions) and r.until > ended and r.agency_id = i.agency_id
       and r.revision_id = i.revision_id;
    update inbox i set superseded_by = null from withdrawn w
     where w.at = ended and w.reason = 'arrangement-ended' and w.finding_id = any (taken)
       and i.agency_id = w.agency_id and i.superseded_by = w.finding_id;
    delete from release where arrangement_id = any (versions);
    unheld := array(select id from unnest(taken) as id
                     where not exists (select from release where finding_id = id and until > ended));
    update inbox i set state = 'RECALLED' from finding f
     where f.id = any (unheld) and i.finding_id = f.id and i.agency_id = f.agency_id;
    update finding set last_at = greatest(ended, last_at + interval '1 microsecond'),
                       recalled_at = case when id = any (unheld) then ended else recalled_at end
     where id = any (taken);
  end $$;
  ${gated('recall_under(uuid[], timestamptz)', '')}
`;

const END = `
  /* KEEP: what was released stays. STOP: it ends now. RECALL: it is taken back, and a tombstone says so. */
  create or replace function end_arrangement(target uuid, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    a arrangement := open_arrangement(target, me);
    versions uuid[] := versions_of(a.id);
    ended timestamptz;
  begin
    -- Under earlier versions nothing is released any more: their locks were waited for when they were amended.
    perform from finding where id in (select finding_id from release where arrangement_id = any (versions))
      order by id for update;
    ended := clock_timestamp();
    update arrangement set valid_from = least(valid_from, ended - interval '1 microsecond'), valid_until = ended
     where id = a.id;
    if a.on_end = 'STOP' then
      perform stop_under(versions, ended);
    elsif a.on_end = 'RECALL' then
      perform recall_under(versions, ended);
    end if;
    return a.id;
  end $$;
`;
