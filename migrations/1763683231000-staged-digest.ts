import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER } from './policies.js';

/** What is staged of a list is counted and hashed when it is staged, and no longer whenever it is read. */
export class StagedDigest1763683231000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table reference_list_version add staged_keys int, add staged_digest text');
    // Its functions are the gate's. To the owner row security hides every row; the gate's own policies hide none.
    await runner.query('set local role entente_gate; set local row_security = on');
    await runner.query(`
      create or replace function stage_reference_list(content jsonb) returns uuid language plpgsql ${DEFINER} as $$
      declare
        staged uuid := stage_list(content, acting_as(array['OPERATOR', 'CONTRIBUTOR', 'LIAISON']));
      begin
        ${told('v.id = staged')};
        return staged;
      end $$;
    `);
    await runner.query(told('v.number is null'));
    await runner.query('set local row_security = off; reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const told = (which: string): string => `
  update reference_list_version v set staged_digest = list_digest(v.id),
         staged_keys = (select count(*) from reference_list_row r where r.version_id = v.id)
   where ${which}`;
