import type { World } from './world.js';

/** Where an answer names what the service makes up for something new. */
const IDS = /"(id|findingId|revisionId|incident|salt|hash)":"([^"]+)"/g;
const INCIDENTS = /"(incidents)":\[([^\]]+)\]/g;
const TIMES = /"(listedAt|releasedAt|draftedAt|withdrawnAt|expiresAt|until)":"([^"]+)"/g;
const CURSORS = /"(cursor|endCursor)":"([^"]+)"/g;

/**
 * For two worlds that were one until now: what either makes up from now on differs. What it makes up is an id, a salt,
 * a hash, a time of an act and the cursor of these, under their names; whatever was there before stays as it is.
 * @returns makes the names of one world: `new 1` for the first new thing that an answer shows
 */
export async function namesFromNow(world: World): Promise<() => (told: string) => string> {
  const tables = await world.sql<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'entente'::regnamespace and relkind = 'r'`,
  );
  const known = new Set<string>();
  for (const { name } of tables) {
    const rows = await world.sql<{ row: string }>(`select t::text as row from entente."${name}" t`);
    for (const { row } of rows) for (const word of row.split(/[^\w-]+/)) known.add(word);
  }
  const since = Date.now();
  return () => {
    const names = new Map<string, string>();
    const named = (value: string): string => {
      if (known.has(value)) return value;
      const name = names.get(value) ?? `new ${names.size + 1}`;
      names.set(value, name);
      return name;
    };
    const time = (value: string): string => {
      const at = Date.parse(value);
      return at >= since && at <= Date.now() ? 'now' : value;
    };
    const cursor = (value: string): string => {
      const [list, key = '', id = ''] = JSON.parse(Buffer.from(value, 'base64url').toString()) as string[];
      // Microseconds, but for the list of agencies.
      return Number(key) / 1000 < since || /\D/.test(key) ? value : `${list} now ${named(id)}`;
    };
    return (told) =>
      told
        .replace(IDS, (_, field: string, value: string) => `"${field}":"${named(value)}"`)
        .replace(INCIDENTS, (_, field: string, list: string) => {
          const ids = JSON.parse(`[${list}]`) as string[];
          return `"${field}":${JSON.stringify(ids.map(named))}`;
        })
        .replace(TIMES, (_, field: string, value: string) => `"${field}":"${time(value)}"`)
        .replace(CURSORS, (_, field: string, value: string) => `"${field}":"${cursor(value)}"`);
  };
}
