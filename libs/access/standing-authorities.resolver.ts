import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Input, PageArgs, type Caller, type Page } from '#core';
import { AdministrationService } from './administration.service.js';
import { AdministrationPayload } from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';
import { askStandingAuthoritySchema, standingAuthorityActSchema } from './standing-authority.inputs.js';
import { StandingAuthorityConnection, type StandingAuthorityType } from './standing-authority.type.js';

/** What may be released without a person at the keyboard: asked for by one role, approved by another. */
@Resolver()
export class StandingAuthoritiesResolver {
  constructor(private readonly administration: AdministrationService) {}

  @Query(() => StandingAuthorityConnection, {
    description: 'The standing authorities of your agency, those that ended too, newest first.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'RELEASER')
  standingAuthorities(
    @CallerOf() caller: Caller,
    @Args() page: PageArgs,
  ): Promise<Page<StandingAuthorityType>> {
    return this.administration.standingAuthorities(caller, page);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Asks for a standing authority. It releases nothing until a releaser approves it; 72 hours.',
  })
  @Allow('AGENCY_ADMIN')
  askStandingAuthority(
    @CallerOf() caller: Caller,
    @Input(askStandingAuthoritySchema) input: z.output<typeof askStandingAuthoritySchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'askStandingAuthority', 'standing-authority.asked', input);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Approves a standing authority that another person asked for. What is released under it is released as by you.',
  })
  @Allow('RELEASER')
  approveStandingAuthority(
    @CallerOf() caller: Caller,
    @Input(standingAuthorityActSchema) input: z.output<typeof standingAuthorityActSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(
      caller,
      'approveStandingAuthority',
      'standing-authority.approved',
      input,
    );
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Ends a standing authority at once, or refuses it. What was released under it stays released.',
  })
  @Allow('AGENCY_ADMIN', 'RELEASER')
  endStandingAuthority(
    @CallerOf() caller: Caller,
    @Input(standingAuthorityActSchema) input: z.output<typeof standingAuthorityActSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'endStandingAuthority', 'standing-authority.ended', input);
  }
}
