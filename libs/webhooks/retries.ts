/** Seconds before each attempt but the first (Standard Webhooks 1.0.0): about three days in all. */
const SCHEDULE = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/** Seconds between two looks at an endpoint that is down. */
const PROBES = [2, 5, 10, 30, 60, 120, 300];
const LONGEST_WAIT = 3_600;

/** Milliseconds since 1970 as they were when this process began, whatever is done to the clock since. */
export const monotonic = (): number => performance.timeOrigin + performance.now();

/** A tenth more or less, so that what failed together does not come back together. */
const jittered = (seconds: number): number => seconds * (0.9 + Math.random() * 0.2);

/**
 * @param attempts how many there were
 * @returns seconds until the next; null when there is none
 */
export function untilNext(attempts: number): number | null {
  const seconds = SCHEDULE[attempts - 1];
  return seconds === undefined ? null : jittered(seconds);
}

/** @param failures probes that failed. @returns seconds until the next */
export const untilProbe = (failures: number): number =>
  jittered(PROBES[Math.min(failures, PROBES.length - 1)] ?? LONGEST_WAIT);

/** Seconds that an answer asks us to wait (RFC 9110, section 10.2.3): an hour at most; 0 if it says nothing. */
export function retryAfter(header: string | string[] | undefined, now = Date.now()): number {
  if (typeof header !== 'string') return 0;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1_000;
  return Number.isFinite(seconds) ? Math.min(LONGEST_WAIT, Math.max(0, seconds)) : 0;
}
