import { expect } from '@jest/globals';
import { contents } from './seen.js';
import type { Answer, World } from './world.js';

/** Stands in every value that a bad request sends: no answer repeats it. */
export const SENT = 'zqx-sent';

const CODES = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'INVALID', 'CONFLICT'];

/** What only a stack, a driver or a database would say. */
const INNER = [
  /\bat .+:\d+:\d+/,
  /node_modules|\.[tj]s\b/,
  /\b(insert into|select|update|delete from|where|join)\b/i,
  /\b(relation|constraint|column|violates|duplicate key|sqlstate|null value|cast|out of range for type)\b/i,
  /\b(pg|pg_\w+|postgres\w*|typeorm|zod|mercurius|fastify|nest)\b/i,
];

const columnNames = new WeakMap<World, Promise<{ name: string }[]>>();

/** Names that only the tables know: those of columns with an underscore. */
function columnNamesOf(world: World): Promise<{ name: string }[]> {
  const known = columnNames.get(world);
  if (known) return known;
  const names = world.sql<{ name: string }>(
    `select distinct column_name as name from information_schema.columns
      where table_schema = 'entente' and column_name like '%\\_%'`,
  );
  columnNames.set(world, names);
  return names;
}

/**
 * Sends something that must be refused: with a code of the closed list, the paths at fault, no word of ours that is
 * not meant for a client, no word of what was sent; and nothing is written.
 * @returns the code and the paths at fault
 */
export async function refused(
  world: World,
  send: () => Promise<Pick<Answer<unknown>, 'status' | 'errors' | 'text'>>,
): Promise<{ code: string; paths: string[] }> {
  const before = await contents(world);
  const { status, errors, text } = await send();
  expect(await contents(world)).toEqual(before);
  expect(errors).not.toEqual([]);
  for (const { extensions } of errors) expect(CODES).toContain(extensions.code);
  expect(status).toBeLessThan(500);
  expect(text).not.toContain(SENT);
  // Where in the operation: line and column are words of GraphQL.
  const words = text.replace(/"locations":\[[^\]]*\],?/g, '');
  for (const pattern of INNER) expect(words).not.toMatch(pattern);
  for (const { name } of await columnNamesOf(world)) expect(words).not.toContain(name);
  return {
    code: [...new Set(errors.map(({ extensions }) => extensions.code))].join(),
    paths: errors.flatMap(({ extensions }) => (extensions.faults ?? []).map(({ path }) => path)),
  };
}
