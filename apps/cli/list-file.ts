import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

/** A row as `stageList` takes it; what is wrong with it the service will say. */
export interface FileRow {
  value: string;
  type?: string | undefined;
  chain?: string | undefined;
  label: string;
  service?: string | undefined;
  jurisdiction?: string | undefined;
}

/** What a row is where the file does not say. */
export type RowDefaults = Partial<FileRow>;

export interface ListFile {
  rows: FileRow[];
  /** Where each row stands in the file, from 1: a line, or a place in an array. */
  places: number[];
  modified: Date;
}

const TOO_LARGE = 50 * 1024 * 1024;

/** Columns, and what else they are called in lists that are published. */
const COLUMNS: Record<keyof FileRow, readonly string[]> = {
  value: ['value', 'address', 'indicator', 'wallet'],
  type: ['type'],
  chain: ['chain', 'blockchain', 'network'],
  label: ['label', 'name', 'entity', 'owner'],
  service: ['service', 'category'],
  jurisdiction: ['jurisdiction', 'country'],
};

/**
 * Reads a list: a value in each line of a text, a CSV with a heading, or a JSON array of values or objects.
 * @throws Error that tells what the file is not
 */
export async function readListFile(path: string, defaults: RowDefaults): Promise<ListFile> {
  const { size, mtime } = await stat(path);
  if (size > TOO_LARGE) throw new Error(`${path} is larger than 50 MB: split it.`);
  const text = textOf(await readFile(path), path);
  const read = { '.csv': csvRows, '.json': jsonRows }[extname(path).toLowerCase()] ?? textRows;
  const found = read(text, path);
  if (found.length === 0) throw new Error(`${path} has no rows.`);
  const rows = found.map(({ row }) => ({ ...defaults, ...row, label: row.label ?? defaults.label ?? '' }));
  const bare = rows.findIndex(({ label }) => label === '');
  if (bare >= 0)
    throw new Error(
      `${path}: row ${found[bare]?.place} says not whose it is. Name a label for all with --label.`,
    );
  return { rows, places: found.map(({ place }) => place), modified: mtime };
}

interface Found {
  row: Partial<FileRow> & { value: string };
  place: number;
}

function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${path} is not UTF-8. Convert it: iconv -f <its encoding> -t utf-8.`);
  }
}

const textRows = (text: string): Found[] =>
  text.split(/\r\n|\n|\r/).flatMap((line, at) => {
    const value = line.replace(/#.*$/, '').trim();
    return value === '' ? [] : [{ row: { value }, place: at + 1 }];
  });

/** The mark that the heading has most of. */
function delimiterOf(text: string): string {
  const [heading = ''] = text.split(/[\r\n]/, 1);
  const count = (mark: string) => heading.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function csvRows(text: string, path: string): Found[] {
  const lines = parse(text, {
    bom: true,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const [heading, ...rest] = lines;
  const names = heading?.record.map((name) => name.toLowerCase()) ?? [];
  const place = (column: keyof FileRow) => names.findIndex((name) => COLUMNS[column].includes(name));
  if (place('value') < 0)
    throw new Error(`${path} has no column value (or address) in its first line: ${names.join(', ')}.`);
  const columns = (Object.keys(COLUMNS) as (keyof FileRow)[]).filter((column) => place(column) >= 0);
  return rest.map(({ record, info }) => {
    const filled = columns
      .map((column) => [column, record[place(column)] ?? ''])
      .filter(([, held]) => held !== '');
    return { row: { value: '', ...Object.fromEntries(filled) } as Found['row'], place: info.lines };
  });
}

const word = z.string().optional();
const jsonFile = z.array(
  z.union([
    z.string().transform((value) => ({ value })),
    z.object({
      value: word,
      address: word,
      type: word,
      chain: word,
      label: word,
      name: word,
      service: word,
      jurisdiction: word,
      country: word,
    }),
  ]),
);

function jsonRows(text: string, path: string): Found[] {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch {
    throw new Error(`${path} is no JSON.`);
  }
  const parsed = jsonFile.safeParse(written);
  if (!parsed.success)
    throw new Error(`${path} is no array of values, or of objects with a value and a label.`);
  return parsed.data.map((one, at) => {
    const { address, name, country, ...row } = {
      address: undefined,
      name: undefined,
      country: undefined,
      ...one,
    };
    const named = {
      ...row,
      value: one.value ?? address ?? '',
      label: ('label' in row ? row.label : undefined) ?? name,
    };
    const jurisdiction = ('jurisdiction' in row ? row.jurisdiction : undefined) ?? country;
    return { row: present({ ...named, jurisdiction }), place: at + 1 };
  });
}

/** Without what is not said. */
const present = (row: Partial<FileRow> & { value: string }): Found['row'] =>
  Object.fromEntries(
    Object.entries<string | undefined>(row).filter(([, held]) => held !== undefined),
  ) as Found['row'];
