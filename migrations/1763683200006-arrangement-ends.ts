import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/**
 * A release and the end of its arrangement come one after the other. Until now a release that had looked at the
 * arrangement a moment before its end was written after it, and nothing ended it; and one that had begun before the end
 * took the arrangement for one in force, for `now()` is when its transaction began.
 */
export class ArrangementEnds1763683200006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(GROUNDS);
    await runner.query(RELEASE);
    await runner.query('reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** As before, by the clock: asked after a lock, it says what holds then. */
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

/**
 * The release as it was, behind a lock that others may share, on every arrangement that could carry it. Whoever changes
 * an arrangement locks it first too, then the findings released under it, and sees all of them.
 */
const RELEASE = `
  alter function release_revision(uuid, jsonb, uuid[]) rename to release_in_force;
  revoke execute on function release_in_force(uuid, jsonb, uuid[]) from entente_app;

  create function release_revision(target uuid, recipients jsonb, without uuid[])
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
  end $$;
  ${gated('release_revision(uuid, jsonb, uuid[])')}
`;
