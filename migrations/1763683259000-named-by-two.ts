import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';

/** One administrator alone could give the agency another's name, under which its partners would release to it. */
export class NamedByTwo1763683259000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      tellOf({
        act: 'agency.named',
        roles: ['AGENCY_ADMIN', 'OPERATOR'],
        carriesOut: 'name_agency',
        concerns: 'agency_and_partners',
      }),
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
