import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

export const RecoveryState = {
  WAITING: 'WAITING',
  DUE: 'DUE',
  RECOVERED: 'RECOVERED',
  STOPPED: 'STOPPED',
  LAPSED: 'LAPSED',
} as const;
registerEnumType(RecoveryState, {
  name: 'RecoveryState',
  description:
    'WAITING for 72 hours, in which any member of the agency may stop it; DUE for 7 days; then LAPSED if nobody came in.',
});

@ObjectType('Recovery', {
  description:
    'New administrators for an agency that could not make them itself, by two operators of the hub.',
})
export class RecoveryType {
  @Field(() => ID, { description: 'The recovery.' })
  id!: string;

  @Field(() => ID, { description: 'The agency.' })
  agencyId!: string;

  @Field(() => RecoveryState, { description: 'Where it stands.' })
  state!: keyof typeof RecoveryState;

  @Field({ description: 'When it was begun.' })
  begunAt!: Date;

  @Field({ description: 'From when on its invitations are good.' })
  dueAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was stopped.' })
  stoppedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When the first of the new administrators came in.' })
  recoveredAt!: Date | null;

  @Field({
    description:
      'For who administers or audits: whether what your agency had released to it is closed to it until yours confirms.',
  })
  awaitsYou!: boolean;
}

@ObjectType('RecoveryConnection', { description: 'A page of recoveries, newest first.' })
export class RecoveryConnection extends pageTypeOf(RecoveryType, 'Recovery') {}
