import { randomUUID } from 'node:crypto';
import { setTimeout as timer, clearTimeout } from 'node:timers';
import { NotOurs, outgoing, type Delivery } from './deliveries.js';
import type { DispatchStore, Leased, Outcomes, PutAside } from './dispatch-store.js';
import { PlacesOfSubjects } from './places-of-subjects.js';
import { retryAfter, untilNext, untilProbe } from './retries.js';
import type { Attempt, Sender } from './sender.js';
import type { WebhookKey } from '#signatures';

/** Positions read at a time; looked through, where only some types are wanted. */
const SLICE = 200;
const WINDOW = 1_000;
/** Attempts in a row that fail before the endpoint counts as down; where it does not answer itself, so many. */
const DOWN_AFTER = 5;
const SILENT_AFTER = 2;
/** Milliseconds for which it may be down before it is disabled. */
const LONGEST_DOWN = 3 * 86_400_000;
/** Deliveries made that the database does not know of yet, at most: so many come again after a kill. */
const MOST_UNSETTLED = 64;
/** Milliseconds between two notes to the database. */
const NOTE = 20;

/** Answers by which an endpoint says that it is too much. */
const SLOWER = new Set([429, 502, 503, 504]);

/**
 * One webhook, while this worker has its lease: reads the feed from its position on, sends with a window, keeps what
 * concerns one finding in order, and puts single failures aside. Down, it is asked with one delivery at a time.
 */
export class Endpoint {
  private head = 0;
  private read: number;
  private readonly queue: Delivery[] = [];
  private readonly underWay = new Set<Delivery>();
  private readonly aside = new Map<string, Delivery>();
  private readonly places = new PlacesOfSubjects();
  private noted: Outcomes;
  private noting: Promise<void> | null = null;
  private lastNote = 0;
  private window: number;
  private failures = 0;
  private probes = 0;
  private isDown: boolean;
  private pausedUntil = 0;
  private turn = 0;
  private wake: (() => void) | null = null;
  private isStopped = false;
  readonly ended: Promise<void>;

  constructor(
    private webhook: Leased,
    putAside: readonly PutAside[],
    private keys: readonly WebhookKey[],
    private readonly store: DispatchStore,
    private readonly sender: Sender,
    private readonly say: (what: string, error?: unknown) => void,
  ) {
    this.read = webhook.position;
    this.window = webhook.inFlight;
    this.isDown = webhook.failingSince !== null;
    this.noted = this.nothing();
    this.add(putAside);
    this.ended = this.run();
  }

  /** @returns whether it is the same lease still */
  renew(webhook: Leased, keys: readonly WebhookKey[]): boolean {
    const { fence, moved, state, epoch } = this.webhook;
    if (
      webhook.fence !== fence ||
      webhook.moved !== moved ||
      webhook.state !== state ||
      webhook.epoch !== epoch
    )
      return false;
    if (webhook.eventTypes.join() !== this.webhook.eventTypes.join() || webhook.url !== this.webhook.url)
      return false;
    this.webhook = webhook;
    this.keys = keys;
    this.window = Math.min(this.window, webhook.inFlight);
    return true;
  }

  feedStandsAt(position: number): void {
    if (position <= this.head) return;
    this.head = position;
    this.ring();
  }

