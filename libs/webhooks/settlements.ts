import { setTimeout as pause } from 'node:timers/promises';
import type { DispatchStore, Settled } from './dispatch-store.js';

/** Milliseconds between two statements. */
const EVERY = 20;

interface Asked extends PromiseWithResolvers<boolean> {
  take: () => Settled;
}

/**
 * Writes down what came of deliveries: of all webhooks of this worker in one statement, one after the other. With one for each
 * webhook a delivery took 60 µs of the database, so it takes 35.
 */
export class Settlements {
  private waiting: Asked[] = [];
  private isWriting = false;
  private last = 0;

  constructor(private readonly store: DispatchStore) {}

  /**
   * @param take asked for what there is when the statement is made
   * @returns whether the lease was held; if not, nothing was written
   */
  settle(take: () => Settled): Promise<boolean> {
    const waiting = { take, ...Promise.withResolvers<boolean>() };
    this.waiting.push(waiting);
    if (!this.isWriting) void this.write();
    return waiting.promise;
  }

  private async write(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      await pause(Math.max(0, this.last + EVERY - performance.now()));
      this.last = performance.now();
      const waiting = this.waiting;
      this.waiting = [];
      const settled = waiting.map(({ take }) => take());
      await this.store.settle(settled).then(
        (held) => waiting.forEach(({ resolve }, n) => resolve(held.has(settled[n]?.webhook.id ?? ''))),
        // One that cannot be written is its own trouble alone; and a connection that ended is another by then.
        () => Promise.all(waiting.map((one, n) => this.alone(one, settled[n]))),
      );
    }
    this.isWriting = false;
  }

  private async alone({ resolve, reject }: Asked, settled: Settled | undefined): Promise<void> {
    if (settled) await this.store.settle([settled]).then((held) => resolve(held.size > 0), reject);
  }
}
