import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protect } from './policies.js';

/**
 * The ledger: what happened, one entry for each agency concerned. Insert-only for the application. Numbering, and
 * with it the feed, comes after commit and is another process's work.
 */
export class Ledger1763683200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table entry (
        id uuid primary key default gen_random_uuid(),
        agency_id uuid not null references agency,
        act text not null,
        actor_agency_id uuid not null references agency,
        member_id uuid references member,
        subject_type text not null,
        subject_id uuid not null,
        revision_id uuid,
        recorded_at timestamptz not null,
        -- A counterpart's entry names the acting agency, never the member.
        check (member_id is null or agency_id = actor_agency_id)
      );
      create index entry_agency on entry (agency_id, recorded_at, id);
    `);
    await runner.query(
      protect('entry', {
        insert: `actor_agency_id = (select acting())
          and member_id is not distinct from case when agency_id = (select acting()) then (select acting_member()) end`,
      }),
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
