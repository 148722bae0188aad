import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Input, PageArgs, type Caller, type Page } from '#core';
import { agencyActSchema } from './administration.inputs.js';
import { AdministrationService } from './administration.service.js';
import { AdministrationPayload } from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';
import { InvitationPayload } from './invitation.type.js';
import { InvitationsService } from './invitations.service.js';
import { beginRecoverySchema } from './recovery.inputs.js';
import { RecoveryConnection, type RecoveryType } from './recovery.type.js';
import { ROLES } from './role.js';

type AgencyAct = z.output<typeof agencyActSchema>;

/** An agency left without administrators. */
@Resolver()
export class RecoveriesResolver {
  constructor(
    private readonly administration: AdministrationService,
    private readonly inviting: InvitationsService,
  ) {}

  @Query(() => RecoveryConnection, {
    description: 'Recoveries of your agency and its partners; for the operator, all.',
  })
  @Allow(...ROLES)
  recoveries(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<RecoveryType>> {
    return this.administration.recoveries(caller, page);
  }

  @Mutation(() => InvitationPayload, {
    description:
      'Begins the recovery of an agency with fewer than two administrators. Takes two operators; its codes are good 72 hours later.',
  })
  @Allow('OPERATOR')
  beginRecovery(
    @CallerOf() caller: Caller,
    @Input(beginRecoverySchema) input: z.output<typeof beginRecoverySchema>,
  ): Promise<InvitationPayload> {
    return this.inviting.invite(
      caller,
      'beginRecovery',
      'agency.recovery-begun',
      input,
      input.administrators,
    );
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Stops a recovery that is not done: of their agency any member, of any an operator.',
  })
  @Allow(...ROLES)
  stopRecovery(
    @CallerOf() caller: Caller,
    @Input(agencyActSchema) input: AgencyAct,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'stopRecovery', 'agency.recovery-stopped', input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Opens to a recovered agency what yours had released to it. Takes two.',
  })
  @Allow('AGENCY_ADMIN')
  confirmRecovery(
    @CallerOf() caller: Caller,
    @Input(agencyActSchema) input: AgencyAct,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'confirmRecovery', 'agency.recovery-confirmed', input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Takes back from a recovered agency what yours had released to it.',
  })
  @Allow('AGENCY_ADMIN')
  declineRecovery(
    @CallerOf() caller: Caller,
    @Input(agencyActSchema) input: AgencyAct,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'declineRecovery', 'agency.recovery-declined', input);
  }
}
