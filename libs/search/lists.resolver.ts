import { Args, Context, Extensions, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
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
import { Database, Input, listKey, PageArgs, pageOf, pageRequest, type Caller, type Page } from '#core';
import {
  publishListSchema,
  rollBackListSchema,
  stageListSchema,
  type StageListInput,
} from './lists.inputs.js';
import { versionsOf, type VersionsWanted } from './lists.queries.js';
import { ListsService } from './lists.service.js';
import {
  ListConnection,
  ListHitType,
  ListType,
  ListVersionConnection,
  StagedType,
  type ListVersionType,
} from './lists.type.js';

const READ_BY = [...CONTENT_ROLES, 'OPERATOR'] as const;
/** In a cursor, of what is staged and has no number yet: every version is older. */
const BEFORE_ALL = 999_999_999;
const NUMBER = /^\d{1,9}$/;
/** Of all lists: behind a version of one come older ones of each. */
const VERSIONS = listKey('versions', null);
const KEPT_BY = ['OPERATOR', 'CONTRIBUTOR', 'LIAISON'] as const;

@Resolver(() => ListType)
export class ListsResolver {
  private readonly loaders = new WeakMap<OperationContext, DataLoader<VersionsWanted, ListVersionType[]>>();

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

  @ResolveField(() => ListVersionConnection, {
    description: 'Its versions: what is staged, then the newest first.',
  })
  async versions(
    @Parent() { id }: ListType,
    @Args() args: PageArgs,
    @Context() context: OperationContext,
  ): Promise<Page<ListVersionType>> {
    const { first, after } = pageRequest(VERSIONS, args, { sortKey: NUMBER });
    const rows = await this.loaderOf(context).load({ listId: id, first, before: after && Number(after.key) });
    return pageOf(VERSIONS, first, rows, ({ number, id: version }) => ({
      key: String(number ?? BEFORE_ALL),
      id: version,
    }));
  }

  private loaderOf(context: OperationContext): DataLoader<VersionsWanted, ListVersionType[]> {
    const known = this.loaders.get(context);
    if (known) return known;
    const caller = callerOf(context.reply.request, READ_BY);
    const loader = new DataLoader<VersionsWanted, ListVersionType[]>((wanted) =>
      this.database.read(caller, (reader) => versionsOf(reader, wanted)),
    );
    this.loaders.set(context, loader);
    return loader;
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
