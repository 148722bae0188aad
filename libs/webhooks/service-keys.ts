import { randomUUID } from 'node:crypto';
import type { Ask } from '#ledger';
import { WrongWebhookKey, type KeyRing, type Sealed } from './key-ring.js';
import { newKeyPair, publicKeyOf } from '#signatures';

export interface ServiceKey {
  id: string;
  /** `whpk_...` */
  publicKey: string;
  /** Signs until then; null for the newest. */
  endsAt: Date | null;
}

interface Row extends ServiceKey, Sealed {}

/**
 * The service's own ed25519 keys for v1a: all of them sign, so that receivers may change from one to the next.
 * @returns each with its private half, `whsk_...`
 * @throws WrongWebhookKey when one does not open
 * @throws Error when somebody changed the public half
 */
export async function serviceKeys(ask: Ask, ring: KeyRing): Promise<(ServiceKey & { privateKey: string })[]> {
  const rows = await ask<Row>(
    'select id, public_key as "publicKey", key_id as "keyId", sealed, ends_at as "endsAt" from entente.webhook_keys()',
    [],
  );
  return rows.map(({ keyId, sealed, ...key }) => {
    const privateKey = ring.open(key.id, { keyId, sealed });
    if (publicKeyOf(privateKey) !== key.publicKey)
      throw new Error(
        'A key of webhooks in the database is not the one that was made: somebody changed its public half.',
      );
    return { ...key, privateKey };
  });
}

/** @throws WrongWebhookKey when something that signs lies under a key that is not in the ring */
export async function checkSeals(ask: Ask, ring: KeyRing): Promise<void> {
  const rows = await ask<{ keyId: string }>('select * from entente.webhook_seals() as "keyId"', []);
  if (rows.some(({ keyId }) => !ring.has(keyId))) throw new WrongWebhookKey();
  await serviceKeys(ask, ring);
}

/**
 * @param overlap seconds for which those before it sign, too; null to make one only where there is none
 * @returns its public half; null if there was one
 */
export async function addServiceKey(ask: Ask, ring: KeyRing, overlap: number | null): Promise<string | null> {
  const id = randomUUID();
  const pair = newKeyPair();
  const { keyId, sealed } = ring.seal(id, pair.private);
  const [row] = await ask<{ added: boolean }>('select entente.add_webhook_key($1, $2, $3, $4, $5) as added', [
    id,
    pair.public,
    keyId,
    sealed,
    overlap,
  ]);
  return row?.added ? pair.public : null;
}

/**
 * Seals under the ring's first key what lies under others.
 * @param forget ends what does not open, in place of stopping there
 * @returns how much of it there was
 * @throws WrongWebhookKey
 */
export async function rewrap(
  ask: Ask,
  ring: KeyRing,
  forget: boolean,
): Promise<{ resealed: number; forgotten: string[] }> {
  const under = await ask<{ keyId: string }>('select * from entente.webhook_seals() as "keyId"', []);
  const others = under.map(({ keyId }) => keyId).filter((keyId) => keyId !== ring.first);
  const unknown = others.filter((keyId) => !ring.has(keyId));
  if (unknown.length > 0 && !forget) throw new WrongWebhookKey();
  for (const keyId of unknown) await ask('select entente.forget_webhook_seals($1)', [keyId]);
  let resealed = 0;
  for (const was of others.filter((keyId) => ring.has(keyId)))
    for (const { id, sealed } of await ask<{ id: string; sealed: Buffer }>(
      'select id, sealed from entente.webhook_sealed($1)',
      [was],
    )) {
      const anew = ring.seal(id, ring.open(id, { keyId: was, sealed }));
      await ask('select entente.reseal_webhook($1, $2, $3, $4)', [id, was, anew.keyId, anew.sealed]);
      resealed += 1;
    }
  return { resealed, forgotten: unknown };
}
