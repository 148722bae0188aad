import type { Reader } from '#core';
import type { Ask } from '#ledger';
import { ENTRY, type Listed } from './administration.queries.js';
import type { AuditEntryType } from './administration.type.js';

/** Entries of one page: one statement, and a reader who waits holds no more of them. */
const PAGE = 1_000;

/** Of what two have approved. */
export interface LedgerExtent {
  /** Null for the beginning. */
  from: Date | null;
  /** Before: what was asked for, at most what there was when it was approved. */
  until: Date;
}

/** Oldest first. */
export type LedgerPage = readonly Listed<AuditEntryType>[];

/** Null unless it is the acting agency's, and may still be fetched. */
export async function approvedExport(ask: Ask, id: string): Promise<LedgerExtent | null> {
  const [extent] = await ask<LedgerExtent>(
    `select (content ->> 'from')::timestamptz as "from",
            date_trunc('milliseconds', least((content ->> 'until')::timestamptz, decided_at)) as until
       from pending_act
      where id = $1 and act = 'ledger.exported' and outcome = 'DONE'
        and decided_at > clock_timestamp() - interval '24 hours'`,
    [id],
  );
  return extent ?? null;
}

/**
 * The entries behind a page, of those that the audit trail shows the same caller. By one comparison of (recorded_at, id),
 * from the first page on: the index goes to the place, however long the ledger.
 */
export function exportedEntries(
  reader: Reader,
  { from, until }: LedgerExtent,
  before: LedgerPage | null,
): Promise<LedgerPage> {
  const last = before?.at(-1);
  return reader.rows(
    `select id, ${ENTRY}, micros(recorded_at)::text as key from entry
      where (recorded_at, id) > (instant($1), $2::uuid) and recorded_at < $3
      order by recorded_at, id limit ${PAGE}`,
    [last?.key ?? (from?.getTime() ?? 0) * 1_000, last?.id ?? NO_ID, until],
  );
}

/** Before every other. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
