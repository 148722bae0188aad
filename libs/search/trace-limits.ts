/** Hops of one trace. */
export const MOST_HOPS = 10;
/** An address from which, or to which, more transfers go than this is a hub: they are not followed. */
export const MOST_FAN_OUT = 1_000;
/** Addresses of one trace. */
export const MOST_NODES = 5_000;
/** Transfers that one trace reads. */
export const MOST_TRANSFERS = 20_000;
/** Seconds after which no further hop begins. */
export const MOST_SECONDS = 10;
/** Assets that are followed from one address, if none is named. */
export const MOST_ASSETS = 50;
