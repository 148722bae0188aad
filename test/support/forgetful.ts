import { Database, type Caller, type Reader } from '#core';

/** Lock one: the condition that libs/findings writes into every statement on the inbox. */
const MINE = 'i.agency_id = (select reader()) and i.until > now()';

let forgetful = false;
let statements = 0;

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
const read = Database.prototype.read;
Database.prototype.read = function <T>(caller: Caller, fn: (reader: Reader) => Promise<T>) {
  const without = (reader: Reader): Reader => ({
    rows: (text, values) => {
      if (text.includes(MINE)) statements += 1;
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
