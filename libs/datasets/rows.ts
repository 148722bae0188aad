import type { z } from 'zod';
import { canonical, faultsOf } from '#core';
import { indicatorSchema, projectIndicator, projectTransfer, transferSchema } from '#findings';
import type { DatasetKind, GivenRow } from './datasets.inputs.js';

/** Bytes of one row as JSON. */
const LARGEST = 16 * 1024;
/** Characters of a reason. */
const LONGEST = 300;

/** A reason may quote the row: without what does not show, and what the database does not hold. */
const shown = (reason: string): string => reason.slice(0, LONGEST).replace(/\p{C}/gu, '\ufffd');

type Read<Row> = { row: Row; body: string } | { reason: string };

/** What the rows of a batch are: those that go in, with their places from 1, and those that do not, and why. */
interface Sorted<Row> {
  taken: { place: number; line: number; row: Row; body: string }[];
  refused: { place: number; line: number; reason: string }[];
}

function sorted<Row>(given: readonly GivenRow[], read: (row: GivenRow) => Read<Row>): Sorted<Row> {
  const found: Sorted<Row> = { taken: [], refused: [] };
  given.forEach((one, at) => {
    const of = { place: at + 1, line: one.line };
    const result = read(one);
    if ('reason' in result) found.refused.push({ ...of, reason: shown(result.reason) });
    else found.taken.push({ ...of, ...result });
  });
  return found;
}

/** A row as a document has it, by the same schema, as its canonical bytes. */
function readRow<S extends z.ZodType>({ json = '', fault }: GivenRow, schema: S): Read<z.output<S>> {
  if (fault !== undefined) return { reason: fault };
  if (Buffer.byteLength(json) > LARGEST) return { reason: `The row is larger than ${LARGEST} bytes.` };
  let written: unknown;
  try {
    written = JSON.parse(json);
  } catch {
    return { reason: 'The row is no JSON.' };
  }
  const parsed = schema.safeParse(written);
  if (parsed.success) return { row: parsed.data, body: canonical(parsed.data) };
  const [first] = faultsOf(parsed.error, 'row');
  return { reason: `${first?.path ?? 'row'}: ${first?.message ?? ''}` };
}

export const indicatorRows = (given: readonly GivenRow[]) =>
  sorted(given, (one) => {
    const read = readRow(one, indicatorSchema);
    if ('reason' in read) return read;
    const { row, body } = read;
    // A subject is one of a document, and many documents may name a dataset.
    if (row.subject !== undefined) return { reason: 'row.subject: A row of a dataset is of no subject.' };
    const { key, role } = projectIndicator(row);
    const bar = key.indexOf('|', key.indexOf('|') + 1);
    return { row: { place: key.slice(0, bar), value: key.slice(bar + 1), role }, body };
  });

export const transferRows = (given: readonly GivenRow[]) =>
  sorted(given, (one) => {
    const read = readRow(one, transferSchema);
    return 'reason' in read ? read : { row: projectTransfer(read.row), body: read.body };
  });

/** The format of the hash: changed with what goes into it. */
const FORMAT = 'entente.dataset/1';

/** What the chain of a dataset's rows begins with: its kind, and a salt so that the hash tells nothing of the rows. */
export const beginning = (kind: DatasetKind, salt: string): string =>
  canonical({ format: FORMAT, kind, salt });
