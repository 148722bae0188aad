import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

export const ProposalState = {
  OPEN: 'OPEN',
  BROUGHT_IN: 'BROUGHT_IN',
  WITHDRAWN: 'WITHDRAWN',
} as const;
registerEnumType(ProposalState, { name: 'ProposalState', description: 'Where it stands.' });

@ObjectType({ description: 'The name of an agency in one language.' })
export class ProposedName {
  @Field({ description: 'BCP 47.' })
  language!: string;

  @Field({ description: 'The name, in that language and script.' })
  name!: string;
}

@ObjectType({ description: 'Where an agency is reached.' })
export class ProposedContact {
  @Field({ description: 'email, phone, url or post.' })
  kind!: string;

  @Field({ description: 'The address or number.' })
  value!: string;
}

@ObjectType('AgencyProposal', {
  description: 'An agency that is to come in. One that is in vouches for it; two operators bring it in.',
})
export class AgencyProposalType {
  @Field(() => ID, { description: 'The proposal.' })
  id!: string;

  @Field(() => ID, { description: 'The agency that vouches.' })
  vouchedBy!: string;

  @Field(() => ProposalState, { description: 'Where it stands.' })
  state!: keyof typeof ProposalState;

  @Field({ description: 'When it was made.' })
  proposedAt!: Date;

  @Field({ description: 'Its handle.' })
  code!: string;

  @Field(() => [ProposedName], { description: 'What it is called.' })
  names!: ProposedName[];

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2; null for an agency of none.' })
  jurisdiction!: string | null;

  @Field(() => [ProposedContact], { description: 'Where it is reached.' })
  contactPoints!: ProposedContact[];

  @Field({ description: 'SHA-256 of its public key, in hex.' })
  keyFingerprint!: string;

  @Field(() => [String], { description: 'The names of its first administrators.' })
  administrators!: string[];

  @Field(() => ID, { nullable: true, description: 'The agency, once it was brought in.' })
  broughtInAs!: string | null;
}

@ObjectType('AgencyProposalConnection', { description: 'A page of proposals, newest first.' })
export class AgencyProposalConnection extends pageTypeOf(AgencyProposalType, 'AgencyProposal') {}
