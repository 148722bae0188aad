import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { ServiceError } from '#core';

/** Levels of fields: the standard introspection query has 15. */
const DEEPEST = 16;
const MOST_ALIASES = 50;
/** Fields of an operation, those of a fragment as often as it is used. A page of whole findings takes 150. */
const MOST_FIELDS = 1_000;
/** Brackets of every kind, one in another: the parser has a stack for each. */
const MOST_NESTED = 64;
/** Tokens of the text. Parsing stops there. */
export const MOST_TOKENS = 2_000;

interface Shape {
  depth: number;
  fields: number;
  aliases: number;
}

/** @throws ServiceError TOO_COSTLY for a text that the parser would not come back from */
export function checkNesting(source: string): void {
  let depth = 0;
  for (const [bracket = ''] of source.matchAll(/[{}[\]()]/g)) {
    depth += '{[('.includes(bracket) ? 1 : -1;
    if (depth > MOST_NESTED) throw tooCostly(`has more than ${MOST_NESTED} brackets in each other`);
  }
}

/**
 * Bounds what checking and compiling a document may take, before either begins.
 * @throws ServiceError TOO_COSTLY
 */
export function checkShape(document: DocumentNode): void {
  const { depth, fields, aliases } = shapeOf(document);
  if (depth > DEEPEST) throw tooCostly(`has more than ${DEEPEST} levels`);
  if (aliases > MOST_ALIASES) throw tooCostly(`has more than ${MOST_ALIASES} aliases`);
  if (fields > MOST_FIELDS) throw tooCostly(`has more than ${MOST_FIELDS} fields`);
}

const tooCostly = (what: string) => new ServiceError('TOO_COSTLY', `The operation ${what}. Ask in several.`);

/** All operations together. A fragment is measured once, so that fragments in fragments cannot make this long. */
function shapeOf(document: DocumentNode): Shape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const measured = new Map<string, Shape>();

  const ofFragment = (name: string): Shape => {
    const known = measured.get(name);
    if (known) return known;
    // One that is being measured holds itself, and validation will refuse it.
    measured.set(name, NOTHING);
    const shape = of(fragments.get(name)?.selectionSet);
    measured.set(name, shape);
    return shape;
  };

  const of = (set: SelectionSetNode | undefined): Shape =>
    (set?.selections ?? []).reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return both(sum, ofFragment(selection.name.value));
      const inner = of(selection.selectionSet);
      if (selection.kind === Kind.INLINE_FRAGMENT) return both(sum, inner);
      const aliases = inner.aliases + (selection.alias ? 1 : 0);
      return both(sum, { depth: inner.depth + 1, fields: inner.fields + 1, aliases });
    }, NOTHING);

  return document.definitions
    .map((one) => {
      if (one.kind === Kind.OPERATION_DEFINITION) return of(one.selectionSet);
      // One that no operation uses is checked all the same.
      return one.kind === Kind.FRAGMENT_DEFINITION ? ofFragment(one.name.value) : NOTHING;
    })
    .reduce(both, NOTHING);
}

const NOTHING: Shape = { depth: 0, fields: 0, aliases: 0 };

const both = (a: Shape, b: Shape): Shape => ({
  depth: Math.max(a.depth, b.depth),
  fields: a.fields + b.fields,
  aliases: a.aliases + b.aliases,
});
