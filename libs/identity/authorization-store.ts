import { createHash } from 'node:crypto';
import { toServiceError, traceOf, type Database, type Logger } from '#core';
import type { Turns } from './turns.js';
import { unavailable } from './unavailable.js';

/** What the authorization server may know of a client. */
export interface ActiveClient {
  roles: string[];
  /** Code of its agency. */
  agency: string;
  /** Its public keys, with `kid` and `alg`. */
  keys: Record<string, unknown>[];
  /** Where others of its keys are, and what stands for them in its tokens; newest first. */
  addresses: { id: string; uri: string }[];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** One in so many acceptances also forgets those that have passed. */
const FORGET_EVERY = 100;

/** What the authorization server keeps: in its own role, in the same database for every process. */
export class AuthorizationStore {
  private accepted = 0;

  constructor(
    private readonly database: Database,
    private readonly turns: Turns,
    private readonly log: Logger,
  ) {}

  /** Undefined for one that is not there, has ended, or whose agency is suspended. */
  async client(id: string): Promise<ActiveClient | undefined> {
    if (!UUID.test(id)) return undefined;
    const [client] = await this.inTurn<ActiveClient>(
      'select roles, agency_code as agency, keys, addresses from entente.active_client($1)',
      [id],
    );
    return client;
  }

  /** Whether the agency of a client ever gave this key by itself, for whatever use and client. */
  async wasGiven(id: string, thumbprint: string): Promise<boolean> {
    const [row] = await this.inTurn<{ was: boolean }>('select entente.client_key_was_given($1, $2) as was', [
      id,
      thumbprint,
    ]);
    return row?.was !== false;
  }

  /** For what strangers can make us ask. */
  inTurn<Row>(text: string, values: unknown[]): Promise<Row[]> {
    return this.turns.take(() => this.ask<Row>(text, values));
  }

  /** @param kid of the key with which it signed in */
  async used(id: string, kid: string): Promise<void> {
    await this.ask('select entente.client_used($1), entente.client_key_used($1, $2)', [id, kid]);
  }

  /**
   * True the first time, in whichever process.
   * @param until seconds since 1970: then it is refused for its age
   */
  async once(issuer: string, jti: string, until: number): Promise<boolean> {
    const id = createHash('sha256')
      .update(JSON.stringify([issuer, jti]))
      .digest();
    const rows = await this.ask(
      'insert into entente_auth.accepted_once (id, until) values ($1, to_timestamp($2)) on conflict do nothing returning 1',
      [id, until],
    );
    if (++this.accepted % FORGET_EVERY === 0)
      await this.ask('delete from entente_auth.accepted_once where until < now()', []);
    return rows.length > 0;
  }

  private async ask<Row>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      return await this.database.asAuthorizationServer((reader) => reader.rows<Row>(text, values));
    } catch (error) {
      const told = toServiceError(error, (id, lost) =>
        this.log.error({ id, ...traceOf(lost) }, 'unexpected error'),
      );
      throw told.code === 'UNAVAILABLE' ? unavailable('try again in a moment') : error;
    }
  }
}
