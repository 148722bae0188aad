import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { PAGE_DEFAULT, PAGE_MAXIMUM } from '#core';
import { FEEDS, type FeedName } from '#ledger';

/** Seconds a poll may wait: less than proxies on the way allow a request without an answer. */
export const LONGEST_WAIT = 25;

const FeedEnum = Object.fromEntries(FEEDS.map((name) => [name, name])) as { [Name in FeedName]: Name };
registerEnumType(FeedEnum, {
  name: 'FeedName',
  description: 'The feeds of an agency.',
  valuesMap: {
    SHARING: {
      description: 'What became of findings, arrangements and agencies. For those who read content.',
    },
    ADMINISTRATION: {
      description:
        'Acts of administration: arrangements, agencies, members, clients, caps. For those who administer or audit.',
    },
  },
});

/** Types are strings, and there will be others: a consumer passes over those it does not know. */
const TYPES =
  `finding.drafted, .revised, .submitted, .returned, .released, .recalled, .superseded, .expired, .stored, .removed;
arrangement.enrolled, .proposed, .accepted, .refused, .ended; agency.enrolled, .suspended, .reinstated; and in ADMINISTRATION also membership.*,
cap.*, client.*, standing-authority.*, inbound.* and pending-act.*`.replaceAll('\n', ' ');

@ArgsType()
export class FollowArgs {
  @Field(() => FeedEnum, { defaultValue: 'SHARING', description: 'Which feed.' })
  of!: FeedName;

  @Field(() => String, {
    nullable: true,
    description:
      '`endCursor` of the answer before, or the `cursor` of an event. From the beginning if left out.',
  })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `Events of an answer at most: 1 to ${PAGE_MAXIMUM}, ${PAGE_DEFAULT} if not said.`,
  })
  first?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Events of these types alone; the others are counted in `skipped`. All if left out.',
  })
  types?: string[] | null;
}

@ArgsType()
export class FeedArgs extends FollowArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Seconds to wait for the feed to move where it brings nothing yet: 0 to ${LONGEST_WAIT}. The field is alone in its operation then.`,
  })
  wait?: number | null;
}

@ObjectType('FeedEvent', {
  description: 'One thing that happened. What it tells of its subject is decided when it is read.',
})
export class FeedEventType {
  actorAgencyId!: string | null;

  @Field(() => Int, { description: 'Its place in the feed: 1, 2, 3, without a gap.' })
  position!: number;

  @Field({ description: 'Pass it as `after` to go on behind this event.' })
  cursor!: string;

  @Field({ description: `What was done to what. An open list: ${TYPES}.` })
  type!: string;

  @Field({ description: 'When.' })
  recordedAt!: Date;

  @Field({ description: 'What was acted on: finding, arrangement, agency, membership, client, pending-act.' })
  subjectType!: string;

  @Field(() => ID, { description: 'Which.' })
  subjectId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The revision it was about; null where it names none or was withdrawn.',
  })
  revisionId!: string | null;

  @Field({
    description:
      'Whether the finding was taken back from you since, or has run out: remove what you hold of it.',
  })
  withdrawn!: boolean;
}

@ObjectType('FeedRange', { description: 'Positions of the feed, both ends included.' })
export class FeedRangeType {
  @Field(() => Int, { description: 'The first.' })
  from!: number;

  @Field(() => Int, { description: 'The last.' })
  to!: number;
}

@ObjectType('Feed', {
  description:
    'A stretch of a feed, whole: each of its positions is in `events` or, where `types` leave it out, in `skipped`.',
})
export class FeedType {
  @Field(() => ID, { description: 'Changes when the service is restored from a backup. Cursors carry it.' })
  epoch!: string;

  @Field(() => Int, { description: 'Behind which position this stretch begins.' })
  after!: number;

  @Field(() => Int, { description: 'With which position it ends.' })
  through!: number;

  @Field(() => Int, { description: 'How many events the feed has: the position of the last one.' })
  total!: number;

  @Field(() => [FeedEventType], { description: 'The events, in the order of their positions.' })
  events!: FeedEventType[];

  @Field(() => [FeedRangeType], { description: 'The positions that `types` leave out.' })
  skipped!: FeedRangeType[];

  @Field({ description: 'Pass it as `after` to go on. Also where there was no event.' })
  endCursor!: string;

  @Field({ description: 'Whether there is more behind it already.' })
  hasNextPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor that you acknowledged last, in this epoch.',
  })
  acknowledged!: string | null;
}

@InputType('AcknowledgeFeedInput', { description: 'How far you have what the feed brings.' })
export class AcknowledgeFeedInput {
  @Field({ description: '`endCursor` of an answer, or the `cursor` of an event.' })
  cursor!: string;
}

@ObjectType('AcknowledgeFeedPayload', { description: 'How far you acknowledged.' })
export class AcknowledgeFeedPayload {
  @Field({ description: 'The furthest cursor that you acknowledged: an earlier one changes nothing.' })
  acknowledged!: string;
}
