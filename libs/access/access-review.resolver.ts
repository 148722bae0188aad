import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Input, PageArgs, type Caller, type Page } from '#core';
import { confirmAccessSchema } from './access-review.inputs.js';
import { AccessReviewType, type ReviewedAccessType } from './access-review.type.js';
import { AdministrationService } from './administration.service.js';
import { AdministrationPayload } from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';

/** Who and what may still come in. Ended by endMembership, endSystemClient and revokeSystemClientKey. */
@Resolver()
export class AccessReviewResolver {
  constructor(private readonly administration: AdministrationService) {}

  @Query(() => AccessReviewType, {
    description:
      'Memberships, system clients and keys of your agency that end within 30 days or were not used for 90.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR')
  accessReview(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<ReviewedAccessType>> {
    return this.administration.accessReview(caller, page);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Lets what was not used go on; it is asked about again in 90 days. It ends when it would have.',
  })
  @Allow('AGENCY_ADMIN')
  confirmAccess(
    @CallerOf() caller: Caller,
    @Input(confirmAccessSchema) input: z.output<typeof confirmAccessSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'confirmAccess', 'access.confirmed', input);
  }
}
