import { Args, Context, Extensions, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Allow, callerOf, CallerOf, CONTENT_ROLES, type OperationContext } from '#access';
import { Input, PageArgs, type Caller, type Page } from '#core';
import {
  loadBatchSchema,
  openDatasetSchema,
  sealDatasetSchema,
  type LoadBatchInput,
} from './datasets.inputs.js';
import { DatasetsService } from './datasets.service.js';
import {
  DatasetArgs,
  DatasetPayload,
  DatasetRefusalConnection,
  DatasetRowConnection,
  DatasetType,
  ROWS_PAGE,
  RowsArgs,
  type DatasetRefusalType,
  type DatasetRowType,
} from './datasets.type.js';

@Resolver(() => DatasetType)
export class DatasetsResolver {
  constructor(private readonly datasets: DatasetsService) {}

  @Query(() => DatasetType, {
    description:
      'A dataset of your agency, or one that a finding you may see names; by its id or by its hash.',
  })
  @Allow(...CONTENT_ROLES)
  dataset(@CallerOf() caller: Caller, @Args() named: DatasetArgs): Promise<DatasetType> {
    return this.datasets.named(caller, named);
  }

  @Mutation(() => DatasetPayload, {
    description: 'Opens a dataset. What is not sealed within 7 days is given up.',
  })
  @Allow('CONTRIBUTOR')
  openDataset(
    @CallerOf() caller: Caller,
    @Input(openDatasetSchema) input: z.output<typeof openDatasetSchema>,
  ): Promise<DatasetPayload> {
    return after(this.datasets.open(caller, input));
  }

  @Extensions({ points: 1_000 })
  @Mutation(() => DatasetPayload, {
    description:
      'Loads the next batch of a dataset. What is valid goes in, the rest is listed; sent again it changes nothing.',
  })
  @Allow('CONTRIBUTOR')
  loadBatch(
    @CallerOf() caller: Caller,
    @Input(loadBatchSchema) input: LoadBatchInput,
  ): Promise<DatasetPayload> {
    return after(this.datasets.load(caller, input));
  }

  @Mutation(() => DatasetPayload, {
    description: 'Seals a dataset under one hash. From then on documents may name it, and it never changes.',
  })
  @Allow('CONTRIBUTOR')
  sealDataset(
    @CallerOf() caller: Caller,
    @Input(sealDatasetSchema) input: z.output<typeof sealDatasetSchema>,
  ): Promise<DatasetPayload> {
    return after(this.datasets.seal(caller, input));
  }

  @Extensions({ pageMaximum: ROWS_PAGE })
  @ResolveField(() => DatasetRowConnection, { description: 'What it has, in the order it was sent.' })
  rows(
    @Parent() dataset: DatasetType,
    @Args() args: RowsArgs,
    @Context() context: OperationContext,
  ): Promise<Page<DatasetRowType>> {
    return this.datasets.rows(readerOf(context), dataset, args);
  }

  @ResolveField(() => DatasetRefusalConnection, {
    description: 'What was not taken, and why; of other agencies nothing.',
  })
  refusals(
    @Parent() dataset: DatasetType,
    @Args() args: PageArgs,
    @Context() context: OperationContext,
  ): Promise<Page<DatasetRefusalType>> {
    return this.datasets.refusals(readerOf(context), dataset, args);
  }
}

const readerOf = (context: OperationContext): Caller => callerOf(context.reply.request, CONTENT_ROLES);

const after = async (act: Promise<DatasetType>): Promise<DatasetPayload> => ({ dataset: await act });
