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

type Version = ListVersionType & { listId: string };

const VERSION = `
  select v.id, v.list_id as "listId", v.number, v.source, v.licence, v.retrieved_at as "retrievedAt",
         v.published_at as "publishedAt", v.restores, v.added, v.removed, v.unchanged,
         coalesce(v.added + v.unchanged, (select count(*)::int from reference_list_row r where r.version_id = v.id)) as keys,
         coalesce(v.digest, list_digest(v.id)) as digest
    from reference_list_version v`;

/** Every version of these lists, newest first, what is staged before all. */
export const versionsOf = (reader: Reader, listIds: readonly string[]): Promise<Version[]> =>
  reader.rows(`${VERSION} where v.list_id = any ($1::uuid[]) order by v.number desc nulls first`, [listIds]);

export const versionById = async (reader: Reader, id: string): Promise<Version | undefined> => {
  const rows = await reader.rows<Version>(`${VERSION} where v.id = $1`, [id]);
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
