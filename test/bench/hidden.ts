import type { Client } from 'pg';
import { agencyId, memberId } from './agencies.js';
import { Random } from './random.js';

/** Who asks: the first agency of the roster. */
export const ASKER = 0;
/** Only titles of hidden findings have it. */
export const WORD = 'zaffre';
/** Only the hidden agency is of it. */
export const JURISDICTION = 'ZZ';
/** How many hidden findings have the one wallet that many have, and how many name one hidden incident. */
const CROWD = 100;
const NAMED_BY = 20;
const FINDINGS = 2_000;

/** What is there and the asker may not see. */
export interface Hidden {
  findings: string[];
  revisions: string[];
  /** Each of one finding. */
  wallets: string[];
  /** Of a hundred findings. */
  crowded: string;
  /** Each named by twenty findings. */
  incidents: string[];
  agency: string;
  arrangement: string;
}

/** Finds what the loaded data hide from the asker, and adds what they have none of. Past every right, as a superuser. */
export async function hiddenFrom(superuser: Client): Promise<Hidden> {
  const random = new Random(7);
  const { rows } = await superuser.query<{ finding: string; revision: string; key: string }>(
    `select f.id as finding, r.id as revision,
            (select min(key) from finding_indicator i where i.revision_id = r.id and key like 'wallet|%') as key
       from finding f join revision r on r.id = f.released_revision_id
      where not exists (select from inbox i where i.finding_id = f.id and i.agency_id = $1)
      order by f.id limit ${FINDINGS}`,
    [agencyId(ASKER)],
  );
  if (rows.length < FINDINGS) throw new Error('Too little is hidden.');
  const revisions = rows.map(({ revision }) => revision);
  const crowded = `0x${random.hex(40)}`;
  await superuser.query(
    `insert into finding_indicator (revision_id, position, agency_id, key, role)
     select id, 1000, agency_id, $2, 'suspect' from revision where id = any ($1)`,
    [revisions.slice(0, CROWD), `wallet|ethereum|${crowded}`],
  );
  const incidents = Array.from({ length: FINDINGS / NAMED_BY }, () => random.uuid());
  await superuser.query(
    `insert into revision_incident (revision_id, agency_id, incident_id)
     select r.id, r.agency_id, named.incident from unnest($1::uuid[], $2::uuid[]) as named (revision, incident)
       join revision r on r.id = named.revision`,
    [revisions, revisions.map((_, at) => incidents[Math.floor(at / NAMED_BY)])],
  );
  await superuser.query(`update inbox set titles = titles || ' ${WORD}' where finding_id = any ($1)`, [
    rows.map(({ finding }) => finding),
  ]);
  const [agency, arrangement] = [random.uuid(), random.uuid()];
  await superuser.query(`insert into agency (id, code) values ($1, 'HIDDEN')`, [agency]);
  await superuser.query('insert into agency_jurisdiction (agency_id, jurisdiction) values ($1, $2)', [
    agency,
    JURISDICTION,
  ]);
  await superuser.query(
    `insert into arrangement (id, title, proposed_by, purposes, kinds, highest_marking, valid_from, on_end)
     select $1, title, proposed_by, purposes, kinds, highest_marking, valid_from, on_end from arrangement limit 1`,
    [arrangement],
  );
  await superuser.query('insert into arrangement_party select $1, unnest($2::uuid[]), now()', [
    arrangement,
    [agency, agencyId(1)],
  ]);
  await superuser.query('vacuum analyze');
  return {
    findings: rows.map(({ finding }) => finding),
    revisions,
    wallets: rows.map(({ key }) => key.slice(key.lastIndexOf('|') + 1)),
    crowded,
    incidents,
    agency,
    arrangement,
  };
}

/** What the asker has of its own, to act on. */
export interface Own {
  /** A finding it released. */
  finding: string;
  /** A revision in review. */
  inReview: string;
  /** A draft. */
  draft: string;
}

/** The asker's own: of its released findings, the second goes back to review, the third to draft, and both to nobody. */
export async function ownOf(superuser: Client): Promise<Own> {
  const { rows } = await superuser.query<{ finding: string; revision: string }>(
    `select id as finding, released_revision_id as revision from finding where agency_id = $1 order by id limit 3`,
    [agencyId(ASKER)],
  );
  const [first, second, third] = rows;
  if (!first || !second || !third) throw new Error('The asker has no findings.');
  for (const [{ finding, revision }, state] of [
    [second, 'IN_REVIEW'],
    [third, 'DRAFT'],
  ] as const) {
    await superuser.query('delete from release where revision_id = $1', [revision]);
    await superuser.query('delete from inbox where finding_id = $1 and agency_id <> $2', [
      finding,
      agencyId(ASKER),
    ]);
    await superuser.query('update inbox set state = $2 where finding_id = $1', [finding, state]);
    await superuser.query('update finding set released_revision_id = null where id = $1', [finding]);
    await superuser.query(
      `update sheet set state = $2, released_by = null, released_at = null, drafted_by = $3 where revision_id = $1`,
      [revision, state, memberId(ASKER, 'CONTRIBUTOR')],
    );
  }
  return { finding: first.finding, inReview: second.revision, draft: third.revision };
}
