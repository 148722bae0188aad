import type { Reader } from '#core';
import { MINE, SEEN, type ProjectedClaim } from '#findings';
import { DATASETS } from './datasets-seen.js';
import { MOST_COMMON } from './related-limits.js';

/** Indicators of one finding that are looked at, and as many of each of its datasets. */
const LOOKED_AT = 500;

/** One indicator of a finding, and one finding of those that have it: itself too. */
export interface SharedRow {
  of: string;
  key: string;
  rolesHere: string[];
  findingId: string;
  rolesThere: string[];
}

/** What these findings have, in their documents and in their datasets. */
const HERE = `
  select told.finding_id, told.place, told.value, array_agg(distinct told.role order by told.role) as roles
    from (
      select s.finding_id, s.place, s.value, role
        from (select s.* from seen_indicator s
               where ${SEEN} and s.finding_id = any ($1::uuid[]) and s.position < ${LOOKED_AT} offset 0) s
       cross join lateral unnest(s.roles) as role
      union all
      select s.finding_id, first.place, first.value, first.role
        from (select s.* from seen_dataset s
               where ${SEEN} and s.finding_id = any ($1::uuid[]) and s.kind = 'INDICATORS' offset 0) s
        join dataset d on d.id = s.dataset_id
       cross join lateral (
         select x.place, x.value, x.role from dataset_indicator x
          where x.ordinal > d.number << 32 and x.ordinal < (d.number + 1) << 32
          order by x.ordinal limit ${LOOKED_AT}) as first) as told
   group by told.finding_id, told.place, told.value`;

const shared = (there: string): string => `
  select here.finding_id as of, here.place || '|' || here.value as key, here.roles as "rolesHere",
         found.finding_id as "findingId", found.roles as "rolesThere"
    from (${HERE}) as here
   cross join lateral (${there}
      order by listed_at desc, finding_id desc limit ${MOST_COMMON + 1}) as found`;

const IN_DOCUMENTS = shared(`
     select s.finding_id, s.roles, s.listed_at from seen_indicator s
      where ${SEEN} and s.value = here.value and s.place = here.place`);

const IN_DATASETS = shared(`
     select s.finding_id, array_agg(distinct d.role order by d.role) as roles, s.listed_at
       from (${DATASETS.INDICATORS}) s
      cross join lateral (
        select d.role from dataset_indicator d
         where d.dataset_id = s.dataset_id and d.value = here.value and d.place = here.place offset 0) as d
      group by s.finding_id, s.listed_at`);

/**
 * What is hidden has no row here: nothing is told but what stands in the reader's inbox. Of each indicator the newest
 * findings that have it in their documents, and those that have it in a dataset: of each, one more than is too common.
 */
export const sharedIndicators = async (reader: Reader, ids: readonly string[]): Promise<SharedRow[]> =>
  (await Promise.all([IN_DOCUMENTS, IN_DATASETS].map((one) => reader.rows<SharedRow>(one, [ids])))).flat();

/** The values of these findings, for the lists they stand on. */
export const VALUES_OF = `array(select distinct here.value from (${HERE}) as here)`;

export interface SharedIncident {
  of: string;
  findingId: string;
  incidentId: string;
}

/** The newest findings that name an incident of one of these, by the incident. */
const NAMING = `
  select s.finding_id as of, named.finding_id as "findingId", s.incident_id as "incidentId"
    from (select s.* from seen_incident s where ${SEEN} and s.finding_id = any ($1::uuid[]) offset 0) as s
   cross join lateral (
     select n.finding_id from seen_incident n
      where n.agency_id = (select reader()) and n.until > now() and n.incident_id = s.incident_id
      order by n.listed_at desc, n.finding_id desc limit ${MOST_COMMON + 1}) as named`;

export const sharedIncidents = (reader: Reader, ids: readonly string[]): Promise<SharedIncident[]> =>
  reader.rows(NAMING, [ids]);

export interface SharedCase {
  of: string;
  findingId: string;
  caseNumber: string;
}

/** By the sheets of one's own agency: nobody else's are readable. */
export const sharedCases = (reader: Reader, ids: readonly string[]): Promise<SharedCase[]> =>
  reader.rows(
    `select mine.finding_id as of, other.finding_id as "findingId", mine.case_number as "caseNumber"
       from (select distinct finding_id, case_number from sheet
              where agency_id = (select reader()) and finding_id = any ($1::uuid[]) and case_number is not null) as mine
      cross join lateral (
        select distinct o.finding_id from (
          select sheet.finding_id from sheet
           where sheet.agency_id = (select reader()) and sheet.case_number = mine.case_number
           limit ${MOST_COMMON * 10}) as o
         where o.finding_id <> mine.finding_id limit ${MOST_COMMON + 1}) as other`,
    [ids],
  );

export interface ClaimRow {
  findingId: string;
  incidentId: string;
  agencyId: string;
  body: ProjectedClaim;
}

/** The current claims about the incidents of these findings, as `incident` shows them. */
export const claimsAround = (reader: Reader, ids: readonly string[]): Promise<ClaimRow[]> =>
  reader.rows(
    `select i.finding_id as "findingId", c.incident_id as "incidentId", c.agency_id as "agencyId", c.body
       from inbox i join claim c on c.revision_id = i.revision_id
      where ${MINE} and i.finding_id = any (array(select "findingId" from (${NAMING}) as naming))
        and c.incident_id is not null and i.state = 'RELEASED' and i.expires_at > now()
      order by i.listed_at, i.finding_id, c.position`,
    [ids],
  );
