import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated } from './policies.js';

/**
 * The ledger leaves the service by two: what was asked for and approved is the pending act itself, with its extent and
 * the time of its approval. So there is nothing to carry out but to say whose ledger it is.
 */
export class LedgerExport1763683260000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CARRIED_OUT);
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const CARRIED_OUT = `
  create function export_ledger(content jsonb, me member) returns uuid language sql immutable ${DEFINER}
    as 'select me.agency_id';
  ${gated('export_ledger(jsonb, member)', '')}
`;

const ACTS = tellOf({
  act: 'ledger.exported',
  roles: ['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'],
  carriesOut: 'export_ledger',
});
