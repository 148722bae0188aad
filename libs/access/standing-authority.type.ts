import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

export const StandingAuthorityState = { ASKED: 'ASKED', IN_FORCE: 'IN_FORCE', ENDED: 'ENDED' } as const;
registerEnumType(StandingAuthorityState, {
  name: 'StandingAuthorityState',
  description:
    'ASKED until a releaser approves it. ENDED also when it lapsed, or its approver is one no more.',
});

@ObjectType('StandingAuthority', {
  description: "Under it what your agency's systems post is released at once, as by who approved it.",
})
export class StandingAuthorityType {
  @Field(() => ID, { description: 'The standing authority.' })
  id!: string;

  @Field({ description: 'What your agency calls it.' })
  title!: string;

  @Field(() => StandingAuthorityState, { description: 'Where it stands now.' })
  state!: keyof typeof StandingAuthorityState;

  @Field(() => [ID], { description: 'The agencies that get what is released under it.' })
  agencyIds!: string[];

  @Field(() => [String], { description: 'Which findings.' })
  kinds!: string[];

  @Field({ description: 'Up to which marking.' })
  highestMarking!: string;

  @Field(() => Int, { description: 'How many findings in one day (UTC).' })
  daily!: number;

  @Field(() => Int, { description: 'How many it released today.' })
  usedToday!: number;

  @Field(() => Int, { description: 'For how many days it was asked, from its approval on.' })
  days!: number;

  @Field(() => ID, { description: 'The membership of who asked for it.' })
  askedBy!: string;

  @Field({ description: 'When it was asked for.' })
  askedAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The membership of who approved it.' })
  approvedBy!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was approved.' })
  approvedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ends by itself, once it is approved.' })
  endsAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was ended.' })
  endedAt!: Date | null;
}

@ObjectType('StandingAuthorityConnection', { description: 'A page of standing authorities, newest first.' })
export class StandingAuthorityConnection extends pageTypeOf(StandingAuthorityType, 'StandingAuthority') {}
