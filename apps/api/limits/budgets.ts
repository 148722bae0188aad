import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimited, ServiceError } from '#core';

/** Seconds over which an agency may spread its budget as it likes. */
const WINDOW = 10;
/** Points of one operation: a page of 100 findings with everything that is loaded for them takes 2,900. */
const MOST_POINTS = 5_000;
const BYTES_A_POINT = 64 * 1024;

export interface AgencyLimits {
  /** Points that an agency may spend in a second, on average. */
  budget: number;
  /** Operations of an agency that may run at a time. */
  atOnce: number;
}

/** What an answer says of it, in `extensions.cost`. */
export interface Spent {
  /** Points of this operation. */
  requested: number;
  /** Points left until `resetsIn` seconds from now, when there are `budget` again. */
  remaining: number;
  resetsIn: number;
  budget: number;
}

/** Each agency's points and running operations, in this process. Nothing of one agency tells of another's. */
export class Budgets {
  private readonly points: RateLimiterMemory;
  private readonly running = new Map<string, number>();
  private readonly budget: number;
  private readonly atOnce: number;

  constructor({ budget, atOnce }: AgencyLimits) {
    this.budget = budget * WINDOW;
    this.atOnce = atOnce;
    this.points = new RateLimiterMemory({ points: this.budget, duration: WINDOW });
  }

  /**
   * A request came, whatever is in it.
   * @throws RateLimited when the agency has nothing left; the request has not been read then
   */
  async admit(agency: string, bytes: number): Promise<void> {
    await this.take(agency, 1 + Math.floor(bytes / BYTES_A_POINT));
  }

  /** Goes with {@link leave}. @throws RateLimited when as many run as may */
  enter(agency: string): void {
    const running = this.running.get(agency) ?? 0;
    if (running >= this.atOnce)
      throw new RateLimited(`Your agency has ${this.atOnce} operations running.`, 1);
    this.running.set(agency, running + 1);
  }

  leave(agency: string): void {
    const running = (this.running.get(agency) ?? 0) - 1;
    if (running > 0) this.running.set(agency, running);
    else this.running.delete(agency);
  }

  /**
   * @throws ServiceError TOO_COSTLY for what no budget pays; RateLimited when the agency has less left than that, and
   *   it keeps what it has
   */
  async spend(agency: string, requested: number): Promise<Spent> {
    const most = Math.min(MOST_POINTS, this.budget);
    if (requested > most)
      throw new ServiceError(
        'TOO_COSTLY',
        `The operation costs ${requested} points; ${most} is the most. Ask for less.`,
      );
    const { remainingPoints, msBeforeNext } = await this.take(agency, requested);
    return { requested, remaining: remainingPoints, resetsIn: seconds(msBeforeNext), budget: this.budget };
  }

  private async take(agency: string, points: number): Promise<RateLimiterRes> {
    const taken = await this.points.penalty(agency, points);
    if (taken.consumedPoints <= this.budget) return taken;
    await this.points.reward(agency, points);
    throw new RateLimited('Your agency has spent its budget for now.', seconds(taken.msBeforeNext));
  }
}

const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));
