import type { Type } from '@nestjs/common';
import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { z } from 'zod';

/**
 * GraphQL types from zod schemas: what may enter is written once, and the schema clients see cannot drift from it.
 * Call these while modules load, before Nest collects its types. Objects are named by `.meta({ id })`, described by `.meta({ description })`. Vocabularies stay strings: they are
 * open lists, and their labels (`TLP:AMBER+STRICT`) are no GraphQL names.
 */
type Direction = 'input' | 'output' | 'args';

type GraphqlType = Type | typeof Int | StringConstructor | BooleanConstructor | GraphqlType[];

const made: Record<Direction, Map<z.ZodObject, Type>> = {
  input: new Map(),
  output: new Map(),
  args: new Map(),
};

/** The `@InputType` of a schema, named as its id with `Input` at the end. */
export const inputType = (schema: z.ZodObject): Type => classOf(schema, 'input');

/** The `@ObjectType` of a schema, named as its id. */
export const outputType = (schema: z.ZodObject): Type => classOf(schema, 'output');

/** The `@ArgsType` of a schema: the arguments of a field. */
export const argsType = (schema: z.ZodObject): Type => classOf(schema, 'args');

const enums = new Map<z.ZodEnum, object>();

/** The GraphQL enum of a closed list, named as its id. Lists without an id stay strings. */
export function enumType(schema: z.ZodEnum): object {
  const known = enums.get(schema);
  if (known) return known;
  const { id, description } = schema.meta() ?? {};
  if (id === undefined)
    throw new Error(`An enum that GraphQL shows needs an id: ${schema.options.join(', ')}`);
  const values = Object.fromEntries(schema.options.map((option) => [option, option]));
  registerEnumType(values, { name: id, ...(description !== undefined && { description }) });
  enums.set(schema, values);
  return values;
}

function classOf(schema: z.ZodObject, direction: Direction): Type {
  const known = made[direction].get(schema);
  if (known) return known;
  const { id, description } = schema.meta() ?? {};
  if (id === undefined)
    throw new Error(`A schema that GraphQL shows needs an id: ${Object.keys(schema.shape).join(', ')}`);
  const name = direction === 'input' && !id.endsWith('Input') ? `${id}Input` : id;
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- decorators need a class, its name and nothing in it
  const shell = { [name]: class {} }[name] as Type;
  made[direction].set(schema, shell);
  const options = description === undefined ? {} : { description };
  const decorators = {
    input: () => InputType(name, options),
    output: () => ObjectType(name, options),
    args: () => ArgsType(),
  };
  decorators[direction]()(shell);
  const inside = direction === 'args' ? 'input' : direction;
  for (const [key, field] of Object.entries<z.core.$ZodType>(schema.shape))
    addField(shell, key, field, inside);
  return shell;
}

function addField(shell: Type, key: string, schema: z.core.$ZodType, direction: Direction): void {
  const { inner, optional, description } = unwrap(schema);
  const type = typeOf(inner, direction, key);
  const terms = vocabularyOf(inner);
  const text = [description, terms && `One of: ${terms.join(', ')}.`]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  Field(() => type, { nullable: optional, ...(text !== '' && { description: text }) })(
    shell.prototype as object,
    key,
  );
}

/** Peels optional, nullable, default and pipe off, and finds the description on the way. */
function unwrap(schema: z.core.$ZodType): {
  inner: z.core.$ZodType;
  optional: boolean;
  description: string | undefined;
} {
  let inner = schema;
  let optional = false;
  let description = z.globalRegistry.get(inner)?.description;
  for (;;) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
      optional = true;
      inner = inner.def.innerType;
    } else if (inner instanceof z.ZodPipe) {
      inner = inner.def.in;
    } else {
      return { inner, optional, description };
    }
    description ??= z.globalRegistry.get(inner)?.description;
  }
}

function typeOf(schema: z.core.$ZodType, direction: Direction, key: string): GraphqlType {
  if (schema instanceof z.ZodObject) return classOf(schema, direction);
  if (schema instanceof z.ZodArray) return [typeOf(unwrap(schema.element).inner, direction, key)];
  if (schema instanceof z.ZodUUID) return ID as unknown as GraphqlType;
  if (schema instanceof z.ZodDate) return Date;
  if (schema instanceof z.ZodNumber) return Int;
  if (schema instanceof z.ZodBoolean || isTrue(schema)) return Boolean;
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return String;
  if (schema instanceof z.ZodEnum && schema.meta()?.id !== undefined) return enumType(schema) as GraphqlType;
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) return String;
  throw new Error(`GraphQL has no type for the schema of \`${key}\`.`);
}

/** `z.literal(true)`: a thing that is said or left out. */
const isTrue = (schema: z.core.$ZodType): boolean => schema instanceof z.ZodLiteral && schema.value === true;

function vocabularyOf(schema: z.core.$ZodType): readonly string[] | undefined {
  const inner = schema instanceof z.ZodArray ? schema.element : schema;
  return inner instanceof z.ZodEnum && inner.meta()?.id === undefined ? inner.options.map(String) : undefined;
}

/** GraphQL clients write null for what they leave out; our schemas know only absence. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, held]) => held !== null && held !== undefined)
      .map(([key, held]) => [key, withoutNulls(held)]),
  );
}
