import { Args, Context, Extensions, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, CallerOf, CONTENT_ROLES, type OperationContext } from '#access';
import { Checked, type Caller } from '#core';
import { FindingLoaders, FindingType } from '#findings';
import { traceSchema, type TraceInput } from './trace.inputs.js';
import { TraceService } from './trace.service.js';
import { TraceArgs, TraceSourceType, TraceType } from './trace.type.js';

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
    @Context() { reply }: OperationContext,
  ): Promise<TraceType> {
    return this.traces.trace(caller, input, () => reply.raw.destroyed);
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
