import { randomUUID } from 'node:crypto';
import { ADMINISTRATION, administer, administratorsOf } from './administration.js';
import { memberId, type Code } from './roster.js';
import type { Client, World } from './world.js';

export interface Row {
  value: string;
  type?: string;
  chain?: string;
  label: string;
  service?: string;
  jurisdiction?: string;
}

export const NEMS = 'NC4C6PSUW5CLTDT5SXAGJDQJGZNESKFK5MCN77OG';

/** A batch of a list; another one each time, if no name is said. */
export const newList = (
  changes: { name?: string; kind?: string; rows?: Row[]; retrievedAt?: string } = {},
) => ({
  name: `List ${randomUUID()}`,
  kind: 'SERVICE',
  source: 'https://lists.example.org/1',
  licence: 'CC0-1.0',
  retrievedAt: '2026-01-01T00:00:00Z',
  rows: [{ value: NEMS, label: 'An exchange', service: 'exchange', jurisdiction: 'JP' }],
  ...changes,
});

interface Staged {
  version: { id: string; keys: number; digest: string };
  refused: { row: number; reason: string }[];
}

export async function stage(client: Client, list: object): Promise<Staged> {
  const { done } = await client.ask<{ done: Staged }>(ADMINISTRATION.stageList, {
    input: { idempotencyKey: randomUUID(), ...list },
  });
  return done;
}

export const keeperOf = (world: World, code: Code): Client =>
  world.member(memberId(code, code === 'HUB' ? 'OPERATOR' : 'CONTRIBUTOR'));

/** What publishes it. */
export async function staged(world: World, code: Code, list: object = newList()): Promise<object> {
  const { version } = await stage(keeperOf(world, code), list);
  return { versionId: version.id, digest: version.digest };
}

/** Publishes a version, by two where it takes two. @returns the list */
export async function published(world: World, code: Code, list: object = newList()): Promise<string> {
  const input = await staged(world, code, list);
  if (code === 'HUB') await (await administratorsOf(world, 'HUB')).both('publishList', input);
  else return (await administer(keeperOf(world, code), 'publishList', input)).subjectId;
  const [made] = await world.sql<{ id: string }>(
    'select list_id as id from reference_list_version where id = $1',
    [(input as { versionId: string }).versionId],
  );
  return made?.id ?? '';
}

/** A list of two versions, and what gives it its first again. */
export async function twice(world: World, code: Code): Promise<object> {
  const list = newList();
  await published(world, code, list);
  const rows = [{ value: NEMS, label: 'Another exchange' }];
  return {
    listId: await published(world, code, { ...list, rows, retrievedAt: '2026-02-01T00:00:00Z' }),
    version: 1,
  };
}
