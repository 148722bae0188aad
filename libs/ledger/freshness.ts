/**
 * Milliseconds. What carries content out of the service begins to leave within FRESH of the look at whether it may; who
 * takes content back is answered no sooner than SETTLED after that was committed. So by then nothing older can begin.
 */
export const FRESH = 100;
export const SETTLED = 150;
