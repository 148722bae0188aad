import type { Client } from 'pg';
import { z } from 'zod';
import type { Statement } from './asked.js';

/** A node of a plan that was run; `rows` and `blocks` of all its loops. */
export interface PlanNode {
  kind: string;
  table: string | undefined;
  index: string | undefined;
  condition: string;
  rows: number;
  /** Rows it read and did not give. */
  removed: number;
  /** Blocks touched by it and by what is below it. */
  blocks: number;
}

const node = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Index Cond': z.string().default(''),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().default(0),
  'Rows Removed by Index Recheck': z.number().default(0),
  'Shared Hit Blocks': z.number(),
  'Shared Read Blocks': z.number(),
  Plans: z.array(z.unknown()).default([]),
});

const PLAN = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: z.unknown() })]) })]);

/**
 * Runs a statement as it is prepared on the application's connections, and gives the nodes of its plan, the top first.
 * @param generic whether it is planned for any values, as PostgreSQL may after the fifth time, or for these
 */
export async function planOf(
  client: Client,
  { text, values }: Statement,
  generic: boolean,
): Promise<PlanNode[]> {
  await client.query(`set local plan_cache_mode = ${generic ? 'force_generic_plan' : 'force_custom_plan'}`);
  await client.query(`prepare asked as ${text}`);
  const given = values.map((value) => (value === null ? 'null' : client.escapeLiteral(written(value))));
  const { rows } = await client.query(
    `explain (analyze, buffers, timing off, format json) execute asked${given.length > 0 ? `(${given.join(', ')})` : ''}`,
  );
  await client.query('deallocate asked');
  return nodesOf(PLAN.parse(rows)[0]['QUERY PLAN'][0].Plan);
}

function written(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? `{${value.map((one) => JSON.stringify(one)).join(',')}}` : String(value);
}

function nodesOf(plan: unknown): PlanNode[] {
  const one = node.parse(plan);
  const loops = one['Actual Loops'];
  const own = {
    kind: one['Node Type'],
    table: one['Relation Name'],
    index: one['Index Name'],
    condition: one['Index Cond'],
    rows: Math.round(one['Actual Rows'] * loops),
    removed: (one['Rows Removed by Filter'] + one['Rows Removed by Index Recheck']) * loops,
    blocks: one['Shared Hit Blocks'] + one['Shared Read Blocks'],
  };
  return [own, ...one.Plans.flatMap(nodesOf)];
}
