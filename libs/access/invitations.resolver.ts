import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Input, PageArgs, type Caller, type Page } from '#core';
import { AdministrationService } from './administration.service.js';
import { AdministrationPayload } from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';
import { handOverSchema, inviteMemberSchema, withdrawInvitationSchema } from './invitation.inputs.js';
import { InvitationConnection, InvitationPayload, type InvitationType } from './invitation.type.js';
import { InvitationsService } from './invitations.service.js';

/** How members come in, and what they leave behind. */
@Resolver()
export class InvitationsResolver {
  constructor(
    private readonly administration: AdministrationService,
    private readonly inviting: InvitationsService,
  ) {}

  @Query(() => InvitationConnection, {
    description: 'Invitations to your agency, and those it gave; never their codes.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  invitations(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<InvitationType>> {
    return this.administration.invitations(caller, page);
  }

  @Mutation(() => InvitationPayload, {
    description:
      'Invites a person by a code that is shown once. Takes two, but for ANALYST and CONTRIBUTOR of an agency with a provider of its own, which says who accepts.',
  })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  inviteMember(
    @CallerOf() caller: Caller,
    @Input(inviteMemberSchema) input: z.output<typeof inviteMemberSchema>,
  ): Promise<InvitationPayload> {
    return this.inviting.invite(caller, 'inviteMember', 'member.invited', input, [input.name]);
  }

  @Mutation(() => AdministrationPayload, { description: 'Ends an invitation that nobody has accepted.' })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  withdrawInvitation(
    @CallerOf() caller: Caller,
    @Input(withdrawInvitationSchema) input: z.output<typeof withdrawInvitationSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'withdrawInvitation', 'invitation.withdrawn', input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Hands the drafts of a leaving member to another. Who wrote them stays who wrote them.',
  })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  handOver(
    @CallerOf() caller: Caller,
    @Input(handOverSchema) input: z.output<typeof handOverSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'handOver', 'member.handed-over', input);
  }
}
