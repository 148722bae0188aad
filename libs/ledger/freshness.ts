import { setTimeout as pause } from 'node:timers/promises';

/**
 * Milliseconds. What carries content out of the service begins to leave within FRESH of the look at whether it may; who
 * takes content back is answered no sooner than SETTLED after that was committed. So by then nothing older can begin.
 */
export const FRESH = 100;
const SETTLED = 200;

/** For who has just committed that content is taken back: nothing that was built before begins to leave any more. */
export const settled = (): Promise<void> => pause(SETTLED);
