import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The findings of one case of an agency, by its own sheets. */
export class Cases1763683208002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create index sheet_case on sheet (agency_id, case_number) where case_number is not null',
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
