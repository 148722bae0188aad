/** What the application may do with a table's rows: a condition for each, absent where it may not at all. */
interface Rules {
  select?: string;
  insert?: string;
  /** Columns the application may change, and of which rows. */
  update?: { columns: string; of: string };
  delete?: string;
}

/**
 * Puts a table under forced row security. The application gets what `rules` says; the gate, as which the definer
 * functions run, gets every row; the owner gets none.
 */
export function protect(table: string, rules: Rules): string {
  const lines = [
    `alter table ${table} enable row level security, force row level security`,
    `create policy gate on ${table} to entente_gate using (true) with check (true)`,
    `grant select, insert, update, delete on ${table} to entente_gate`,
  ];
  const policy = (command: string, clause: string) =>
    lines.push(`create policy app_${command} on ${table} for ${command} to entente_app ${clause}`);
  if (rules.select !== undefined) {
    lines.push(`grant select on ${table} to entente_app`);
    policy('select', `using (${rules.select})`);
  }
  if (rules.insert !== undefined) {
    lines.push(`grant insert on ${table} to entente_app`);
    policy('insert', `with check (${rules.insert})`);
  }
  if (rules.update !== undefined) {
    lines.push(`grant update (${rules.update.columns}) on ${table} to entente_app`);
    policy('update', `using (${rules.update.of}) with check (${rules.update.of})`);
  }
  if (rules.delete !== undefined) {
    lines.push(`grant delete on ${table} to entente_app`);
    policy('delete', `using (${rules.delete})`);
  }
  return lines.join(';\n') + ';\n';
}

/**
 * Makes a function one of the gate's: it runs with the gate's policies, whoever of `callers` calls it.
 * @param signature name and argument types
 */
export const gated = (signature: string, callers = 'entente_app'): string => `
  revoke all on function ${signature} from public;
  ${callers && `grant execute on function ${signature} to ${callers};`}
  alter function ${signature} owner to entente_gate;
`;

/** For definer functions: nothing a caller put before ours is found, and the gate's policies hold whoever calls. */
export const DEFINER =
  'security definer set search_path = pg_catalog, entente, pg_temp set row_security = on';
