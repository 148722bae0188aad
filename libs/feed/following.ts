import { Injectable } from '@nestjs/common';
import type { Caller } from '#core';
import { placeOf } from './cursor.js';
import { FeedService, type Stretch, type Wanted } from './feed.service.js';
import { FeedMoves, type Bell } from './moves.js';

/** A caller that is ready to wait: its rights, its token's end, and when it goes away. */
export interface Waiter {
  caller: Caller;
  /** Milliseconds since 1970. */
  until: number;
  closed: AbortSignal;
  /** Lets another operation of the agency run while this one waits. */
  rest<T>(waiting: () => Promise<T>): Promise<T>;
}

/** A feed as it moves: by long poll, and by subscription. Both read it as the query does. */
@Injectable()
export class Following {
  constructor(
    private readonly feeds: FeedService,
    private readonly moves: FeedMoves,
  ) {}

  /** What there is; where there is nothing yet, what there is after the feed moved, or after so many milliseconds. */
  async poll(waiter: Waiter, wanted: Wanted, milliseconds: number): Promise<Stretch> {
    const found = await this.feeds.read(waiter.caller, wanted);
    if (milliseconds === 0 || found.through > found.after) return found;
    return this.listening(waiter, wanted, found, async (bell) => {
      // Between that look and the first ring something may have come.
      const now = await this.feeds.read(waiter.caller, wanted);
      if (now.through > now.after) return now;
      await waiter.rest(() => bell.rung(milliseconds, waiter.closed));
      return this.feeds.read(waiter.caller, wanted);
    });
  }

  /**
   * One stretch after another, each read when the one before was taken: a slow reader has one in memory, and misses
   * none.
   * @throws ServiceError UNAUTHENTICATED within a second of the end of the token or the rights
   */
  async *follow(waiter: Waiter, wanted: Wanted): AsyncGenerator<Stretch> {
    const found = await this.feeds.read(waiter.caller, wanted);
    const bell = await this.moves.listen(listeningOf(waiter, wanted, found));
    try {
      let next = wanted;
      while (!waiter.closed.aborted) {
        const now = await this.feeds.read(waiter.caller, next);
        bell.gone.throwIfAborted();
        if (now.through === now.after) {
          await bell.rung(null, waiter.closed);
          continue;
        }
        next = { ...wanted, after: placeOf(now.endCursor, wanted.feed, 'after') };
        yield now;
      }
    } finally {
      this.moves.hangUp(bell);
    }
  }

  private async listening<T>(
    waiter: Waiter,
    wanted: Wanted,
    found: Stretch,
    use: (bell: Bell) => Promise<T>,
  ): Promise<T> {
    const bell = await this.moves.listen(listeningOf(waiter, wanted, found));
    try {
      return await use(bell);
    } finally {
      this.moves.hangUp(bell);
    }
  }
}

const listeningOf = ({ caller, until }: Waiter, { feed }: Wanted, { agencyId }: Stretch) => ({
  caller,
  until,
  agencyId,
  feed,
});
