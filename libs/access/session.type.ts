import { Field, ID, ObjectType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

@ObjectType('Session', { description: 'One sign-in of one membership: 12 hours at most, 15 minutes unused.' })
export class SessionType {
  @Field(() => ID, { description: 'The session.' })
  id!: string;

  @Field(() => ID, { description: 'Whose it is: the membership.' })
  memberId!: string;

  @Field({ description: 'What the browser called itself in which it was begun.' })
  agent!: string;

  @Field({ description: 'When it was begun.' })
  beganAt!: Date;

  @Field({ description: 'When it last got a token, to half a minute.' })
  usedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was ended, if it was.' })
  endedAt!: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Whose act that was: a membership; null where its own browser or tool signed out.',
  })
  endedBy!: string | null;

  @Field({ description: 'Whether it gives tokens now.' })
  running!: boolean;
}

@ObjectType('SessionConnection', { description: 'A page of sessions, newest first.' })
export class SessionConnection extends pageTypeOf(SessionType, 'Session') {}
