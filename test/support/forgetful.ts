import { Database, type Caller, type Reader } from '#core';

/** Lock one: the conditions that are written into every statement on the inbox, and on what is seen in it. */
const MINE = /\b[is]\.agency_id = \(select reader\(\)\) and [is]\.until > now\(\)/g;

let forgetful = false;
let statements = 0;

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
const read = Database.prototype.read;
Database.prototype.read = function <T>(caller: Caller, fn: (reader: Reader) => Promise<T>) {
  const without = (reader: Reader): Reader => ({
    rows: (text, values) => {
      if (text.search(MINE) >= 0) statements += 1;
      return reader.rows(text.replaceAll(MINE, 'true'), values);
    },
  });
  return read.call(this, caller, (reader) => fn(forgetful ? without(reader) : reader)) as Promise<T>;
};

/**
 * Lets the application forget its own filter while `fn` runs, so that row security alone decides.
 * @returns what `fn` gave, and how many statements went out without the filter
 */
export async function withoutFilter<T>(fn: () => Promise<T>): Promise<{ result: T; statements: number }> {
  const before = statements;
  forgetful = true;
  try {
    return { result: await fn(), statements: statements - before };
  } finally {
    forgetful = false;
  }
}
