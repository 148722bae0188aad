import { Args, Extensions, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, CallerOf, CONTENT_ROLES, type OperationContext } from '#access';
import type { Caller, Page } from '#core';
import { FindingLoaders, FindingType } from '#findings';
import { LOOKUP_PAGE } from './lookup-limits.js';
import { LookupService } from './lookup.service.js';
import { LookupArgs, LookupConnection, LookupMatchType, type LookupType } from './lookup.type.js';

@Resolver(() => LookupMatchType)
export class LookupResolver {
  constructor(
    private readonly lookups: LookupService,
    private readonly loaders: FindingLoaders,
  ) {}

  @Extensions({ pageMaximum: LOOKUP_PAGE })
  @Query(() => LookupConnection, {
    description: 'Looks up values as people paste them, in everything you may see.',
  })
  @Allow(...CONTENT_ROLES)
  lookup(@CallerOf() caller: Caller, @Args() args: LookupArgs): Promise<Page<LookupType>> {
    return this.lookups.page(caller, args);
  }

  @ResolveField(() => FindingType, { nullable: true, description: 'The finding, as you may see it now.' })
  finding(
    { findingId }: LookupMatchType,
    _: unknown,
    context: OperationContext,
  ): Promise<FindingType | null> {
    return this.loaders.of(context).finding.load(findingId);
  }
}
