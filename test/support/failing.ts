import type { World } from './world.js';

/** Lets the database fail while `fn` runs: at every row that is written to a table. */
export async function failing<T>(world: World, table: string, how: string, fn: () => Promise<T>): Promise<T> {
  await world.sql(`create function sabotage() returns trigger language plpgsql security definer as $$
    begin ${how}; perform pg_sleep(0.2); return new; end $$;
    create trigger sabotage before insert or update on ${table} for each row execute function sabotage()`);
  try {
    return await fn();
  } finally {
    await world.sql('drop function sabotage cascade');
  }
}

/** What the database says then: a message that quotes the row, as it is and as something it is not. */
export const QUOTE = `raise exception 'This row cannot be: %', new using detail = new::text, hint = new::text`;
export const CAST = 'perform new::text::int';
export const CANCEL = 'perform pg_cancel_backend(pg_backend_pid())';
export const TERMINATE = 'perform pg_terminate_backend(pg_backend_pid())';
