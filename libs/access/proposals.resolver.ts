import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Input, PageArgs, type Caller, type Page } from '#core';
import { AdministrationService } from './administration.service.js';
import { AdministrationPayload } from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';
import { InvitationPayload } from './invitation.type.js';
import { InvitationsService } from './invitations.service.js';
import {
  nameAgencySchema,
  proposalActSchema,
  proposeAgencySchema,
  setContactsSchema,
  setJurisdictionSchema,
} from './proposal.inputs.js';
import { AgencyProposalConnection, type AgencyProposalType } from './proposal.type.js';

/** How agencies come in, and what is said of them. */
@Resolver()
export class ProposalsResolver {
  constructor(
    private readonly administration: AdministrationService,
    private readonly inviting: InvitationsService,
  ) {}

  @Query(() => AgencyProposalConnection, {
    description: 'Agencies for which yours vouches; for the operator, all that were proposed.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  agencyProposals(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<AgencyProposalType>> {
    return this.administration.proposals(caller, page);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Proposes an agency and vouches for it: its partners will see that you did.',
  })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  proposeAgency(
    @CallerOf() caller: Caller,
    @Input(proposeAgencySchema) input: z.output<typeof proposeAgencySchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'proposeAgency', 'agency-proposal.made', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Withdraws what nobody has brought in.' })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  withdrawProposal(
    @CallerOf() caller: Caller,
    @Input(proposalActSchema) input: z.output<typeof proposalActSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'withdrawProposal', 'agency-proposal.withdrawn', input);
  }

  @Mutation(() => InvitationPayload, {
    description:
      'Brings a proposed agency in, with a code for each of its first administrators. Takes two operators.',
  })
  @Allow('OPERATOR')
  bringInAgency(
    @CallerOf() caller: Caller,
    @Input(proposalActSchema) input: z.output<typeof proposalActSchema>,
  ): Promise<InvitationPayload> {
    return this.inviting.bringIn(caller, input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Names your agency, from now on. Takes two.' })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  nameAgency(
    @CallerOf() caller: Caller,
    @Input(nameAgencySchema) input: z.output<typeof nameAgencySchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'nameAgency', 'agency.named', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Says where your agency is reached, from now on.' })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  setContacts(
    @CallerOf() caller: Caller,
    @Input(setContactsSchema) input: z.output<typeof setContactsSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'setContacts', 'agency.contacts-set', input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Says where an agency belongs. Takes two operators.',
  })
  @Allow('OPERATOR')
  setJurisdiction(
    @CallerOf() caller: Caller,
    @Input(setJurisdictionSchema) input: z.output<typeof setJurisdictionSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'setJurisdiction', 'agency.jurisdiction-set', input);
  }
}
