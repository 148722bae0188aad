import { z } from 'zod';
import { idempotencyKey, plainText } from '#core';
import { indicatorTypes } from '#indicators';

const KINDS = ['SANCTIONS', 'SERVICE'] as const;
const SERVICES = ['exchange', 'bridge', 'mixer', 'other'] as const;
/** Rows of one batch. */
const MOST_ROWS = 1_000;

const rowSchema = z
  .strictObject({
    value: z.string().max(2048).meta({ description: 'In any usual spelling.' }),
    type: z.enum(indicatorTypes).optional().meta({ description: 'What it is; if left out, what it can be.' }),
    chain: z
      .string()
      .max(40)
      .optional()
      .meta({ description: 'On which chain; on all it can be on if left out.' }),
    label: plainText(200).meta({ description: 'Whose it is: the person, entity or service.' }),
    service: z.enum(SERVICES).optional().meta({ description: 'Of a service: what it does.' }),
    jurisdiction: z
      .string()
      .regex(/^[A-Z]{2}$/, 'ISO 3166-1 alpha-2.')
      .optional()
      .meta({ description: 'Where it is: ISO 3166-1 alpha-2.' }),
  })
  .meta({ id: 'ListRow', description: 'One value of a list.' });

export const stageListSchema = z
  .strictObject({
    idempotencyKey,
    name: plainText(100).meta({ description: 'Of the list; it is made if there is none of your agency.' }),
    kind: z.enum(KINDS).meta({ id: 'ListKind', description: 'What is sanctioned, or known services.' }),
    source: plainText(500).meta({ description: 'From where: a publisher, an address.' }),
    licence: plainText(500).optional().meta({ description: 'On what terms it may be used.' }),
    retrievedAt: z.date().meta({ description: 'When it was fetched. Another source or time begins anew.' }),
    rows: z.array(rowSchema).min(1).max(MOST_ROWS).meta({ description: 'A batch; each may be sent again.' }),
  })
  .meta({ id: 'StageList', description: 'A batch of the next version of a list.' });

export const publishListSchema = z
  .strictObject({
    idempotencyKey,
    versionId: z.uuid().meta({ description: 'The staged version.' }),
    digest: z.string().max(64).meta({ description: 'Of what you have staged.' }),
  })
  .meta({ id: 'PublishList', description: 'Puts what is staged in the place of the current version.' });

export const rollBackListSchema = z
  .strictObject({
    idempotencyKey,
    listId: z.uuid().meta({ description: 'A list of your agency.' }),
    version: z.int().min(1).meta({ description: 'The version whose contents it is to have again.' }),
  })
  .meta({ id: 'RollBackList', description: 'A further version with the contents of an earlier one.' });

export type StageListInput = z.output<typeof stageListSchema>;
export type ListRow = z.output<typeof rowSchema>;
export const listKindSchema = stageListSchema.shape.kind;
