import type { Reader } from '#core';
import { MINE, SEEN, type ProjectedClaim } from '#findings';
import { MOST_COMMON } from './related-limits.js';

/** Indicators of one finding that are looked at. */
const LOOKED_AT = 500;

/** One indicator of a finding, and one finding of those that have it: itself too. */
export interface SharedRow {
  of: string;
  key: string;
  rolesHere: string[];
  findingId: string;
  rolesThere: string[];
  /** How many have it, up to one more than is too common. */
  findings: number;
}

/** What is hidden has no row here: nothing is counted but what stands in the reader's inbox. */
export const sharedIndicators = (reader: Reader, ids: readonly string[]): Promise<SharedRow[]> =>
  reader.rows(
    `select mine.finding_id as of, mine.place || '|' || mine.value as key, mine.roles as "rolesHere",
            found.finding_id as "findingId", found.roles as "rolesThere", found.findings
       from (select s.* from seen_indicator s
              where ${SEEN} and s.finding_id = any ($1::uuid[]) and s.position < ${LOOKED_AT} offset 0) as mine
      cross join lateral (
        select few.*, count(*) over ()::int as findings from (
          select s.finding_id, s.roles from seen_indicator s
           where ${SEEN} and s.value = mine.value and s.place = mine.place
           order by s.listed_at desc, s.finding_id desc limit ${MOST_COMMON + 1}) as few) as found`,
    [ids],
  );

/** The values of these findings, for the lists they stand on. */
export const VALUES_OF = `array(select s.value from seen_indicator s
  where ${SEEN} and s.finding_id = any ($1::uuid[]) and s.position < ${LOOKED_AT})`;

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
