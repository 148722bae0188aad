import { Client } from 'pg';
import { newCode } from './one-time-code.js';

export interface FirstAgency {
  /** The hub's handle. */
  code: string;
  /** By language, BCP 47. */
  names: Readonly<Record<string, string>>;
  /** Names of its first operators. */
  operators: readonly string[];
}

/**
 * Makes the hub's agency and invitations for its first operators, in an empty database. In a process of the schema's
 * owner, which alone may take the gate's role; the application cannot.
 * @param ownerUrl where entente_owner signs in
 * @returns the operators' one-time codes, which are kept nowhere
 * @throws Error when there is an agency, or fewer than two operators are named
 */
export async function bootstrap(
  ownerUrl: string,
  { code, names, operators }: FirstAgency,
): Promise<{ name: string; code: string }[]> {
  if (new Set(operators).size < 2)
    throw new Error('Name at least two operators, two different ones: one alone could bring nobody in.');
  if (Object.keys(names).length === 0) throw new Error('The hub needs a name.');
  const owner = new Client({
    connectionString: ownerUrl,
    options: '-c search_path=entente,pg_catalog',
    connectionTimeoutMillis: 10_000,
  });
  await owner.connect();
  try {
    await owner.query('begin');
    await owner.query('set local role entente_gate');
    await owner.query('set local row_security = on');
    // Of two at a time the second finds the first one's agency.
    await owner.query('lock table agency in share row exclusive mode');
    const { rowCount } = await owner.query('select from agency limit 1');
    if (rowCount !== 0)
      throw new Error('There is an agency in this database: the hub is made once, on an empty one.');
    const codes = await makeHub(owner, code, names, operators);
    await owner.query('commit');
    return codes;
  } finally {
    // What was not committed is rolled back.
    await owner.end();
  }
}

async function makeHub(
  owner: Client,
  code: string,
  names: FirstAgency['names'],
  operators: readonly string[],
): Promise<{ name: string; code: string }[]> {
  const { rows } = await owner.query<{ id: string }>('insert into agency (code) values ($1) returning id', [
    code,
  ]);
  const id = rows[0]?.id;
  await owner.query(
    'insert into agency_name (agency_id, language, name) select $1, key, value from jsonb_each_text($2)',
    [id, JSON.stringify(names)],
  );
  const codes = operators.map((name) => ({ name, ...newCode() }));
  for (const { name, hash } of codes)
    await owner.query(
      `insert into invitation (agency_id, given_agency_id, name, roles, code_hash) values ($1, $1, $2, '{OPERATOR}', $3)`,
      [id, name, hash],
    );
  await owner.query(
    `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
     values ($1, 'agency.bootstrapped', $1, 'agency', $1, clock_timestamp())`,
    [id],
  );
  return codes.map(({ name, code: secret }) => ({ name, code: secret }));
}
