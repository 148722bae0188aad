import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { outputType, pageTypeOf } from '#core';
import { claimSchema, type Claim } from './claim.js';
import { subjectSchema, type Subject } from './document.js';
import { MOST_CLAIMS, MOST_RIVALS } from './rivals.policy.js';

const ClaimType = outputType(claimSchema);
const SubjectType = outputType(subjectSchema);

@ObjectType('RivalClaim', { description: 'A claim that cannot hold together with the one it stands beside.' })
export class RivalClaimType {
  agencyId!: string;

  @Field(() => ID, { description: 'The finding that makes it.' })
  findingId!: string;

  @Field(() => ClaimType, { description: 'The claim.' })
  claim!: Claim;
}

@ObjectType('IncidentClaim', { description: 'A current claim about an incident, and who makes it.' })
export class IncidentClaimType {
  agencyId!: string;

  @Field(() => ID, { description: 'The finding that makes it.' })
  findingId!: string;

  @Field(() => ID, { description: 'The revision that makes it.' })
  revisionId!: string;

  @Field(() => ClaimType, { description: 'The claim.' })
  claim!: Claim;

  @Field(() => [RivalClaimType], {
    description: `Visible claims that no single value could satisfy together with this one: at most ${MOST_RIVALS}.`,
  })
  rivals!: RivalClaimType[];
}

@ObjectType('ClaimGroup', { description: 'What is said of one attribute of one subject, side by side.' })
export class ClaimGroupType {
  @Field(() => SubjectType, { nullable: true, description: 'The subject; null for the incident itself.' })
  subject!: Subject | null;

  @Field({ description: 'What is claimed: loss, date, attribution...' })
  attribute!: string;

  @Field({ description: 'Whether any two of these claims are rivals.' })
  disputed!: boolean;

  @Field(() => [IncidentClaimType], {
    description: `Every current claim you may see; of an incident with more than ${MOST_CLAIMS}, the newest.`,
  })
  claims!: IncidentClaimType[];
}

@ObjectType('Incident', {
  description:
    'The event that findings are about. It has no content of its own: all you see of it comes from the findings you may see.',
})
export class IncidentType {
  sortKey!: string;

  @Field(() => ID, { description: 'Name it in the documents of further findings.' })
  id!: string;

  @Field(() => Int, { description: 'How many findings you may see name it.' })
  findingCount!: number;

  @Field({ description: 'When the newest of them came.' })
  listedAt!: Date;
}

@ObjectType('IncidentConnection', {
  description: 'A page of incidents, the one with the newest finding first.',
})
export class IncidentConnection extends pageTypeOf(IncidentType, 'Incident') {}
