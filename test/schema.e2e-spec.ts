import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  getIntrospectionQuery,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type IntrospectionQuery,
} from 'graphql';
import { startWorld, type World } from './support/world.js';

let world: World;
let served: ReturnType<typeof buildClientSchema>;
beforeAll(async () => {
  world = await startWorld();
  const introspection = await world.as('KR-FSC', 'ANALYST').ask<IntrospectionQuery>(getIntrospectionQuery());
  served = buildClientSchema(introspection);
});
afterAll(() => world.close());

test('schema.graphql is the schema that is served (mend it with `npm run schema`)', async () => {
  const committed = await readFile(join(import.meta.dirname, '..', 'schema.graphql'), 'utf8');
  expect(committed).toBe(`${printSchema(lexicographicSortSchema(served))}\n`);
});

test('every type, field and argument of ours has a description', () => {
  const ours = Object.values(served.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const bare = ours.flatMap((type) => {
    const named = fieldsOf(type).flatMap((field) => [
      { name: `${type.name}.${field.name}`, description: field.description },
      ...argumentsOf(field).map((arg) => ({
        name: `${type.name}.${field.name}(${arg.name})`,
        description: arg.description,
      })),
    ]);
    const root = ['Query', 'Mutation', 'Subscription'].includes(type.name);
    return [...(root ? [] : [{ name: type.name, description: type.description }]), ...named];
  });
  expect(bare.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
});

const argumentsOf = (
  field: GraphQLField<unknown, unknown> | GraphQLInputField,
): readonly GraphQLArgument[] => ('args' in field ? field.args : []);

function fieldsOf(type: GraphQLNamedType): (GraphQLField<unknown, unknown> | GraphQLInputField)[] {
  if (isInputObjectType(type)) return Object.values(type.getFields());
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}
