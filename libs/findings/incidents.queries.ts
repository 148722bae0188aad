import type { PageRequest, Reader } from '#core';
import { MINE } from './findings.queries.js';
import type { ProjectedClaim } from './projection.js';

export interface ListedIncident {
  id: string;
  findingCount: number;
  /** Microseconds since 1970, when its newest finding came. */
  sortKey: string;
  listedAt: Date;
}

const INCIDENTS = `
  select ri.incident_id as id, count(*)::int as "findingCount", max(i.listed_at) as "listedAt",
         micros(max(i.listed_at))::text as "sortKey"
    from inbox i join revision_incident ri on ri.revision_id = i.revision_id
   where ${MINE}`;

/** The incidents that visible findings name, the one with the newest finding first. */
export const incidentPage = (reader: Reader, { first, after }: PageRequest): Promise<ListedIncident[]> =>
  reader.rows(
    `${INCIDENTS} group by ri.incident_id
     having $1::bigint is null or (max(i.listed_at), ri.incident_id) < (instant($1), $2::uuid)
     order by max(i.listed_at) desc, ri.incident_id desc limit $3`,
    [after?.key ?? null, after?.id ?? null, first + 1],
  );

export const incidentById = async (reader: Reader, id: string): Promise<ListedIncident | undefined> => {
  const rows = await reader.rows<ListedIncident>(
    `${INCIDENTS} and ri.incident_id = $1 group by ri.incident_id`,
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

/** The current claims about an incident: of the released revision that the reader's inbox names, nothing older or withdrawn. */
export const claimsOfIncident = (reader: Reader, incidentId: string): Promise<ClaimOfIncident[]> =>
  reader.rows(
    `select i.finding_id as "findingId", c.revision_id as "revisionId", c.agency_id as "agencyId", c.body
       from claim c join inbox i on i.revision_id = c.revision_id
      where ${MINE} and c.incident_id = $1 and i.state = 'RELEASED' and i.expires_at > now()
      order by i.listed_at, i.finding_id, c.position`,
    [incidentId],
  );
