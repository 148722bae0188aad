import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER } from './policies.js';

/**
 * An operator alone could end the other operators, and with them whatever takes two. Whom it asks about does not approve,
 * so by its own acts the hub keeps two.
 */
export class HubOperators1763683255000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(ENDS_OVERSIGHT);
    await runner.query('reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** As before, and of operators. */
const ENDS_OVERSIGHT = `
  create or replace function ends_oversight(content jsonb, me member) returns boolean language sql stable ${DEFINER} as $$
    select me.roles @> array['OPERATOR'] and exists (
      select from member where id = (content ->> 'memberId')::uuid and agency_id = me.agency_id
         and roles && array['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'])
  $$;
`;
