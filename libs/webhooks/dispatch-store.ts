import type { Pool } from 'pg';
import { feedSlice, type Ask, type FeedEntry } from '#ledger';
import type { ClientCertificate } from '#outbound';
import type { Sealed } from './key-ring.js';

/** A webhook that this worker sends to, for a while. */
export interface Leased {
  id: string;
  agencyId: string;
  url: string;
  eventTypes: string[];
  payload: 'THIN' | 'FULL';
  inFlight: number;
  perSecond: number;
  state: 'ACTIVE' | 'PENDING_PROOF';
  /** A bigint, which stays the text that it comes as. */
  fence: string;
  position: number;
  epoch: string;
  /** Grows when somebody moved the position. */
  moved: number;
  failingSince: Date | null;
  secrets: { id: string; keyId: string; sealed: string }[];
  /** By which its endpoint knows this service. */
  certificate?: ClientCertificate | undefined;
}

/** A certificate, with its key. */
export interface Shown extends Sealed {
  webhookId: string;
  id: string;
  /** PEM. */
  certificate: string;
}

export interface PutAside {
  webhookId: string;
  id: string;
  nature: 'EVENT' | 'RESEND' | 'TEST';
  position: number | null;
  attempts: number;
  due: Date;
  type: string | null;
  subjectId: string | null;
  recordedAt: Date | null;
}

/** One attempt, as the log keeps it. */
interface Tried {
  type: string;
  position: number | null;
  nth: number;
  status: number | null;
  fault: string | null;
  milliseconds: number;
  address: string | null;
  /** First 1,024 bytes, in base64. */
  answer: string;
}

export interface Outcomes {
  through: number;
  tried: Tried[];
  aside: { id: string; nature: string; position: number | null; attempts: number; due: Date }[];
  done: string[];
}

/** What an event tells, under the rights of who is told. */
export interface Told {
  subjectType: string;
  subjectId: string;
  revisionId: string | null;
  withdrawn: boolean;
  marking: string | null;
  state: string | null;
  /** JSON, as it was written. */
  document: string | null;
}

type Held = Pick<Leased, 'id' | 'fence'>;

/** What came of one webhook's deliveries. */
export interface Settled {
  webhook: Held;
  outcomes: Outcomes;
}

/** Answers of one delivery, whichever endpoint it goes to: 400, 413, 415, 422. */
const OF_ONE = new Set<number | null>([400, 413, 415, 422]);

export const isOfDelivery = ({ fault, status }: Pick<Tried, 'fault' | 'status'>): boolean =>
  fault === null && OF_ONE.has(status);

export const isSuccess = ({ fault, status }: Pick<Tried, 'fault' | 'status'>): boolean =>
  fault === null && status !== null && status >= 200 && status < 300;

/**
 * The worker's questions to the database about webhooks. Its functions know who holds what. What writes goes one after the
 * other: a row that is locked, by the worker itself too, would be passed over, and its lease with it.
 */
export class DispatchStore {
  readonly ask: Ask;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly pool: Pool) {
    this.ask = async <Row>(text: string, values: readonly unknown[]) =>
      (await pool.query<Row & object>(text, [...values])).rows;
  }

  lease(me: string, seconds: number, most: number): Promise<Leased[]> {
    return this.inTurn('select * from lease_webhooks($1, $2, $3)', [me, seconds, most]);
  }

  async release(me: string): Promise<void> {
    await this.ask('select release_webhooks($1)', [me]);
  }

  certificates(webhooks: readonly string[]): Promise<Shown[]> {
    return this.ask('select * from webhook_certificates($1)', [webhooks]);
  }

  /** @param beginning those of these that had nothing of it yet: of the others what somebody asked for, alone */
  putAside(webhooks: readonly string[], beginning: readonly string[]): Promise<PutAside[]> {
    return this.ask('select * from webhook_waiting($1, $2)', [webhooks, beginning]);
  }

  /** Where the feeds of these agencies stand. */
  async heads(agencies: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.ask<{ agencyId: string; position: number }>(
      `select agency_id as "agencyId", position::float8 as position from feed_head
        where feed = 'SHARING' and agency_id = any ($1)`,
      [agencies],
    );
    return new Map(rows.map(({ agencyId, position }) => [agencyId, position]));
  }

  slice(
    { agencyId, eventTypes }: Leased,
    after: number,
    first: number,
    window: number,
  ): Promise<FeedEntry[]> {
    const types = eventTypes.length > 0 ? eventTypes : undefined;
    return feedSlice(this.ask, { feed: 'SHARING', after, first, types, window, agencyId });
  }

  /** Of all of these in one transaction. @returns those whose lease is held still: of others nothing is written */
  async settle(settled: readonly Settled[]): Promise<Set<string>> {
    const all = settled.map(({ webhook: { id, fence }, outcomes: { through, tried } }) => ({
      ...{ webhook: id, fence, through, succeeded: tried.some(isSuccess) },
    }));
    const each = (rows: (outcomes: Outcomes) => readonly object[]): string =>
      JSON.stringify(
        settled.flatMap(({ webhook, outcomes }) =>
          rows(outcomes).map((row) => ({ webhook: webhook.id, ...row })),
        ),
      );
    const held = await this.inTurn<{ id: string }>('select settle_webhooks($1, $2, $3, $4) as id', [
      JSON.stringify(all),
      each(({ tried }) => tried),
      each(({ aside }) => aside),
      settled.flatMap(({ outcomes }) => outcomes.done),
    ]);
    return new Set(held.map(({ id }) => id));
  }

  fails({ id, fence }: Held, failing: boolean): Promise<boolean> {
    return this.held('select webhook_fails($1, $2, $3) as held', [id, fence, failing]);
  }

  disable({ id, fence }: Held, why: 'GONE' | 'FAILING'): Promise<boolean> {
    return this.held('select disable_webhook($1, $2, $3) as held', [id, fence, why]);
  }

  prove({ id, fence, url }: Held & Pick<Leased, 'url'>, fault: string | null): Promise<boolean> {
    return this.held('select prove_webhook($1, $2, $3, $4) as held', [id, fence, url, fault]);
  }

  /** Undefined where nothing may go: it is another's, paused, or over. */
  async told({ id, fence }: Held, position: number): Promise<Told | undefined> {
    const [told] = await this.ask<Told>('select * from webhook_body($1, $2, $3)', [id, fence, position]);
    return told;
  }

  async keepAttempts(): Promise<void> {
    await this.ask('select keep_webhook_attempts()', []);
  }

  async tellOfEndingCertificates(): Promise<void> {
    await this.ask('select tell_of_ending_certificates()', []);
  }

  private async held(text: string, values: readonly unknown[]): Promise<boolean> {
    const [row] = await this.inTurn<{ held: boolean }>(text, values);
    return row?.held ?? false;
  }

  private inTurn<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const answer = this.turn.then(() => this.toItsEnd<Row>(text, values));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  /**
   * An error is told before its statement is rolled back: what that had locked is free when the connection answers again.
   * Another that came before would take one lease in 50 to 1,500 for lost, and its deliveries would come twice.
   */
  private async toItsEnd<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const client = await this.pool.connect();
    let isGone = false;
    try {
      return (await client.query<Row & object>(text, [...values])).rows;
    } catch (error) {
      isGone = await client.query('select').then(
        () => false,
        () => true,
      );
      throw error;
    } finally {
      client.release(isGone);
    }
  }
}
