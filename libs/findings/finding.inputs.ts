import { z } from 'zod';
import { KINDS, PURPOSES, TLP } from '#access';
import { idempotencyKey, plainText } from '#core';
import { indicatorTypes } from '#indicators';
import { contentSchema } from './document.js';
import { HANDLING, PAP, RECALL_REASONS } from './vocabulary.js';

export const findingStateSchema = z
  .enum(['DRAFT', 'IN_REVIEW', 'RELEASED', 'SUPERSEDED', 'RECALLED', 'EXPIRED'])
  .meta({
    id: 'FindingState',
    description: 'Where a finding stands. DRAFT and IN_REVIEW are known to its own agency alone.',
  });

export type FindingState = z.output<typeof findingStateSchema>;

const sheetSchema = z
  .strictObject({
    caseNumber: plainText(100).optional().meta({ description: "Your agency's own case number." }),
    trueSource: plainText(2000).optional().meta({ description: 'Where it really comes from.' }),
    legalBasis: plainText(1000).optional().meta({ description: 'On what ground your agency may share it.' }),
  })
  .meta({ id: 'Sheet', description: 'What stays with your own agency.' });

export const draftSchema = z
  .strictObject({
    idempotencyKey,
    document: contentSchema,
    newIncident: z
      .boolean()
      .optional()
      .meta({ description: 'Also make a new incident, and name it in the document.' }),
    sheet: sheetSchema.optional(),
  })
  .meta({ id: 'DraftFinding', description: 'A new finding.' });

/** A new finding as an agency's system posts it: the message's own id takes the place of the key. */
export const postedFindingSchema = draftSchema.omit({ idempotencyKey: true });

/** What an agency's system says became of a finding there. */
export const acknowledgementSchema = z.enum(['STORED', 'REMOVED']).meta({
  id: 'Acknowledged',
  description: 'STORED: a revision. REMOVED: what was taken back, or has ended.',
});

export const acknowledgeSchema = z
  .strictObject({
    idempotencyKey,
    findingId: z.uuid().meta({ description: 'A finding that another agency released to yours.' }),
    said: acknowledgementSchema,
    revisionId: z.uuid().optional().meta({ description: 'Which revision was stored; with STORED alone.' }),
  })
  .refine(({ said, revisionId }) => (said === 'STORED') === (revisionId !== undefined), {
    path: ['revisionId'],
    message: 'STORED names the revision, REMOVED none.',
  })
  .meta({ id: 'AcknowledgeFinding', description: 'What became of a finding in your own systems.' });

export const reviseSchema = z
  .strictObject({
    idempotencyKey,
    basedOn: z.uuid().meta({ description: 'The latest revision, on which this one is based.' }),
    document: contentSchema,
    sheet: sheetSchema.optional(),
  })
  .meta({ id: 'ReviseFinding', description: 'A new revision of a finding of your agency.' });

export const submitSchema = z
  .strictObject({
    idempotencyKey,
    revisionId: z.uuid().meta({ description: 'The latest revision.' }),
  })
  .meta({ id: 'SubmitFinding', description: 'A draft that is ready for a second person.' });

export const returnSchema = z
  .strictObject({
    idempotencyKey,
    revisionId: z.uuid().meta({ description: 'The revision in review.' }),
    note: plainText(2000).meta({ description: 'What is to be done; your own agency alone sees it.' }),
  })
  .meta({ id: 'ReturnFinding', description: 'A revision that goes back to its drafters.' });

const recipientSchema = z
  .strictObject({
    agencyId: z.uuid().meta({ description: 'To whom.' }),
    tlp: z
      .enum(TLP)
      .optional()
      .meta({ description: "Stricter than the document's, never looser; the document's if not said." }),
    handling: z.array(z.enum(HANDLING)).max(4).optional().meta({ description: "The document's and more." }),
    pap: z.enum(PAP).optional().meta({ description: "Stricter than the document's, never looser." }),
    purpose: z
      .enum(PURPOSES)
      .optional()
      .meta({ description: "One of the document's; the first that an arrangement covers if not said." }),
    arrangementId: z
      .uuid()
      .optional()
      .meta({ description: 'Under which arrangement; the one that reaches furthest if not said.' }),
    conditions: plainText(2000).optional().meta({ description: 'What else this recipient must observe.' }),
    until: z.date().optional().meta({ description: 'When its right ends.' }),
  })
  .meta({ id: 'Recipient', description: 'One agency, and the slip it gets.' });

