import { Args, Context, Extensions, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { Allow, CallerOf, CONTENT_ROLES, type OperationContext } from '#access';
import { Checked, ServiceError, type Caller } from '#core';
import { FindingLoaders, FindingType } from '#findings';
import { traceSchema, type TraceInput } from './trace.inputs.js';
import { TraceService, type Check } from './trace.service.js';
import { TraceArgs, TraceProgressType, TraceSourceType, TraceType } from './trace.type.js';

@Resolver(() => TraceSourceType)
export class TraceResolver {
  constructor(
    private readonly traces: TraceService,
    private readonly loaders: FindingLoaders,
  ) {}

  @Extensions({ points: 500 })
  @Query(() => TraceType, {
    description:
      'Follows money from an address, hop by hop, over the transfers that findings you may see tell; says where it stopped, and why.',
  })
  @Allow(...CONTENT_ROLES)
  trace(
    @CallerOf() caller: Caller,
    @Args({ type: () => TraceArgs }, new Checked(traceSchema, '')) input: TraceInput,
    @Context() context: OperationContext,
  ): Promise<TraceType> {
    return this.traces.trace(caller, input, checkOf(context));
  }

  @Extensions({ points: 500, work: true })
  @Subscription(() => TraceProgressType, {
    description:
      'A trace as it goes: after each hop how far it is, at last the whole. To end the subscription ends the trace.',
  })
  @Allow(...CONTENT_ROLES)
  async *traceProgress(
    @CallerOf() caller: Caller,
    @Args({ type: () => TraceArgs }, new Checked(traceSchema, '')) input: TraceInput,
    @Context() context: OperationContext,
  ): AsyncGenerator<{ traceProgress: TraceProgressType }> {
    for await (const traceProgress of this.traces.progress(caller, input, checkOf(context)))
      yield { traceProgress };
  }

  @ResolveField(() => FindingType, { nullable: true, description: 'The finding, as you may see it now.' })
  finding(
    { findingId }: TraceSourceType,
    _: unknown,
    context: OperationContext,
  ): Promise<FindingType | null> {
    return this.loaders.of(context).finding.load(findingId);
  }
}

/** The rights themselves the database checks, at each statement. */
const checkOf =
  ({ reply, closed }: OperationContext): Check =>
  () => {
    const { user } = reply.request;
    if (closed?.aborted ?? reply.raw.destroyed)
      throw new ServiceError('UNAVAILABLE', 'The trace was given up: nobody waits for it.');
    if (user?.until !== undefined && user.until <= Date.now())
      throw new ServiceError('UNAUTHENTICATED', 'Sign in again: your token has ended.');
  };
