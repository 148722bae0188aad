import type { PageRequest, Position, Reader } from '#core';
import type { FindingDocument } from './document.js';
import type { FindingFilter } from './finding.inputs.js';
import type {
  AcknowledgementType,
  FindingType,
  ReleaseType,
  RevisionType,
  SheetType,
} from './finding.type.js';

/** One row of the inbox. */
export type Listed = Omit<FindingType, 'revision' | 'withdrawnAt' | 'withdrawnReason'> & {
  revisionId: string;
  hash: string;
};

/** A filter made ready for SQL: the indicator normalised, the words folded. */
export type ListFilter = Omit<FindingFilter, 'indicator' | 'words'> & {
  indicatorKey?: string;
  words?: string[];
};

/** How far a page filtered by words looks at once: one page costs at most this many rows. */
const WINDOW = 10_000;
/** Totals are counted up to here. */
const COUNTED = 10_000;

/** The author's row outlives its recipients' (until is infinity): its state tells when the finding has run out. */
const STATE = `case when i.state in ('RELEASED', 'SUPERSEDED') and i.expires_at <= now() then 'EXPIRED' else i.state end`;

const COLUMNS = `
  i.finding_id as id, i.revision_id as "revisionId", i.author_id as "authorId", ${STATE} as state, i.kind, i.marking,
  i.listed_at as "listedAt", micros(i.listed_at)::text as "sortKey", i.superseded_by as "supersededById",
  nullif(least(i.until, i.expires_at), 'infinity') as "expiresAt"`;

/**
 * Rows of the inbox with the hashes of their documents. The rows are chosen first: joined below the limit, row security on
 * the revision costs a look at rows that are not on the page. A row whose document its agency may not read is no row.
 */
const withHashes = (listed: string) =>
  `select i.*, r.hash from (${listed}) i join revision r on r.id = i."revisionId"
    order by i."listedAt" desc, i.id desc`;

/** Lock one, the application's own; lock two is the policy, and says the same. */
export const MINE = `i.agency_id = (select reader()) and i.until > now()`;

/** As `MINE`, of what is seen in the inbox by indicator or incident. */
export const SEEN = `s.agency_id = (select reader()) and s.until > now()`;

/** Of what is seen: the datasets of which a row has the key. Each is asked: `offset 0` keeps the plan from the rest. */
const inDataset = (key: (alias: string) => string) =>
  `s.kind = 'INDICATORS' and exists (select from dataset_indicator d where d.dataset_id = s.dataset_id and ${key('d')} offset 0)`;

/** Collects parameters as the text that names them is written. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** One condition for each filter that is set: one statement for each set of filters, or its plan would serve none. */
function conditions(filter: ListFilter, p: Parameters): string[] {
  const found: (string | undefined)[] = [
    filter.kinds && `i.kind = any (${p.add(filter.kinds)})`,
    filter.authors && `i.author_id = any (${p.add(filter.authors)}::uuid[])`,
    filter.jurisdictions &&
      `i.author_id in (select j.agency_id from agency_jurisdiction j where j.jurisdiction = any (${p.add(filter.jurisdictions)})
         and j.valid_from <= now() and j.valid_until > now())`,
    filter.incident &&
      filter.indicatorKey &&
      `exists (select from seen_incident s where ${SEEN} and s.finding_id = i.finding_id
         and s.incident_id = ${p.add(filter.incident)})`,
    filter.markings && `i.marking = any (${p.add(filter.markings)})`,
    filter.happened?.from && `i.happened_until > ${p.add(filter.happened.from)}`,
    filter.happened?.until && `i.happened_from < ${p.add(filter.happened.until)}`,
    filter.released && `i.state not in ('DRAFT', 'IN_REVIEW')`,
    filter.released?.from && `i.listed_at >= ${p.add(filter.released.from)}`,
    filter.released?.until && `i.listed_at < ${p.add(filter.released.until)}`,
    filter.inReview &&
      `exists (select from sheet s where s.finding_id = i.finding_id and s.state = 'IN_REVIEW')`,
    filter.states && `${STATE} = any (${p.add(filter.states)})`,
    ...(filter.words ?? []).map((word) => `strpos(i.titles, ${p.add(word)}) > 0`),
  ];
  return found.filter((condition) => condition !== undefined);
}

/** What is walked for a list, one's own rows of it, and in which order: always by an index. */
interface Walk {
  from: string;
  mine: string;
  order: string;
}

/**
 * The rows of a list from the cursor on. An indicator or an incident is found by what one sees of it: what others hold
 * costs nothing, and what nobody holds costs a look.
 */
