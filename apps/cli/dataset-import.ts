import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { rowsOf, type FileOptions, type Row } from './dataset-file.js';
import { answered, type Ask } from './list-import.js';

/** Of one batch: what the service takes, and characters that stay below the 1 MB of a request. */
const MOST_ROWS = 2_000;
const MOST_CHARACTERS = 300_000;
/** Refused rows that are shown; the dataset lists all. */
const SHOWN = 100;
/** Beginnings of one file that were given up, each after a week. */
const ATTEMPTS = 20;

const DATASET = `dataset { id hash count loading { batches received duplicates refused } }`;
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { done: ${name}(input: $input) { ${DATASET} } }`;
const OPEN = mutation('openDataset', 'OpenDatasetInput');
const LOAD = mutation('loadBatch', 'LoadBatchInput');
const SEAL = mutation('sealDataset', 'SealDatasetInput');
const REFUSALS = `query ($id: ID!) { dataset(id: $id) { refusals(first: ${SHOWN}) { nodes { line reason } } } }`;
const DRAFT = `mutation ($input: DraftFindingInput!) { draftFinding(input: $input) { finding { id } } }`;

const datasetSchema = z.object({
  id: z.string(),
  hash: z.string().nullable(),
  count: z.int(),
  loading: z.object({ batches: z.int(), received: z.int(), duplicates: z.int(), refused: z.int() }),
});
const doneSchema = z.object({ done: z.object({ dataset: datasetSchema }) });
const refusalsSchema = z.object({
  dataset: z.object({
    refusals: z.object({ nodes: z.array(z.object({ line: z.int(), reason: z.string() })) }),
  }),
});
const draftedSchema = z.object({ draftFinding: z.object({ finding: z.object({ id: z.string() }) }) });

type Loaded = z.output<typeof datasetSchema>;

/**
 * Loads a file into a dataset and seals it. Broken off, it is begun again where the service has it: the same file with
 * the same options is the same dataset.
 * @param told called with the bytes that were read
 * @throws Error with the service's own words, or with what is wrong with the file
 */
export async function importFile(
  ask: Ask,
  path: string,
  options: FileOptions,
  told: (bytes: number) => void,
): Promise<{ dataset: Loaded; refused: { line: number; reason: string }[] }> {
  const digest = await digestOf(path, options);
  let dataset = await opened(ask, digest, options.kind);
  if (dataset.hash === null) {
    const { batches } = dataset.loading;
    let number = 0;
    for await (const rows of batchesOf(rowsOf(path, options, told))) {
      number += 1;
      if (number > batches) dataset = await done(ask, LOAD, { datasetId: dataset.id, number, rows });
    }
    if (number === 0) throw new Error(`${path} has no rows.`);
    if (dataset.count > 0)
      dataset = await done(ask, SEAL, {
        idempotencyKey: `seal-${dataset.id}`,
        datasetId: dataset.id,
        batches: number,
      });
  }
  const { dataset: read } = refusalsSchema.parse(await answered(ask, REFUSALS, { id: dataset.id }));
  return { dataset, refused: read.refusals.nodes };
}

/** Drafts a finding that names the dataset. @param path a document as `draftFinding` takes it @returns its id */
export async function draftNaming(ask: Ask, path: string, hash: string): Promise<string> {
  const written = z.looseObject({}).parse(JSON.parse(await readFile(path, 'utf8')));
  const input = { idempotencyKey: `draft-${hash}`, document: { ...written, datasets: [hash] } };
  return draftedSchema.parse(await answered(ask, DRAFT, { input })).draftFinding.finding.id;
}

const done = async (ask: Ask, query: string, input: object): Promise<Loaded> =>
  doneSchema.parse(await answered(ask, query, { input })).done.dataset;

/** What was begun with this file and not given up, or a new one. */
async function opened(ask: Ask, digest: string, kind: string): Promise<Loaded> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await done(ask, OPEN, { idempotencyKey: `${digest}-${attempt}`, kind });
    } catch (error) {
      const givenUp = error instanceof Error && error.message.startsWith('No such dataset');
      if (!givenUp || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Of the file and how it is read, in hex. */
async function digestOf(path: string, options: FileOptions): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(options));
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

async function* batchesOf(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  let characters = 0;
  for await (const row of rows) {
    const length = row.json?.length ?? 0;
    if (batch.length === MOST_ROWS || (batch.length > 0 && characters + length > MOST_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(row);
    characters += length;
  }
  if (batch.length > 0) yield batch;
}
