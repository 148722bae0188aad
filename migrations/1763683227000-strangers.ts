import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is kept for who has not signed in yet is told apart, so that it can be counted and bounded. */
export class Strangers1763683227000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table entente_auth.kept add strangers boolean not null default false;
      create index kept_strangers on entente_auth.kept (until) where strangers;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
