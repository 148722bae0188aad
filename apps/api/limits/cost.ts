import {
  getNamedType,
  getNullableType,
  getOperationAST,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { z } from 'zod';
import { PAGE_DEFAULT, PAGE_MAXIMUM } from '#core';

/** A read is a transaction of its own; an act takes several times as long. */
const COST = { query: 10, mutation: 50, subscription: 10 };
/** Of the schema itself: these belong to no type, and one of them may answer thousands of objects. */
const INTROSPECTION: Readonly<Record<string, number>> = { __schema: 500, __type: 50 };
/** Items reckoned for a list that is loaded whole: the revisions of a finding, its releases. */
const LOADED_WHOLE = 5;

/** How many items a page has: a number, or the variable that says it and what it is without. */
type Size = number | { variable: string; otherwise: number; most: number };

/** So many points for each combination of items of the pages it stands in. */
interface Term {
  points: number;
  sizes: readonly Size[];
}

/** What an operation costs, by its variables. */
export type Cost = (variables: Readonly<Record<string, unknown>>) => number;

/**
 * Points, about 50 us of the service's time each: 10 for a field of Query, 50 for one of Mutation, 1 for every item
 * that a page may bring and for everything that is loaded for an item. Fields of an item are free: their number is
 * bounded.
 * @param document validated
 */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operationName?: string): Cost {
  const operation = getOperationAST(document, operationName);
  const terms = operation ? [...new Reckoning(schema, document, operation).terms()] : [];
  return (variables) =>
    terms.reduce(
      (sum, { points, sizes }) =>
        sum + sizes.reduce<number>((n, size) => n * itemsOf(size, variables), points),
      0,
    );
}

/**
 * Whether a subscription is one piece of work with an end, and no waiting for what comes: paid for once, as the query is.
 * @param document validated: of a subscription there is one root field
 */
export function isWork(schema: GraphQLSchema, document: DocumentNode, operationName?: string): boolean {
  const operation = getOperationAST(document, operationName);
  return operation ? new Reckoning(schema, document, operation).isWork : false;
}

function itemsOf(size: Size, variables: Readonly<Record<string, unknown>>): number {
  if (typeof size === 'number') return size;
  const given = variables[size.variable];
  // Null is no size: the list takes its own.
  return given === null ? PAGE_DEFAULT : bounded(given, size.otherwise, size.most);
}

/** A page size out of bounds is refused by its list: what it costs does not matter. */
const bounded = (given: unknown, otherwise: number, most: number): number =>
  typeof given === 'number' ? Math.min(Math.max(given, 1), most) : otherwise;

/** What a field says of itself, where it is not as the others are: in its `@Extensions`. */
const reckoned = z.object({
  /** The most items that a page of it may have. */
  pageMaximum: z.int().default(PAGE_MAXIMUM),
  /** In place of those of every field where it stands. */
  points: z.int().optional(),
  /** As `points`, once for the page it belongs to, however many items that has. */
  pagePoints: z.int().optional(),
  /** Items reckoned for a list that comes with its item. */
  items: z.int().optional(),
  /** Of a subscription: whether it is one piece of work. */
  work: z.boolean().default(false),
});

/** Walks an operation once, with the types of the schema. */
class Reckoning {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    for (const one of document.definitions)
      if (one.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(one.name.value, one);
  }

  *terms(): Iterable<Term> {
    const { operation, selectionSet } = this.operation;
    const root = this.schema.getRootType(operation);
    if (root) yield* this.ofSet(selectionSet, root, [], COST[operation]);
  }

  get isWork(): boolean {
    const fields = this.schema.getSubscriptionType()?.getFields();
    return [...this.rootFields(this.operation.selectionSet)].some(
      (name) => reckoned.parse(fields?.[name]?.extensions ?? {}).work,
    );
  }

  private *rootFields({ selections }: SelectionSetNode): Iterable<string> {
    for (const one of selections) {
      const part = one.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(one.name.value) : one;
      if (part?.kind === Kind.FIELD) yield part.name.value;
      else if (part) yield* this.rootFields(part.selectionSet);
    }
  }

  private *ofSet(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    within: readonly Size[],
    points = 1,
  ): Iterable<Term> {
    for (const one of set.selections) {
      if (one.kind === Kind.FIELD) {
        const field = isObjectType(type) ? type.getFields()[one.name.value] : undefined;
        const introspects = INTROSPECTION[one.name.value];
        if (introspects !== undefined) yield { points: introspects, sizes: within };
        if (field) yield* this.ofField(one, field, within, points);
        continue;
      }
      const part = one.kind === Kind.INLINE_FRAGMENT ? one : this.fragments.get(one.name.value);
      if (!part) continue;
      const inner = part.typeCondition ? typeFromAST(this.schema, part.typeCondition) : type;
      if (isCompositeType(inner)) yield* this.ofSet(part.selectionSet, inner, within, points);
    }
  }

  private *ofField(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    within: readonly Size[],
    points: number,
  ): Iterable<Term> {
    const loads = field.resolve !== undefined || field.subscribe !== undefined;
    const { points: own, pagePoints } = reckoned.parse(field.extensions);
    if (pagePoints !== undefined) yield { points: pagePoints, sizes: within.slice(0, -1) };
    else if (loads) yield { points: own ?? points, sizes: within };
    const size = this.sizeOf(node, field);
    const inside = size === null ? within : [...within, size];
    // A list that came with its item has cost what its item cost.
    if (size !== null && loads) yield { points: 1, sizes: inside };
    if (node.selectionSet) yield* this.ofSet(node.selectionSet, getNamedType(field.type), inside);
  }

  /** Null for what is no list, and for a list that came with its item. */
  private sizeOf(node: FieldNode, field: GraphQLField<unknown, unknown>): Size | null {
    const { pageMaximum, items } = reckoned.parse(field.extensions);
    if (!field.args.some(({ name }) => name === 'first')) {
      if (items !== undefined) return items;
      return field.resolve && isListType(getNullableType(field.type)) ? LOADED_WHOLE : null;
    }
    const given = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    if (given?.kind === Kind.INT) return bounded(Number(given.value), PAGE_DEFAULT, pageMaximum);
    if (given?.kind !== Kind.VARIABLE) return PAGE_DEFAULT;
    const variable = given.name.value;
    const declared = this.operation.variableDefinitions?.find((one) => one.variable.name.value === variable);
    const standard = declared?.defaultValue;
    const otherwise =
      standard?.kind === Kind.INT ? bounded(Number(standard.value), PAGE_DEFAULT, pageMaximum) : PAGE_DEFAULT;
    return { variable, otherwise, most: pageMaximum };
  }
}
