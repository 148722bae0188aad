import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';
import { VouchingType } from './agency.type.js';

export const ArrangementState = {
  PROPOSED: 'PROPOSED',
  AGREED: 'AGREED',
  IN_FORCE: 'IN_FORCE',
  REFUSED: 'REFUSED',
  ENDED: 'ENDED',
} as const;
registerEnumType(ArrangementState, {
  name: 'ArrangementState',
  description:
    'PROPOSED until every party has accepted it; AGREED until it begins. Only one IN_FORCE carries a release.',
});

@ObjectType('ArrangementParty', { description: 'One party, and its answer.' })
export class ArrangementPartyType {
  @Field(() => ID, { description: 'The agency.' })
  agencyId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its code; null while it is another that has accepted nothing you share.',
  })
  code!: string | null;

  @Field(() => VouchingType, {
    nullable: true,
    description: 'Who vouched for it, and the fingerprint of its key: to be compared before you accept.',
  })
  vouching!: VouchingType | null;

  @Field(() => Date, { nullable: true, description: 'When it accepted.' })
  acceptedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it refused.' })
  refusedAt!: Date | null;
}

@ObjectType('Arrangement', {
  description: 'A rule between agencies, made, accepted and ended by its parties alone.',
})
export class ArrangementType {
  @Field(() => ID, { description: 'The arrangement.' })
  id!: string;

  @Field({ description: 'What its parties call it.' })
  title!: string;

  @Field(() => ArrangementState, { description: 'Where it stands now.' })
  state!: keyof typeof ArrangementState;

  @Field(() => ID, { description: 'The agency that proposed it.' })
  proposedBy!: string;

  @Field(() => ID, { nullable: true, description: 'The arrangement whose place it takes.' })
  amends!: string | null;

  @Field(() => [ArrangementPartyType], { description: 'Every party.' })
  parties!: ArrangementPartyType[];

  @Field(() => [String], { description: 'For what use.' })
  purposes!: string[];

  @Field(() => [String], { description: 'Which kinds of finding.' })
  kinds!: string[];

  @Field({ description: 'The highest marking: TLP 2.0.' })
  highestMarking!: string;

  @Field({ description: 'Whether a recipient may pass it on.' })
  onwardUse!: boolean;

  @Field({ description: 'Whether it may be used in court.' })
  courtUse!: boolean;

  @Field(() => Int, { nullable: true, description: 'How many days a recipient keeps it.' })
  retentionDays!: number | null;

  @Field({ description: 'When it begins.' })
  validFrom!: Date;

  @Field(() => Date, { nullable: true, description: 'When it ends, or ended.' })
  validUntil!: Date | null;

  @Field({ description: 'What its end does to what was released under it: KEEP, STOP or RECALL.' })
  onEnd!: string;
}

@ObjectType('ArrangementConnection', {
  description: 'A page of arrangements, by their beginning, newest first.',
})
export class ArrangementConnection extends pageTypeOf(ArrangementType, 'Arrangement') {}
