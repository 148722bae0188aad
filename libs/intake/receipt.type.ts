import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pageTypeOf, type InputFault } from '#core';
import { InputFaultType } from '#findings';

export const InboundResult = {
  DRAFTED: 'DRAFTED',
  RELEASED: 'RELEASED',
  NOTED: 'NOTED',
  REFUSED: 'REFUSED',
} as const;
registerEnumType(InboundResult, { name: 'InboundResult', description: 'What became of what was posted.' });

@ObjectType('InboundStanding', { description: 'What a standing authority that covers a finding did.' })
export class StandingType {
  @Field(() => ID, { description: 'The standing authority.' })
  authorityId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why nothing was released under it; null where it was.',
  })
  refused!: string | null;
}

@ObjectType('InboundOutcome', { description: 'What became of one event of a message.' })
export class Outcome {
  @Field({ description: 'Where it was: `body`, or of a batch `body.data.items[2]`.' })
  path!: string;

  @Field({ description: '`finding.posted`, `finding.stored`, `finding.removed`, or `unknown`.' })
  type!: string;

  @Field(() => InboundResult, {
    description: 'DRAFTED, RELEASED under a standing authority, NOTED (an acknowledgement), or REFUSED.',
  })
  result!: keyof typeof InboundResult;

  @Field(() => ID, { nullable: true, description: 'The finding that was made or acknowledged.' })
  findingId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Its revision; of a draft, the one to submit.' })
  revisionId!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was refused: a code of `extensions.code`.' })
  code!: string | null;

  @Field(() => [StandingType], { description: 'One for each standing authority that covers it.' })
  standing!: StandingType[];

  @Field(() => [InputFaultType], { description: 'What is wrong, and where in the body.' })
  faults!: readonly InputFault[];
}

@ObjectType('InboundReceipt', {
  description: "What became of a message that one of your agency's systems posted.",
})
export class ReceiptType {
  @Field(() => ID, { description: 'The receipt.' })
  id!: string;

  @Field({ description: 'The id that the message had: `webhook-id`.' })
  messageId!: string;

  @Field(() => ID, { description: 'The system client that posted it.' })
  clientId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The key that signed it; null for what came with a token.',
  })
  kid!: string | null;

  @Field({ description: 'When.' })
  receivedAt!: Date;

  @Field(() => [Outcome], { description: 'One for each event, in order.' })
  outcomes!: Outcome[];
}

@ObjectType('InboundReceiptConnection', { description: 'A page of receipts, newest first.' })
export class InboundReceiptConnection extends pageTypeOf(ReceiptType, 'InboundReceipt') {}
