import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Checked, Input, inputType, PageArgs, type Caller, type Page } from '#core';
import {
  agencyActSchema,
  auditFilterSchema,
  changeRolesSchema,
  decideSchema,
  endMembershipSchema,
  exportLedgerSchema,
  setCapSchema,
  type AuditFilter,
} from './administration.inputs.js';
import { AdministrationService } from './administration.service.js';
import {
  AdministrationPayload,
  AuditTrailType,
  MemberConnection,
  PendingActConnection,
  type AuditEntryType,
  type MemberType,
  type PendingActType,
} from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';

const AuditFilterInput = inputType(auditFilterSchema);

/** Who may do what: members, caps, agencies, and the acts that take two. */
@Resolver()
export class AdministrationResolver {
  constructor(private readonly administration: AdministrationService) {}

  @Query(() => MemberConnection, { description: 'The members of your agency, past ones too.' })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  members(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<MemberType>> {
    return this.administration.members(caller, page);
  }

  @Query(() => PendingActConnection, {
    description: 'What waits in your agency for a second person, and what became of the rest.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  pendingActs(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<PendingActType>> {
    return this.administration.pendingActs(caller, page);
  }

  @Query(() => AuditTrailType, {
    description: "Your agency's ledger: every act that concerns it, without content.",
  })
  @Allow('AUDITOR', 'OPERATOR')
  auditTrail(
    @CallerOf() caller: Caller,
    @Args() page: PageArgs,
    @Args(
      'filter',
      { type: () => AuditFilterInput, nullable: true, description: 'Which; all if left out.' },
      new Checked(auditFilterSchema, 'filter'),
    )
    filter: AuditFilter,
  ): Promise<Page<AuditEntryType>> {
    return this.administration.auditTrail(caller, page, filter);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Gives a member other roles. RELEASER, LIAISON, AGENCY_ADMIN, AUDITOR and OPERATOR take two.',
  })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  changeRoles(
    @CallerOf() caller: Caller,
    @Input(changeRolesSchema) input: z.output<typeof changeRolesSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'changeRoles', 'membership.changed', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Ends a membership at once.' })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  endMembership(
    @CallerOf() caller: Caller,
    @Input(endMembershipSchema) input: z.output<typeof endMembershipSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'endMembership', 'membership.ended', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Caps your releasers. A wider cap takes two.' })
  @Allow('AGENCY_ADMIN')
  setCap(
    @CallerOf() caller: Caller,
    @Input(setCapSchema) input: z.output<typeof setCapSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'setCap', 'cap.set', input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Puts an agency out at once: nobody of it is answered any more, nothing is released to it.',
  })
  @Allow('OPERATOR')
  suspendAgency(
    @CallerOf() caller: Caller,
    @Input(agencyActSchema) input: z.output<typeof agencyActSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'suspendAgency', 'agency.suspended', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Lets a suspended agency in again. Takes two.' })
  @Allow('OPERATOR')
  reinstateAgency(
    @CallerOf() caller: Caller,
    @Input(agencyActSchema) input: z.output<typeof agencyActSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'reinstateAgency', 'agency.reinstated', input);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Asks for your ledger, as `auditTrail` shows it, to take away. Takes two; then GET /ledger-exports/ with the id of the pending act, within 24 hours.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  exportLedger(
    @CallerOf() caller: Caller,
    @Input(exportLedgerSchema) input: z.output<typeof exportLedgerSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'exportLedger', 'ledger.exported', input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Carries out what somebody else asked for, exactly as it was asked.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  approveAct(
    @CallerOf() caller: Caller,
    @Input(decideSchema) input: z.output<typeof decideSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.decide(caller, 'approveAct', input, true);
  }

  @Mutation(() => AdministrationPayload, { description: 'Refuses or withdraws what was asked for.' })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  refuseAct(
    @CallerOf() caller: Caller,
    @Input(decideSchema) input: z.output<typeof decideSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.decide(caller, 'refuseAct', input, false);
  }
}
