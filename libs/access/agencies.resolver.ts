import { Args, Query, Resolver } from '@nestjs/graphql';
import { PageArgs, type Caller, type Page } from '#core';
import { AgenciesService } from './agencies.service.js';
import { AgencyConnection, AgencyType, ViewerType } from './agency.type.js';
import { Allow, CallerOf } from './allow.decorator.js';
import { ROLES } from './role.js';

@Resolver(() => AgencyType)
export class AgenciesResolver {
  constructor(private readonly agenciesService: AgenciesService) {}

  @Query(() => ViewerType, { description: 'Who you are, what you may do, and for which agency.' })
  @Allow(...ROLES)
  viewer(@CallerOf() caller: Caller): Promise<ViewerType> {
    return this.agenciesService.viewer(caller);
  }

  @Query(() => AgencyConnection, { description: 'Your own agency and those you share an arrangement with.' })
  @Allow(...ROLES)
  agencies(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<AgencyType>> {
    return this.agenciesService.page(caller, page);
  }
}
