import { Extensions, ResolveField, Resolver } from '@nestjs/graphql';
import DataLoader from 'dataloader';
import { callerOf, CONTENT_ROLES, type OperationContext } from '#access';
import { Database } from '#core';
import { FindingLoaders, FindingType } from '#findings';
import { listedValuesOf } from './lists.queries.js';
import { aboutIncidents, relationsOf, type Relations } from './related.policy.js';
import {
  claimsAround,
  sharedCases,
  sharedIncidents,
  sharedIndicators,
  VALUES_OF,
} from './related.queries.js';
import { RelatedFindingType, RelationsType } from './related.type.js';

/** What hangs together: one batch for all findings of a step of an operation. */
@Resolver(() => FindingType)
export class RelatedResolver {
  private readonly loaders = new WeakMap<OperationContext, DataLoader<string, Relations>>();

  constructor(private readonly database: Database) {}

  @Extensions({ points: 20 })
  @ResolveField(() => RelationsType, {
    description:
      'Findings you may see that share an indicator with this one, name the same incident, or are of the same case of your agency.',
  })
  related({ id }: FindingType, _: unknown, context: OperationContext): Promise<Relations> {
    let loader = this.loaders.get(context);
    if (!loader) {
      loader = this.make(context);
      this.loaders.set(context, loader);
    }
    return loader.load(id);
  }

  private make(context: OperationContext): DataLoader<string, Relations> {
    const caller = callerOf(context.reply.request, CONTENT_ROLES);
    return new DataLoader(async (ids) => {
      const [shared, incidents, cases, claims, lists] = await this.database.read(caller, (reader) =>
        Promise.all([
          sharedIndicators(reader, ids),
          sharedIncidents(reader, ids),
          sharedCases(reader, ids),
          claimsAround(reader, ids),
          listedValuesOf(reader, VALUES_OF, ids),
        ]),
      );
      const about = aboutIncidents(claims);
      return ids.map((id) => relationsOf(id, { shared, incidents, cases, about, lists }));
    });
  }
}

@Resolver(() => RelatedFindingType)
export class RelatedFindingResolver {
  constructor(private readonly loaders: FindingLoaders) {}

  @ResolveField(() => FindingType, {
    nullable: true,
    description: 'The other finding, as you may see it now.',
  })
  finding(
    { findingId }: RelatedFindingType,
    _: unknown,
    context: OperationContext,
  ): Promise<FindingType | null> {
    return this.loaders.of(context).finding.load(findingId);
  }
}
