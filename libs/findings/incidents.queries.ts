import type { PageRequest, Reader } from '#core';
import { MINE, SEEN } from './findings.queries.js';
import type { ProjectedClaim } from './projection.js';
import { MOST_CLAIMS } from './rivals.policy.js';

export interface ListedIncident {
  id: string;
  findingCount: number;
  /** Microseconds since 1970, when its newest finding came. */
  sortKey: string;
  listedAt: Date;
}

const INCIDENTS = `
  select s.incident_id as id, count(*)::int as "findingCount", max(s.listed_at) as "listedAt",
         micros(max(s.listed_at))::text as "sortKey"
    from seen_incident s where ${SEEN}`;

/** The incidents that visible findings name, the one with the newest finding first. */
export const incidentPage = (reader: Reader, { first, after }: PageRequest): Promise<ListedIncident[]> =>
  reader.rows(
    `${INCIDENTS} group by s.incident_id
     having $1::bigint is null or (max(s.listed_at), s.incident_id) < (instant($1), $2::uuid)
     order by max(s.listed_at) desc, s.incident_id desc limit $3`,
    [after?.key ?? null, after?.id ?? null, first + 1],
  );

export const incidentById = async (reader: Reader, id: string): Promise<ListedIncident | undefined> => {
  const rows = await reader.rows<ListedIncident>(
    `${INCIDENTS} and s.incident_id = $1 group by s.incident_id`,
    [id],
  );
  return rows[0];
};

export interface ClaimOfIncident {
  findingId: string;
  revisionId: string;
  agencyId: string;
  body: ProjectedClaim;
}

/**
 * The current claims about an incident: of the released revision that the reader's inbox names, nothing older or
 * withdrawn. The revisions come first, or the claims of others would be looked at. The newest; the oldest of them first.
 */
export const claimsOfIncident = (reader: Reader, incidentId: string): Promise<ClaimOfIncident[]> =>
  reader.rows(
    `select newest.finding_id as "findingId", newest.revision_id as "revisionId", newest.agency_id as "agencyId",
            newest.body
       from (select i.finding_id, i.listed_at, c.revision_id, c.agency_id, c.body, c.position
               from inbox i join claim c on c.revision_id = i.revision_id
              where ${MINE} and i.finding_id = any (array(select s.finding_id from seen_incident s
                      where ${SEEN} and s.incident_id = $1))
                and c.incident_id = $1 and i.state = 'RELEASED' and i.expires_at > now()
              order by i.listed_at desc, i.finding_id desc, c.position limit ${MOST_CLAIMS}) newest
      order by newest.listed_at, newest.finding_id, newest.position`,
    [incidentId],
  );