export const releaseSchema = z
  .strictObject({
    idempotencyKey,
    revisionId: z
      .uuid()
      .meta({ description: 'The revision in review, or the released one for further recipients.' }),
    recipients: z.array(recipientSchema).max(100).meta({ description: 'Who gets it.' }),
    without: z
      .array(z.uuid())
      .max(100)
      .default([])
      .meta({ description: 'Agencies that hold an earlier revision and do not get this one.' }),
  })
  .meta({
    id: 'ReleaseFinding',
    description: 'Gives one revision to agencies. You must have written none of it.',
  });

export const recallSchema = z
  .strictObject({
    idempotencyKey,
    findingId: z.uuid().meta({ description: 'A finding of your agency.' }),
    agencyIds: z
      .array(z.uuid())
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'From whom; from all if left out.' }),
    reason: z.enum(RECALL_REASONS).meta({ description: 'What its former recipients are told.' }),
  })
  .meta({ id: 'RecallFinding', description: 'Takes a finding back, all its revisions.' });

export const supersedeSchema = z
  .strictObject({
    idempotencyKey,
    findingId: z.uuid().meta({ description: 'The finding that no longer stands.' }),
    successorId: z.uuid().meta({ description: 'The finding of your agency that takes its place.' }),
  })
  .meta({ id: 'SupersedeFinding', description: 'Puts one finding in the place of another.' });

export const expireSchema = z
  .strictObject({
    idempotencyKey,
    findingId: z.uuid().meta({ description: 'A finding of your agency.' }),
    at: z.date().optional().meta({ description: 'When every recipient loses it; now if not said.' }),
  })
  .meta({ id: 'ExpireFinding', description: 'Ends a finding, now or later.' });

const period = (what: string) =>
  z
    .strictObject({
      from: z.date().optional().meta({ description: 'From this time on.' }),
      until: z.date().optional().meta({ description: 'Before this time.' }),
    })
    .refine(({ from, until }) => from === undefined || until === undefined || from < until, {
      path: ['until'],
      message: 'Ends before it begins.',
    })
    .meta({ id: what, description: 'A span of time, open at an end that is left out.' });

const wantedIndicator = z
  .strictObject({
    type: z.enum(indicatorTypes).meta({ description: 'What kind of thing it is.' }),
    chain: z.string().max(40).optional().meta({ description: 'For wallets and transactions.' }),
    value: z.string().max(2048).meta({ description: 'In any usual spelling.' }),
  })
  .meta({ id: 'WantedIndicator', description: 'An indicator a finding has.' });

const many = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(20).optional();
const periodSchema = period('Period');

export const filterSchema = z
  .strictObject({
    words: plainText(100).optional().meta({
      description:
        'Words of the title, in any language. Looks through the newest 10,000 from `after` on; the page says if more follows.',
    }),
    kinds: many(z.enum(KINDS)).meta({ description: 'Any of these kinds.' }),
    authors: many(z.uuid()).meta({ description: 'By any of these agencies.' }),
    jurisdictions: many(z.string().regex(/^[A-Z]{2}$/, 'ISO 3166-1 alpha-2.')).meta({
      description: 'By agencies of any of these jurisdictions: ISO 3166-1 alpha-2.',
    }),
    incident: z.uuid().optional().meta({ description: 'About this incident.' }),
    markings: many(z.enum(TLP)).meta({ description: 'Marked so for you.' }),
    happened: periodSchema.optional().meta({ description: 'What happened within this time, or partly.' }),
    released: periodSchema.optional().meta({ description: 'Released to you within this time.' }),
    indicator: wantedIndicator.optional(),
    inReview: z.literal(true).optional().meta({
      description:
        'Of your agency, with a revision that waits for a second person; also where an earlier one is released.',
    }),
    states: many(findingStateSchema).meta({ description: 'In any of these states.' }),
  })
  .meta({ id: 'FindingFilter', description: 'All that is said must hold.' });

export type FindingFilter = z.output<typeof filterSchema>;
export type DraftInput = z.output<typeof draftSchema>;
export type ReviseInput = z.output<typeof reviseSchema>;
export type ReleaseInput = z.output<typeof releaseSchema>;
export type AcknowledgeInput = z.output<typeof acknowledgeSchema>;
export type RecallInput = z.output<typeof recallSchema>;
