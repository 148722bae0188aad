import { Args, Extensions, ID, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, callerOf, CallerOf, CONTENT_ROLES, type OperationContext } from '#access';
import { checkId, PageArgs, type Caller, type Page } from '#core';
import { ClaimGroupType, IncidentConnection, IncidentType } from './incident.type.js';
import { IncidentsService } from './incidents.service.js';

@Resolver(() => IncidentType)
export class IncidentsResolver {
  constructor(private readonly incidentsService: IncidentsService) {}

  @Query(() => IncidentConnection, { description: 'The events that findings you may see are about.' })
  @Allow(...CONTENT_ROLES)
  incidents(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<IncidentType>> {
    return this.incidentsService.page(caller, page);
  }

  @Query(() => IncidentType, { description: 'One incident, with what every agency claims of it.' })
  @Allow(...CONTENT_ROLES)
  incident(
    @CallerOf() caller: Caller,
    @Args('id', { type: () => ID, description: 'Of the incident.' }) id: string,
  ): Promise<IncidentType> {
    return this.incidentsService.one(caller, checkId(id, 'id', 'incident'));
  }

  @ResolveField(() => [ClaimGroupType], {
    description: 'What is said of it, by subject and attribute, side by side.',
  })
  @Extensions({ points: 20 })
  claims({ id }: IncidentType, _: unknown, context: OperationContext): Promise<ClaimGroupType[]> {
    return this.incidentsService.claims(callerOf(context.reply.request, CONTENT_ROLES), id);
  }
}
