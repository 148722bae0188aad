import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { KINDS, PURPOSES, TLP } from '#access';
import { canonical, languageTag, plainText, ServiceError, sha256, type InputFault } from '#core';
import { indicatorRoles, indicatorTypes, normalise } from '#indicators';
import { claimSchema } from './claim.js';
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
import { HANDLING, NAME_TYPES, PAP, SUBJECT_ROLES, SUBJECT_TYPES, TEXT_ORIGINS } from './vocabulary.js';

/** The format this file reads and writes. A stored document is never rewritten: each format keeps its reader for ever. */
const FORMAT = 'entente.finding/1';

/** A document is at most this many bytes of UTF-8. */
const LARGEST = 256 * 1024;

const markingSchema = z
  .strictObject({
    tlp: z
      .enum(TLP)
      .meta({ description: 'TLP 2.0: what a recipient may do with it. It never widens who sees it here.' }),
    handling: z
      .array(z.enum(HANDLING))
      .max(4)
      .default(['H1', 'H2'])
      .meta({ description: 'Handling conditions; H1 and H2 if not said.' }),
    handlingText: plainText(2000).optional().meta({ description: 'What H3 means here.' }),
    pap: z
      .enum(PAP)
      .default('PAP:AMBER')
      .meta({ description: 'What may be done about it; PAP:AMBER if not said.' }),
    purposes: z
      .array(z.enum(PURPOSES))
      .min(1)
      .max(5)
      .meta({ description: 'What it may be used for; a release is for one of them.' }),
  })
  .refine((m) => m.handling.includes('H3') === (m.handlingText !== undefined), {
    path: ['handlingText'],
    message: 'H3 and a handling text go together.',
  })
  .meta({ id: 'Marking', description: 'Four separate things: TLP, handling, PAP and purpose.' });

const textSchema = z
  .strictObject({
    language: languageTag,
    origin: z.enum(TEXT_ORIGINS).meta({ description: 'Written so, or translated and by whom.' }),
    title: plainText(300).meta({ description: 'One line.' }),
    body: plainText(50_000).meta({ description: 'Plain text.' }),
  })
  .meta({ id: 'Text', description: 'What the finding says, in one language.' });

const nameSchema = z
  .strictObject({
    value: plainText(300).meta({ description: 'The name, in its script.' }),
    type: z.enum(NAME_TYPES).default('LEGL').meta({ description: 'IVMS101 name type; LEGL if not said.' }),
    language: languageTag.optional(),
  })
  .meta({ id: 'SubjectName', description: 'One name of a subject.' });

const subjectSchema = z
  .strictObject({
    key: key.meta({ description: 'Names the subject inside this document.' }),
    type: z.enum(SUBJECT_TYPES).meta({ description: 'What it is.' }),
    role: z.enum(SUBJECT_ROLES).meta({ description: 'What it is in this finding.' }),
    names: z.array(nameSchema).min(1).max(30).meta({ description: 'Names by script and type.' }),
    jurisdiction: z
      .string()
      .regex(/^[A-Z]{2}$/, 'ISO 3166-1 alpha-2.')
      .optional()
      .meta({ description: 'ISO 3166-1 alpha-2.' }),
  })
  .meta({ id: 'Subject', description: 'A person, organisation, service, group or account in a finding.' });

const indicatorSchema = z
  .strictObject({
    type: z.enum(indicatorTypes).meta({ description: 'What kind of thing it is.' }),
    chain: z
      .string()
      .max(40)
      .optional()
      .meta({ description: 'For wallets and transactions: bitcoin, ethereum, tron, nem, xrp, monero...' }),
    value: plainText(2048).meta({ description: 'As entered.' }),
    role: z.enum(indicatorRoles).meta({ description: 'Whose it is.' }),
    subject: key.optional().meta({ description: 'Key of the subject it belongs to.' }),
    firstSeen: timespanSchema.optional(),
    lastSeen: timespanSchema.optional(),
  })
  .superRefine((indicator, context) => addValueFault(indicator, ['value'], context))
  .meta({ id: 'Indicator', description: 'A typed value, checked on entry.' });

const transferSchema = z
  .strictObject({
    chain: z.string().max(40).meta({ description: 'bitcoin, ethereum, tron, nem...' }),
    transaction: plainText(200).optional().meta({ description: 'Hash of the transaction.' }),
    sender: plainText(512).meta({ description: 'Address it left.' }),
    receiver: plainText(512).meta({ description: 'Address it reached.' }),
    asset: asset.meta({ description: 'Code of the asset.' }),
    decimals,
    amount: baseUnits.meta({ description: 'Exact amount in base units.' }),
    time: timespanSchema.optional(),
  })
  .superRefine((transfer, context) => {
    const { chain, transaction } = transfer;
    addValueFault({ type: 'wallet', chain, value: transfer.sender }, ['sender'], context);
    addValueFault({ type: 'wallet', chain, value: transfer.receiver }, ['receiver'], context);
    if (transaction !== undefined)
      addValueFault({ type: 'transaction', chain, value: transaction }, ['transaction'], context);
    addDecimalsFault(transfer, context);
  })
  .meta({ id: 'Transfer', description: 'Value moving from one address to another.' });

const sourceSchema = z
  .strictObject({
    title: plainText(300).meta({ description: 'Of the article, report or letter.' }),
    publisher: plainText(200).optional().meta({ description: 'Who published it.' }),
    url: webAddress.optional().meta({ description: 'Where it was published.' }),
    published: timespanSchema.optional().meta({ description: 'When it was published.' }),
  })
  .meta({ id: 'Source', description: 'What the finding as a whole rests on, as its author cites it.' });

