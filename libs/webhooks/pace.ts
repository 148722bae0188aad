import type { Leased } from './dispatch-store.js';
import { monotonic, retryAfter, untilProbe } from './retries.js';
import type { Attempt } from '#outbound';

/** Attempts in a row that fail before the endpoint counts as down; where it does not answer itself, so many. */
const DOWN_AFTER = 5;
const SILENT_AFTER = 2;

/** Answers by which an endpoint says that it is too much. */
const SLOWER = new Set([429, 502, 503, 504]);

type Limits = Pick<Leased, 'inFlight' | 'perSecond'>;

/** How many requests one webhook may have under way, how soon the next, and whether it is down: by what it answers. */
export class Pace {
  private window: number;
  private failures = 0;
  private probes = 0;
  private pausedUntil = 0;
  private turn = 0;

  constructor(
    { inFlight }: Limits,
    public isDown: boolean,
  ) {
    this.window = inFlight;
  }

  limitTo({ inFlight }: Limits): void {
    this.window = Math.min(this.window, inFlight);
  }

  /** Down, it is asked with one delivery at a time. */
  mayStart(now: number, underWay: number): boolean {
    if (now < this.pausedUntil || now < this.turn) return false;
    return underWay < (this.isDown ? 1 : Math.max(1, Math.floor(this.window)));
  }

  started(now: number, { perSecond }: Limits): void {
    this.turn = Math.max(this.turn, now - 1_000) + 1_000 / perSecond;
  }

  /** When another may start: later than now; Infinity if nothing but the window holds it up. */
  next(now: number): number {
    const times = [this.pausedUntil, this.turn].filter((time) => time > now);
    return times.length > 0 ? Math.max(...times) : Infinity;
  }

  succeeded({ inFlight }: Limits): void {
    this.failures = 0;
    this.window = Math.min(inFlight, this.window + 0.25);
  }

  /** @returns whether the endpoint counts as down now, and not the delivery as failed */
  failed({ status, headers }: Attempt): boolean {
    const wait = retryAfter(headers['retry-after']);
    if (wait > 0) this.pausedUntil = monotonic() + wait * 1_000;
    if (wait > 0 || (status !== null && SLOWER.has(status))) this.window = Math.max(1, this.window / 2);
    this.failures += 1;
    const isSilent = status === null || SLOWER.has(status);
    return this.isDown || this.failures >= (isSilent ? SILENT_AFTER : DOWN_AFTER);
  }

  /** @param underWay requests that may still say that it is up */
  goesDown(underWay: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, monotonic() + untilProbe(this.probes) * 1_000);
    if (underWay === 0) this.probes += 1;
    this.isDown = true;
  }

  comesUp(): void {
    this.isDown = false;
    this.probes = 0;
    this.window = 1;
  }
}
