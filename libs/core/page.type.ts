import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { PAGE_DEFAULT, PAGE_MAXIMUM, type Edge, type Page, type PageInfo } from './paging.js';

@ObjectType('PageInfo', { description: 'Where this page ends and whether more follows.' })
class PageInfoType implements PageInfo {
  @Field({ description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Pass it as `after` for the next page of this list with these filters.',
  })
  endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many: 1 to ${PAGE_MAXIMUM}, ${PAGE_DEFAULT} if not said.`,
  })
  first?: number;

  @Field(() => String, { nullable: true, description: '`pageInfo.endCursor` of the page before.' })
  after?: string;
}

/**
 * The base of a Relay connection: nodes, edges and pageInfo. Name the connection with its own `@ObjectType`.
 * @param name the node's GraphQL name
 */
export function pageTypeOf<Node>(node: Type<Node>, name: string): Type<Page<Node>> {
  @ObjectType(`${name}Edge`, { description: 'One item and the cursor that stands behind it.' })
  class EdgeType implements Edge<Node> {
    @Field({ description: 'Pass it as `after` to begin behind this item.' })
    cursor!: string;

    @Field(() => node, { description: 'The item.' })
    node!: Node;
  }

  @ObjectType({ isAbstract: true })
  class PageType implements Page<Node> {
    @Field(() => [node], { description: 'The items of this page, in order.' })
    nodes!: Node[];

    @Field(() => [EdgeType], { description: 'The same items, each with its cursor.' })
    edges!: Edge<Node>[];

    @Field(() => PageInfoType, { description: 'Where it ends.' })
    pageInfo!: PageInfo;
  }
  return PageType;
}
