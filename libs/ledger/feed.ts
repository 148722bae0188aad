/** SHARING: what becomes of findings, arrangements and agencies. ADMINISTRATION: acts of administration. */
export const FEEDS = ['SHARING', 'ADMINISTRATION'] as const;
export type FeedName = (typeof FEEDS)[number];

/** Asks the database, in whatever transaction: a reader's `rows`, or a client's `query`. */
export type Ask = <Row>(text: string, values: readonly unknown[]) => Promise<Row[]>;

/** One entry in a feed. Ids only: what the subject says is read under the rights of whoever is told. */
export interface FeedEntry {
  position: number;
  entryId: string;
  /** What was done to what, in the past tense: `finding.released`. */
  type: string;
  actorAgencyId: string;
  subjectType: string;
  subjectId: string;
  revisionId: string | null;
  recordedAt: Date;
}

export interface FeedSlice {
  feed: FeedName;
  /** Behind which position; 0 for the beginning. */
  after: number;
  /** Entries, at most. */
  first: number;
  /** Entries of these types alone; all if left out. */
  types?: readonly string[] | undefined;
  /** How many positions are looked through for them. */
  window: number;
  /** Whose feed, for the worker, which reads every agency's. Left out: that of whoever was entered. */
  agencyId?: string | undefined;
}

/** Where a feed stands. */
export interface FeedHead {
  epoch: string;
  /** Of the last entry: as many as there are. 0 for none. */
  position: number;
}

/**
 * Entries of a feed in the order of their positions, which have no gap: what is not there between two positions is of
 * another type. In the transaction of its caller, under whose rights it reads.
 * @param more further columns of the application's, of `e`, the entry
 */
export function feedSlice<More = object>(
  ask: Ask,
  { feed, after, first, types, window, agencyId }: FeedSlice,
  more = '',
): Promise<(FeedEntry & More)[]> {
  const values: unknown[] = [feed, after];
  const named = (value: unknown): string => `$${values.push(value)}`;
  const agency = agencyId === undefined ? '(select acting())' : named(agencyId);
  const wanted = types ? `and e.act = any (${named(types)}::text[])` : '';
  return ask(
    `select p.position::float8 as position, e.id as "entryId", e.act as type, e.actor_agency_id as "actorAgencyId",
            e.subject_type as "subjectType", e.subject_id as "subjectId", e.revision_id as "revisionId",
            e.recorded_at as "recordedAt" ${more}
       from feed_position p join entry e on e.id = p.entry_id
      where p.agency_id = ${agency} and p.feed = $1 and p.position > $2::bigint
        and p.position <= $2::bigint + ${window} ${wanted}
      order by p.position limit ${first}`,
    values,
  );
}

/** @param agencyId as of a slice */
export async function feedHead(ask: Ask, feed: FeedName, agencyId?: string): Promise<FeedHead> {
  const agency = agencyId === undefined ? '(select acting())' : '$2';
  const rows = await ask<FeedHead>(
    `select feed_epoch() as epoch, coalesce((select position::float8 from feed_head
                                              where agency_id = ${agency} and feed = $1), 0) as position`,
    agencyId === undefined ? [feed] : [feed, agencyId],
  );
  if (!rows[0]) throw new Error('A select without a table answered no row.');
  return rows[0];
}
