import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Input, PageArgs, type Caller, type Page } from '#core';
import { arrangementActSchema, proposeArrangementSchema } from './administration.inputs.js';
import { AdministrationService } from './administration.service.js';
import { AdministrationPayload } from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';
import { ArrangementConnection, type ArrangementType } from './arrangement.type.js';
import { ROLES } from './role.js';

/** Arrangements: each party answers for itself. */
@Resolver()
export class ArrangementsResolver {
  constructor(private readonly administration: AdministrationService) {}

  @Query(() => ArrangementConnection, { description: 'The arrangements your agency is a party of.' })
  @Allow(...ROLES)
  arrangements(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<ArrangementType>> {
    return this.administration.arrangements(caller, page);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Proposes an arrangement, or one that amends another. In force once every party, yours too, accepts.',
  })
  @Allow('AGENCY_ADMIN')
  proposeArrangement(
    @CallerOf() caller: Caller,
    @Input(proposeArrangementSchema) input: z.output<typeof proposeArrangementSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'proposeArrangement', 'arrangement.proposed', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Accepts for your agency. Takes two of it.' })
  @Allow('AGENCY_ADMIN')
  acceptArrangement(
    @CallerOf() caller: Caller,
    @Input(arrangementActSchema) input: z.output<typeof arrangementActSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'acceptArrangement', 'arrangement.accepted', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Refuses for your agency: then it is over.' })
  @Allow('AGENCY_ADMIN')
  refuseArrangement(
    @CallerOf() caller: Caller,
    @Input(arrangementActSchema) input: z.output<typeof arrangementActSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'refuseArrangement', 'arrangement.refused', input);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Ends it now, for every party; what that does to what was released, the arrangement itself says.',
  })
  @Allow('AGENCY_ADMIN')
  endArrangement(
    @CallerOf() caller: Caller,
    @Input(arrangementActSchema) input: z.output<typeof arrangementActSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'endArrangement', 'arrangement.ended', input);
  }
}
