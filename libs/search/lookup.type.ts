import { ArgsType, Extensions, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';
import { ListHitType } from './lists.type.js';
import { LOOKUP_PAGE, MOST_MATCHES, MOST_VALUES } from './lookup-limits.js';

@ObjectType('LookupCandidate', { description: 'One thing that a value can be.' })
export class LookupCandidateType {
  @Field({ description: 'What kind of thing: wallet, transaction, ip...' })
  type!: string;

  @Field(() => String, { nullable: true, description: 'On which chain; null for what is on none.' })
  chain!: string | null;

  @Field({ description: 'Normal form `type|chain|value`: the same for every spelling of one thing.' })
  key!: string;
}

@ObjectType('LookupMatch', { description: 'A finding you may see that has the value.' })
export class LookupMatchType {
  @Field(() => ID, { description: 'The finding.' })
  findingId!: string;

  @Field({ description: 'As which of the candidates it has it.' })
  key!: string;

  @Field(() => [String], {
    description: 'Whose it is there: suspect, victim, third-party, service, unknown; several if it says so.',
  })
  roles!: string[];

  @Field({ description: 'When its revision came to you, or was drafted.' })
  listedAt!: Date;
}

@ObjectType('Lookup', { description: 'What is known of one pasted value.' })
export class LookupType {
  /** Its place among the values, from 0. */
  place!: number;

  @Field({ description: 'As it was pasted.' })
  value!: string;

  @Field(() => String, { nullable: true, description: 'Why it is no valid indicator; null if it is one.' })
  reason!: string | null;

  @Field(() => [LookupCandidateType], {
    description: 'What it can be: an address in 0x is one on every EVM chain. Empty if it is no indicator.',
  })
  candidates!: LookupCandidateType[];

  @Field({
    description:
      "Whether a finding you may see has it as a suspect's. What is a victim's, a third party's or a service's is a match, and none with a suspect.",
  })
  suspect!: boolean;

  @Extensions({ items: 5 })
  @Field(() => [LookupMatchType], {
    description: `The findings you may see that have it, newest first: at most ${MOST_MATCHES} and no two alike.`,
  })
  matches!: LookupMatchType[];

  @Field(() => [ListHitType], { description: 'The reference lists it stands on, sanctions first.' })
  lists!: ListHitType[];

  @Field({
    description: `Whether more than ${MOST_MATCHES} have it: the filter \`indicator\` of \`findings\` pages through them.`,
  })
  moreMatches!: boolean;
}

@ObjectType('LookupConnection', { description: 'A page of values, in the order in which they were pasted.' })
export class LookupConnection extends pageTypeOf(LookupType, 'Lookup') {
  @Field(() => Int, { description: 'How many values were found in what was pasted.' })
  count!: number;
}

@ArgsType()
export class LookupArgs {
  @Field(() => [String], {
    description: `Up to ${MOST_VALUES} values as people paste them; each text may be a list with spaces, commas or line ends.`,
  })
  values!: string[];

  @Field(() => Int, {
    nullable: true,
    description: `How many: 1 to ${LOOKUP_PAGE}, 20 if not said.`,
  })
  first?: number;

  @Field(() => String, { nullable: true, description: '`pageInfo.endCursor` of the page before.' })
  after?: string;
}
