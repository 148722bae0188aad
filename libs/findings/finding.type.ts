import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { enumType, pageTypeOf } from '#core';
import { acknowledgementSchema, findingStateSchema, type FindingState } from './finding.inputs.js';

const FindingStateEnum = enumType(findingStateSchema);
const AcknowledgedEnum = enumType(acknowledgementSchema);

@ObjectType('Revision', { description: 'One version of a finding: an immutable document.' })
export class RevisionType {
  @Field(() => ID, { description: 'Name it to revise, to release or to rest on it.' })
  id!: string;

  @Field({ description: 'SHA-256 of the exact bytes of the document.' })
  hash!: string;
}

@ObjectType('Release', { description: 'One agency has one revision, on these terms.' })
export class ReleaseType {
  agencyId!: string;

  @Field(() => ID, { description: 'Which revision.' })
  revisionId!: string;

  @Field({ description: 'TLP 2.0.' })
  marking!: string;

  @Field(() => [String], { description: 'Handling conditions.' })
  handling!: string[];

  @Field({ description: 'What may be done about it.' })
  pap!: string;

  @Field({ description: 'What it may be used for.' })
  purpose!: string;

  @Field(() => ID, { description: 'The arrangement it was released under.' })
  arrangementId!: string;

  @Field(() => String, { nullable: true, description: 'What else the recipient must observe.' })
  conditions!: string | null;

  @Field({ description: 'When.' })
  releasedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When the right ends; null for no end.' })
  until!: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: "The author's standing authority under which it was released at once; null for one by hand.",
  })
  standingAuthorityId!: string | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When the recipient said that its systems have stored this revision.',
  })
  storedAt!: Date | null;
}

@ObjectType('Acknowledgement', { description: 'What an agency said became of a finding in its own systems.' })
export class AcknowledgementType {
  agencyId!: string;

  @Field(() => AcknowledgedEnum, { description: 'STORED, or REMOVED after it was taken back or ended.' })
  said!: string;

  @Field(() => ID, { nullable: true, description: 'Which revision it has stored.' })
  revisionId!: string | null;

  @Field({ description: 'When it said so.' })
  at!: Date;
}

@ObjectType('Sheet', { description: "The author's own side of a revision." })
export class SheetType {
  @Field(() => ID, { description: 'The revision it belongs to.' })
  revisionId!: string;

  @Field(() => Int, { description: 'Counts the revisions of the finding.' })
  number!: number;

  @Field(() => FindingStateEnum, { description: 'DRAFT, IN_REVIEW or RELEASED.' })
  state!: FindingState;

  @Field(() => String, { nullable: true, description: 'The case number of the agency.' })
  caseNumber!: string | null;

  @Field(() => String, { nullable: true, description: 'Where it really comes from.' })
  trueSource!: string | null;

  @Field(() => String, { nullable: true, description: 'On what ground it may be shared.' })
  legalBasis!: string | null;

  @Field({ description: 'Who drafted it.' })
  draftedBy!: string;

  @Field({ description: 'When.' })
  draftedAt!: Date;

  @Field({ description: 'Who has it now: who drafted it, or the member it was handed over to.' })
  keptBy!: string;

  @Field(() => String, { nullable: true, description: 'Who sent it to review.' })
  submittedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'What a reviewer asked for when returning it.' })
  returnedNote!: string | null;

  @Field(() => String, { nullable: true, description: 'Who released it first.' })
  releasedBy!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was first released.' })
  releasedAt!: Date | null;
}

@ObjectType('Finding', { description: 'What one agency asserts. You see it as it was released to you.' })
export class FindingType {
  authorId!: string;
  supersededById!: string | null;
  /** Microseconds since 1970: what the list sorts by. */
  sortKey!: string;

  @Field(() => ID, { description: 'The finding, whatever its revision.' })
  id!: string;

