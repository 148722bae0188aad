import { Extensions, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { argsType, enumType } from '#core';
import { ListHitType } from './lists.type.js';
import { MOST_ASSETS } from './trace-limits.js';
import { directionSchema, stopSchema, traceSchema } from './trace.inputs.js';
import type { Direction, Stop } from './trace-walk.js';

export const TraceArgs = argsType(traceSchema);
const DirectionEnum = enumType(directionSchema);
const StopEnum = enumType(stopSchema);

@ObjectType('TraceShares', {
  description:
    'What of the stolen amount there is, by two ways of reckoning, in base units. Both are rules and no finding of fact.',
})
export class TraceSharesType {
  @Field({
    description:
      'By haircut: what leaves an address takes of the stolen money the part that it is of all that is known to be there; rounded down, and what rounding leaves stays.',
  })
  haircut!: string;

  @Field({ description: 'By FIFO: what came first leaves first.' })
  fifo!: string;
}

@ObjectType('TraceSource', { description: 'Where a transfer is told.' })
export class TraceSourceType {
  @Field(() => ID, { description: 'The finding.' })
  findingId!: string;

  @Field(() => ID, { description: 'Its revision.' })
  revisionId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Hash of the dataset of it that has the transfer; null if the document itself has it.',
  })
  dataset!: string | null;
}

@ObjectType('TraceTransfer', { description: 'A transfer, once however many findings tell it.' })
export class TraceTransferType {
  @Field(() => String, { nullable: true, description: 'Hash of the transaction, if a finding says it.' })
  transaction!: string | null;

  @Field({ description: 'Exact amount in base units.' })
  amount!: string;

  @Field(() => Date, { nullable: true, description: 'When, from; null if no finding says it.' })
  from!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When, until before; as precise as the finding is.' })
  until!: Date | null;

  @Field(() => TraceSharesType, {
    nullable: true,
    description: 'What of the stolen it moved; null if traced back.',
  })
  shares!: TraceSharesType | null;

  @Extensions({ items: 1 })
  @Field(() => [TraceSourceType], {
    description:
      'The findings that tell it. The same transaction, sender, receiver, asset and amount are one transfer; without a transaction, the same time is.',
  })
  sources!: TraceSourceType[];
}

@ObjectType('TraceEdge', { description: 'What went from one address to another, of one asset.' })
export class TraceEdgeType {
  @Field({ description: 'Sender: `wallet|chain|address`.' })
  sender!: string;

  @Field({ description: 'Receiver: `wallet|chain|address`.' })
  receiver!: string;

  @Field({ description: 'Code of the asset.' })
  asset!: string;

  @Field(() => Int, { description: 'Decimals of the base unit.' })
  decimals!: number;

  @Field({ description: 'All of it, in base units.' })
  amount!: string;

  @Field(() => TraceSharesType, {
    nullable: true,
    description: 'What of the stolen it moved; null if traced back.',
  })
  shares!: TraceSharesType | null;

  @Extensions({ items: 2 })
  @Field(() => [TraceTransferType], { description: 'In the order in which the money can have moved.' })
  transfers!: TraceTransferType[];
}

@ObjectType('TraceHolding', { description: 'One asset at one address.' })
export class TraceHoldingType {
  @Field({ description: 'Code of the asset.' })
  asset!: string;

  @Field(() => Int, { description: 'Decimals of the base unit.' })
  decimals!: number;

  @Field({ description: 'What came to it in this trace, in base units.' })
  received!: string;

  @Field({ description: 'What left it in this trace, in base units.' })
  sent!: string;

  @Field(() => TraceSharesType, {
    nullable: true,
    description: 'Stolen money that came, each time it came; null if traced back.',
  })
  came!: TraceSharesType | null;

  @Field(() => TraceSharesType, {
    nullable: true,
    description: 'Stolen money that is still there at the end of the trace; null if traced back.',
  })
  held!: TraceSharesType | null;

  @Field({
    description:
      'Whether it is not known of all that came and left which was first: what came is then taken to be first.',
  })
  orderAssumed!: boolean;

  @Field({
    description:
      'Whether more came to it than was read, from others: then less of what left is of the stolen than the shares say.',
  })
  moreCame!: boolean;
}

