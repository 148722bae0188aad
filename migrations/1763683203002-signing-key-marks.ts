import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A key that signs no more carries a mark of the service's secret, over its id, its public part and its times. The one
 * that signs needs none: its private part lies sealed under the same secret, together with its id.
 */
export class SigningKeyMarks1763683203002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MARK);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const MARK = `
  alter table entente_auth.signing_key add mark bytea,
    add constraint marked_when_retired check (mark is null or retires_at is not null);
  grant update (mark) on entente_auth.signing_key to entente_auth;
`;
