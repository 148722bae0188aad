import { randomUUID } from 'node:crypto';
import type { Code } from './roster.js';
import type { Answer, Client, World } from './world.js';

export interface Dataset {
  id: string;
  kind: string;
  hash: string | null;
  salt: string;
  count: number;
  loading: { batches: number; received: number; duplicates: number; refused: number } | null;
}

const DATASET = 'id kind hash salt count loading { batches received duplicates refused }';

const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { done: ${name}(input: $input) { dataset { ${DATASET} } } }`;

/** Every mutation of datasets, by name. */
export const DATASETS = {
  openDataset: mutation('openDataset', 'OpenDatasetInput'),
  loadBatch: mutation('loadBatch', 'LoadBatchInput'),
  sealDataset: mutation('sealDataset', 'SealDatasetInput'),
};
export type DatasetAct = keyof typeof DATASETS;

/** Tries an act that may be refused. */
export const tryOn = (
  client: Client,
  name: DatasetAct,
  input: object,
): Promise<Answer<{ done: { dataset: Dataset } } | null>> =>
  client.query(DATASETS[name], {
    input: name === 'loadBatch' ? input : { idempotencyKey: randomUUID(), ...input },
  });

export async function doneOn(client: Client, name: DatasetAct, input: object): Promise<Dataset> {
  const { data, errors } = await tryOn(client, name, input);
  if (!data || errors.length > 0) throw new Error(`${name}: ${JSON.stringify(errors)}`);
  return data.done.dataset;
}

/** As a client gives them: the first is on line 2 of its file. */
export const given = (rows: readonly object[], line = 2) =>
  rows.map((row, at) => ({ line: line + at, json: JSON.stringify(row) }));

export const accountRow = (name: string, role = 'suspect') => ({
  type: 'account',
  value: `bithumb.com/${name}`,
  role,
});

export const transferRow = (amount: string, transaction = 'a'.repeat(64)) => ({
  chain: 'bitcoin',
  transaction,
  sender: '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
  receiver: '12c6DSiU4Rq3P4ZxziKxzrL5LmMBrzjrJX',
  asset: 'BTC',
  decimals: 8,
  amount,
});

/** Opened and loaded, one batch for each list of rows. */
export async function loaded(
  world: World,
  code: Code,
  batches: readonly (readonly object[])[],
  kind = 'INDICATORS',
): Promise<Dataset> {
  const client = world.as(code, 'CONTRIBUTOR');
  let dataset = await doneOn(client, 'openDataset', { kind });
  for (const [at, rows] of batches.entries())
    dataset = await doneOn(client, 'loadBatch', {
      datasetId: dataset.id,
      number: at + 1,
      rows: given(rows),
    });
  return dataset;
}

/** Loaded and sealed: its hash. */
export async function sealed(
  world: World,
  code: Code,
  rows: readonly object[],
  kind = 'INDICATORS',
): Promise<{ id: string; hash: string }> {
  const { id } = await loaded(world, code, [rows], kind);
  const { hash } = await doneOn(world.as(code, 'CONTRIBUTOR'), 'sealDataset', { datasetId: id, batches: 1 });
  return { id, hash: hash ?? '' };
}

interface Read {
  dataset: Dataset & {
    rows: { nodes: { position: number; json: string }[]; pageInfo: Page };
    refusals: { nodes: { position: number; line: number; reason: string }[]; pageInfo: Page };
  };
}
interface Page {
  hasNextPage: boolean;
  endCursor: string | null;
}

/** With its rows and refusals. */
export const readDataset = (client: Client, named: object, page: object = {}): Promise<Answer<Read | null>> =>
  client.query<Read | null>(
    `query ($id: ID, $hash: String, $first: Int, $after: String) { dataset(id: $id, hash: $hash) { ${DATASET}
      rows(first: $first, after: $after) { nodes { position json } pageInfo { hasNextPage endCursor } }
      refusals { nodes { position line reason } pageInfo { hasNextPage endCursor } } } }`,
    { ...named, ...page },
  );
