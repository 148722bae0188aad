import { setTimeout as timer, clearTimeout } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Attempt, Sender } from '#outbound';
import type { WebhookKey } from '#signatures';
import { NotOurs, outgoing, type Delivery } from './deliveries.js';
import {
  isOfDelivery,
  isSuccess,
  type DispatchStore,
  type Leased,
  type Outcomes,
  type PutAside,
  type Settled,
} from './dispatch-store.js';
import { Pace } from './pace.js';
import { monotonic, untilNext } from './retries.js';
import type { Settlements } from './settlements.js';
import { Waiting } from './waiting.js';

/** Positions read at a time; looked through, where only some types are wanted. */
const SLICE = 200;
const WINDOW = 1_000;
/** Fewer than these wait: more are read while they go. */
const LOW = 100;
/** Put aside, at most, while more is read: an endpoint that refuses most of its feed waits for what it refused. */
const MOST_ASIDE = 1_000;
/** Milliseconds for which it may be down before it is disabled. */
const LONGEST_DOWN = 3 * 86_400_000;
/** Deliveries made that the database does not know of yet, at most: so many come again after a kill. */
const MOST_UNSETTLED = 64;
/** Milliseconds after which it looks again, if nothing happened. */
const LOOK = 1_000;
/** Milliseconds for which one that stops waits for what is on its way: the lease is held longer. */
const PATIENCE = 3_000;

/** What all webhooks of a worker share. */
export interface Worker {
  store: DispatchStore;
  settlements: Settlements;
  sender: Sender;
  /** Whether the leases are held still: nothing is begun without. */
  readonly holds: boolean;
  say: (what: string, error?: unknown) => void;
}

const nothing = (): Outcomes => ({ through: 0, tried: [], aside: [], done: [] });

/**
 * One webhook, while this worker has its lease: reads the feed from its position on, sends with a window, and puts single
 * failures aside. Down, it is asked with one delivery at a time.
 */
export class Endpoint {
  private head = 0;
  private readonly waiting: Waiting;
  private readonly pace: Pace;
  private isReading = false;
  private noted = nothing();
  private settling: Promise<void> | null = null;
  /** Deliveries of which the database is being told. */
  private unsettled = 0;
  private clock: NodeJS.Timeout | undefined;
  private clockAt = Infinity;
  private isStopped = false;
  /** The database did not take what came: what comes later would bring the position past it. */
  private isLost = false;
  private readonly underWay = new Set<Promise<void>>();
  private readonly end = Promise.withResolvers<undefined>();
  hasEnded = false;

  constructor(
    private webhook: Leased,
    putAside: readonly PutAside[],
    private keys: readonly WebhookKey[],
    private readonly worker: Worker,
  ) {
    this.waiting = new Waiting(webhook.position, (aside) => void this.noted.aside.push(aside));
    this.pace = new Pace(webhook, webhook.failingSince !== null);
    this.add(putAside);
  }

  /** When it has stopped, what was on its way has ended, if that was soon, and what came of it was written down. */
  get ended(): Promise<unknown> {
    return this.end.promise;
  }

  /** @returns whether it is the same lease still */
  renew(webhook: Leased, keys: readonly WebhookKey[]): boolean {
    const before = this.webhook;
    const isSame = (['fence', 'moved', 'state', 'epoch', 'url'] as const).every(
      (name) => webhook[name] === before[name],
    );
    if (this.isStopped || !isSame || webhook.eventTypes.join() !== before.eventTypes.join()) return false;
    this.webhook = webhook;
    this.keys = keys;
    this.pace.limitTo(webhook);
    return true;
  }

  feedStandsAt(position: number): void {
    if (position <= this.head) return;
    this.head = position;
    this.goOn();
  }

