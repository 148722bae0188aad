import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER } from './policies.js';

/**
 * What an agency's systems posted was released at once to an agency that had been recovered, though its originator had
 * not said yet whether it trusts who is there now.
 */
export class RecoveredRecipients1763683256001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(RELEASE);
    await runner.query(CLOSE);
    await runner.query('reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** As before, and not to whom its agency has not confirmed. */
const RELEASE = `
  create or replace function release_under(a standing_authority, rev revision, approver member)
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
    -- Of one that was recovered a person decides; and an authority from before its agency declined says nothing of it.
    if exists (select from closed_inbox c where c.originator_id = a.agency_id and c.agency_id = any (wanted)
                 and (c.answered_at is null or c.outcome = 'DECLINED' and c.answered_at > a.approved_at)) then
      perform refuse('EN422', 'input', 'Cannot be released to this agency: RECOVERY_NOT_CONFIRMED.');
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
`;

/** As before, and who has said beforehand that it releases is an originator that answers, whatever it has released. */
const CLOSE = `
  create or replace function close_inbox(i invitation, by uuid) returns void language plpgsql ${DEFINER} as $$
  declare
    happened timestamptz := clock_timestamp();
  begin
    update recovery set recovered_at = happened where id = i.recovery_id and recovered_at is null;
    if not found then
      return;
    end if;
    -- Locked as a release under it locks it: what was released before is closed, and what is posted later finds it so.
    perform from standing_authority where i.agency_id = any (recipients) and ended_at is null and ends_at > happened
      order by id for update;
    insert into closed_inbox (agency_id, originator_id, closed_at)
      select i.agency_id, author_id, happened from release
       where agency_id = i.agency_id and author_id <> i.agency_id and until > happened
      union
      select i.agency_id, s.agency_id, happened from standing_authority s
       where i.agency_id = any (s.recipients) and s.ended_at is null and s.ends_at > happened
      on conflict (agency_id, originator_id) do update set closed_at = excluded.closed_at, answered_at = null, outcome = null;
    update release set closed = true where agency_id = i.agency_id and author_id <> i.agency_id;
    update inbox set closed = true where agency_id = i.agency_id and author_id <> i.agency_id;
    insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
      select told, 'agency.recovered', i.agency_id, case when told = i.agency_id then by end, 'agency', i.agency_id, happened
        from (select i.agency_id union select i.given_agency_id
              union select unnest(told_of_recovery(i.agency_id, (select m from member m where m.id = by)))) as whose (told);
  end $$;
`;
