import { z } from 'zod';
import { idempotencyKey, plainText } from '#core';

export const datasetKindSchema = z
  .enum(['INDICATORS', 'TRANSFERS'])
  .meta({ id: 'DatasetKind', description: 'What each row of a dataset is.' });

/** Rows of one batch: as many as a request of 1 MB holds. */
const MOST_ROWS = 2_000;

const rowSchema = z
  .strictObject({
    line: z.int().min(0).meta({ description: 'Where you have it: its line, or its place in an array.' }),
    json: z.string().optional().meta({
      description:
        'The row as JSON: an Indicator or a Transfer as in a document, but of no subject. 16 kB at most.',
    }),
    fault: plainText(300).optional().meta({
      description: 'In place of it, why you could not read it: it is listed with the rows that are refused.',
    }),
  })
  .refine(({ json, fault }) => (json === undefined) !== (fault === undefined), {
    message: 'A row is given, or why it could not be read.',
  })
  .meta({ id: 'DatasetRowGiven', description: 'One row, and where you have it.' });

export const openDatasetSchema = z
  .strictObject({ idempotencyKey, kind: datasetKindSchema })
  .meta({ id: 'OpenDataset', description: 'A dataset to be loaded, sealed and named in a document.' });

export const loadBatchSchema = z
  .strictObject({
    datasetId: z.uuid().meta({ description: 'A dataset of your agency that is not sealed.' }),
    number: z.int().min(1).max(1_000_000).meta({
      description: 'Counts the batches: 1, 2, 3... A batch that is sent again changes nothing.',
    }),
    rows: z.array(rowSchema).min(1).max(MOST_ROWS).meta({ description: 'In their order.' }),
  })
  .meta({ id: 'LoadBatch', description: 'The next rows of a dataset, or rows that may have been lost.' });

export const sealDatasetSchema = z
  .strictObject({
    idempotencyKey,
    datasetId: z.uuid().meta({ description: 'A dataset of your agency.' }),
    batches: z.int().min(1).meta({ description: 'How many you have sent: none is missing.' }),
  })
  .meta({ id: 'SealDataset', description: 'A dataset that is complete.' });

export type DatasetKind = z.output<typeof datasetKindSchema>;
export type LoadBatchInput = z.output<typeof loadBatchSchema>;
export type GivenRow = z.output<typeof rowSchema>;