function walkOf({ indicatorKey, incident }: ListFilter, after: Position | null, p: Parameters): Walk {
  const [walked, from, wanted] = indicatorKey
    ? ['s', seenWith(ofKey(indicatorKey, p)), '']
    : incident
      ? ['s', 'seen_incident s', `and s.incident_id = ${p.add(incident)}`]
      : ['i', '', ''];
  const behind = after
    ? `and (${walked}.listed_at, ${walked}.finding_id) < (instant(${p.add(after.key)}), ${p.add(after.id)})`
    : '';
  return {
    from: from
      ? `${from} join inbox i on i.agency_id = s.agency_id and i.finding_id = s.finding_id`
      : 'inbox i',
    mine: `${from && `${SEEN} ${wanted} and`} ${MINE} ${behind}`,
    order: `order by ${walked}.listed_at desc, ${walked}.finding_id desc`,
  };
}

/** `type|chain|value`, as it is kept: the value apart. */
function ofKey(key: string, p: Parameters): (alias: string) => string {
  const bar = key.indexOf('|', key.indexOf('|') + 1);
  const [value, place] = [p.add(key.slice(bar + 1)), p.add(key.slice(0, bar))];
  return (alias) => `${alias}.value = ${value} and ${alias}.place = ${place}`;
}

/**
 * Where a key is seen, in documents and in datasets, each finding once, and each part in the order of the list: merged,
 * not sorted. The datasets that one sees are few, so each is asked.
 */
function seenWith(key: (alias: string) => string): string {
  const columns = 's.agency_id, s.finding_id, s.listed_at, s.until';
  const order = 'order by s.listed_at desc, s.finding_id desc';
  return `((select ${columns} from seen_indicator s where ${SEEN} and ${key('s')} ${order})
    union all
    (select ${columns} from seen_dataset s where ${SEEN} and ${inDataset(key)}
        and not exists (select from seen_indicator o where o.agency_id = s.agency_id and o.finding_id = s.finding_id and ${key('o')})
      group by ${columns} ${order})) s`;
}

/** The conditions of a filter on rows of the inbox that were found in another way, each with `and` before it. */
export function narrowed(filter: ListFilter, p: Parameters): string {
  const seen = (table: string, wanted: string) =>
    `exists (select from ${table} s where ${SEEN} and s.finding_id = i.finding_id and ${wanted})`;
  const seenIn = (key: (alias: string) => string) =>
    `(${seen('seen_indicator', key('s'))} or ${seen('seen_dataset', inDataset(key))})`;
  const found = [
    ...conditions(filter, p),
    ...(filter.indicatorKey ? [seenIn(ofKey(filter.indicatorKey, p))] : []),
    ...(filter.incident ? [seen('seen_incident', `s.incident_id = ${p.add(filter.incident)}`)] : []),
  ];
  return found.map((condition) => `and ${condition}`).join(' ');
}

/**
 * One page and the first row of the next, newest first, with the hashes of their documents: an index scan of inbox_list (of what is
 * seen, by an indicator or incident) from the cursor on and a key look-up for each row, whatever else is in the table (docs/decisions/001-list-page.md).
 */
export function inboxPage(
  reader: Reader,
  filter: ListFilter,
  { first, after }: PageRequest,
): Promise<Listed[]> {
  const p = new Parameters();
  const { from, mine, order } = walkOf(filter, after, p);
  const where = conditions(filter, p).map((condition) => `and ${condition}`);
  // Words are no index condition: bounded, they cost one window and not the whole inbox.
  const rows = filter.words
    ? `(select i.* from ${from} where ${mine} ${order} limit ${WINDOW}) i
        where true ${where.join(' ')} order by i.listed_at desc, i.finding_id desc`
    : `${from} where ${mine} ${where.join(' ')} ${order}`;
  // The limit is a number of the text: for a parameter PostgreSQL would plan anew each time (0.35 ms).
  return reader.rows(withHashes(`select ${COLUMNS} from ${rows} limit ${first + 1}`), p.values);
}

/** Where the window of a page filtered by words ends, if the list goes on behind it. */
export async function windowEnd(
  reader: Reader,
  filter: ListFilter,
  { after }: PageRequest,
): Promise<Position | null> {
  const p = new Parameters();
  const { from, mine, order } = walkOf(filter, after, p);
  const rows = await reader.rows<Position>(
    `select micros(i.listed_at)::text as key, i.finding_id as id from ${from}
      where ${mine} ${order} offset ${WINDOW - 1} limit 1`,
    p.values,
  );
  return rows[0] ?? null;
}

/** How many there are, up to 10,000: in the order of the list, so that its index is read that far and no further. */
export async function inboxTotal(reader: Reader, filter: ListFilter): Promise<number> {
  const p = new Parameters();
  const { from, mine, order } = walkOf(filter, null, p);
  const where = conditions(filter, p).map((condition) => `and ${condition}`);
  const rows = await reader.rows<{ n: number }>(
    `select count(*)::int as n
       from (select from ${from} where ${mine} ${where.join(' ')} ${order} limit ${COUNTED + 1}) counted`,
    p.values,
  );
  return rows[0]?.n ?? 0;
}

export const totalOf = (counted: number) => ({ count: Math.min(counted, COUNTED), more: counted > COUNTED });

/** The rows of the inbox for these findings. */
export const inboxRows = (reader: Reader, findingIds: readonly string[]): Promise<Listed[]> =>
  reader.rows(
    withHashes(`select ${COLUMNS} from inbox i where ${MINE} and i.finding_id = any ($1::uuid[])`),
    [findingIds],
  );

