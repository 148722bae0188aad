import { Database, type Caller, type Reader } from '#core';

/** A statement as it went to the database. */
export interface Statement {
  text: string;
  values: readonly unknown[];
}

/** A setting that the application made on its connection. */
export interface Setting {
  name: string;
  setting: string;
}

let heard: { statements: Statement[]; settings: Setting[] } | null = null;

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
const read = Database.prototype.read;
Database.prototype.read = function <T>(caller: Caller, fn: (reader: Reader) => Promise<T>) {
  const listening = (reader: Reader): Reader => ({
    rows: (text, values = []) => {
      heard?.statements.push({ text, values });
      return reader.rows(text, values);
    },
  });
  const asking = async (reader: Reader): Promise<T> => {
    const to = heard;
    const [settings, result] = await Promise.all([
      to && reader.rows<Setting>(`select name, setting from pg_settings where source = 'client'`),
      fn(listening(reader)),
    ]);
    if (to && settings) to.settings = settings;
    return result;
  };
  return read.call(this, caller, asking) as Promise<T>;
};

/** What the application asks of the database while `fn` runs, besides begin, enter and commit; and how it is set there. */
export async function statementsOf<T>(
  fn: () => Promise<T>,
): Promise<{ result: T; statements: Statement[]; settings: Setting[] }> {
  const told: NonNullable<typeof heard> = { statements: [], settings: [] };
  heard = told;
  try {
    const result = await fn();
    return { result, ...told };
  } finally {
    heard = null;
  }
}
