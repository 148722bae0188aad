import { randomUUID } from 'node:crypto';
import type { Delivery } from './deliveries.js';
import type { Outcomes } from './dispatch-store.js';
import { PlacesOfSubjects } from './places-of-subjects.js';

/**
 * What waits to go to one webhook, what is on its way and what was put aside: which of it may go next. What concerns one
 * finding goes in its order; anything else may overtake.
 */
export class Waiting {
  private readonly queue: Delivery[] = [];
  private readonly underWay = new Set<Delivery>();
  /** Of each finding one delivery is on its way, at most. */
  private readonly subjectsUnderWay = new Set<string>();
  private readonly aside = new Map<string, Delivery>();
  private readonly places = new PlacesOfSubjects();

  /**
   * @param read up to which position the feed was read
   * @param noteAside has it written down that something was put aside
   */
  constructor(
    public read: number,
    private readonly noteAside: (aside: Outcomes['aside'][number]) => void,
  ) {}

  get queued(): number {
    return this.queue.length;
  }

  get going(): number {
    return this.underWay.size;
  }

  get putAsideCount(): number {
    return this.aside.size;
  }

  /** Events of the feed behind those before, but for those that were put aside. */
  push(deliveries: readonly Delivery[]): void {
    const put = new Set(
      [...this.aside.values()].map(({ nature, position }) => (nature === 'EVENT' ? position : null)),
    );
    for (const delivery of deliveries) if (!put.has(delivery.position)) this.queue.push(delivery);
  }

  has(asideId: string): boolean {
    return this.aside.has(asideId);
  }

  /** What was put aside goes first when it is due: it is older. What was refused goes last. What is answered is on its way. */
  next(now: number): Delivery | undefined {
    const found = this.dueAside(now, false) ?? this.queuedNext(now) ?? this.dueAside(now, true);
    if (!found) return undefined;
    this.underWay.add(found);
    if (found.subjectId !== null) this.subjectsUnderWay.add(found.subjectId);
    return found;
  }

  private dueAside(now: number, refused: boolean): Delivery | undefined {
    for (const delivery of this.aside.values()) {
      const { due, isRefused = false } = delivery;
      if (due > now || isRefused !== refused || this.underWay.has(delivery)) continue;
      if (this.places.isFirst(delivery)) return delivery;
    }
    return undefined;
  }

  private queuedNext(now: number): Delivery | undefined {
    for (let at = 0; at < this.queue.length; at++) {
      const delivery = this.queue[at];
      if (!delivery || (delivery.subjectId !== null && this.subjectsUnderWay.has(delivery.subjectId)))
        continue;
      this.queue.splice(at, 1);
      if (!this.places.has(delivery.subjectId)) return delivery;
      // Behind something of the same finding that was put aside.
      this.putAside(delivery, now);
      at -= 1;
    }
    return undefined;
  }

  /** It is on its way no longer, whatever came of it. */
  arrived(delivery: Delivery): void {
    this.underWay.delete(delivery);
    if (delivery.subjectId !== null) this.subjectsUnderWay.delete(delivery.subjectId);
  }

  /** It goes again, as if it had not gone. */
  putBack(delivery: Delivery): void {
    if (delivery.asideId !== null) return;
    const at = this.queue.findIndex(({ position }) => (position ?? 0) > (delivery.position ?? 0));
    this.queue.splice(at < 0 ? this.queue.length : at, 0, delivery);
  }

  putAside(delivery: Delivery, due: number): void {
    const { nature, position, attempts } = delivery;
    const id = delivery.asideId ?? randomUUID();
    this.keepAside({ ...delivery, asideId: id, due });
    this.noteAside({ id, nature, position, attempts, due: new Date(due) });
  }

  keepAside(delivery: Delivery): void {
    const before = this.aside.get(delivery.asideId ?? '');
    if (before) this.places.leave(before);
    this.aside.set(delivery.asideId ?? '', delivery);
    this.places.enter(delivery);
  }

  /** Nothing more is to come of it. @returns under which id it had been put aside, if it had */
  finish(delivery: Delivery): string | null {
    if (delivery.asideId === null) return null;
    this.aside.delete(delivery.asideId);
    this.places.leave(delivery);
    return delivery.asideId;
  }

  /** What was put aside need not wait for its own time, but for what was refused. */
  bringForward(now: number): void {
    for (const delivery of this.aside.values())
      if (!delivery.isRefused) delivery.due = Math.min(delivery.due, now);
  }

  /** When something that was put aside is due next: later than now. */
  nextDue(now: number): number {
    let due = Infinity;
    for (const one of this.aside.values()) if (one.due > now && one.due < due) due = one.due;
    return due;
  }

  /** Everything up to here was delivered or put aside. */
  through(): number {
    let first = this.queue[0]?.position ?? Infinity;
    for (const { asideId, position } of this.underWay)
      if (asideId === null && position !== null && position < first) first = position;
    return first === Infinity ? this.read : first - 1;
  }
}
