import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  isInputObjectType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import type { World } from './world.js';

/** The schema that the running application serves. */
export async function servedSchema(world: World): Promise<GraphQLSchema> {
  const client = world.as('KR-FSC', 'ANALYST');
  return buildClientSchema(await client.ask<IntrospectionQuery>(getIntrospectionQuery()));
}

/** Names of the root fields, in order. */
export const rootFields = (schema: GraphQLSchema, root: 'Query' | 'Mutation'): string[] =>
  Object.keys(
    (root === 'Query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {},
  ).sort();

/** Names of the fields of an input type. */
export function inputFields(schema: GraphQLSchema, input: string): string[] {
  const type = schema.getType(input);
  return isInputObjectType(type) ? Object.keys(type.getFields()) : [];
}

/**
 * Every field of a type down to the leaves, so that a field that is added is asked for too. A type inside itself
 * (the finding that superseded a finding) is followed once; the edges of a page hold its nodes once more.
 * @param nodes what to ask of the nodes of a page, if not everything
 */
export function everyField(type: GraphQLOutputType, nodes?: string, above: readonly string[] = []): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const inside = [...above, named.name];
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const below = getNamedType(field.type);
    if (field.name === 'edges' && named.name.endsWith('Connection')) return 'edges { cursor }';
    if (!isObjectType(below)) return field.name;
    // What another finding says is asked of that finding: with all of both it would be too much for one operation.
    if (below.name === 'Finding' && named.name !== 'Finding' && above.length > 1)
      return `${field.name} { id }`;
    if (below.name === 'Relations' && above.length > 1) return [];
    if (field.name === 'nodes' && nodes !== undefined) return `nodes ${nodes}`;
    if (inside.filter((name) => name === below.name).length > 1) return [];
    return `${field.name} ${everyField(below, nodes, inside)}`;
  });
  return `{ ${fields.join(' ')} }`;
}
