import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER } from './policies.js';

/**
 * A recall writes the finding's row once. Written twice by one transaction, its foreign keys were checked although
 * they had not changed: the recall of a superseded finding waited for acts on its successor, and these for it.
 */
export class RecallOnce1763683200007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('set local role entente_gate');
    await runner.query(RECALL);
    await runner.query('reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const RECALL = `
  create or replace function recall_finding(target uuid, from_agencies uuid[], reason text)
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
    end if;
    update finding set last_at = happened, recalled_at = case when holders <@ gone then happened else recalled_at end
     where id = f.id;
    return query select f.id, happened, gone;
  end $$;
`;
