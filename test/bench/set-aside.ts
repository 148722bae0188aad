import type { Client } from 'pg';

/**
 * Takes the indexes of these tables off, and the keys that nothing refers to, so that rows come in as fast as they are
 * written: an index is made in a fraction of the time in which it grows. What is to be done at the end is kept in the
 * database until it is done.
 * @param first statements for the end, before the indexes are there
 */
export async function setAside(
  superuser: Client,
  tables: readonly string[],
  first: readonly string[],
): Promise<void> {
  const { rowCount: begun } = await superuser.query(`select from pg_namespace where nspname = 'bench'`);
  if (begun) return;
  const { rows } = await superuser.query<{ drop: string; make: string }>(INDEXES, [tables]);
  await superuser.query('begin');
  await superuser.query(`create schema bench; create table bench.loaded (batch int primary key);
    create table bench.rest (place int primary key, statement text not null)`);
  for (const { drop } of rows) await superuser.query(drop);
  await superuser.query(
    'insert into bench.rest select place, statement from unnest($1::text[]) with ordinality as s (statement, place)',
    [[...first, ...rows.map(({ make }) => make)]],
  );
  await superuser.query('commit');
}

const INDEXES = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
         format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
    from pg_constraint c
   where contype in ('p', 'u') and conrelid::regclass::text = any ($1)
     and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = c.conindid)
  union all
  select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    from pg_index x
   where indrelid::regclass::text = any ($1)
     and not exists (select from pg_constraint c where c.conindid = x.indexrelid)`;

/** Does what was left for the end, each thing once. */
export async function putBack(superuser: Client): Promise<void> {
  const { rows } = await superuser.query<{ place: number; statement: string }>(
    'select place, statement from bench.rest order by place',
  );
  for (const { place, statement } of rows) {
    await superuser.query('begin');
    await superuser.query(statement);
    await superuser.query('delete from bench.rest where place = $1', [place]);
    await superuser.query('commit');
  }
  await superuser.query('drop schema bench cascade');
}
