/** Values of one look-up. */
export const MOST_VALUES = 10_000;
/** Values of one page of it: one batch of look-ups in the database. */
export const LOOKUP_PAGE = 1_000;
/** Findings told for one value. */
export const MOST_MATCHES = 20;
