import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

export const AccessKind = { MEMBERSHIP: 'MEMBERSHIP', CLIENT: 'CLIENT', KEY: 'KEY' } as const;
registerEnumType(AccessKind, {
  name: 'AccessKind',
  description: "A person's membership, a system client, or one of its keys.",
});

@ObjectType('ReviewedAccess', {
  description: 'Who or what may come in, and will not for long or has not for long.',
})
export class ReviewedAccessType {
  @Field(() => ID, { description: 'Of this line.' })
  id!: string;

  @Field(() => AccessKind, { description: 'What it is.' })
  kind!: keyof typeof AccessKind;

  @Field(() => ID, { description: 'The membership, or the system client.' })
  subjectId!: string;

  @Field(() => String, { nullable: true, description: 'Of a key: its thumbprint.' })
  kid!: string | null;

  @Field({ description: 'The name of the member or system client.' })
  name!: string;

  @Field(() => [String], { description: 'What it may do.' })
  roles!: string[];

  @Field({ description: 'Since when.' })
  since!: Date;

  @Field(() => Date, { nullable: true, description: 'When it ends by itself.' })
  validUntil!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it last got a token, to the hour.' })
  lastUsedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was last confirmed.' })
  confirmedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'By whose membership.' })
  confirmedBy!: string | null;

  @Field({ description: 'Whether it ends within 30 days.' })
  expires!: boolean;

  @Field({ description: 'Whether it was neither begun, used nor confirmed in the last 90 days.' })
  unused!: boolean;
}

@ObjectType('AccessReview', { description: 'A page of what is to be looked through, newest first.' })
export class AccessReviewType extends pageTypeOf(ReviewedAccessType, 'ReviewedAccess') {}
