import type { Position, Reader } from '#core';
import { MINE, narrowed, Parameters, type ListFilter } from '#findings';
import type { Wanted } from './text-query.js';

/** What is looked for, and in which findings. */
export interface Search {
  wanted: Wanted;
  filter: ListFilter;
}

/** A finding that matches, with its place in the list. */
export interface Hit {
  id: string;
  revisionId: string;
  /** What the order sorts by. */
  key: string;
}

/** Milliseconds that one statement of a search may take. */
const LONGEST = 3_000;
/** Hits that are looked at for those that the filters leave; more only if these are not enough. */
const BEFORE_FILTERS = 1_000;

/** Bounds each statement that follows in this transaction. */
const bounded = (reader: Reader): Promise<unknown> =>
  reader.rows(`select set_config('statement_timeout', '${LONGEST}', true)`);

/** Other names of what bears one of these, wherever a visible finding says that they are one. */
export const aliasesOf = (
  reader: Reader,
  names: readonly string[],
): Promise<{ name: string; alias: string }[]> =>
  reader.rows(
    `select distinct mine.name, other.name as alias
       from subject_name mine
       join inbox i on i.revision_id = mine.revision_id
       join subject_name other on other.revision_id = mine.revision_id and other.subject = mine.subject
                              and other.name <> mine.name
      where ${MINE} and mine.name = any ($1) order by 1, 2 limit 60`,
    [names],
  );

interface Reached {
  reached: number;
  id: string | null;
  revisionId: string;
  key: string;
}

/** Reads the newest hits in the order of the list. */
export async function newestHits(
  reading: <T>(read: (reader: Reader) => Promise<T>) => Promise<T>,
  search: Search,
  after: Position | null,
  limit: number,
): Promise<Hit[]> {
  const filtered = Object.keys(search.filter).length > 0;
  const most = filtered ? Math.max(limit, BEFORE_FILTERS) : limit;
  const rows = await reading((reader) => hits(reader, search, after, limit, most));
  const reached = rows[0]?.reached ?? 0;
  const found = rows.flatMap(({ id, revisionId, key }) => (id === null ? [] : [{ id, revisionId, key }]));
  if (found.length >= limit || reached < most) return found;
  const all = await reading((reader) => hits(reader, search, after, limit, null));
  return all.flatMap(({ id, revisionId, key }) => (id === null ? [] : [{ id, revisionId, key }]));
}

async function hits(
  reader: Reader,
  { wanted, filter }: Search,
  after: Position | null,
  limit: number,
  most: number | null,
): Promise<Reached[]> {
  const p = new Parameters();
  const query = [
    `${p.add(wanted.everything)}::tsquery`,
    `${p.add(wanted.anything)}::tsquery`,
    `${p.add(wanted.wanted)}::tsquery[]`,
    `${p.add(wanted.unwanted)}::tsquery[]`,
    `instant(${p.add(after?.key ?? null)})`,
    `${p.add(after?.id ?? null)}::uuid`,
    `${p.add(most)}::int`,
  ].join(', ');
  const where = narrowed(filter, p);
  const [, rows] = await Promise.all([
    bounded(reader),
    reader.rows<Reached>(
      `with h as materialized (select * from text_hits(${query}))
       select r.reached, page.* from (select count(*)::int as reached from h) r left join (
         select i.finding_id as id, i.revision_id as "revisionId", micros(i.listed_at)::text as key
           from h join inbox i on i.finding_id = h.finding_id and i.revision_id = h.revision_id
          where ${MINE} ${where} order by i.listed_at desc, i.finding_id desc limit ${limit}) page on true
        order by page.key::bigint desc, page.id desc`,
      p.values,
    ),
  ]);
  return rows;
}

/** Of a rank, which is from 0 to 1: so many steps, and behind them the time. Fits a bigint. */
const STEPS = 900;

/**
 * The best of these hits first. The rank of one is made of its own text alone: how often a word stands elsewhere would
 * tell of what is hidden.
 */
export async function ranked(reader: Reader, { wanted }: Search, of: readonly Hit[]): Promise<Hit[]> {
  const [, rows] = await Promise.all([
    bounded(reader),
    reader.rows<Hit>(
      `select i.finding_id as id, i.revision_id as "revisionId",
              (max(least(${STEPS}, round(${STEPS} * ts_rank(t.words, $1::tsquery))::bigint)) * 10000000000000000
                + micros(i.listed_at))::text as key
         from inbox i join search_text t on t.revision_id = i.revision_id
        where ${MINE} and i.finding_id = any ($2::uuid[])
        group by i.finding_id, i.revision_id, i.listed_at`,
      [wanted.anything, of.map(({ id }) => id)],
    ),
  ]);
  return rows.sort((a, b) => compare(BigInt(b.key), BigInt(a.key)) || (a.id < b.id ? 1 : -1));
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

export interface FacetRow {
  facet: 'kinds' | 'authors' | 'jurisdictions' | 'years' | 'incidents';
  value: string;
  count: number;
}

/** Values of one facet that are told. */
const MOST_VALUES = 20;

/** How these hits divide. */
export async function facetsOf(reader: Reader, of: readonly Hit[]): Promise<FacetRow[]> {
  const [, rows] = await Promise.all([
    bounded(reader),
    reader.rows<FacetRow>(
      `with hit as materialized (select i.* from inbox i where ${MINE} and i.finding_id = any ($1::uuid[])),
       counted as (
         select 'kinds' as facet, kind as value, count(*)::int as count from hit group by 2
         union all select 'authors', author_id::text, count(*)::int from hit group by 2
         union all select 'jurisdictions', j.jurisdiction, count(*)::int
           from hit join agency_jurisdiction j on j.agency_id = hit.author_id
            and j.valid_from <= now() and j.valid_until > now() group by 2
         union all select 'years', extract(year from happened_from)::int::text, count(*)::int
           from hit where happened_from is not null group by 2
         union all select 'incidents', ri.incident_id::text, count(*)::int
           from hit join revision_incident ri on ri.revision_id = hit.revision_id group by 2)
       select facet, value, count from (
         select counted.*, row_number() over (partition by facet order by count desc, value) as place from counted) placed
        where place <= ${MOST_VALUES} order by facet, place`,
      [of.map(({ id }) => id)],
    ),
  ]);
  return rows;
}

/** The case numbers of one's own revisions. */
export const caseNumbersOf = (
  reader: Reader,
  revisionIds: readonly string[],
): Promise<{ revisionId: string; caseNumber: string }[]> =>
  reader.rows(
    `select revision_id as "revisionId", case_number as "caseNumber" from sheet
      where revision_id = any ($1::uuid[]) and case_number is not null`,
    [revisionIds],
  );
