import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, print, separateOperations } from 'graphql';
import { z } from 'zod';
import { CODES, MEMBER_ROLES } from './roster.js';
import { cloneDatabase, withClient, type TestDatabase } from './server.js';

/*
 * What the first version that landed left behind, recorded from it: the schema its migrations made, the rows that a
 * story of acts wrote, and every request it knew with the answers it gave. test/fixtures is never regenerated.
 */

const fixture = (name: string): Promise<string> =>
  readFile(join(import.meta.dirname, '..', 'fixtures', 'first-landed', name), 'utf8');

/** A database as that version made it. @param story whether its rows are there too */
export async function firstLanded({ story }: { story: boolean }): Promise<TestDatabase> {
  const database = await cloneDatabase({ empty: true });
  const schema = await fixture('schema.sql');
  await withClient(database.ownerUrl, (owner) => owner.query(`create schema entente; ${schema}`));
  if (story) await withClient(database.setupUrl, load);
  return database;
}

async function load(client: { query(text: string, values?: string[]): Promise<unknown> }): Promise<void> {
  const tables = z.record(z.string(), z.unknown()).parse(JSON.parse(await fixture('data.json')));
  // Rows in any order: their references are whole when all are there.
  await client.query('set session_replication_role = replica');
  for (const [table, rows] of Object.entries(tables)) {
    await client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(rows),
    ]);
  }
}

const request = z.object({
  operation: z.string(),
  agency: z.enum(CODES),
  role: z.enum(MEMBER_ROLES),
  variables: z.record(z.string(), z.unknown()),
});
const act = request.extend({ step: z.string() });
const read = request.extend({ answer: z.unknown() });

/** The operations by name, each with the fragments it uses. */
export async function operations(): Promise<Record<string, string>> {
  const separate = separateOperations(parse(await fixture('requests.graphql')));
  return Object.fromEntries(Object.entries(separate).map(([name, document]) => [name, print(document)]));
}

/** The story: what was asked, in order. A value `@step.path` stands for what an earlier step answered there. */
export const acts = async () => z.array(act).parse(JSON.parse(await fixture('acts.json')));

/** What was asked after the story, and answered. */
export const reads = async () => z.array(read).parse(JSON.parse(await fixture('reads.json')));

/** @throws Error where a value stands for nothing */
export function filled(value: unknown, answers: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((one) => filled(one, answers));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, answers)]));
  }
  if (typeof value !== 'string' || !value.startsWith('@')) return value;
  const [step = '', ...path] = value.slice(1).split('.');
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    answers.get(step),
  );
  if (typeof found !== 'string') throw new Error(`Nothing was answered at ${value}.`);
  return found;
}
