import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { enumType, pageTypeOf } from '#core';
import { listKindSchema } from './lists.inputs.js';

const ListKindEnum = enumType(listKindSchema);

@ObjectType('ReferenceListVersion', { description: 'One state of a list, with where it is from.' })
export class ListVersionType {
  @Field(() => ID, { description: 'Name it to publish it.' })
  id!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Counts the versions of the list; null while it is staged.',
  })
  number!: number | null;

  @Field({ description: 'From where.' })
  source!: string;

  @Field(() => String, { nullable: true, description: 'On what terms it may be used.' })
  licence!: string | null;

  @Field({ description: 'When it was fetched.' })
  retrievedAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'Since when it answers look-ups; null while it is staged.',
  })
  publishedAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'The version whose contents it has again.' })
  restores!: number | null;

  @Field(() => Int, { description: 'How many keys it has.' })
  keys!: number;

  @Field({ description: 'SHA-256 of what it has, in hex: who publishes it names it.' })
  digest!: string;

  @Field(() => Int, { nullable: true, description: 'Keys that came, or came with another label.' })
  added!: number | null;

  @Field(() => Int, { nullable: true, description: 'Keys that went, or went with their label.' })
  removed!: number | null;

  @Field(() => Int, { nullable: true, description: 'Keys that stayed as they were.' })
  unchanged!: number | null;
}

@ObjectType('ReferenceListVersionConnection', { description: 'A page of versions, the newest first.' })
export class ListVersionConnection extends pageTypeOf(ListVersionType, 'ReferenceListVersion') {}

@ObjectType('ReferenceList', { description: "What is sanctioned, or known services' addresses." })
export class ListType {
  agencyId!: string;
  /** Microseconds since 1970. */
  sortKey!: string;

  @Field(() => ID, { description: 'The list, whatever its version.' })
  id!: string;

  @Field({ description: 'What it is called.' })
  name!: string;

  @Field(() => ListKindEnum, { description: 'Sanctions, or services.' })
  kind!: string;

  @Field({
    description: "Whether it is the hub's and answers everybody; else it is your agency's and yours alone.",
  })
  shared!: boolean;

  @Field(() => Int, { description: 'The current version; 0 before the first.' })
  version!: number;
}

@ObjectType('ReferenceListConnection', { description: 'A page of lists, newest first.' })
export class ListConnection extends pageTypeOf(ListType, 'ReferenceList') {}

@ObjectType('ListRowRefused', { description: 'A row that is not taken.' })
export class RefusedRowType {
  @Field(() => Int, { description: 'Its place in the batch, from 0.' })
  row!: number;

  @Field({ description: 'Why.' })
  reason!: string;
}

@ObjectType('StageListPayload', { description: 'What is staged now.' })
export class StagedType {
  @Field(() => ListVersionType, { description: 'The staged version.' })
  version!: ListVersionType;

  @Field(() => [RefusedRowType], {
    description: 'The rows of this batch that were not taken; the others were.',
  })
  refused!: RefusedRowType[];
}

@ObjectType('ListHit', { description: 'A reference list that a value stands on.' })
export class ListHitType {
  agencyId!: string;

  @Field(() => ID, { description: 'The list.' })
  listId!: string;

  @Field({ description: 'What it is called.' })
  list!: string;

  @Field(() => ListKindEnum, { description: 'Sanctions, or services.' })
  kind!: string;

  @Field(() => Int, { description: 'In this version.' })
  version!: number;

  @Field({ description: 'From where that is.' })
  source!: string;

  @Field({ description: 'When it was fetched there.' })
  retrievedAt!: Date;

  @Field({ description: 'As which of the candidates it stands there.' })
  key!: string;

  @Field({ description: 'Whose it is.' })
  label!: string;

  @Field(() => String, { nullable: true, description: 'Of a service: exchange, bridge, mixer or other.' })
  service!: string | null;

  @Field(() => String, { nullable: true, description: 'Where it is: ISO 3166-1 alpha-2.' })
  jurisdiction!: string | null;
}
