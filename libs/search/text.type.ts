import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { z } from 'zod';
import { enumType, pageTypeOf } from '#core';
import { FindingType } from '#findings';
import type { Segment, Snippet } from './text-snippets.js';

const searchOrderSchema = z.enum(['NEWEST', 'BEST']).meta({
  id: 'SearchOrder',
  description:
    'NEWEST as in the list; BEST looks at the newest 500 that match, and begins with those that match best.',
});
export const SearchOrder = enumType(searchOrderSchema);
export type SearchOrder = z.output<typeof searchOrderSchema>;

@ObjectType('SnippetSegment', { description: 'A stretch of plain text.' })
class SegmentType implements Segment {
  @Field({ description: 'As it stands in the document.' })
  text!: string;

  @Field({ description: 'Whether it is what was looked for.' })
  match!: boolean;
}

@ObjectType('Snippet', { description: 'A place in the document where what was looked for stands.' })
class SnippetType implements Snippet {
  @Field({
    description:
      'What part it is: title, name, body, claim, indicator, transfer, source, handling or case-number.',
  })
  field!: string;

  @Field(() => String, { nullable: true, description: 'In which language, where the document says so.' })
  language!: string | null;

  @Field(() => [SegmentType], { description: 'The text around it, one after the other.' })
  segments!: Segment[];
}

@ObjectType('SearchHit', { description: 'A finding that matches, and where.' })
class SearchHitType {
  @Field(() => ID, { description: 'Of the finding.' })
  id!: string;

  @Field(() => FindingType, { description: 'The finding.' })
  finding!: FindingType;

  @Field(() => [SnippetType], { description: 'The first three places where it matches.' })
  snippets!: Snippet[];
}

@ObjectType('FacetValue', { description: 'How many of the counted findings have this.' })
class FacetValueType {
  @Field({ description: 'A kind, the id of an agency or incident, a jurisdiction, a year.' })
  value!: string;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType('SearchFacets', {
  description:
    'How the findings that match divide: the newest 1,000 are counted, the 20 most frequent values told.',
})
export class SearchFacetsType {
  @Field(() => Int, { description: 'How many were counted.' })
  counted!: number;

  @Field({ description: 'Whether there are older ones that were not.' })
  more!: boolean;

  @Field(() => [FacetValueType], { description: 'What they are about.' })
  kinds!: FacetValueType[];

  @Field(() => [FacetValueType], { description: 'Who asserts them: ids of agencies.' })
  authors!: FacetValueType[];

  @Field(() => [FacetValueType], { description: 'Of their authors: ISO 3166-1 alpha-2.' })
  jurisdictions!: FacetValueType[];

  @Field(() => [FacetValueType], { description: 'In which it began to happen, by UTC.' })
  years!: FacetValueType[];

  @Field(() => [FacetValueType], { description: 'Ids of the incidents they are about.' })
  incidents!: FacetValueType[];
}

@ObjectType('SearchConnection', { description: 'A page of findings that match.' })
export class SearchConnection extends pageTypeOf(SearchHitType, 'SearchHit') {}