  @Field(() => FindingStateEnum, { description: 'Where it stands, for you.' })
  state!: FindingState;

  @Field(() => String, { nullable: true, description: 'What it is about; null when it was taken back.' })
  kind!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'TLP 2.0 as it applies to you; null when it was taken back.',
  })
  marking!: string | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When this revision came to you, or was drafted; null when it was taken back.',
  })
  listedAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When it ends: for you, or for its author when its recipients lose it; null for no end.',
  })
  expiresAt!: Date | null;

  @Field(() => RevisionType, {
    nullable: true,
    description: 'The current revision; null when it was taken back.',
  })
  revision!: RevisionType | null;

  @Field(() => Date, { nullable: true, description: 'When it was taken back from you, or ended.' })
  withdrawnAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was taken back, as a term.' })
  withdrawnReason!: string | null;
}

@ObjectType('Total', { description: 'How many there are, counted up to a limit.' })
export class TotalType {
  @Field(() => Int, { description: 'At most 10,000.' })
  count!: number;

  @Field({ description: 'Whether there are more than counted.' })
  more!: boolean;
}

@ObjectType('FindingConnection', { description: 'A page of findings, newest first.' })
export class FindingConnection extends pageTypeOf(FindingType, 'Finding') {}

@ObjectType('RecalledFrom', {
  description: 'An agency from which a finding was taken back, and up to where its systems may have had it.',
})
export class RecalledFromType {
  agencyId!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'In your own feed of sharing, your last act on the finding that the feed of this agency had told before: up to that one its webhooks and subscriptions may have delivered it. Null: none was told, and nothing was delivered. Sent again later, the same recall may name a later act: of that no content was told.',
  })
  position!: number | null;

  @Field(() => Date, {
    nullable: true,
    description: 'The time of that act. Its event has the same in the feed of that agency.',
  })
  recordedAt!: Date | null;
}

@ObjectType('FindingPayload', { description: 'The finding as it stands after the act.' })
export class FindingPayload {
  @Field(() => FindingType, { description: 'Read again under your present rights.' })
  finding!: FindingType;

  @Field(() => [RecalledFromType], {
    nullable: true,
    description: 'After `recallFinding`: from whom it was taken back. Null after any other act.',
  })
  recalledFrom?: RecalledFromType[];
}

@ObjectType('InputFault', { description: 'What is wrong, and where.' })
export class InputFaultType {
  @Field({ description: 'Path in the input.' })
  path!: string;

  @Field({ description: 'What is wrong there.' })
  message!: string;
}

@ObjectType('Reach', { description: 'Whether a finding could be released to an agency.' })
export class ReachType {
  agencyId!: string;

  @Field({ description: 'Whether an arrangement in force covers it.' })
  releasable!: boolean;

  @Field(() => ID, { description: 'The arrangement that would carry it, or comes nearest.' })
  arrangementId!: string;

  @Field(() => Date, {
    nullable: true,
    description: 'Until when the recipient would keep it; null for no end.',
  })
  until!: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why not: TLP_RED_NOT_ENFORCED, ABOVE_YOUR_CAP, AGENCY_NOT_ACTIVE, NO_ARRANGEMENT_IN_FORCE, KIND_NOT_COVERED, PURPOSE_NOT_COVERED or MARKING_TOO_HIGH.',
  })
  ground!: string | null;

  @Field({
    description:
      'Whether it must also hold the revisions that the document rests on. Who holds them is not told: the release will tell.',
  })
  holdersOnly!: boolean;
}

@ObjectType('Validation', { description: 'What would become of a document, without any effect.' })
export class ValidationType {
  @Field({ description: 'Whether it could be drafted.' })
  valid!: boolean;

  @Field(() => [InputFaultType], { description: 'What is wrong with it.' })
  faults!: InputFaultType[];

  @Field(() => [ReachType], { description: 'To whom it could be released; empty while it is not valid.' })
  reach!: ReachType[];
}
