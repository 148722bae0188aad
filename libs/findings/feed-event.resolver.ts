import { ResolveField, Resolver } from '@nestjs/graphql';
import type { OperationContext } from '#access';
import { FeedEventType } from '#feed';
import { FindingType } from './finding.type.js';
import { FindingLoaders } from './findings.loaders.js';

/** What an event is about, as its reader may see it now. */
@Resolver(() => FeedEventType)
export class FeedEventResolver {
  constructor(private readonly loaders: FindingLoaders) {}

  @ResolveField(() => FindingType, {
    nullable: true,
    description:
      'The finding as it stands now, or its tombstone; null for other subjects, and where nothing is left of it for you.',
  })
  finding(
    { subjectType, subjectId }: FeedEventType,
    _: unknown,
    context: OperationContext,
  ): Promise<FindingType | null> | null {
    return subjectType === 'finding' ? this.loaders.of(context).findingOrTombstone.load(subjectId) : null;
  }
}
