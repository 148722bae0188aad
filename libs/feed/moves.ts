import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Database, RateLimited, ServiceError, type Caller } from '#core';
import type { FeedName } from '#ledger';

/** Milliseconds between two looks at which feeds moved, and at who of those waiting may no longer. */
const LOOK = 25;
const CHECK = 400;
/** Polls and subscriptions of an agency that may wait in this process. */
const MOST_WAITING = 32;

/** Whoever waits for a feed to move. */
export interface Listening {
  caller: Caller;
  /** When its token ends, in milliseconds since 1970. */
  until: number;
  agencyId: string;
  feed: FeedName;
}

/**
 * Rings when its feed moved. It holds no connection, no transaction and no turn of its agency: however many wait, the
 * process asks the database once for all of them.
 */
export class Bell {
  private rang = false;
  private wake: (() => void) | null = null;
  private readonly out = new AbortController();

  constructor(readonly who: Listening) {}

  /** Aborted, with the ServiceError that says so, when its caller is not to be answered any more. */
  get gone(): AbortSignal {
    return this.out.signal;
  }

  ring(): void {
    this.rang = true;
    this.wake?.();
  }

  dismiss(why: Error): void {
    this.out.abort(why);
    this.wake?.();
  }

  /**
   * Resolves when it rang since the last time, after so many milliseconds, or when `closed` is aborted.
   * @throws ServiceError UNAUTHENTICATED when its caller is not to be answered any more
   */
  async rung(milliseconds: number | null, closed: AbortSignal): Promise<void> {
    if (!this.rang && !closed.aborted && !this.gone.aborted) await this.woken(milliseconds, closed);
    this.rang = false;
    this.gone.throwIfAborted();
  }

  private woken(milliseconds: number | null, closed: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === null ? null : setTimeout(() => wake(), milliseconds);
      const wake = (): void => {
        if (timer) clearTimeout(timer);
        closed.removeEventListener('abort', wake);
        this.wake = null;
        resolve();
      };
      this.wake = wake;
      closed.addEventListener('abort', wake);
    });
  }
}

/** Looks which feeds moved, while anybody waits for one, and whether those who wait still may. */
@Injectable()
export class FeedMoves implements OnApplicationShutdown {
  private readonly bells = new Set<Bell>();
  /** Up to which batch of the sequencer everybody was rung; null while nobody waits. */
  private seen: Promise<bigint> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private checked = 0;
  private ended = false;

  constructor(private readonly database: Database) {}

  /**
   * What moves from the time this resolves, rings. {@link hangUp} ends it.
   * @throws RateLimited when as many of the agency wait as may
   */
  async listen(who: Listening): Promise<Bell> {
    const same = [...this.bells].filter((bell) => bell.who.agencyId === who.agencyId);
    if (same.length >= MOST_WAITING)
      throw new RateLimited(`Your agency has ${MOST_WAITING} polls and subscriptions waiting.`, 5);
    const bell = new Bell(who);
    this.bells.add(bell);
    try {
      this.seen ??= this.moved(-1n).then(({ moves }) => moves);
      await this.seen;
      this.look();
      return bell;
    } catch (error) {
      this.seen = null;
      this.hangUp(bell);
      throw error;
    }
  }

  hangUp(bell: Bell): void {
    this.bells.delete(bell);
    if (this.bells.size > 0) return;
    this.seen = null;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  onApplicationShutdown(): void {
    this.ended = true;
    const why = new ServiceError('UNAVAILABLE', 'The service is restarting. Go on from your cursor.');
    for (const bell of this.bells) bell.dismiss(why);
  }

  private look(): void {
    if (this.ended) return;
    this.timer ??= setTimeout(() => {
      void this.once().finally(() => {
        this.timer = null;
        if (this.bells.size > 0) this.look();
      });
    }, LOOK);
  }

  private async once(): Promise<void> {
    try {
      const since = await this.seen;
      if (since === null) return;
      const { moves, feeds } = await this.moved(since);
      // Whoever came meanwhile to nobody waiting began anew.
      if (this.seen === null) return;
      this.seen = Promise.resolve(moves);
      for (const bell of this.bells) if (feeds.has(nameOf(bell.who))) bell.ring();
      if (performance.now() - this.checked > CHECK) await this.check();
    } catch {
      // The database is not there: who waits is told by the next read. Nobody may stay on a rumour, though.
      this.checkTimes();
    }
  }

  private async moved(since: bigint): Promise<{ moves: bigint; feeds: Set<string> }> {
    const rows = await this.database.unentered<{
      moves: string;
      agencyId: string | null;
      feed: string | null;
    }>('select moves, agency_id as "agencyId", feed from entente.feeds_moved($1)', [since.toString()]);
    if (!rows[0]) throw new Error('There is no sequencer row.');
    const feeds = rows.flatMap(({ agencyId, feed }) =>
      agencyId && feed ? [nameOf({ agencyId, feed })] : [],
    );
    return { moves: BigInt(rows[0].moves), feeds: new Set(feeds) };
  }

  /** Suspension, an ended membership or session, a revoked key: within a second nobody is answered any more. */
  private async check(): Promise<void> {
    this.checked = performance.now();
    this.checkTimes();
    const bells = [...this.bells];
    const callers = bells.map(({ who }) => who.caller);
    const rows = await this.database.unentered<{ place: number }>(
      'select entente.no_longer_active($1::uuid[], $2::text[], $3::uuid[]) as place',
      [
        callers.map(({ id }) => id),
        callers.map(({ key }) => key ?? null),
        callers.map(({ session }) => session ?? null),
      ],
    );
    for (const { place } of rows) bells[place - 1]?.dismiss(signInAgain());
  }

  private checkTimes(): void {
    for (const bell of this.bells) if (bell.who.until <= Date.now()) bell.dismiss(signInAgain());
  }
}

const nameOf = ({ agencyId, feed }: { agencyId: string; feed: string }): string => `${agencyId} ${feed}`;

const signInAgain = (): ServiceError =>
  new ServiceError('UNAUTHENTICATED', 'Sign in again: your token has ended, or you are not active any more.');
