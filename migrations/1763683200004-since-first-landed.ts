import type { MigrationInterface, QueryRunner } from 'typeorm';
import { LifeCycle1763683200003 } from './1763683200003-life-cycle.js';

/**
 * The two migrations before this one were once edited after they had landed. A database that ran them as they first
 * were has wider policies, and functions that tell more: here it gets what the others have, for whom this changes
 * nothing.
 */
export class SinceFirstLanded1763683200004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(POLICIES);
    // All that the last migration made; it makes nothing else.
    await runner.query(`drop function if exists refuse, open_finding, act_time, release_grounds, holds, release_to,
      release_revision, recall_finding, supersede_finding, expire_finding`);
    await new LifeCycle1763683200003().up(runner);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const AUTHORED = 'agency_id = (select reader())';

/** While a revision of one's own is a draft: another's, and a released one, stay as they are. */
const draft = (table: string) => `alter policy app_insert on ${table} with check (${AUTHORED}
  and exists (select from sheet s
  where s.revision_id = ${table}.revision_id and s.agency_id = (select reader()) and s.state = 'DRAFT'));`;

const ownRevision = (table: string) => `exists (select from revision r where r.id = ${table}.revision_id
  and r.finding_id = ${table}.finding_id and r.agency_id = (select reader()))`;

const OWN_DRAFT = `${AUTHORED} and author_id = (select reader()) and state in ('DRAFT', 'IN_REVIEW')
  and ${ownRevision('inbox')}`;

const POLICIES = `
  alter policy app_insert on revision with check (${AUTHORED}
    and exists (select from finding f where f.id = revision.finding_id and f.agency_id = (select reader())));
  alter policy app_insert on sheet with check (${AUTHORED} and drafted_by = (select acting_member())
    and state = 'DRAFT' and ${ownRevision('sheet')});
  alter policy app_insert on inbox with check (${AUTHORED} and author_id = (select reader())
    and state = 'DRAFT' and ${ownRevision('inbox')});
  alter policy app_update on inbox using (${OWN_DRAFT}) with check (${OWN_DRAFT});
  ${['revision_incident', 'rests_on', 'claim', 'finding_indicator', 'transfer'].map(draft).join('\n')}
`;
