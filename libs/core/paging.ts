import { createHash } from 'node:crypto';
import { invalid } from './errors.js';

export const PAGE_DEFAULT = 20;
export const PAGE_MAXIMUM = 100;

/** The position after which a page begins: the sort key of the last row seen, as text, and its id. */
export interface Position {
  key: string;
  id: string;
}

export interface PageRequest {
  first: number;
  after: Position | null;
}

export interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

/** A Relay connection. */
export interface Page<T> {
  readonly nodes: T[];
  readonly edges: Edge<T>[];
  readonly pageInfo: PageInfo;
}

/**
 * `edges` are made when asked for: most clients read `nodes`. By a getter of a class: with one in a literal, V8 keeps
 * each page, and all that hangs on it, past the collections of young objects.
 */
export class ListPage<T> implements Page<T> {
  constructor(
    readonly nodes: T[],
    readonly pageInfo: PageInfo,
    private readonly cursor: (node: T) => string,
  ) {}

  get edges(): Edge<T>[] {
    return this.nodes.map((node) => ({ cursor: this.cursor(node), node }));
  }
}

/** A short name of one list with one set of filters: a cursor is good for that alone. */
export const listKey = (list: string, filter: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([list, filter]))
    .digest('base64url')
    .slice(0, 11);

/** Opaque to the client. It holds only what its own row showed, so it needs no signature. */
export const cursorOf = (list: string, position: Position): string =>
  Buffer.from(JSON.stringify([list, position.key, position.id])).toString('base64url');

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** The usual sort key: microseconds since 1970, up to the year 2286. */
const MICROSECONDS = /^\d{1,16}$/;

function positionOf(list: string, cursor: string, sortKey: RegExp): Position {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === 3 && parsed[0] === list) {
      const [, key, id] = parsed as unknown[];
      if (typeof key === 'string' && sortKey.test(key) && typeof id === 'string' && UUID.test(id))
        return { key, id };
    }
  } catch {
    // Not JSON: the same answer as any other cursor that is not ours.
  }
  throw invalid(
    'after',
    'This cursor does not belong to this list with these filters. Begin again without `after`.',
  );
}

interface ListOptions {
  /** What the list's sort keys look like, so that a forged cursor never reaches a cast. */
  sortKey?: RegExp;
  /** The most a page of it may have. */
  maximum?: number;
}

/** @throws ServiceError INVALID for a page size out of bounds and for a cursor of another list or filter */
export function pageRequest(
  list: string,
  args: { first?: number | null; after?: string | null },
  { sortKey = MICROSECONDS, maximum = PAGE_MAXIMUM }: ListOptions = {},
): PageRequest {
  const first = args.first ?? PAGE_DEFAULT;
  if (!Number.isInteger(first) || first < 1 || first > maximum) {
    throw invalid('first', `\`first\` is from 1 to ${maximum}.`);
  }
  return { first, after: args.after == null ? null : positionOf(list, args.after, sortKey) };
}

/**
 * Cuts the page out of up to `first + 1` rows.
 * @param searched where the search for these rows was broken off, if it was: the list goes on behind it
 */
export function pageOf<T>(
  list: string,
  first: number,
  rows: readonly T[],
  position: (row: T) => Position,
  searched: Position | null = null,
): Page<T> {
  const nodes = rows.slice(0, first);
  const last = nodes.at(-1);
  const cursor = (row: T) => cursorOf(list, position(row));
  if (rows.length > first) searched = null;
  const pageInfo = searched
    ? { hasNextPage: true, endCursor: cursorOf(list, searched) }
    : { hasNextPage: rows.length > first, endCursor: last === undefined ? null : cursor(last) };
  return new ListPage(nodes, pageInfo, cursor);
}
