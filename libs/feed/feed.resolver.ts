import { Args, Context, Info, Mutation, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { Kind, type GraphQLResolveInfo } from 'graphql';
import {
  AgencyLoaders,
  AgencyType,
  Allow,
  CallerOf,
  CONTENT_ROLES,
  ROLES,
  type OperationContext,
  type Role,
} from '#access';
import { invalid, type Caller } from '#core';
import type { FeedName } from '#ledger';
import {
  AcknowledgeFeedInput,
  AcknowledgeFeedPayload,
  FeedArgs,
  FeedEventType,
  FeedType,
  FollowArgs,
  LONGEST_WAIT,
} from './feed.type.js';
import { FeedService, wantedOf } from './feed.service.js';
import { Following, type Waiter } from './following.js';

/** Whose feed is whose to read. The database says the same (migrations/1763683206000-feed.ts). */
const READERS: Readonly<Record<FeedName, readonly Role[]>> = {
  SHARING: CONTENT_ROLES,
  ADMINISTRATION: ['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'],
};

const readerOf = (caller: Caller, feed: FeedName): Caller => ({
  ...caller,
  needed: caller.needed.filter((role) => READERS[feed].some((one) => one === role)),
});

/** The feeds of an agency: everything that concerns it, in order, once. */
@Resolver(() => FeedEventType)
export class FeedResolver {
  constructor(
    private readonly feeds: FeedService,
    private readonly following: Following,
    private readonly agencies: AgencyLoaders,
  ) {}

  @Query(() => FeedType, {
    name: 'feed',
    description:
      'What happened that concerns your agency, in order, from a place on. With `wait` it is a long poll.',
  })
  @Allow(...ROLES)
  feed(
    @CallerOf() caller: Caller,
    @Args() { wait, ...question }: FeedArgs,
    @Context() context: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedType> {
    const seconds = wait ?? 0;
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_WAIT)
      throw invalid('wait', `\`wait\` is from 0 to ${LONGEST_WAIT}.`);
    if (seconds > 0 && !isAlone(info)) throw invalid('wait', 'A field that waits is alone in its operation.');
    const wanted = wantedOf(question);
    return this.following.poll(waiterOf(context, readerOf(caller, question.of)), wanted, seconds * 1000);
  }

  @Subscription(() => FeedType, {
    name: 'feed',
    description: 'The feed from a place on, and what comes as it comes. By WebSocket or server-sent events.',
  })
  @Allow(...ROLES)
  async *follow(
    @CallerOf() caller: Caller,
    @Args() question: FollowArgs,
    @Context() context: OperationContext,
  ): AsyncGenerator<{ feed: FeedType }> {
    const waiter = waiterOf(context, readerOf(caller, question.of));
    for await (const feed of this.following.follow(waiter, wantedOf(question))) yield { feed };
  }

  @Mutation(() => AcknowledgeFeedPayload, {
    description:
      'Says that you have everything up to a cursor. Kept for you, for each feed; a service for your own restart, and a receipt.',
  })
  @Allow(...ROLES)
  async acknowledgeFeed(
    @CallerOf() caller: Caller,
    @Args('input', { description: 'How far you have what the feed brings.' })
    { cursor }: AcknowledgeFeedInput,
  ): Promise<AcknowledgeFeedPayload> {
    const acknowledged = await this.feeds.acknowledge(
      caller,
      cursor,
      (feed) => readerOf(caller, feed).needed,
    );
    return { acknowledged };
  }

  @ResolveField(() => AgencyType, {
    nullable: true,
    description: 'Whose act it was; null where it was withdrawn from you.',
  })
  actor(
    { actorAgencyId }: FeedEventType,
    _: unknown,
    context: OperationContext,
  ): Promise<AgencyType | null> | null {
    return actorAgencyId === null ? null : this.agencies.of(context).load(actorAgencyId);
  }
}

/** Other fields would run in the time and the turn that waiting gives up. */
const isAlone = ({ operation: { selectionSet } }: GraphQLResolveInfo): boolean =>
  selectionSet.selections.length === 1 && selectionSet.selections[0]?.kind === Kind.FIELD;

function waiterOf({ reply, closed }: OperationContext, caller: Caller): Waiter {
  const { user, turn } = reply.request;
  return {
    caller,
    until: user?.until ?? 0,
    closed: closed ?? closedWith(reply),
    rest: (waiting) => (turn ? turn.rest(waiting) : waiting()),
  };
}

/** Whoever hangs up waits no longer. */
function closedWith(reply: OperationContext['reply']): AbortSignal {
  const closed = new AbortController();
  reply.raw.once('close', () => closed.abort());
  return closed.signal;
}
