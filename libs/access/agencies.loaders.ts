import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { AgenciesService } from './agencies.service.js';
import type { AgencyType } from './agency.type.js';
import { callerOf, type OperationContext } from './allow.decorator.js';
import { ROLES } from './role.js';

/** Agencies by id, one batch for each step of an operation, under the caller's own rights. */
@Injectable()
export class AgencyLoaders {
  private readonly loaders = new WeakMap<OperationContext, DataLoader<string, AgencyType | null>>();

  constructor(private readonly agencies: AgenciesService) {}

  of(context: OperationContext): DataLoader<string, AgencyType | null> {
    let loader = this.loaders.get(context);
    if (!loader) {
      const caller = callerOf(context.reply.request, ROLES);
      loader = new DataLoader(async (ids) => {
        const found = new Map((await this.agencies.byId(caller, ids)).map((agency) => [agency.id, agency]));
        return ids.map((id) => found.get(id) ?? null);
      });
      this.loaders.set(context, loader);
    }
    return loader;
  }
}
