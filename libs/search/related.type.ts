import { Extensions, Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { outputType } from '#core';
import { claimSchema, type Claim } from '#findings';
import { ListHitType } from './lists.type.js';
import { MOST_COMMON, MOST_DISPUTES, MOST_RELATED } from './related-limits.js';

const ClaimType = outputType(claimSchema);

@ObjectType('SharedIndicator', { description: 'What two findings have in common.' })
export class SharedIndicatorType {
  @Field({ description: 'Normal form `type|chain|value`.' })
  key!: string;

  @Field(() => [String], { description: 'Whose it is in this finding.' })
  rolesHere!: string[];

  @Field(() => [String], { description: 'Whose it is in the other.' })
  rolesThere!: string[];

  @Field(() => Int, { description: 'How many findings you may see have it: the fewer, the more it says.' })
  findings!: number;

  @Field(() => [ListHitType], { description: 'The sanctions lists it stands on.' })
  sanctions!: ListHitType[];
}

@ObjectType('SuppressedIndicator', { description: 'An indicator of this finding that does not count.' })
export class SuppressedIndicatorType {
  @Field({ description: 'Normal form `type|chain|value`.' })
  key!: string;

  @Field({
    description: `KNOWN_SERVICE: it stands on a list of services and on none of sanctions. TOO_COMMON: more than ${MOST_COMMON} findings you may see have it.`,
  })
  ground!: string;

  @Field(() => [ListHitType], {
    description: 'The lists by which it does not count: which version, and whose.',
  })
  lists!: ListHitType[];
}

@ObjectType('Dispute', { description: 'Two claims about one incident that no single value could satisfy.' })
export class DisputeType {
  @Field(() => ID, { description: 'The incident.' })
  incidentId!: string;

  @Field({ description: 'What is claimed: loss, date, attribution...' })
  attribute!: string;

  @Field(() => ClaimType, { description: 'The claim of this finding.' })
  here!: Claim;

  @Field(() => ClaimType, { description: 'The claim of the other.' })
  there!: Claim;
}

@ObjectType('RelatedFinding', { description: 'A finding you may see that has to do with this one.' })
export class RelatedFindingType {
  @Field(() => ID, { description: 'The other finding.' })
  findingId!: string;

  @Field(() => Float, {
    description:
      'Of what they share: 1 for each indicator that no third finding has, 1/2 for one that one more has...',
  })
  strength!: number;

  @Field(() => [SharedIndicatorType], { description: 'The indicators both have, rare ones first.' })
  indicators!: SharedIndicatorType[];

  @Field(() => [ID], { description: 'The incidents both name.' })
  incidents!: string[];

  @Field(() => [String], { description: "Case numbers of your own agency's that both have." })
  caseNumbers!: string[];

  @Field(() => [DisputeType], { description: `Where they cannot both be right: at most ${MOST_DISPUTES}.` })
  disputes!: DisputeType[];
}

@ObjectType('Relations', { description: 'What a finding has to do with others you may see.' })
export class RelationsType {
  @Extensions({ items: 5 })
  @Field(() => [RelatedFindingType], {
    description: `The strongest first: at most ${MOST_RELATED}. Nothing of what is hidden has a part in it.`,
  })
  findings!: RelatedFindingType[];

  @Field({ description: `Whether there are more than ${MOST_RELATED}.` })
  more!: boolean;

  @Field(() => [SuppressedIndicatorType], { description: 'What does not count, and why.' })
  suppressed!: SuppressedIndicatorType[];
}
