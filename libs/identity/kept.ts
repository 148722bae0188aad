import { createHmac } from 'node:crypto';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { z } from 'zod';
import { derived, seal, unseal } from '#core';
import type { AuthorizationStore } from './authorization-store.js';

interface Row {
  id: Buffer;
  sealed: Buffer;
  consumed: boolean;
}

/** By what the library looks something up, besides its id. */
type Column = 'uid' | 'user_code' | 'grant_id';

/** Milliseconds after which what has passed is forgotten once more, when something is kept. */
const FORGET_EVERY = 60_000;

const payloadSchema = z.record(z.string(), z.unknown());

/**
 * What is kept between requests of browsers and tools: under a keyed hash of its id, and sealed. So neither who reads
 * the database nor who guesses the short code of a device from it can go on in another's name.
 */
export class Kept {
  private readonly hashing: Buffer;
  private readonly sealing: Buffer;
  private forgotAt = -Infinity;

  constructor(
    private readonly store: AuthorizationStore,
    secret: Buffer,
  ) {
    this.hashing = derived(secret, 'ids of what is kept');
    this.sealing = derived(secret, 'what is kept');
  }

  async find(model: string, id: string): Promise<AdapterPayload | undefined> {
    return this.one(model, 'id', this.hash(model, id));
  }

  async findBy(model: string, column: Column, value: string): Promise<AdapterPayload | undefined> {
    return this.one(model, column, this.hash(column, value));
  }

  /** @param seconds for which it is kept */
  async keep(model: string, id: string, payload: AdapterPayload, seconds: number): Promise<void> {
    const key = this.hash(model, id);
    const { uid, userCode, grantId } = payload;
    await this.store.inTurn(
      `insert into entente_auth.kept (id, uid, user_code, grant_id, sealed, until, strangers)
       values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6), $7)
       on conflict (id) do update
         set sealed = excluded.sealed, until = excluded.until, strangers = excluded.strangers`,
      [
        key,
        // Of the library's models only a browser's session is asked for by this.
        model === 'Session' ? this.hashOf('uid', uid) : null,
        this.hashOf('user_code', userCode),
        this.hashOf('grant_id', grantId),
        seal(this.sealing, nameOf(model, key), JSON.stringify(payload)),
        seconds,
        isStrangers(model, payload),
      ],
    );
    if (performance.now() - this.forgotAt < FORGET_EVERY) return;
    this.forgotAt = performance.now();
    await this.store.inTurn('delete from entente_auth.kept where until < now()', []);
  }

  /** How many rows are kept for who has not signed in. @param most it counts no further */
  async ofStrangers(most: number): Promise<number> {
    const [row] = await this.store.inTurn<{ count: number }>(
      `select count(*)::int from (select from entente_auth.kept where strangers and until > now() limit $1) as counted`,
      [most],
    );
    return row?.count ?? most;
  }

  /** @throws OIDCProviderError invalid_grant for every time but the first, in whichever process */
  async consume(model: string, id: string): Promise<void> {
    const rows = await this.store.inTurn(
      `update entente_auth.kept set consumed_at = clock_timestamp()
        where id = $1 and consumed_at is null and until > now() returning 1`,
      [this.hash(model, id)],
    );
    if (rows.length === 0) throw new errors.InvalidGrant('used before');
  }

  /** @returns what it was; of two that take it at once one gets it */
  async take(model: string, id: string): Promise<AdapterPayload | undefined> {
    const [row] = await this.store.inTurn<Row>(
      'delete from entente_auth.kept where id = $1 and until > now() returning id, sealed, false as consumed',
      [this.hash(model, id)],
    );
    return row && this.opened(model, row);
  }

  async forget(model: string, id: string): Promise<void> {
    await this.store.inTurn('delete from entente_auth.kept where id = $1', [this.hash(model, id)]);
  }

  async forgetGrant(grantId: string): Promise<void> {
    await this.store.inTurn('delete from entente_auth.kept where grant_id = $1', [
      this.hash('grant_id', grantId),
    ]);
  }

  private async one(model: string, column: Column | 'id', key: Buffer): Promise<AdapterPayload | undefined> {
    const [row] = await this.store.inTurn<Row>(
      `select id, sealed, consumed_at is not null as consumed from entente_auth.kept
        where ${column} = $1 and until > now()`,
      [key],
    );
    return row && this.opened(model, row);
  }

  /** What lies under another secret, or is of another kind, is not there. */
  private opened(model: string, { id, sealed, consumed }: Row): AdapterPayload | undefined {
    try {
      const payload = payloadSchema.parse(JSON.parse(unseal(this.sealing, nameOf(model, id), sealed)));
      return consumed ? { ...payload, consumed } : payload;
    } catch {
      return undefined;
    }
  }

  private hashOf(kind: string, value: unknown): Buffer | null {
    return typeof value === 'string' ? this.hash(kind, value) : null;
  }

  private hash(kind: string, value: string): Buffer {
    return createHmac('sha256', this.hashing)
      .update(JSON.stringify([kind, value]))
      .digest();
  }
}

const OF_STRANGERS = ['Session', 'Interaction', 'DeviceCode'];
const isStrangers = (model: string, { accountId, session }: AdapterPayload): boolean =>
  OF_STRANGERS.includes(model) && accountId === undefined && session?.accountId === undefined;

const nameOf = (model: string, id: Buffer): string => `${model} ${id.toString('base64url')}`;

/** The library's door to what is kept, for all its models but clients. */
export const keptAs = (kept: Kept, model: string): Adapter => ({
  find: (id) => kept.find(model, id),
  findByUid: (uid) => kept.findBy(model, 'uid', uid),
  findByUserCode: (userCode) => kept.findBy(model, 'user_code', userCode),
  upsert: (id, payload, seconds) => kept.keep(model, id, payload, seconds ?? 0),
  consume: (id) => kept.consume(model, id),
  destroy: (id) => kept.forget(model, id),
  revokeByGrantId: (grantId) => kept.forgetGrant(grantId),
});