/** What remains of a finding for its former recipient. */
export async function tombstoneOf(
  reader: Reader,
  findingId: string,
): Promise<{ at: Date; reason: string } | undefined> {
  const rows = await reader.rows<{ at: Date; reason: string }>('select at, reason from tombstone($1)', [
    findingId,
  ]);
  return rows[0];
}

/** What remains of each of these for its former recipient. */
export const tombstonesOf = (
  reader: Reader,
  findingIds: readonly string[],
): Promise<{ id: string; at: Date; reason: string }[]> =>
  reader.rows(
    'select id, at, reason from unnest($1::uuid[]) as id cross join lateral tombstone(id) as left_of_it',
    [findingIds],
  );

/** The revisions of findings that the reader may see, oldest first: the author's all, a recipient's those it got. */
export const revisionsOf = (
  reader: Reader,
  findingIds: readonly string[],
): Promise<(RevisionType & { findingId: string })[]> =>
  reader.rows(
    `select r.id, r.finding_id as "findingId", r.hash
       from revision r
       left join sheet s on s.revision_id = r.id
       left join release l on l.revision_id = r.id and l.agency_id = (select reader())
      where r.finding_id = any ($1::uuid[])
      order by s.number, l.released_at, r.id`,
    [findingIds],
  );

/** Of these revisions those that the reader may see, with their documents. */
export const documentsOf = (
  reader: Reader,
  revisionIds: readonly string[],
): Promise<{ id: string; document: FindingDocument }[]> =>
  reader.rows('select id, document from revision where id = any ($1::uuid[])', [revisionIds]);

/** What agencies said became of findings: for their author all of it, for a recipient its own. */
export const acknowledgementsOf = (
  reader: Reader,
  findingIds: readonly string[],
): Promise<(AcknowledgementType & { findingId: string })[]> =>
  reader.rows(
    `select finding_id as "findingId", agency_id as "agencyId", said, revision_id as "revisionId", at
       from acknowledgement where finding_id = any ($1::uuid[]) order by at, agency_id, said`,
    [findingIds],
  );

/** To whom findings were released: for their author all of it, for a recipient its own. */
export const releasesOf = (
  reader: Reader,
  findingIds: readonly string[],
): Promise<(ReleaseType & { findingId: string })[]> =>
  reader.rows(
    `select r.finding_id as "findingId", r.agency_id as "agencyId", r.revision_id as "revisionId", marking, handling,
            pap, purpose, arrangement_id as "arrangementId", conditions, released_at as "releasedAt",
            nullif(until, 'infinity') as until, a.at as "storedAt",
            standing_authority_id as "standingAuthorityId"
       from release r
       left join acknowledgement a on a.finding_id = r.finding_id and a.agency_id = r.agency_id
                                  and a.revision_id = r.revision_id
      where r.finding_id = any ($1::uuid[]) order by released_at, r.agency_id, r.revision_id`,
    [findingIds],
  );

/** The author's side of every revision, oldest first; nobody else's. */
export const sheetsOf = (
  reader: Reader,
  findingIds: readonly string[],
): Promise<(SheetType & { findingId: string })[]> =>
  reader.rows(
    `select s.finding_id as "findingId", s.revision_id as "revisionId", s.number, s.state,
            s.case_number as "caseNumber", s.true_source as "trueSource", s.legal_basis as "legalBasis",
            drafter.name as "draftedBy", s.drafted_at as "draftedAt", keeper.name as "keptBy", submitter.name as "submittedBy",
            s.returned_note as "returnedNote", releaser.name as "releasedBy", s.released_at as "releasedAt"
       from sheet s
       join member drafter on drafter.id = s.drafted_by
       join member keeper on keeper.id = coalesce(s.kept_by, s.drafted_by)
       left join member submitter on submitter.id = s.submitted_by
       left join member releaser on releaser.id = s.released_by
      where s.finding_id = any ($1::uuid[])
      order by s.number`,
    [findingIds],
  );

export interface Ground {
  agencyId: string;
  arrangementId: string;
  until: Date | null;
  ground: string | null;
}

/** To which agencies a document could be released, by its marking, the agency's cap and arrangements, as the release would judge it. */
export const groundsOf = (
  reader: Reader,
  { kind, purposes, marking }: { kind: string; purposes: string[]; marking: string },
): Promise<Ground[]> =>
  reader.rows(
    `select agency_id as "agencyId", arrangement_id as "arrangementId", nullif(until, 'infinity') as until,
            case when $3 = 'TLP:RED' then 'TLP_RED_NOT_ENFORCED'
                 when not exists (select from cap where cap.agency_id = acting() and role = 'RELEASER'
                                    and marking_rank($3) <= marking_rank(highest_marking)) then 'ABOVE_YOUR_CAP'
                 else ground end as ground
       from release_grounds($1, $2, $3, null) order by agency_id`,
    [kind, purposes, marking],
  );
