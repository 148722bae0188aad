import { Client } from 'pg';
import { newCode } from './one-time-code.js';

export interface FirstAgency {
  /** The hub's handle. */
  code: string;
  /** By language, BCP 47. None: the hub is there, and wants for operators. */
  names: Readonly<Record<string, string>>;
  /** Names of its first operators, or of those that are missing. */
  operators: readonly string[];
}

/** Fewer let nobody in, another operator neither. */
const ENOUGH = 2;

/**
 * Makes the hub's agency and invitations for its first operators, in an empty database; or, of a hub that is there and
 * has fewer than two, invitations for as many as are missing. In a process of the schema's owner, which alone may take
 * the gate's role; the application cannot.
 * @param ownerUrl where entente_owner signs in
 * @returns the operators' one-time codes, which are kept nowhere
 * @throws Error when there is an agency, or another number of operators is named
 */
export async function bootstrap(
  ownerUrl: string,
  { code, names, operators }: FirstAgency,
): Promise<{ name: string; code: string }[]> {
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
    const codes = operators.map((name) => ({ name, ...newCode() }));
    const id =
      Object.keys(names).length === 0
        ? await hubOf(owner, code, operators)
        : await makeHub(owner, code, names, operators);
    for (const { name, hash } of codes)
      await owner.query(
        `insert into invitation (agency_id, given_agency_id, name, roles, code_hash) values ($1, $1, $2, '{OPERATOR}', $3)`,
        [id, name, hash],
      );
    await owner.query('commit');
    return codes.map(({ name, code: secret }) => ({ name, code: secret }));
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
): Promise<string | undefined> {
  if (new Set(operators).size < ENOUGH)
    throw new Error('Name at least two operators, two different ones: one alone could bring nobody in.');
  const { rowCount } = await owner.query('select from agency limit 1');
  if (rowCount !== 0)
    throw new Error('There is an agency in this database: the hub is made once, on an empty one.');
  const { rows } = await owner.query<{ id: string }>('insert into agency (code) values ($1) returning id', [
    code,
  ]);
  const id = rows[0]?.id;
  await owner.query(
    'insert into agency_name (agency_id, language, name) select $1, key, value from jsonb_each_text($2)',
    [id, JSON.stringify(names)],
  );
  await enter(owner, id, 'agency.bootstrapped');
  return id;
}

/** The hub, if so many operators are missing. What an earlier run of this gave and nobody accepted is withdrawn. */
async function hubOf(owner: Client, code: string, operators: readonly string[]): Promise<string> {
  const { rows } = await owner.query<{ id: string; active: number }>(
    `select id, (select count(distinct person_id)::int from member m where m.agency_id = agency.id
                   and roles @> '{OPERATOR}' and ended_at is null and valid_until > clock_timestamp()) as active
       from agency
      where code = $1 and exists (select from invitation where agency_id = agency.id and roles @> '{OPERATOR}'
                                  union all
                                  select from member where agency_id = agency.id and roles @> '{OPERATOR}')`,
    [code],
  );
  const [hub] = rows;
  if (!hub) throw new Error('There is no hub of this code: to make it, say what it is called with --name.');
  if (hub.active >= ENOUGH) throw new Error('The hub has two active operators: they invite others.');
  const missing = ENOUGH - hub.active;
  if (operators.length !== missing || new Set(operators).size < missing)
    throw new Error(`The hub is short of ${missing}: name as many operators, different ones.`);
  await owner.query(
    `update invitation set withdrawn_at = clock_timestamp()
      where agency_id = $1 and given_by is null and accepted_at is null and withdrawn_at is null`,
    [hub.id],
  );
  await enter(owner, hub.id, 'agency.operators-invited');
  return hub.id;
}

/** In the hub's ledger. */
const enter = (owner: Client, hub: string | undefined, act: string): Promise<unknown> =>
  owner.query(
    `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
     values ($1, $2, $1, 'agency', $1, clock_timestamp())`,
    [hub, act],
  );
