import { randomUUID } from 'node:crypto';
import type { Finding } from './findings.js';
import { agencyId, arrangementId, type Code } from './roster.js';
import type { World } from './world.js';

/*
 * Another history, written straight into the database: as if something had never been, or had been from the start.
 */

/** As if a revision had never been. */
export async function eraseRevision(world: World, id: string): Promise<void> {
  const projected = [
    'revision_incident',
    'claim',
    'finding_indicator',
    'transfer',
    'search_text',
    'subject_name',
  ];
  const parts = [...projected, 'sheet', 'release', 'inbox'];
  for (const table of parts) await world.sql(`delete from ${table} where revision_id = $1`, [id]);
  await world.sql('delete from revision where id = $1', [id]);
}

/** As if a finding of one revision had never been, but for that another stays superseded. */
export async function eraseFinding(world: World, { id, revision }: Finding): Promise<void> {
  await world.sql('update inbox set superseded_by = null where superseded_by = $1', [id]);
  await world.sql('update finding set superseded_by = null where superseded_by = $1', [id]);
  await eraseRevision(world, revision.id);
  await world.sql('delete from finding where id = $1', [id]);
}

/** One more agency, of jurisdiction ZZ, that shares an arrangement with one other. @returns its id */
export async function newAgency(world: World, name: string, partner: Code): Promise<string> {
  const [agency, arrangement] = [randomUUID(), randomUUID()];
  await world.sql('insert into agency (id, code) values ($1, $2)', [agency, name.toUpperCase()]);
  await world.sql(`insert into agency_name (agency_id, language, name) values ($1, 'en', $2)`, [
    agency,
    name,
  ]);
  await world.sql(`insert into agency_jurisdiction (agency_id, jurisdiction) values ($1, 'ZZ')`, [agency]);
  await world.sql(
    `insert into arrangement (id, title, proposed_by, purposes, kinds, highest_marking, valid_from, on_end)
     select $1, $2, $3, purposes, kinds, highest_marking, valid_from, on_end from arrangement where id = $4`,
    [arrangement, name, agency, arrangementId(1)],
  );
  await world.sql(
    `insert into arrangement_party (arrangement_id, agency_id, accepted_at)
     select $1, party, now() from unnest($2::uuid[]) as party`,
    [arrangement, [agency, agencyId(partner)]],
  );
  return agency;
}
