import type { Reader } from '#core';
import type { DatasetKind } from './datasets.inputs.js';
import type { DatasetRefusalType, DatasetRowType, DatasetType } from './datasets.type.js';

/** By id or by hash, one's own and those that one's inbox names: hidden or absent, the same rows are looked at. */
export async function datasetNamed(
  reader: Reader,
  { id, hash }: { id?: string | undefined; hash?: string | undefined },
): Promise<DatasetType | undefined> {
  const rows = await reader.rows<DatasetType>(
    `select d.id, d.kind, d.hash, d.salt, d.taken as count,
            case when d.agency_id = (select reader()) then jsonb_build_object('batches', d.batches, 'received', d.received,
              'duplicates', d.duplicates, 'refused', d.refused, 'openedAt', d.opened_at,
              'endsAt', case when d.hash is null then d.ends_at end, 'sealedAt', d.sealed_at) end as loading
       from dataset d
      where d.id = any (array(
        select o.id from dataset o where o.agency_id = (select reader()) and o.${id === undefined ? 'hash' : 'id'} = $1
        union
        select s.dataset_id from seen_dataset s
         where s.agency_id = (select reader()) and s.until > now()
           and s.${id === undefined ? 'hash' : 'dataset_id'} = $1))`,
    [id ?? hash],
  );
  return rows.map(({ loading, ...dataset }) => ({ ...dataset, loading: loading && dated(loading) }))[0];
}

/** JSON has no dates. */
function dated(loading: NonNullable<DatasetType['loading']>): NonNullable<DatasetType['loading']> {
  const date = (written: Date | null) => (written === null ? null : new Date(written));
  const { openedAt, endsAt, sealedAt } = loading;
  return { ...loading, openedAt: new Date(openedAt), endsAt: date(endsAt), sealedAt: date(sealedAt) };
}

const TABLES = {
  INDICATORS: 'dataset_indicator',
  TRANSFERS: 'dataset_transfer',
} as const satisfies Record<DatasetKind, string>;

/** @param after the position behind which they begin */
export const rowsOf = (
  reader: Reader,
  { id, kind }: DatasetType,
  after: number,
  limit: number,
): Promise<DatasetRowType[]> =>
  reader.rows(
    `select (x.ordinal - (d.number << 32))::int as position, x.body as json
       from dataset d
      cross join lateral (
        select r.ordinal, r.body from ${TABLES[kind]} r
         where r.ordinal > (d.number << 32) + $2 and r.ordinal < ((d.number + 1) << 32)
         order by r.ordinal limit $3) as x
      where d.id = $1`,
    [id, after, limit],
  );

export const refusalsOf = (
  reader: Reader,
  { id }: DatasetType,
  after: number,
  limit: number,
): Promise<DatasetRefusalType[]> =>
  reader.rows(
    `select position, line, reason from dataset_refusal where dataset_id = $1 and position > $2
      order by position limit $3`,
    [id, after, limit],
  );
