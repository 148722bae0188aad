import type { Reader } from '#core';
import { SEEN } from '#findings';
import { DATASETS } from './datasets-seen.js';
import { MOST_MATCHES } from './lookup-limits.js';

export interface SeenValue {
  value: string;
  /** `type|chain`. */
  place: string;
  findingId: string;
  roles: string[];
  listedAt: Date;
}

/**
 * The findings in the reader's inbox that have one of these values, for each value the newest and one more than are
 * told: a walk of seen_indicator_value for each, so that a value of 100,000 findings costs no more than one of 21.
 */
export const seenValues = (reader: Reader, values: readonly string[]): Promise<SeenValue[]> =>
  reader.rows(
    `select wanted.value, found.place, found.finding_id as "findingId", found.roles, found.listed_at as "listedAt"
       from unnest($1::text[]) as wanted (value)
      cross join lateral (
        select s.place, s.finding_id, s.roles, s.listed_at from seen_indicator s
         where ${SEEN} and s.value = wanted.value
         order by s.listed_at desc, s.finding_id desc limit ${MOST_MATCHES + 1}) as found`,
    [values],
  );

/**
 * The same of datasets: of those in the reader's inbox, and of no others, each is asked for each value
 * (docs/decisions/018-datasets.md). Where there are none, no value is looked at.
 */
export const seenInDatasets = (reader: Reader, values: readonly string[]): Promise<SeenValue[]> =>
  reader.rows(
    `select wanted.value, found.place, found.finding_id as "findingId", found.roles, found.listed_at as "listedAt"
       from unnest($1::text[]) as wanted (value)
      cross join lateral (
        select d.place, s.finding_id, array_agg(distinct d.role order by d.role) as roles, s.listed_at
          from (${DATASETS.INDICATORS}) s
         cross join lateral (
           select d.place, d.role from dataset_indicator d
            where d.dataset_id = s.dataset_id and d.value = wanted.value offset 0) as d
         group by d.place, s.finding_id, s.listed_at
         order by s.listed_at desc, s.finding_id desc limit ${MOST_MATCHES + 1}) as found
      where exists (select from seen_dataset s where ${SEEN} and s.kind = 'INDICATORS')`,
    [values],
  );

/** One thing, as `seen_indicator` keeps it apart. */
export interface Placed {
  place: string;
  value: string;
}

/**
 * Those of these that a finding in the reader's inbox, or a dataset that it names, has as a suspect's: one look each at
 * seen_indicator_suspect, however many findings have them as something else.
 */
export const suspects = (reader: Reader, asked: readonly Placed[]): Promise<Placed[]> =>
  reader.rows(
    `select wanted.place, wanted.value
       from unnest($1::text[], $2::text[]) as wanted (place, value)
      cross join lateral (
        (select 1 from seen_indicator s
          where ${SEEN} and s.value = wanted.value and s.place = wanted.place and 'suspect' = any (s.roles) limit 1)
        union all
        (select 1 from (${DATASETS.INDICATORS}) s
          cross join lateral (
            select 1 from dataset_indicator d
             where d.dataset_id = s.dataset_id and d.value = wanted.value and d.place = wanted.place
               and d.role = 'suspect' offset 0) as d
          limit 1)) as found (one)`,
    [asked.map(({ place }) => place), asked.map(({ value }) => value)],
  );