  /** What somebody asked for meanwhile. */
  add(putAside: readonly PutAside[]): void {
    for (const { id, nature, position, attempts, due, type, subjectId, recordedAt } of putAside) {
      if (this.waiting.has(id)) continue;
      this.waiting.keepAside({
        asideId: id,
        nature,
        position,
        type: type ?? 'webhook.test',
        subjectId: nature === 'EVENT' ? subjectId : null,
        at: recordedAt ?? new Date(),
        attempts,
        due: due.getTime(),
      });
    }
    this.goOn();
  }

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    clearTimeout(this.clock);
    void this.writeRest();
  }

  /** What is on its way, and what came since the last statement: another would send it again. */
  private async writeRest(): Promise<void> {
    await Promise.race([Promise.all(this.underWay), pause(PATIENCE, undefined, { ref: false })]);
    await this.settling;
    this.note();
    await this.settling;
    this.hasEnded = true;
    this.end.resolve(undefined);
  }

  private fail(error: unknown): void {
    if (!this.isStopped && !(error instanceof NotOurs)) this.worker.say('webhook stopped', error);
    this.stop();
  }

  /** Starts what may start, reads ahead, and has written down what came: whenever something happened, or is due. */
  private goOn(): void {
    if (this.isStopped) return;
    const now = monotonic();
    while (this.mayStart(now)) {
      const delivery = this.waiting.next(now);
      if (!delivery) break;
      this.pace.started(now, this.webhook);
      const going = this.deliver(delivery).finally(() => this.underWay.delete(going));
      this.underWay.add(going);
    }
    const wantsMore = this.waiting.queued < LOW && this.waiting.putAsideCount < MOST_ASIDE;
    if (!this.isReading && wantsMore && this.waiting.read < this.head) void this.readAhead();
    this.note();
    this.wakeAt(Math.min(now + LOOK, this.pace.next(now), this.waiting.nextDue(now)), now);
  }

  private mayStart(now: number): boolean {
    return (
      this.worker.holds &&
      this.keys.length > 0 &&
      this.pace.mayStart(now, this.waiting.going) &&
      this.waiting.going + this.noted.tried.length + this.unsettled < MOST_UNSETTLED
    );
  }

  private wakeAt(time: number, now: number): void {
    if (time >= this.clockAt) return;
    clearTimeout(this.clock);
    this.clockAt = time;
    const wake = (): void => {
      this.clockAt = Infinity;
      this.goOn();
    };
    this.clock = timer(wake, Math.max(1, time - now));
  }

  private async readAhead(): Promise<void> {
    this.isReading = true;
    try {
      const window = this.webhook.eventTypes.length > 0 ? WINDOW : SLICE;
      // As it is now: it may move while the database answers, and what is read may be ahead of it.
      const { head } = this;
      const { read } = this.waiting;
      const entries = await this.worker.store.slice(this.webhook, read, SLICE, window);
      this.waiting.push(
        entries.map(({ position, type, subjectId, recordedAt: at }) => ({
          ...{ asideId: null, nature: 'EVENT', position, type, subjectId, at, attempts: 0, due: 0 },
        })),
      );
      const last = entries.at(-1)?.position ?? 0;
      this.waiting.read = entries.length === SLICE ? last : Math.max(last, Math.min(head, read + window));
      if (entries.length === 0) this.noted.through = this.waiting.through();
      this.isReading = false;
      this.goOn();
    } catch (error) {
      this.fail(error);
    }
  }

  private async deliver(delivery: Delivery): Promise<void> {
    try {
      const make = () => outgoing(this.webhook, delivery, this.keys, this.worker.store);
      const attempt = await this.worker.sender.send(this.webhook.url, make, this.webhook.certificate);
      this.waiting.arrived(delivery);
      await this.came(delivery, attempt);
      this.goOn();
    } catch (error) {
      this.waiting.arrived(delivery);
      this.waiting.putBack(delivery);
      this.fail(error);
    }
  }

  private async came(delivery: Delivery, attempt: Attempt): Promise<void> {
    const { status, fault, milliseconds, address } = attempt;
    const { type, position } = delivery;
    this.noted.tried.push({
      ...{ type, position, nth: delivery.attempts + 1, status, fault, milliseconds, address },
      answer: attempt.answer.toString('base64'),
    });
    if (isSuccess(attempt)) {
      this.pace.succeeded(this.webhook);
      this.finish(delivery);
      if (this.pace.isDown) await this.comesUp();
      return;
    }
    if (status === 410) {
      this.waiting.putBack(delivery);
      this.stop();
      await this.worker.store.disable(this.webhook, 'GONE');
      return;
    }
    const isRefused = isOfDelivery(attempt);
    // Refused once more, it says nothing new of its endpoint.
    const isDown = isRefused && delivery.attempts > 0 ? this.pace.isDown : this.pace.failed(attempt);
    // Another may be taken: of this one the endpoint says that it is wrong.
    if (!isDown || isRefused) this.failed({ ...delivery, isRefused });
    else this.waiting.putBack(delivery);
    if (isDown) await this.staysDown();
  }

  private failed(delivery: Delivery): void {
    const attempts = delivery.attempts + 1;
    const seconds = untilNext(attempts);
    if (seconds === null) this.finish(delivery);
    else this.waiting.putAside({ ...delivery, attempts }, monotonic() + seconds * 1_000);
  }

  /** Burns no attempt: what is wrong is not this delivery. */
  private async staysDown(): Promise<void> {
    const wasDown = this.pace.isDown;
    this.pace.goesDown(this.waiting.going);
    if (!wasDown) await this.worker.store.fails(this.webhook, true);
    const since = this.webhook.failingSince;
    if (since && Date.now() - since.getTime() > LONGEST_DOWN) {
      this.stop();
      await this.worker.store.disable(this.webhook, 'FAILING');
    }
  }

  private async comesUp(): Promise<void> {
    this.pace.comesUp();
    // What failed when it went down need not wait for its own time.
    this.waiting.bringForward(monotonic());
    await this.worker.store.fails(this.webhook, false);
  }

  private finish(delivery: Delivery): void {
    const asideId = this.waiting.finish(delivery);
    if (asideId !== null) this.noted.done.push(asideId);
  }

  private note(): void {
    const { tried, aside, done, through } = this.noted;
    if (this.settling || this.isLost || tried.length + aside.length + done.length + through === 0) return;
    this.settling = this.worker.settlements
      .settle(() => this.taken())
      .then((held) => {
        if (!held) throw new NotOurs();
      })
      .catch((error: unknown) => {
        this.isLost = true;
        this.fail(error);
      })
      .then(() => {
        this.settling = null;
        this.unsettled = 0;
        this.goOn();
      });
  }

  private taken(): Settled {
    const outcomes = { ...this.noted, through: this.waiting.through() };
    this.unsettled = outcomes.tried.length;
    this.noted = nothing();
    return { webhook: this.webhook, outcomes };
  }
}
