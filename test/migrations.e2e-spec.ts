import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { accessEntities } from '#access';
import { findingEntities } from '#findings';
import { IdentityProviderRow } from '#identity';
import { intakeEntities } from '#intake';
import { Entry } from '#ledger';
import { webhookEntities } from '#webhooks';
import { migrate } from '../apps/cli/migrate.js';
import { cloneDatabase, withClient, type TestDatabase } from './support/server.js';

const entities = [
  ...accessEntities,
  ...findingEntities,
  ...intakeEntities,
  ...webhookEntities,
  Entry,
  IdentityProviderRow,
];

/** Tables no entity stands for: the library's own, and those that only SQL touches. */
const WITHOUT_ENTITY = [
  ...['migrations', 'idempotency_key', 'administrative_act'],
  ...['sequencer', 'unnumbered', 'feed_head', 'feed_position', 'feed_cursor'],
  ...[
    'webhook_secret',
    'webhook_key',
    'webhook_certificate',
    'webhook_dispatch',
    'webhook_aside',
    'webhook_attempt',
  ],
  ...['seen_indicator', 'seen_incident', 'seen_transfer'],
  ...['dataset', 'dataset_batch', 'dataset_indicator', 'dataset_transfer', 'dataset_refusal'],
  ...['revision_dataset', 'seen_dataset'],
  ...['reference_list', 'reference_list_version', 'reference_list_entry', 'reference_list_row'],
];

let database: TestDatabase;
const said: string[] = [];
const run = () => migrate({ ownerUrl: database.ownerUrl, say: (line) => said.push(line) });
beforeAll(async () => {
  database = await cloneDatabase({ empty: true });
  await run();
});
afterAll(() => database.drop());

test('migrations run from empty, and a second run has nothing to do', async () => {
  await run();
  expect(said).toEqual([expect.stringMatching(/^Ran \d+ migrations/), 'The schema is up to date.']);
});

test('entities and tables agree: the same tables, columns, types and nullability', async () => {
  const columns = await withClient(database.setupUrl, (client) =>
    client.query<{ name: string }>(
      `select format('%s.%s %s%s', c.table_name, c.column_name, c.udt_name, case when c.is_nullable = 'YES' then '?' end) as name
         from information_schema.columns c where c.table_schema = 'entente' and c.table_name <> all ($1)
          and c.table_name !~ '^webhook_attempt_[0-9]{8}$'`,
      [WITHOUT_ENTITY],
    ),
  );
  const source = new DataSource({ type: 'postgres', url: database.appUrl, schema: 'entente', entities });
  await source.initialize();
  const described = source.entityMetadatas.flatMap(({ tableName, columns: fields }) =>
    fields.map((column) => {
      const type = source.driver.normalizeType(column);
      return `${tableName}.${column.databaseName} ${column.isArray ? '_' : ''}${UDT[type] ?? type}${column.isNullable ? '?' : ''}`;
    }),
  );
  await source.destroy();
  expect(described.sort()).toEqual(columns.rows.map(({ name }) => name).sort());
});

/** PostgreSQL's own names of types. */
const UDT: Record<string, string> = {
  'timestamp with time zone': 'timestamptz',
  integer: 'int4',
  boolean: 'bool',
  bigint: 'int8',
};
