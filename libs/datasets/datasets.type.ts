import { ArgsType, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { enumType, pageTypeOf } from '#core';
import { datasetKindSchema, type DatasetKind } from './datasets.inputs.js';

/** Rows of one page of a dataset. */
export const ROWS_PAGE = 1_000;

const DatasetKindEnum = enumType(datasetKindSchema);

@ObjectType('DatasetLoading', { description: 'How a dataset comes about: for its own agency alone.' })
export class DatasetLoadingType {
  @Field(() => Int, { description: 'Batches that are in: the next has the number behind it.' })
  batches!: number;

  @Field(() => Int, { description: 'Rows that were sent.' })
  received!: number;

  @Field(() => Int, { description: 'Rows that say what an earlier one says.' })
  duplicates!: number;

  @Field(() => Int, { description: 'Rows that were not taken.' })
  refused!: number;

  @Field({ description: 'When it was opened.' })
  openedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it is given up; null once it is sealed.' })
  endsAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was sealed.' })
  sealedAt!: Date | null;
}

@ObjectType('Dataset', { description: 'Indicators or transfers in larger numbers than a document holds.' })
export class DatasetType {
  @Field(() => ID, { description: 'Name it to load and to seal it.' })
  id!: string;

  @Field(() => DatasetKindEnum, { description: 'What each row is.' })
  kind!: DatasetKind;

  @Field(() => String, { nullable: true, description: 'Name it in a document; null until it is sealed.' })
  hash!: string | null;

  @Field({ description: 'Random: with the kind it is what the hash begins with.' })
  salt!: string;

  @Field(() => Int, { description: 'How many rows it has.' })
  count!: number;

  @Field(() => DatasetLoadingType, {
    nullable: true,
    description: 'How it came about; null for other agencies than its own.',
  })
  loading!: DatasetLoadingType | null;
}

@ObjectType('DatasetRow', { description: 'One row of a dataset.' })
export class DatasetRowType {
  @Field(() => Int, { description: 'Its place among the rows that were sent, from 1.' })
  position!: number;

  @Field({ description: 'The exact bytes that were hashed: RFC 8785.' })
  json!: string;
}

@ObjectType('DatasetRefusal', { description: 'A row that was not taken.' })
export class DatasetRefusalType {
  @Field(() => Int, { description: 'Its place among the rows that were sent, from 1.' })
  position!: number;

  @Field(() => Int, { description: 'Where its sender has it.' })
  line!: number;

  @Field({ description: 'Why.' })
  reason!: string;
}

@ObjectType('DatasetRowConnection', { description: 'A page of rows, in their order.' })
export class DatasetRowConnection extends pageTypeOf(DatasetRowType, 'DatasetRow') {}

@ObjectType('DatasetRefusalConnection', { description: 'A page of what was not taken, in its order.' })
export class DatasetRefusalConnection extends pageTypeOf(DatasetRefusalType, 'DatasetRefusal') {}

@ObjectType('DatasetPayload', { description: 'The dataset as it stands now.' })
export class DatasetPayload {
  @Field(() => DatasetType, { description: 'Read again under your present rights.' })
  dataset!: DatasetType;
}

@ArgsType()
export class DatasetArgs {
  @Field(() => ID, { nullable: true, description: 'As it was opened.' })
  id?: string;

  @Field({ nullable: true, description: 'As a document names it.' })
  hash?: string;
}

@ArgsType()
export class RowsArgs {
  @Field(() => Int, { nullable: true, description: `How many: 1 to ${ROWS_PAGE}, 20 if not said.` })
  first?: number;

  @Field(() => String, { nullable: true, description: '`pageInfo.endCursor` of the page before.' })
  after?: string;
}
