import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { parse, CsvError } from 'csv-parse';
import { decode } from 'iconv-lite';
import { beginningOf, checkEncoding, textOf } from './dataset-text.js';

/** A row as `loadBatch` takes it. */
export interface Row {
  line: number;
  json?: string;
  fault?: string;
}

export interface FileOptions {
  kind: 'INDICATORS' | 'TRANSFERS';
  encoding: string;
  delimiter?: string | undefined;
  /** Of the times in it: an IANA time zone, or UTC+9. */
  zone?: string | undefined;
  /** What a row is where the file does not say. */
  defaults: Record<string, string | undefined>;
}

/** Characters of one row: more is no row, or a quotation mark that nothing closes. */
const LONGEST = 64 * 1024;

/** Columns, what else they are called, and which hold a time or a number. */
const COLUMNS = {
  INDICATORS: {
    type: ['type'],
    chain: ['chain', 'blockchain', 'network'],
    value: ['value', 'indicator', 'address', 'wallet'],
    role: ['role'],
    firstSeen: ['firstseen', 'first_seen'],
    lastSeen: ['lastseen', 'last_seen'],
  },
  TRANSFERS: {
    chain: ['chain', 'blockchain', 'network'],
    transaction: ['transaction', 'tx', 'hash', 'txid'],
    sender: ['sender', 'from'],
    receiver: ['receiver', 'to'],
    asset: ['asset', 'currency', 'token'],
    decimals: ['decimals'],
    amount: ['amount', 'value'],
    time: ['time', 'timestamp', 'date'],
  },
} as const satisfies Record<FileOptions['kind'], Record<string, readonly string[]>>;
const TIMES = new Set(['firstSeen', 'lastSeen', 'time']);
const MARKS = [',', ';', '\t', '|'];

/**
 * The rows of a CSV with a heading, or of JSON in lines, one after the other: never the whole file.
 * @param told called with the bytes that were read
 * @throws Error that tells what the file is not, and where
 */
export async function* rowsOf(
  path: string,
  options: FileOptions,
  told: (bytes: number) => void,
): AsyncGenerator<Row> {
  checkEncoding(options.encoding);
  if (['.jsonl', '.ndjson'].includes(extname(path).toLowerCase())) yield* jsonRows(path, options, told);
  else yield* csvRows(path, options, told);
}

async function* jsonRows(
  path: string,
  { encoding }: FileOptions,
  told: (bytes: number) => void,
): AsyncGenerator<Row> {
  let rest = '';
  let line = 0;
  for await (const text of textOf(path, encoding, told)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const json of lines) {
      line += 1;
      if (json.trim() !== '') yield jsonRow(json, line);
    }
    // Of a line that has no end, no more than is needed to say so.
    if (rest.length > LONGEST)
      throw new Error(`${path}, line ${line + 1}: longer than ${LONGEST} characters.`);
  }
  if (rest.trim() !== '') yield jsonRow(rest, line + 1);
}

const jsonRow = (json: string, line: number): Row => ({ line, json: json.replace(/^\ufeff/, '').trim() });

async function* csvRows(
  path: string,
  options: FileOptions,
  told: (bytes: number) => void,
): AsyncGenerator<Row> {
  const delimiter = options.delimiter ?? delimiterOf(decode(await beginningOf(path), options.encoding));
  const parser = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
    max_record_size: LONGEST,
  });
  const text = Readable.from(textOf(path, options.encoding, told), { highWaterMark: 1 });
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  let read: ((record: string[], line: number) => Row) | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (read) yield read(record, info.lines);
      else read = readerOf(path, record, options);
    }
  } catch (error) {
    throw error instanceof CsvError ? plainly(path, error) : error;
  } finally {
    text.destroy();
  }
  if (!read) throw new Error(`${path} has no heading.`);
}

/** The mark that the heading has most of. */
function delimiterOf(text: string): string {
  const [heading = ''] = text.split(/[\r\n]/, 1);
  const count = (mark: string) => heading.split(mark).length;
  return MARKS.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** How records are read, by the heading. */
function readerOf(path: string, heading: string[], { kind, zone, defaults }: FileOptions) {
  const names = heading.map((name) => name.toLowerCase());
  const columns = Object.entries<readonly string[]>(COLUMNS[kind])
    .map(([column, called]) => ({ column, place: names.findIndex((name) => called.includes(name)) }))
    .filter(({ place }) => place >= 0);
  const needed = kind === 'INDICATORS' ? 'value' : 'amount';
  if (!columns.some(({ column }) => column === needed))
    throw new Error(
      `${path} has no column ${needed} in its first line: ${heading.join(' / ').slice(0, 200)}. Is it a CSV with a heading, and is the delimiter right (--delimiter)?`,
    );
  if (zone === undefined && columns.some(({ column }) => TIMES.has(column)))
    throw new Error(`${path} has times: say of which time zone with --zone, as Asia/Seoul or UTC.`);
  const given = Object.entries(defaults).filter(([, value]) => value !== undefined);
  return (record: string[], line: number): Row => {
    if (record.length !== names.length)
      return { line, fault: `The row has ${record.length} columns, the heading ${names.length}.` };
    const filled = columns
      .map(({ column, place }): [string, string] => [column, record[place] ?? ''])
      .filter(([, held]) => held !== '');
    const cells = [...given, ...filled].map(([column, held]) => [column, cellOf(column, String(held), zone)]);
    return { line, json: JSON.stringify(Object.fromEntries(cells)) };
  };
}

/** The precisions of a time, by the characters it has: 2018, 2018-01, 2018-01-26, 2018-01-26T00, and so on. */
const PRECISIONS: Record<number, string> = {
  4: 'year',
  7: 'month',
  10: 'day',
  13: 'hour',
  16: 'minute',
  19: 'second',
};

function cellOf(column: string, held: string, zone: string | undefined): unknown {
  if (column === 'decimals') return /^\d{1,2}$/.test(held) ? Number(held) : held;
  if (!TIMES.has(column)) return held;
  const from = held.replace(' ', 'T');
  return { from, precision: PRECISIONS[from.length] ?? '', zone };
}

function plainly(path: string, { code, message, lines }: CsvError & { lines?: unknown }): Error {
  const line = typeof lines === 'number' ? lines : /line (\d+)/.exec(message)?.[1];
  const at = line === undefined ? path : `${path}, line ${line}`;
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new Error(
      `${at}: a row of more than ${LONGEST} characters, or a quotation mark that nothing closes.`,
    );
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return new Error(`${at}: a quotation mark is opened there and never closed.`);
  if (code === 'CSV_INVALID_CLOSING_QUOTE' || code === 'INVALID_OPENING_QUOTE')
    return new Error(
      `${at}: a quotation mark inside a value; a value with one stands in quotes, and has it twice.`,
    );
  return new Error(`${at}: no CSV (${code}).`);
}
