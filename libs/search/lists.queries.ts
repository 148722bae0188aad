import type { PageRequest, Reader } from '#core';
import type { ListHitType, ListType, ListVersionType } from './lists.type.js';

/** The hub's lists answer everybody; the others their own agency. Lock two says the same. */
const AUDIENCE = `array['00000000-0000-0000-0000-000000000000'::uuid, (select reader())]`;

export const LISTED_FOR = `e.audience = any (${AUDIENCE})`;

export const listPage = (reader: Reader, { first, after }: PageRequest): Promise<ListType[]> =>
  reader.rows(
    `select id, agency_id as "agencyId", name, kind, version, audience <> agency_id as shared,
            micros(made_at)::text as "sortKey"
       from reference_list
      where $1::bigint is null or (made_at, id) < (instant($1), $2::uuid)
      order by made_at desc, id desc limit $3`,
    [after?.key ?? null, after?.id ?? null, first + 1],
  );

const VERSION = `
  select v.id, v.number, v.source, v.licence, v.retrieved_at as "retrievedAt", v.published_at as "publishedAt", v.restores,
         v.added, v.removed, v.unchanged, coalesce(v.added + v.unchanged, v.staged_keys) as keys,
         coalesce(v.digest, v.staged_digest) as digest
    from reference_list_version v`;

/** A page of the versions of one list. */
export interface VersionsWanted {
  listId: string;
  first: number;
  /** Older ones alone than the version of this number. */
  before: number | null;
}

/** Of each, one more than wanted: the newest first, what is staged before all. */
export async function versionsOf(
  reader: Reader,
  wanted: readonly VersionsWanted[],
): Promise<ListVersionType[][]> {
  const rows = await reader.rows<ListVersionType & { of: number }>(
    `select (wanted.n - 1)::int as of, found.*
       from unnest($1::uuid[], $2::int[], $3::int[]) with ordinality as wanted (list_id, most, before, n)
      cross join lateral (
        ${VERSION}
         where v.list_id = wanted.list_id and (wanted.before is null or v.number < wanted.before)
         order by v.number desc nulls first limit wanted.most) as found
      order by wanted.n, found.number desc nulls first`,
    [
      wanted.map(({ listId }) => listId),
      wanted.map(({ first }) => first + 1),
      wanted.map(({ before }) => before),
    ],
  );
  const of = Map.groupBy(rows, (row) => row.of);
  return wanted.map((_, place) => of.get(place) ?? []);
}

export const versionById = async (reader: Reader, id: string): Promise<ListVersionType | undefined> => {
  const rows = await reader.rows<ListVersionType>(`${VERSION} where v.id = $1`, [id]);
  return rows[0];
};

export type ListedValue = ListHitType & { value: string; place: string };

/**
 * The current entries of every list the reader may use that have one of the values; sanctions first.
 * @param values an array in SQL; $1 is `named`
 */
export const listedValuesOf = (
  reader: Reader,
  values: string,
  named: readonly string[],
): Promise<ListedValue[]> =>
  reader.rows(
    `select e.value, e.place, e.place || '|' || e.value as key, e.label, e.service, e.jurisdiction, l.id as "listId",
            l.name as list, l.kind, l.version, l.agency_id as "agencyId", v.source, v.retrieved_at as "retrievedAt"
       from (select e.* from reference_list_entry e
              where ${LISTED_FOR} and e.value = any (${values}) and e.until is null offset 0) e
       join reference_list l on l.id = e.list_id
       join reference_list_version v on v.list_id = l.id and v.number = l.version
      order by l.kind, l.name, key`,
    [named],
  );

export const listedValues = (reader: Reader, values: readonly string[]): Promise<ListedValue[]> =>
  listedValuesOf(reader, '$1::text[]', values);