  /** What somebody asked for meanwhile. */
  add(putAside: readonly PutAside[]): void {
    for (const { id, nature, position, attempts, due, type, subjectId, recordedAt } of putAside) {
      if (this.aside.has(id)) continue;
      this.keepAside({
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
    this.ring();
  }

  stop(): void {
    this.isStopped = true;
    this.ring();
  }

  private async run(): Promise<void> {
    try {
      while (!this.isStopped) {
        if (this.queue.length < this.window && this.read < this.head) await this.fill();
        const delivery = this.mayStart() ? this.next(Date.now()) : undefined;
        if (delivery) void this.deliver(delivery);
        this.note();
        if (!delivery) await this.rung();
      }
      await this.noting;
      // What came since: another would send it again.
      this.note(true);
      await this.noting;
    } catch (error) {
      this.isStopped = true;
      this.say('webhook stopped', error);
    }
  }

  private async fill(): Promise<void> {
    const window = this.webhook.eventTypes.length > 0 ? WINDOW : SLICE;
    // As it is now: it may move while the database answers, and what is read may be ahead of it.
    const { head } = this;
    const entries = await this.store.slice(this.webhook, this.read, SLICE, window);
    const put = new Set(
      [...this.aside.values()].map(({ nature, position }) => (nature === 'EVENT' ? position : null)),
    );
    for (const { position, type, subjectId, recordedAt: at } of entries) {
      if (put.has(position)) continue;
      this.queue.push({
        ...{ asideId: null, nature: 'EVENT', position, type, subjectId, at, attempts: 0, due: 0 },
      });
    }
    const last = entries.at(-1)?.position ?? 0;
    this.read = entries.length === SLICE ? last : Math.max(last, Math.min(head, this.read + window));
    if (entries.length === 0) this.noted.through = this.through();
  }

  private mayStart(): boolean {
    const now = Date.now();
    if (this.keys.length === 0 || now < this.pausedUntil || now < this.turn) return false;
    if (this.isDown) return this.underWay.size === 0;
    return (
      this.underWay.size < Math.max(1, Math.floor(this.window)) &&
      this.underWay.size + this.noted.tried.length < MOST_UNSETTLED
    );
  }

  /** What was put aside goes first when it is due: it is older. */
  private next(now: number): Delivery | undefined {
    for (const delivery of this.aside.values())
      if (delivery.due <= now && !this.underWay.has(delivery) && this.places.isFirst(delivery))
        return delivery;
    for (let at = 0; at < this.queue.length; at++) {
      const delivery = this.queue[at];
      if (!delivery || this.isUnderWay(delivery.subjectId)) continue;
      this.queue.splice(at, 1);
      if (!this.places.has(delivery.subjectId)) return delivery;
      // Behind something of the same finding that was put aside.
      this.putAside(delivery, now);
      at -= 1;
    }
    return undefined;
  }

  private isUnderWay(subjectId: string | null): boolean {
    for (const one of this.underWay) if (one.subjectId === subjectId && subjectId !== null) return true;
    return false;
  }

  private async deliver(delivery: Delivery): Promise<void> {
    this.underWay.add(delivery);
    this.turn = Math.max(this.turn, Date.now() - 1_000) + 1_000 / this.webhook.perSecond;
    try {
      const make = () => outgoing(this.webhook, delivery, this.keys, this.store);
      const attempt = await this.sender.send(this.webhook.url, make);
      this.underWay.delete(delivery);
      await this.came(delivery, attempt);
    } catch (error) {
      this.underWay.delete(delivery);
      this.putBack(delivery);
      this.isStopped = true;
      if (!(error instanceof NotOurs)) this.say('webhook stopped', error);
    }
    this.ring();
  }

  private async came(delivery: Delivery, attempt: Attempt): Promise<void> {
    const { status, fault, milliseconds, address } = attempt;
    const { type, position } = delivery;
    const isGood = fault === null && status !== null && status >= 200 && status < 300;
    this.noted.tried.push({
      ...{ type, position, nth: delivery.attempts + 1, status, fault, milliseconds, address },
      answer: attempt.answer.toString('base64'),
    });
    if (isGood) {
      this.failures = 0;
      this.window = Math.min(this.webhook.inFlight, this.window + 0.25);
      this.finish(delivery);
      if (this.isDown) await this.comesUp();
      return;
    }
    if (status === 410) {
      this.putBack(delivery);
      this.isStopped = true;
      await this.store.disable(this.webhook, 'GONE');
      return;
    }
    const wait = retryAfter(attempt.headers['retry-after']);
    if (wait > 0) this.pausedUntil = Date.now() + wait * 1_000;
    if (wait > 0 || (status !== null && SLOWER.has(status))) this.window = Math.max(1, this.window / 2);
    this.failures += 1;
    const isSilent = status === null || SLOWER.has(status);
    if (this.isDown || this.failures >= (isSilent ? SILENT_AFTER : DOWN_AFTER))
      await this.staysDown(delivery);
    else this.failed(delivery);
  }

  private failed(delivery: Delivery): void {
    const attempts = delivery.attempts + 1;
    const seconds = untilNext(attempts);
    if (seconds === null) this.finish(delivery);
    else this.putAside({ ...delivery, attempts }, Date.now() + seconds * 1_000);
  }

  /** Burns no attempt: what is wrong is not this delivery. */
  private async staysDown(delivery: Delivery): Promise<void> {
    this.putBack(delivery);
    this.pausedUntil = Math.max(this.pausedUntil, Date.now() + untilProbe(this.probes) * 1_000);
    if (this.underWay.size === 0) this.probes += 1;
    if (!this.isDown) {
      this.isDown = true;
      await this.store.fails(this.webhook, true);
    }
    const since = this.webhook.failingSince;
    if (since && Date.now() - since.getTime() > LONGEST_DOWN) {
      this.isStopped = true;
      await this.store.disable(this.webhook, 'FAILING');
    }
  }

  private async comesUp(): Promise<void> {
    this.isDown = false;
    this.probes = 0;
    this.window = 1;
    // What failed when it went down need not wait for its own time.
    for (const delivery of this.aside.values()) delivery.due = Math.min(delivery.due, Date.now());
    await this.store.fails(this.webhook, false);
  }

  private finish(delivery: Delivery): void {
    if (delivery.asideId === null) return;
    this.aside.delete(delivery.asideId);
    this.places.leave(delivery);
    this.noted.done.push(delivery.asideId);
  }

  private putBack(delivery: Delivery): void {
    if (delivery.asideId !== null) return;
    const at = this.queue.findIndex(({ position }) => (position ?? 0) > (delivery.position ?? 0));
    this.queue.splice(at < 0 ? this.queue.length : at, 0, delivery);
  }

  private putAside(delivery: Delivery, due: number): void {
    const { nature, position, attempts } = delivery;
    const id = delivery.asideId ?? randomUUID();
    this.keepAside({ ...delivery, asideId: id, due });
    this.noted.aside.push({ id, nature, position, attempts, due: new Date(due) });
  }

  private keepAside(delivery: Delivery): void {
    const before = this.aside.get(delivery.asideId ?? '');
    if (before) this.places.leave(before);
    this.aside.set(delivery.asideId ?? '', delivery);
    this.places.enter(delivery);
  }

  /** Everything up to here was delivered or put aside. */
  private through(): number {
    let first = this.queue[0]?.position ?? Infinity;
    for (const { asideId, position } of this.underWay)
      if (asideId === null && position !== null && position < first) first = position;
    return first === Infinity ? this.read : first - 1;
  }

  private nothing(): Outcomes {
    return { through: 0, tried: [], aside: [], done: [] };
  }

  private note(atOnce = false): void {
    const { tried, aside, done, through } = this.noted;
    if (this.noting || (tried.length === 0 && aside.length === 0 && done.length === 0 && through === 0))
      return;
    const wait = this.lastNote + NOTE - performance.now();
    if (!atOnce && wait > 0 && tried.length < MOST_UNSETTLED / 2) return;
    const outcomes = { ...this.noted, through: this.through() };
    this.noted = this.nothing();
    this.noting = this.store
      .settle(this.webhook, outcomes)
      .then((held) => {
        if (!held) this.isStopped = true;
      })
      .catch((error: unknown) => {
        this.isStopped = true;
        this.say('webhook not settled', error);
      })
      .finally(() => {
        this.noting = null;
        this.lastNote = performance.now();
        this.ring();
      });
  }

  /** Until something happens, or is due. */
  private rung(): Promise<void> {
    const now = Date.now();
    let until = now + 1_000;
    for (const time of [this.pausedUntil, this.turn]) if (time > now) until = Math.min(until, time);
    for (const { due } of this.aside.values()) if (due > now) until = Math.min(until, due);
    const isToNote = this.noted.tried.length + this.noted.aside.length + this.noted.done.length > 0;
    const wait = isToNote ? Math.min(NOTE, until - now) : until - now;
    return new Promise((resolve) => {
      const clock = timer(() => this.ring(), Math.max(1, wait));
      this.wake = () => {
        clearTimeout(clock);
        this.wake = null;
        resolve();
      };
    });
  }

  private ring(): void {
    this.wake?.();
  }
}
