import { Injectable } from '@nestjs/common';
import {
  Database,
  faultsOf,
  foldText,
  invalid,
  listKey,
  notFound,
  pageOf,
  pageRequest,
  withoutNulls,
  type Caller,
  type Page,
} from '#core';
import { normalise } from '#indicators';
import { contentSchema, envelop, sizeFaults, type FindingContent } from './document.js';
import type { FindingFilter } from './finding.inputs.js';
import type { FindingType } from './finding.type.js';
import {
  groundsOf,
  inboxPage,
  inboxRows,
  inboxTotal,
  tombstoneOf,
  tombstonesOf,
  totalOf,
  windowEnd,
  type Ground,
  type ListFilter,
  type Listed,
} from './findings.queries.js';
import { unseenReferences } from './references.js';

interface PageRequestArgs {
  first?: number;
  after?: string;
}

/** Reading findings: whatever comes out was in the reader's inbox, in the same snapshot. */
@Injectable()
export class FindingsService {
  constructor(private readonly database: Database) {}

  async page(caller: Caller, filter: FindingFilter, args: PageRequestArgs): Promise<Page<FindingType>> {
    const list = listKey('findings', filter);
    const request = pageRequest(list, args);
    const wanted = listFilter(filter);
    return this.database.read(caller, async (reader) => {
      const [rows, searched] = await Promise.all([
        inboxPage(reader, wanted, request),
        wanted.words ? windowEnd(reader, wanted, request) : null,
      ]);
      return pageOf(
        list,
        request.first,
        rows.map(findingOf),
        ({ sortKey, id }) => ({ key: sortKey, id }),
        searched,
      );
    });
  }

  async total(caller: Caller, filter: FindingFilter): Promise<{ count: number; more: boolean }> {
    return totalOf(await this.database.read(caller, (reader) => inboxTotal(reader, listFilter(filter))));
  }

  /** A finding, or its tombstone for whom it was taken back. @throws ServiceError NOT_FOUND for absent and hidden */
  one(caller: Caller, id: string): Promise<FindingType> {
    return this.database.read(caller, async (reader) => {
      const [rows, tombstone] = await Promise.all([inboxRows(reader, [id]), tombstoneOf(reader, id)]);
      const [row] = rows;
      if (row) return findingOf(row);
      if (!tombstone) throw notFound('finding', 'id');
      return buried(id, tombstone);
    });
  }

  /** Those of these findings that the caller may see now. */
  byId(caller: Caller, ids: readonly string[]): Promise<FindingType[]> {
    return this.database.read(caller, async (reader) => (await inboxRows(reader, ids)).map(findingOf));
  }

  /** Of these findings those that the caller may see now, and the tombstones of those it saw. */
  byIdOrTombstone(caller: Caller, ids: readonly string[]): Promise<FindingType[]> {
    return this.database.read(caller, async (reader) => {
      const [rows, tombstones] = await Promise.all([inboxRows(reader, ids), tombstonesOf(reader, ids)]);
      const seen = new Set(rows.map(({ id }) => id));
      const gone = tombstones.filter(({ id }) => !seen.has(id));
      return [...rows.map(findingOf), ...gone.map(({ id, ...tombstone }) => buried(id, tombstone))];
    });
  }

  /** What would become of a document: its faults, or to whom it could be released. Nothing is written. */
  async validate(
    caller: Caller,
    document: unknown,
  ): Promise<{ faults: { path: string; message: string }[]; reach: (Ground & { holdersOnly: boolean })[] }> {
    const parsed = contentSchema.safeParse(withoutNulls(document));
    if (!parsed.success) return { faults: faultsOf(parsed.error, 'document'), reach: [] };
    const size = sizeFaults(envelop(parsed.data), 'document');
    if (size.length > 0) return { faults: size, reach: [] };
    return this.database.read(caller, async (reader) => {
      const [faults, reach] = await Promise.all([
        unseenReferences((text, values) => reader.rows(text, values), parsed.data, 'document'),
        groundsOf(reader, asked(parsed.data)),
      ]);
      const resting = parsed.data.claims.some(({ origin }) => origin.revisionId !== undefined);
      return {
        faults,
        reach: faults.length > 0 ? [] : reach.map((one) => ({ ...one, holdersOnly: resting })),
      };
    });
  }
}

export const findingOf = ({ revisionId, hash, ...row }: Listed): FindingType => ({
  ...row,
  revision: { id: revisionId, hash },
  withdrawnAt: null,
  withdrawnReason: null,
});

export function listFilter({ indicator, words, ...rest }: FindingFilter): ListFilter {
  const filter: ListFilter = rest;
  if (words !== undefined) filter.words = foldText(words).split(' ');
  if (indicator) {
    const normal = normalise({ ...indicator, chain: indicator.chain ?? null });
    if (!normal.ok)
      throw invalid('filter.indicator.value', `Not a valid ${indicator.type}: ${normal.reason}.`);
    filter.indicatorKey = normal.key;
  }
  return filter;
}

const asked = ({ kind, marking }: FindingContent) => ({
  kind,
  purposes: marking.purposes,
  marking: marking.tlp,
});

/** What is left of a finding that was taken back or has run out: no author, no kind, no text. */
const buried = (id: string, { at, reason }: { at: Date; reason: string }): FindingType => ({
  id,
  state: reason === 'EXPIRED' ? 'EXPIRED' : 'RECALLED',
  authorId: '',
  supersededById: null,
  sortKey: '',
  kind: null,
  marking: null,
  listedAt: null,
  expiresAt: null,
  revision: null,
  withdrawnAt: at,
  withdrawnReason: reason,
});
