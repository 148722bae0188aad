import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether anything is a suspect's, however many findings have it as something else: one look, and not all of them. */
export class Suspects1763683216000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index seen_indicator_suspect on seen_indicator (agency_id, value, place) where 'suspect' = any (roles)`,
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
