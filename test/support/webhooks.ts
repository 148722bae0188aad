import { randomUUID } from 'node:crypto';
import { administrators } from './clients.js';
import { agencyId, type Code } from './roster.js';
import type { World } from './world.js';

/** A new domain of an agency, by two of its administrators. */
export async function registeredDomain(
  world: World,
  code: Code,
  domain = `d${randomUUID()}.example`,
): Promise<{ id: string; domain: string }> {
  const two = await administrators(world, code);
  await two.both('registerWebhookDomain', { domain });
  return { id: await newest(world, 'webhook_domain', code), domain };
}

/** A new webhook of an agency under a new domain, by two of its administrators. It is put out of the way of others. */
export async function registeredWebhook(
  world: World,
  code: Code,
  more: object = {},
): Promise<{ id: string; url: string; domain: { id: string; domain: string } }> {
  await endAll(world);
  const domain = await registeredDomain(world, code);
  const url = `https://${domain.domain}/hook`;
  const two = await administrators(world, code);
  await two.both('registerWebhook', { url, description: 'Our system', ...more });
  return { id: await newest(world, 'webhook', code), url, domain };
}

/** An agency may have so many at a time, and a spec wants more. */
export async function endAll(world: World): Promise<void> {
  for (const table of ['webhook', 'webhook_domain'])
    await world.sql(`update ${table} set ended_at = now() where ended_at is null`);
}

async function newest(world: World, table: 'webhook' | 'webhook_domain', code: Code): Promise<string> {
  const [row] = await world.sql<{ id: string }>(
    `select id from ${table} where agency_id = $1 order by registered_at desc limit 1`,
    [agencyId(code)],
  );
  if (!row) throw new Error(`There is no ${table}.`);
  return row.id;
}
