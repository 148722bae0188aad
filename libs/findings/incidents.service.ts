import { Injectable } from '@nestjs/common';
import { Database, listKey, notFound, pageOf, pageRequest, type Caller, type Page } from '#core';
import type { ClaimGroupType, IncidentType } from './incident.type.js';
import { claimsOfIncident, incidentById, incidentPage, type ClaimOfIncident } from './incidents.queries.js';
import { groupClaims, type PlacedClaim } from './rivals.policy.js';

const LIST = listKey('incidents', null);

type Placed = PlacedClaim & Pick<ClaimOfIncident, 'findingId' | 'revisionId'>;

/** Incidents as the findings one may see tell of them. */
@Injectable()
export class IncidentsService {
  constructor(private readonly database: Database) {}

  async page(caller: Caller, args: { first?: number; after?: string }): Promise<Page<IncidentType>> {
    const request = pageRequest(LIST, args);
    const rows = await this.database.read(caller, (reader) => incidentPage(reader, request));
    return pageOf(LIST, request.first, rows, ({ sortKey, id }) => ({ key: sortKey, id }));
  }

  /** @throws ServiceError NOT_FOUND where no finding one may see names it */
  async one(caller: Caller, id: string): Promise<IncidentType> {
    const incident = await this.database.read(caller, (reader) => incidentById(reader, id));
    if (!incident) throw notFound('incident', 'id');
    return incident;
  }

  /** Its current claims, by subject and attribute, each with its rivals. */
  async claims(caller: Caller, id: string): Promise<ClaimGroupType[]> {
    const rows = await this.database.read(caller, (reader) => claimsOfIncident(reader, id));
    return groupClaims(rows.map(({ body, ...row }): Placed => ({ ...row, ...body })));
  }
}
