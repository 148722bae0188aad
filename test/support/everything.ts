import type { World } from './world.js';

/** Everything the database has, as text. */
export async function everything(world: World): Promise<string> {
  const tables = await world.sql<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'entente'::regnamespace and relkind = 'r'`,
  );
  const texts = await Promise.all(
    tables.map(({ name }) =>
      world.sql<{ t: string }>(`select coalesce(string_agg(x::text, ' '), '') as t from ${name} x`),
    ),
  );
  return texts
    .flat()
    .map(({ t }) => t)
    .join('\n');
}
