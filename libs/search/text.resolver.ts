import { Args, Extensions, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, CallerOf, CONTENT_ROLES } from '#access';
import { Checked, inputType, PageArgs, plainText, type Caller } from '#core';
import { filterSchema, type FindingFilter } from '#findings';
import { TextService, type SearchPage } from './text.service.js';
import { SearchConnection, SearchFacetsType, SearchOrder } from './text.type.js';

const FilterInput = inputType(filterSchema);

@Resolver(() => SearchConnection)
export class TextResolver {
  constructor(private readonly text: TextService) {}

  @Query(() => SearchConnection, {
    description:
      'Full text over everything you may see, in any language: titles, texts, names, claims, indicators, and the case ' +
      'numbers of your own agency. All words must be there; "an exact phrase", beginning*, -without. Where the words ' +
      'are a name, findings with its other names are found too.',
  })
  @Extensions({ points: 100 })
  @Allow(...CONTENT_ROLES)
  search(
    @CallerOf() caller: Caller,
    @Args(
      'query',
      { type: () => String, description: 'What to find: at most 200 characters.' },
      new Checked(plainText(200), 'query'),
    )
    query: string,
    @Args(
      'filter',
      { type: () => FilterInput, nullable: true, description: 'In which findings; in all if not said.' },
      new Checked(filterSchema, 'filter'),
    )
    filter: FindingFilter,
    @Args('order', { type: () => SearchOrder, nullable: true, description: 'NEWEST if not said.' })
    order: SearchOrder | null | undefined,
    @Args() page: PageArgs,
  ): Promise<SearchPage> {
    return this.text.page(caller, { query, filter, order: order ?? 'NEWEST', ...page });
  }

  @ResolveField(() => SearchFacetsType, { description: 'How what matches divides. Counted only when asked.' })
  @Extensions({ pagePoints: 200 })
  facets(page: SearchPage) {
    return this.text.facets(page);
  }

  @ResolveField(() => [String], {
    description: 'How the last word goes on in what you may see, ten at most, folded to small letters.',
  })
  @Extensions({ pagePoints: 200 })
  suggestions(page: SearchPage): Promise<string[]> {
    return this.text.suggestions(page);
  }
}
