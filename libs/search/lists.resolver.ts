import { Extensions, Mutation, Query, ResolveField, Resolver, Args } from '@nestjs/graphql';
import DataLoader from 'dataloader';
import type { z } from 'zod';
import {
  AdministrationPayload,
  AdministrationService,
  AgencyLoaders,
  AgencyType,
  Allow,
  CallerOf,
  callerOf,
  CONTENT_ROLES,
  type OperationContext,
} from '#access';
import { Database, Input, PageArgs, type Caller, type Page } from '#core';
import {
  publishListSchema,
  rollBackListSchema,
  stageListSchema,
  type StageListInput,
} from './lists.inputs.js';
import { versionsOf } from './lists.queries.js';
import { ListsService } from './lists.service.js';
import { ListConnection, ListHitType, ListType, ListVersionType, StagedType } from './lists.type.js';

const READ_BY = [...CONTENT_ROLES, 'OPERATOR'] as const;
const KEPT_BY = ['OPERATOR', 'CONTRIBUTOR', 'LIAISON'] as const;

@Resolver(() => ListType)
export class ListsResolver {
  private readonly loaders = new WeakMap<OperationContext, DataLoader<string, ListVersionType[]>>();

  constructor(
    private readonly lists: ListsService,
    private readonly administration: AdministrationService,
    private readonly database: Database,
  ) {}

  @Query(() => ListConnection, { description: "The hub's reference lists, and those of your agency alone." })
  @Allow(...READ_BY)
  referenceLists(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<ListType>> {
    return this.lists.page(caller, page);
  }

  @Extensions({ points: 500 })
  @Mutation(() => StagedType, {
    description: 'Stages a batch of the next version of a list. Nothing answers by it until it is published.',
  })
  @Allow(...KEPT_BY)
  stageList(@CallerOf() caller: Caller, @Input(stageListSchema) input: StageListInput): Promise<StagedType> {
    return this.lists.stage(caller, input);
  }

  @Extensions({ points: 500 })
  @Mutation(() => AdministrationPayload, {
    description: "Publishes what is staged. A list of the hub's takes two.",
  })
  @Allow(...KEPT_BY)
  publishList(
    @CallerOf() caller: Caller,
    @Input(publishListSchema) input: z.output<typeof publishListSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'publishList', 'list.published', input);
  }

  @Extensions({ points: 500 })
  @Mutation(() => AdministrationPayload, {
    description: "Gives a list the contents of an earlier version again. A list of the hub's takes two.",
  })
  @Allow(...KEPT_BY)
  rollBackList(
    @CallerOf() caller: Caller,
    @Input(rollBackListSchema) input: z.output<typeof rollBackListSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'rollBackList', 'list.rolled-back', input);
  }

  @ResolveField(() => [ListVersionType], { description: 'Its versions, the newest first.' })
  versions({ id }: ListType, _: unknown, context: OperationContext): Promise<ListVersionType[]> {
    let loader = this.loaders.get(context);
    if (!loader) {
      const caller = callerOf(context.reply.request, READ_BY);
      loader = new DataLoader(async (ids) => {
        const rows = await this.database.read(caller, (reader) => versionsOf(reader, ids));
        const byList = Map.groupBy(rows, ({ listId }) => listId);
        return ids.map((one) => byList.get(one) ?? []);
      });
      this.loaders.set(context, loader);
    }
    return loader.load(id);
  }
}

@Resolver(() => ListHitType)
export class ListHitResolver {
  constructor(private readonly agencies: AgencyLoaders) {}

  @ResolveField(() => AgencyType, {
    nullable: true,
    description: 'Whose list it is, if you know that agency.',
  })
  owner({ agencyId }: ListHitType, _: unknown, context: OperationContext): Promise<AgencyType | null> {
    return this.agencies.of(context).load(agencyId);
  }
}
