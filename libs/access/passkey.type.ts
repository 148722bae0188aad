import { Field, ID, ObjectType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

@ObjectType('Passkey', { description: 'With which a person signs in whom no provider knows.' })
export class PasskeyType {
  @Field(() => ID, { description: 'The passkey.' })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Whose it is: the active membership of that person; null when there is none any more.',
  })
  memberId!: string | null;

  @Field({ description: 'What its owner calls it.' })
  name!: string;

  @Field({ description: 'Whether it may be on several devices, through the account of whoever made it.' })
  synced!: boolean;

  @Field({ description: 'Whether it was on several devices when it was last used.' })
  backedUp!: boolean;

  @Field({ description: 'When it was added.' })
  addedAt!: Date;

  @Field({ description: 'When it last signed its owner in.' })
  usedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was removed, if it was.' })
  removedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'Whose act that was: a membership.' })
  removedBy!: string | null;
}

@ObjectType('PasskeyConnection', { description: 'A page of passkeys, newest first.' })
export class PasskeyConnection extends pageTypeOf(PasskeyType, 'Passkey') {}
