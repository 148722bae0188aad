import { setTimeout as pause } from 'node:timers/promises';
import { RateLimited, ServiceError } from '#core';

/** Seconds of its budget that an agency may spend at once: others feel each page of it (decision 006). */
const BURST = 0.5;
/** Points of one operation: a page of 100 findings with everything that is loaded for them takes 2,900. */
const MOST_POINTS = 5_000;
/** Reading and checking a body of 900 kB takes 5 ms. */
const BYTES_A_POINT = 8 * 1024;
/** Operations of an agency that wait for their turn. */
const WAITING = 16;
/** Milliseconds between two attempts to pay for the next part of something. */
const PATIENCE = 250;

export interface AgencyLimits {
  /** Points that an agency may spend in a second. */
  budget: number;
  /** Operations of an agency that run at a time; so many more than that wait. */
  atOnce: number;
}

/** What an answer says of it, in `extensions.cost`. */
export interface Spent {
  /** Points of this operation. */
  requested: number;
  /** Points left; `perSecond` come back each second, up to `budget`. */
  remaining: number;
  budget: number;
  perSecond: number;
}

interface Account {
  balance: number;
  /** When that was, in milliseconds of the process's clock. */
  at: number;
  running: number;
  waiting: (() => void)[];
}

/**
 * Each agency's points and running operations, in this process: a token bucket that a costly operation may overdraw,
 * so that what follows waits. Nothing of one agency tells of another's.
 */
export class Budgets {
  private readonly accounts = new Map<string, Account>();
  private readonly perSecond: number;
  private readonly capacity: number;
  private readonly atOnce: number;

  constructor({ budget, atOnce }: AgencyLimits) {
    this.perSecond = budget;
    this.capacity = budget * BURST;
    this.atOnce = atOnce;
  }

  /**
   * A request came, whatever is in it.
   * @throws RateLimited when the agency has nothing left; the request has not been read then
   */
  admit(agency: string, bytes: number): void {
    this.take(agency, 1 + Math.floor(bytes / BYTES_A_POINT));
  }

  /** Waits for its turn, and goes with {@link leave}. @throws RateLimited when as many wait as may */
  async enter(agency: string): Promise<void> {
    const account = this.account(agency);
    if (account.running >= this.atOnce && account.waiting.length >= WAITING)
      throw new RateLimited(`Your agency has ${this.atOnce} operations running and ${WAITING} waiting.`, 1);
    await this.enterAgain(agency);
  }

  /** As {@link enter}, for what was let in before, and is bounded there: a poll that waited, a subscription. */
  async enterAgain(agency: string): Promise<void> {
    const account = this.account(agency);
    if (account.running < this.atOnce) account.running++;
    else await new Promise<void>((go) => account.waiting.push(go));
  }

  /** Whoever waits longest takes the place. */
  leave(agency: string): void {
    const account = this.account(agency);
    const next = account.waiting.shift();
    if (next) next();
    else account.running--;
  }

  /** One step of what was let in before. */
  async inTurn<T>(agency: string, doing: () => Promise<T>): Promise<T> {
    await this.enterAgain(agency);
    try {
      return await doing();
    } finally {
      this.leave(agency);
    }
  }

  /** @throws ServiceError TOO_COSTLY for what no budget pays; RateLimited when the agency has less left than that */
  spend(agency: string, requested: number): Spent {
    if (requested > MOST_POINTS)
      throw new ServiceError(
        'TOO_COSTLY',
        `The operation costs ${requested} points; ${MOST_POINTS} is the most. Ask for less.`,
      );
    const { balance } = this.take(agency, requested);
    const remaining = Math.max(0, Math.floor(balance));
    return { requested, remaining, budget: this.capacity, perSecond: this.perSecond };
  }

  /** As {@link spend}, and waits until the agency can: what goes on is late then. False when nobody waits any more. */
  async paid(agency: string, points: number, closed: AbortSignal): Promise<boolean> {
    while (!closed.aborted) {
      try {
        this.spend(agency, points);
        return true;
      } catch (error) {
        if (!(error instanceof RateLimited)) throw error;
        await pause(PATIENCE, undefined, { signal: closed }).catch(() => undefined);
      }
    }
    return false;
  }

  private take(agency: string, points: number): Account {
    const account = this.account(agency);
    // Half a bucket will do for what costs more: a full one is never there, for the request itself took a point.
    const missing = Math.min(points, this.capacity / 2) - account.balance;
    if (missing > 0)
      throw new RateLimited('Your agency has spent its budget for now.', Math.ceil(missing / this.perSecond));
    account.balance -= points;
    return account;
  }

  /** As it stands now. */
  private account(agency: string): Account {
    const now = performance.now();
    const account = this.accounts.get(agency) ?? { balance: this.capacity, at: now, running: 0, waiting: [] };
    const gained = ((now - account.at) / 1000) * this.perSecond;
    account.balance = Math.min(this.capacity, account.balance + gained);
    account.at = now;
    this.accounts.set(agency, account);
    return account;
  }
}
