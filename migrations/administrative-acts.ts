/** An act of administration as the database knows it: functions of its own, each by its name. */
interface AdministrativeAct {
  /** `cap.set`: what the ledger calls it. */
  act: string;
  /** Whoever has one of these may ask for it, and approve it. */
  roles: readonly string[];
  /** `(content jsonb, me member) returns uuid`: does it, and says to what it was done. */
  carriesOut: string;
  /** `(content jsonb, me member) returns boolean`: whether it takes a second person. It does if nothing is said. */
  takesTwo?: string;
  /** `(subject uuid, me member) returns uuid[]`: the other agencies that learn of it. None if nothing is said. */
  concerns?: string;
}

/**
 * Tells `administer()` and `decide_act()` of acts, or anew of some it knows. A function that is not there, returns
 * something else or runs with its caller's rights stops the migration. The owner writes no table under forced row
 * security, and this one nobody else may write: so it is lifted for the insert, inside the migration's transaction.
 */
export const tellOf = (...acts: readonly AdministrativeAct[]): string => `
  alter table administrative_act no force row level security;
  insert into administrative_act (act, roles, carries_out, takes_two, concerns) values
    ${acts.map(rowOf).join(',\n    ')}
  on conflict (act) do update set roles = excluded.roles, carries_out = excluded.carries_out,
    takes_two = excluded.takes_two, concerns = excluded.concerns;
  alter table administrative_act force row level security;
`;

const rowOf = ({
  act,
  roles,
  carriesOut,
  takesTwo = 'always',
  concerns = 'no_other_agency',
}: AdministrativeAct) =>
  `('${act}', '{${roles.join()}}', ${named(carriesOut, 'jsonb', 'uuid')}, ${named(takesTwo, 'jsonb', 'boolean')},
     ${named(concerns, 'uuid', 'uuid[]')})`;

/** Its name, or null, which the table refuses. */
const named = (name: string, of: string, returns: string): string =>
  `(select proname from pg_proc where oid = '${name}(${of}, member)'::regprocedure and prosecdef
      and prorettype = '${returns}'::regtype)`;
