/** What more findings than this have says nothing of any two. */
export const MOST_COMMON = 50;
/** Related findings that are told. */
export const MOST_RELATED = 50;
/** Disputes between two findings that are told. */
export const MOST_DISPUTES = 20;
