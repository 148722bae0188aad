import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';
import { AdministrationPayload } from './administration.type.js';

export const InvitationState = {
  OPEN: 'OPEN',
  ACCEPTED: 'ACCEPTED',
  WITHDRAWN: 'WITHDRAWN',
  LAPSED: 'LAPSED',
} as const;
registerEnumType(InvitationState, {
  name: 'InvitationState',
  description: 'Where it stands. What nobody accepted in 7 days has lapsed.',
});

@ObjectType('Invitation', { description: 'To become a member: by a code that was shown once.' })
export class InvitationType {
  @Field(() => ID, { description: 'The invitation.' })
  id!: string;

  @Field(() => ID, { description: 'The agency of which it makes a member.' })
  agencyId!: string;

  @Field({ description: 'The name, as it was entered.' })
  name!: string;

  @Field(() => [String], { description: 'What the member may do.' })
  roles!: string[];

  @Field(() => Date, { nullable: true, description: 'When the membership ends by itself; null for never.' })
  validUntil!: Date | null;

  @Field(() => InvitationState, { description: 'Where it stands.' })
  state!: keyof typeof InvitationState;

  @Field(() => ID, {
    nullable: true,
    description: 'The membership whose act gave it, if it is of your agency.',
  })
  givenBy!: string | null;

  @Field({ description: 'When.' })
  givenAt!: Date;

  @Field({ description: 'When it lapses.' })
  expiresAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The membership it made.' })
  acceptedAs!: string | null;
}

@ObjectType('InvitationConnection', { description: 'A page of invitations, newest first.' })
export class InvitationConnection extends pageTypeOf(InvitationType, 'Invitation') {}

@ObjectType('OneTimeCode', {
  description: 'What lets one person in, once. It is shown here and never again.',
})
export class OneTimeCodeType {
  @Field({ description: 'For whom.' })
  name!: string;

  @Field({ description: 'To be given over another channel.' })
  code!: string;
}

@ObjectType('InvitationPayload', { description: 'What became of an invitation, and its code.' })
export class InvitationPayload extends AdministrationPayload {
  @Field(() => [OneTimeCodeType], {
    description:
      'Good for 7 days once the act is done: where it takes two, once it is approved. Empty when the same is sent again.',
  })
  codes!: OneTimeCodeType[];
}