const content = {
  kind: z.enum(KINDS).meta({ description: 'What the finding is about.' }),
  marking: markingSchema,
  texts: z.array(textSchema).min(1).max(12).meta({ description: 'At least one original.' }),
  happened: timespanSchema.optional().meta({ description: 'When it happened.' }),
  incidents: z.array(uuid).max(10).default([]).meta({ description: 'Ids of incidents you can see.' }),
  subjects: z.array(subjectSchema).max(100).default([]).meta({ description: 'Who and what it is about.' }),
  claims: z.array(claimSchema).max(200).default([]).meta({ description: 'What it asserts.' }),
  indicators: z
    .array(indicatorSchema)
    .max(1000)
    .default([])
    .meta({ description: 'Wallets, transactions, IP addresses, domains...' }),
  transfers: z.array(transferSchema).max(1000).default([]).meta({ description: 'Movements of value.' }),
  datasets: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'A hash is 64 lower-case hexadecimal digits.'))
    .min(1)
    .max(10)
    .optional()
    .meta({ description: 'Hashes of sealed datasets of your agency: their rows are part of what it says.' }),
  typologies: z.array(term).max(30).default([]).meta({ description: 'Laundering typologies, as terms.' }),
  sources: z.array(sourceSchema).max(50).default([]).meta({ description: 'What it rests on.' }),
};

/** What an author writes. */
export const contentSchema = z
  .strictObject(content)
  .superRefine(addCrossFaults)
  .meta({ id: 'FindingContent', description: 'What a finding says to every recipient.' });

/** What is stored, hashed and released: the content with its format and salt. */
export const documentSchema = z
  .strictObject({
    format: z.literal(FORMAT).meta({ description: 'Format of this document.' }),
    salt: z
      .string()
      .regex(/^[A-Za-z0-9_-]{22}$/, '16 random bytes, base64url.')
      .meta({ description: '16 random bytes, so that its hash tells nothing of it.' }),
    ...content,
  })
  .superRefine(addCrossFaults)
  .meta({ id: 'FindingDocument', description: 'What every recipient of a revision sees. Immutable.' });

export type FindingContent = z.output<typeof contentSchema>;
export type FindingDocument = z.output<typeof documentSchema>;
export type Subject = z.output<typeof subjectSchema>;
export type Indicator = z.output<typeof indicatorSchema>;
export type Transfer = z.output<typeof transferSchema>;
export { indicatorSchema, subjectSchema, transferSchema };

/** A document as exact bytes: RFC 8785, UTF-8, and their SHA-256. */
export interface SealedDocument {
  document: FindingDocument;
  text: string;
  hash: string;
}

/** Gives a content its format, a fresh salt and its exact bytes, whatever their number. */
export function envelop(written: FindingContent): SealedDocument {
  const document: FindingDocument = {
    format: FORMAT,
    salt: randomBytes(16).toString('base64url'),
    ...written,
  };
  const text = canonical(document);
  return { document, text, hash: sha256(text) };
}

/** The fault of a document that is larger than 256 kB, if it is. */
export const sizeFaults = ({ text }: SealedDocument, path: string): InputFault[] =>
  Buffer.byteLength(text) > LARGEST
    ? [{ path, message: `The document is larger than ${LARGEST} bytes.` }]
    : [];

/** A document fit to be stored. @throws ServiceError INVALID above 256 kB */
export function seal(written: FindingContent, path = 'input.document'): SealedDocument {
  const sealed = envelop(written);
  const faults = sizeFaults(sealed, path);
  if (faults.length > 0) throw new ServiceError('INVALID', 'The document is too large.', faults);
  return sealed;
}

type Context = z.RefinementCtx;

/** What one part of a document says of another. */
function addCrossFaults(written: z.output<z.ZodObject<typeof content>>, context: Context): void {
  const add = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
  const keys = new Set(written.subjects.map((subject) => subject.key));
  if (keys.size < written.subjects.length) add(['subjects'], 'Two subjects have the same key.');
  if (!written.texts.some(({ origin }) => origin === 'original'))
    add(['texts'], 'One text at least is the original.');
  const languages = new Set(written.texts.map(({ language }) => language));
  if (languages.size < written.texts.length) add(['texts'], 'Two texts are in the same language.');
  if (new Set(written.incidents).size < written.incidents.length)
    add(['incidents'], 'An incident is named twice.');
  if (new Set(written.datasets).size < (written.datasets?.length ?? 0))
    add(['datasets'], 'A dataset is named twice.');
  written.claims.forEach(({ subject, incident }, at) => {
    if (subject !== undefined && !keys.has(subject))
      add(['claims', at, 'subject'], 'No subject has this key.');
    if (incident !== undefined && !written.incidents.includes(incident)) {
      add(['claims', at, 'incident'], 'Not among the incidents of this document.');
    }
    if (incident === undefined && written.incidents.length > 1) {
      add(['claims', at, 'incident'], 'The document names several incidents: say which one.');
    }
  });
  written.indicators.forEach(({ subject }, at) => {
    if (subject !== undefined && !keys.has(subject))
      add(['indicators', at, 'subject'], 'No subject has this key.');
  });
}

function addValueFault(
  entered: { type: string; chain?: string | undefined; value: string },
  path: PropertyKey[],
  context: Context,
): void {
  const checked = normalise({ type: entered.type, chain: entered.chain ?? null, value: entered.value });
  if (!checked.ok)
    context.addIssue({ code: 'custom', path, message: `Not a valid ${entered.type}: ${checked.reason}.` });
}
