import { Injectable } from '@nestjs/common';
import { Database, listKey, notFound, pageOf, pageRequest, type Caller, type Page } from '#core';
import { agenciesById, agencyPage, viewerOf } from './agencies.queries.js';
import type { AgencyType, ViewerType } from './agency.type.js';

const LIST = listKey('agencies', null);
const CODE = /^[A-Z0-9-]{1,40}$/;

@Injectable()
export class AgenciesService {
  constructor(private readonly database: Database) {}

  async viewer(caller: Caller): Promise<ViewerType> {
    const viewer = await this.database.read(caller, viewerOf);
    if (!viewer) throw notFound('member');
    return viewer;
  }

  async page(caller: Caller, args: { first?: number; after?: string }): Promise<Page<AgencyType>> {
    const request = pageRequest(LIST, args, { sortKey: CODE });
    const rows = await this.database.read(caller, (reader) => agencyPage(reader, request));
    return pageOf(LIST, request.first, rows, ({ code, id }) => ({ key: code, id }));
  }

  byId(caller: Caller, ids: readonly string[]): Promise<AgencyType[]> {
    return this.database.read(caller, (reader) => agenciesById(reader, ids));
  }
}
