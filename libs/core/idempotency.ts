import { z } from 'zod';
import { canonical, sha256 } from './canonical.js';
import type { Tx } from './database.js';
import { conflict } from './errors.js';

/** In the input of every act. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,100}$/, 'One to 100 printable ASCII characters without spaces.')
  .meta({
    description:
      'Yours to choose. The same key with the same input has one effect, however often it is sent; good for 30 days.',
  });

/**
 * One effect per key (P11). The key belongs to agency, caller and operation for 30 days. The first call does the
 * act and stores which subject it made or changed; a repeat gets that subject's id and must read it again under its
 * present rights. Two at once: the second waits for the first to commit.
 * @param input the whole input; another input under the same key is CONFLICT
 */
export async function once(
  tx: Tx,
  operation: string,
  input: { idempotencyKey: string },
  act: () => Promise<string>,
): Promise<string> {
  const fingerprint = sha256(canonical(input));
  const mine = [tx.viewer.agencyId, tx.viewer.memberId, operation, input.idempotencyKey];
  const taken = await tx.manager.query<unknown[]>(
    `insert into idempotency_key as k (agency_id, member_id, operation, key, fingerprint)
     values ($1, $2, $3, $4, $5)
     on conflict (agency_id, member_id, operation, key)
       do update set fingerprint = excluded.fingerprint, subject_id = null, created_at = clock_timestamp()
       where k.created_at < clock_timestamp() - interval '30 days'
     returning 1`,
    [...mine, fingerprint],
  );
  if (taken.length === 0) return repeat(tx, mine, fingerprint);
  const subject = await act();
  await tx.manager.query(
    `update idempotency_key set subject_id = $5 where agency_id = $1 and member_id = $2 and operation = $3 and key = $4`,
    [...mine, subject],
  );
  return subject;
}

async function repeat(tx: Tx, mine: readonly string[], fingerprint: string): Promise<string> {
  const [earlier] = await tx.manager.query<{ fingerprint: string; subject_id: string }[]>(
    `select fingerprint, subject_id from idempotency_key
      where agency_id = $1 and member_id = $2 and operation = $3 and key = $4`,
    [...mine],
  );
  if (earlier?.fingerprint !== fingerprint) {
    throw conflict('This idempotency key was used with another input.', 'input.idempotencyKey');
  }
  return earlier.subject_id;
}
