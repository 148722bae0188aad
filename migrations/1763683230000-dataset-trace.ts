import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Transfers of datasets, in the order in which a trace reads those of documents (seen_transfer_out, seen_transfer_in): what
 * left an address since a time, and what reached it before one.
 */
export class DatasetTrace1763683230000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of an unknown time all of it. Columns, for row security lets no coalesce() into an index.
      alter table dataset_transfer
        add column earliest timestamptz not null generated always as (coalesce(happened_from, '-infinity')) stored,
        add column latest timestamptz not null generated always as (coalesce(happened_until, 'infinity')) stored;
      create index dataset_transfer_out on dataset_transfer (dataset_id, sender, asset, latest, ordinal);
      create index dataset_transfer_in on dataset_transfer (dataset_id, receiver, asset, earliest desc, ordinal);
      -- By address alone nobody asks.
      drop index dataset_transfer_sender;
      drop index dataset_transfer_receiver;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
