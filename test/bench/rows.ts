import { deepStrictEqual } from 'node:assert/strict';
import { contentSchema, nameRows, project, seal, searchRows } from '#findings';
import { agencyId, ARRANGEMENT, CODES, memberId } from './agencies.js';
import { content } from './documents.js';
import { Random } from './random.js';
import { Speech } from './words.js';

const INCIDENTS = 500;
const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);

/** The tables of a finding, each with the columns that are written. */
export const COLUMNS = {
  finding: ['id', 'agency_id', 'last_at', 'released_revision_id'],
  revision: [
    ...['id', 'finding_id', 'agency_id', 'document', 'hash'],
    ...['kind', 'titles', 'happened_from', 'happened_until'],
  ],
  sheet: [
    ...['revision_id', 'finding_id', 'agency_id', 'number', 'state'],
    ...['drafted_by', 'drafted_at', 'submitted_by', 'submitted_at', 'released_by', 'released_at'],
  ],
  release: [
    ...['agency_id', 'revision_id', 'finding_id', 'author_id', 'marking', 'handling', 'pap', 'purpose'],
    ...['arrangement_id', 'released_at', 'until'],
  ],
  inbox: [
    ...['agency_id', 'finding_id', 'revision_id', 'author_id', 'state', 'kind', 'marking', 'titles'],
    ...['happened_from', 'happened_until', 'listed_at'],
  ],
  revision_incident: ['revision_id', 'agency_id', 'incident_id'],
  claim: ['revision_id', 'position', 'agency_id', 'incident_id', 'attribute', 'body'],
  finding_indicator: ['revision_id', 'position', 'agency_id', 'key', 'role'],
  search_text: ['revision_id', 'part', 'agency_id', 'own', 'split', 'words'],
  subject_name: ['revision_id', 'agency_id', 'subject', 'name'],
};

export type Table = keyof typeof COLUMNS;
export const TABLES = Object.keys(COLUMNS) as Table[];
export type Value = string | number | boolean | Date | null;
export type Rows = Record<Table, Value[][]>;

export const noRows = (): Rows => ({
  finding: [],
  revision: [],
  sheet: [],
  release: [],
  inbox: [],
  revision_incident: [],
  claim: [],
  finding_indicator: [],
  search_text: [],
  subject_name: [],
});

const AGENCIES = [...CODES.keys()];

/** The text of the data, and what is asked of it. */
export const speech = new Speech(new Random(5));
const incidents = ((random) => Array.from({ length: INCIDENTS }, () => random.uuid()))(new Random(1));

/** A finding before it is written: who says it to whom, and when. The same for its number in every run. */
export function madeFinding(n: number) {
  const random = Random.at(n);
  const author = random.pick(AGENCIES);
  const others = AGENCIES.filter((agency) => agency !== author);
  const recipients = random.some(others, random.int(1, 4));
  const written = speech.put(content(random, random.pick(incidents)), random);
  const draftedAt = new Date(START + n * MINUTE);
  // Review takes up to three days: neighbours in a list are not neighbours in the table.
  const releasedAt = new Date(draftedAt.getTime() + random.int(1, 3 * 24 * 60 * MINUTE));
  return { id: random.uuid(), revision: random.uuid(), author, recipients, written, draftedAt, releasedAt };
}

/** Adds the rows of a finding as they stand after draft, review and release. */
export function addFinding(rows: Rows, n: number): void {
  const { id, revision, author, recipients, written, draftedAt, releasedAt } = madeFinding(n);
  // What is loaded past the way in is what that way would have let in, unchanged.
  if (n % 1_000 === 0) deepStrictEqual(contentSchema.parse(written), written);
  const { document, text, hash } = seal(written);
  const { listing, claims, indicators } = project(document);
  const { kind, titles, marking, happenedFrom, happenedUntil } = listing;
  const agency = agencyId(author);
  rows.finding.push([id, agency, releasedAt, revision]);
  rows.revision.push([revision, id, agency, text, hash, kind, titles, happenedFrom, happenedUntil]);
  const [drafter, releaser] = [memberId(author, 'CONTRIBUTOR'), memberId(author, 'RELEASER')];
  rows.sheet.push([
    ...[revision, id, agency, 1, 'RELEASED'],
    ...[drafter, draftedAt, drafter, draftedAt, releaser, releasedAt],
  ]);
  for (const holder of [author, ...recipients]) {
    rows.inbox.push([
      ...[agencyId(holder), id, revision, agency, 'RELEASED', kind, marking, titles],
      ...[happenedFrom, happenedUntil, releasedAt],
    ]);
  }
  for (const recipient of recipients) {
    rows.release.push([
      ...[agencyId(recipient), revision, id, agency, marking, '{H1,H2}', 'PAP:AMBER'],
      ...['criminal-investigation', ARRANGEMENT, releasedAt, 'infinity'],
    ]);
  }
  for (const incident of document.incidents) rows.revision_incident.push([revision, agency, incident]);
  for (const { position, incidentId, attribute, body } of claims)
    rows.claim.push([revision, position, agency, incidentId, attribute, JSON.stringify(body)]);
  for (const { position, key, role } of indicators)
    rows.finding_indicator.push([revision, position, agency, key, role]);
  for (const { part, own, split, words } of searchRows(document))
    rows.search_text.push([revision, part, agency, own, split, words]);
  for (const { subject, name } of nameRows(document))
    rows.subject_name.push([revision, agency, subject, name]);
}
