import type { World } from './world.js';

/**
 * As if so many hours had gone by: every time in every row lies that much further back. The database's clock, which
 * decides every right, is left alone.
 */
export async function passHours(world: World, hours: number): Promise<void> {
  const columns = await world.sql<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
      where table_schema = 'entente' and data_type = 'timestamp with time zone'
        and is_generated = 'NEVER'`,
  );
  const byTable = Map.groupBy(columns, ({ table }) => table);
  const moves = [...byTable].map(([table, its]) => {
    const moved = its.map(({ column }) => `"${column}" = "${column}" - make_interval(hours => ${hours})`);
    return `update entente."${table}" set ${moved.join(', ')};`;
  });
  // Without triggers: what they keep would go back twice.
  await world.sql(`begin; set local session_replication_role = replica; ${moves.join('\n')} commit`);
}

/** So many hours from now, as an input of the API. */
export const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