@ObjectType('TraceNode', { description: 'An address that the trace came to.' })
export class TraceNodeType {
  @Field({ description: '`wallet|chain|address`.' })
  key!: string;

  @Field({ description: 'The chain.' })
  chain!: string;

  @Field({ description: 'The address in its normal form.' })
  address!: string;

  @Field(() => Int, { description: 'Hops from the start, at the least.' })
  hop!: number;

  @Field(() => [String], { description: 'Whose it is in findings you may see: suspect, victim, service...' })
  roles!: string[];

  @Field(() => [ListHitType], { description: 'The reference lists it stands on, sanctions first.' })
  lists!: ListHitType[];

  @Field(() => [StopEnum], {
    description: 'Why the trace does not go on from here, or not with all; empty where nothing more is told.',
  })
  stops!: Stop[];

  @Field(() => [TraceHoldingType], { description: 'What came and what left, by asset.' })
  holdings!: TraceHoldingType[];
}

@ObjectType('TraceEntry', { description: 'Where the money reached a known service, or came from one.' })
export class TraceEntryType {
  @Field({ description: '`wallet|chain|address`.' })
  key!: string;

  @Field({ description: 'In words: which service, where, and how much.' })
  says!: string;

  @Field(() => ListHitType, { description: 'The list that says so.' })
  service!: ListHitType;

  @Field(() => TraceHoldingType, { description: 'What came and what left.' })
  holding!: TraceHoldingType;
}

@ObjectType('TraceTotal', { description: 'One asset, in all.' })
export class TraceTotalType {
  @Field({ description: 'Code of the asset.' })
  asset!: string;

  @Field(() => Int, { description: 'Decimals of the base unit.' })
  decimals!: number;

  @Field({
    description: 'Traced out: all that left the start. Traced back: all that came to it. Base units.',
  })
  amount!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Of what left the start what had not come back before: the stolen amount that the shares are of. Null if traced back.',
  })
  stolen!: string | null;

  @Field(() => TraceSharesType, {
    nullable: true,
    description: 'Of the stolen, what known services have at the end of the trace; null if traced back.',
  })
  atServices!: TraceSharesType | null;

  @Field(() => TraceSharesType, {
    nullable: true,
    description:
      'Of the stolen, what left the addresses of the trace by transfers that it does not follow (AMOUNT, WINDOW, NODES); null if traced back.',
  })
  elsewhere!: TraceSharesType | null;
}

@ObjectType('Trace', {
  description: 'Where money went or came from, by the transfers that visible findings tell.',
})
export class TraceType {
  @Field({ description: 'Where it began: `wallet|chain|address`.' })
  from!: string;

  @Field(() => DirectionEnum, { description: 'Out, or back.' })
  direction!: Direction;

  @Field(() => Int, { description: 'Hops that were looked at.' })
  hops!: number;

  @Field(() => Int, { description: 'Transfers without a time: taken to be as early as they can have been.' })
  untimed!: number;

  @Field({ description: 'Whether nothing was left out: no address has a stop but those of services.' })
  complete!: boolean;

  @Extensions({ items: 20 })
  @Field(() => [TraceNodeType], { description: 'The addresses, the nearest first.' })
  nodes!: TraceNodeType[];

  @Extensions({ items: 20 })
  @Field(() => [TraceEdgeType], { description: 'What moved between them.' })
  edges!: TraceEdgeType[];

  @Field(() => [TraceEntryType], { description: 'The known services that it came to.' })
  entries!: TraceEntryType[];

  @Field(() => [TraceTotalType], { description: `By asset: at most ${MOST_ASSETS} are followed.` })
  totals!: TraceTotalType[];
}

@ObjectType('TraceProgress', { description: 'How far a trace is.' })
export class TraceProgressType {
  @Field(() => Int, { description: 'Hops that were looked at.' })
  hop!: number;

  @Field(() => Int, { description: 'Addresses that it came to so far.' })
  nodes!: number;

  @Field(() => Int, { description: 'Edges between them so far.' })
  edges!: number;

  @Field(() => Int, { description: 'Transfers that were read so far.' })
  transfers!: number;

  @Field(() => Int, { description: 'Milliseconds since it began.' })
  elapsed!: number;

  @Field(() => TraceType, {
    nullable: true,
    description: 'In the last message the whole trace, as the query answers it; null before.',
  })
  trace!: TraceType | null;
}
