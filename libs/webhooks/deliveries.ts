import { FRESH } from '#ledger';
import type { Outgoing } from '#outbound';
import { sign, type WebhookKey } from '#signatures';
import type { DispatchStore, Leased } from './dispatch-store.js';

/** One event, on its way to one webhook. */
export interface Delivery {
  /** Of what was put aside; null for what comes from the feed. */
  asideId: string | null;
  nature: 'EVENT' | 'RESEND' | 'TEST';
  /** Null for a test. */
  position: number | null;
  type: string;
  subjectId: string | null;
  at: Date;
  /** How many there were. */
  attempts: number;
  /** Its endpoint said that it is wrong, so that it need not be asked again as soon as it is up. */
  isRefused?: boolean;
  /** Milliseconds since 1970. */
  due: number;
}

/** It is another worker's, paused, or over: nothing may go. */
export class NotOurs extends Error {}

/**
 * The same for each attempt, and for each webhook of an agency: a receiver that has had it drops it. Positions of two
 * agencies are alike, and one system may serve both.
 */
const idOf = ({ epoch, agencyId }: Leased, { position, asideId }: Delivery): string =>
  position === null ? `test_${asideId ?? ''}` : `evt_${epoch}_${agencyId}_${position}`;

/**
 * Built when there is a connection to send it over, under the rights that its receiver has then.
 * @throws NotOurs
 */
export async function outgoing(
  webhook: Leased,
  delivery: Delivery,
  keys: readonly WebhookKey[],
  store: DispatchStore,
): Promise<Outgoing> {
  const until = performance.now() + FRESH;
  const id = idOf(webhook, delivery);
  const { epoch } = webhook;
  const head = { id, type: delivery.type, timestamp: delivery.at.toISOString() };
  const place = { epoch, position: delivery.position };
  const isFull = webhook.payload === 'FULL' && delivery.position !== null;
  const text = isFull
    ? await fullBody(webhook, delivery.position ?? 0, head, place, store)
    : JSON.stringify({ ...head, data: place });
  const body = Buffer.from(text);
  const timestamp = Math.floor(Date.now() / 1_000);
  const headers = { 'content-type': 'application/json', ...sign({ id, timestamp, body }, keys) };
  return { method: 'POST', headers, body, ...(isFull && { until }) };
}

async function fullBody(
  webhook: Leased,
  position: number,
  head: object,
  place: object,
  store: DispatchStore,
): Promise<string> {
  const told = await store.told(webhook, position);
  if (!told) throw new NotOurs();
  const { document, ...rest } = told;
  const text = JSON.stringify({ ...head, data: { ...place, ...rest, document: null } });
  // As it was written, so that its hash is what it was; it is the last member.
  return document === null ? text : `${text.slice(0, -'null}}'.length)}${document}}}`;
}
