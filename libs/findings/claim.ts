import { z } from 'zod';
import { plainText } from '#core';
import {
  addDecimalsFault,
  asset,
  baseUnits,
  decimals,
  key,
  term,
  uuid,
  webAddress,
} from './document-fields.js';
import { timespanSchema } from './timespan.js';
import {
  ATTRIBUTES,
  CONFIDENCES,
  INFORMATION_GRADES,
  LIKELIHOODS,
  ORIGINS,
  SOURCE_GRADES,
} from './vocabulary.js';

const amountSchema = z
  .strictObject({
    asset: asset.meta({ description: 'Code of the asset or currency: XEM, BTC, KRW.' }),
    decimals,
    low: baseUnits
      .optional()
      .meta({ description: 'At least this many base units; equal to `high` for an exact amount.' }),
    high: baseUnits.optional().meta({ description: 'At most this many base units.' }),
  })
  .superRefine((amount, context) => {
    const { low, high } = amount;
    if (low === undefined && high === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'An amount has a low or a high bound. Use `unknown` for neither.',
      });
    }
    if (low !== undefined && high !== undefined && BigInt(low) > BigInt(high)) {
      context.addIssue({ code: 'custom', path: ['high'], message: 'The high bound is below the low one.' });
    }
    addDecimalsFault(amount, context);
  })
  .meta({
    id: 'Amount',
    description:
      'An exact amount (low = high), a range, or one bound, in base units. A stated 0 is an amount; `unknown` is none.',
  });

const quantitySchema = z
  .strictObject({
    unit: term.meta({ description: 'What is counted: customers, accounts, e-mails, percent.' }),
    low: z.int().min(0).max(2_147_483_647).optional().meta({ description: 'At least.' }),
    high: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .meta({ description: 'At most; equal to `low` for an exact number.' }),
  })
  .refine(({ low, high }) => low !== undefined || high !== undefined, 'A quantity has a low or a high bound.')
  .refine(({ low, high }) => low === undefined || high === undefined || low <= high, {
    path: ['high'],
    message: 'The high bound is below the low one.',
  })
  .meta({ id: 'Quantity', description: 'A number of something, exact, a range, or one bound.' });

const valueSchema = z
  .strictObject({
    amount: amountSchema.optional(),
    quantity: quantitySchema.optional(),
    time: timespanSchema.optional(),
    term: plainText(300)
      .optional()
      .meta({ description: 'A word or a short phrase: spear-phishing, Lazarus Group.' }),
    unknown: z.literal(true).optional().meta({ description: 'Stated to be unknown. It rivals nothing.' }),
  })
  .refine((value) => Object.keys(value).length === 1, 'Exactly one kind of value.')
  .meta({ id: 'ClaimValue', description: 'Exactly one kind of value.' });

const gradeSchema = z
  .strictObject({
    source: z.enum(SOURCE_GRADES).meta({ description: 'Admiralty code: reliability of the source.' }),
    information: z
      .enum(INFORMATION_GRADES)
      .meta({ description: 'Admiralty code: credibility of the information.' }),
  })
  .meta({ id: 'Grade', description: 'Admiralty code.' });

const originSchema = z
  .strictObject({
    kind: z.enum(ORIGINS).meta({ description: 'Whose it is.' }),
    name: plainText(200).optional().meta({ description: 'Of the firm or publication.' }),
    revisionId: uuid.optional().meta({
      description:
        "Of another agency's finding: then this one goes only to agencies that hold that revision.",
    }),
    url: webAddress.optional().meta({ description: 'Where it was published.' }),
    published: timespanSchema.optional().meta({ description: 'When it was published.' }),
  })
  .refine(({ kind, revisionId }) => (kind === 'agency') === (revisionId !== undefined), {
    path: ['revisionId'],
    message: 'Origin `agency` and a revision go together.',
  })
  .meta({ id: 'Origin', description: 'Where a claim comes from.' });

export const claimSchema = z
  .strictObject({
    incident: uuid
      .optional()
      .meta({ description: 'The incident it is about; the only one of the document if left out.' }),
    subject: key
      .optional()
      .meta({ description: 'Key of the subject it is about; the incident itself if left out.' }),
    attribute: term.meta({
      description: `What is claimed. Usual ones: ${Object.keys(ATTRIBUTES).join(', ')}.`,
    }),
    value: valueSchema,
    grade: gradeSchema.optional(),
    likelihood: z.enum(LIKELIHOODS).optional().meta({ description: 'ICD 203.' }),
    confidence: z
      .enum(CONFIDENCES)
      .optional()
      .meta({ description: 'Confidence of the analysis, apart from likelihood.' }),
    origin: originSchema,
    note: plainText(2000).optional().meta({ description: 'What else a reader needs.' }),
  })
  .superRefine(({ attribute, value }, context) => {
    const expected = Object.hasOwn(ATTRIBUTES, attribute)
      ? ATTRIBUTES[attribute as keyof typeof ATTRIBUTES]
      : null;
    if (expected && value[expected] === undefined && !value.unknown) {
      context.addIssue({
        code: 'custom',
        path: ['value'],
        message: `\`${attribute}\` takes ${expected}, or unknown.`,
      });
    }
  })
  .meta({ id: 'Claim', description: 'One asserted fact. Rival claims stand side by side.' });

export type Claim = z.output<typeof claimSchema>;
export type ClaimValue = z.output<typeof valueSchema>;
