import type { Type } from '@nestjs/common';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { AgencyLoaders, AgencyType, type OperationContext } from '#access';
import { AcknowledgementType, ReachType, RecalledFromType, ReleaseType } from './finding.type.js';
import { IncidentClaimType, RivalClaimType } from './incident.type.js';

/** The field `agency` of a type that names one by its id; null where the viewer no longer knows that agency. */
function agencyField(of: Type<{ agencyId: string }>, description: string): Type {
  @Resolver(() => of)
  class AgencyFieldResolver {
    constructor(private readonly agencies: AgencyLoaders) {}

    @ResolveField(() => AgencyType, { nullable: true, description })
    agency(
      { agencyId }: { agencyId: string },
      _: unknown,
      context: OperationContext,
    ): Promise<AgencyType | null> {
      return this.agencies.of(context).load(agencyId);
    }
  }
  return AgencyFieldResolver;
}

export const agencyFieldResolvers = [
  agencyField(AcknowledgementType, 'Whose systems.'),
  agencyField(ReleaseType, 'Who has it.'),
  agencyField(RecalledFromType, 'From whom.'),
  agencyField(ReachType, 'The agency it could be released to.'),
  agencyField(IncidentClaimType, 'Who makes the claim.'),
  agencyField(RivalClaimType, 'Who makes the claim.'),
];
