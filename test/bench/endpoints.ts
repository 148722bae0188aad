import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { KeyRing } from '#webhooks';
import { agencyId, memberId } from './agencies.js';

/** Of the benches' workers. */
export const WEBHOOK_KEY = Buffer.alloc(32, 7);

/** A webhook of an agency that has consented, and its secret. @returns its id */
export async function register(
  client: Client,
  agency: number,
  { url, inFlight, secret }: { url: string; inFlight: number; secret: string },
): Promise<string> {
  const by = memberId(agency, 'ANALYST');
  const { rows } = await client.query<{ id: string }>(
    `insert into webhook (agency_id, url, description, event_types, payload, in_flight, per_second, state, proven_at,
                          registered_by)
     values ($1, $2, 'A receiver', '{}', 'THIN', $3, 1000, 'ACTIVE', now(), $4) returning id`,
    [agencyId(agency), url, inFlight, by],
  );
  const webhook = rows[0]?.id;
  if (webhook === undefined) throw new Error('There is no webhook.');
  const id = randomUUID();
  const { keyId, sealed } = new KeyRing([WEBHOOK_KEY]).seal(id, secret);
  await client.query(
    `insert into webhook_secret (id, webhook_id, agency_id, key_id, sealed, made_by) values ($1, $2, $3, $4, $5, $6)`,
    [id, webhook, agencyId(agency), keyId, sealed, by],
  );
  return webhook;
}
