import { deepStrictEqual } from 'node:assert/strict';
import type { Client } from 'pg';
import { contentSchema, nameRows, project, seal, searchRows } from '#findings';
import { agencyId, ARRANGEMENT, CODES, memberId } from './agencies.js';
import { content } from './documents.js';
import { Random } from './random.js';

const BATCH = 2_000;
const INCIDENTS = 500;
const MINUTE = 60_000;
const START = Date.UTC(2025, 0, 1);

/** One statement a table: unnest of columns is the fastest way in that needs no COPY. */
const TABLES = {
  finding: { id: 'uuid', agency_id: 'uuid', last_at: 'timestamptz', released_revision_id: 'uuid' },
  revision: {
    id: 'uuid',
    finding_id: 'uuid',
    agency_id: 'uuid',
    document: 'text',
    hash: 'text',
    kind: 'text',
    titles: 'text',
    happened_from: 'timestamptz',
    happened_until: 'timestamptz',
  },
  sheet: {
    revision_id: 'uuid',
    finding_id: 'uuid',
    agency_id: 'uuid',
    number: 'int',
    state: 'text',
    drafted_by: 'uuid',
    drafted_at: 'timestamptz',
    released_by: 'uuid',
    released_at: 'timestamptz',
  },
  release: {
    agency_id: 'uuid',
    revision_id: 'uuid',
    finding_id: 'uuid',
    author_id: 'uuid',
    marking: 'text',
    handling: 'text',
    pap: 'text',
    purpose: 'text',
    arrangement_id: 'uuid',
    released_at: 'timestamptz',
    until: 'timestamptz',
  },
  inbox: {
    agency_id: 'uuid',
    finding_id: 'uuid',
    revision_id: 'uuid',
    author_id: 'uuid',
    state: 'text',
    kind: 'text',
    marking: 'text',
    titles: 'text',
    happened_from: 'timestamptz',
    happened_until: 'timestamptz',
    listed_at: 'timestamptz',
  },
  revision_incident: { revision_id: 'uuid', agency_id: 'uuid', incident_id: 'uuid' },
  claim: {
    revision_id: 'uuid',
    position: 'int',
    agency_id: 'uuid',
    incident_id: 'uuid',
    attribute: 'text',
    body: 'text',
  },
  finding_indicator: { revision_id: 'uuid', position: 'int', agency_id: 'uuid', key: 'text', role: 'text' },
  search_text: {
    revision_id: 'uuid',
    part: 'int',
    agency_id: 'uuid',
    own: 'boolean',
    split: 'boolean',
    words: 'text',
  },
  subject_name: { revision_id: 'uuid', agency_id: 'uuid', subject: 'text', name: 'text' },
} as const;

type Table = keyof typeof TABLES;
type Value = string | number | boolean | Date | null;
type Content = ReturnType<typeof content>;
type Rows = Record<Table, Value[][]>;

/** What a text becomes on its way in. */
const CASTS: Partial<Record<string, string>> = {
  document: 'document::json',
  body: 'body::jsonb',
  handling: 'handling::text[]',
  words: 'words::tsvector',
};

/**
 * Loads findings as they stand after draft, review and release, with their projections: past the application, as the
 * gate, because the acts one by one would take an hour.
 * @param owner a connection of entente_owner, which may become the gate
 * @param searchable puts words into a document, all of which can then be searched for; left out, none can
 * @returns bytes of their documents on average
 */
export async function loadFindings(
  owner: Client,
  count: number,
  searchable?: (written: Content, random: Random) => Content,
): Promise<number> {
  const random = new Random(1);
  const incidents = Array.from({ length: INCIDENTS }, () => random.uuid());
  let bytes = 0;
  await owner.query('set role entente_gate');
  for (let done = 0; done < count; done += BATCH) {
    const rows = noRows();
    for (let n = done; n < Math.min(done + BATCH, count); n++)
      bytes += addFinding(rows, n, random, incidents, searchable);
    for (const table of Object.keys(TABLES) as Table[]) await insert(owner, table, rows[table]);
  }
  await owner.query('reset role');
  await owner.query('vacuum analyze');
  return bytes / count;
}

const noRows = (): Rows => ({
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

/** Adds a finding that its author released to two to eight of the others. @returns bytes of its document */
function addFinding(
  rows: Rows,
  n: number,
  random: Random,
  incidents: readonly string[],
  searchable?: (written: Content, random: Random) => Content,
): number {
  const everyone = CODES.map((_, agency) => agency);
  const author = random.pick(everyone);
  const recipients = random.some(
    everyone.filter((agency) => agency !== author),
    random.int(2, 8),
  );
  const plain = content(random, random.pick(incidents));
  const written = searchable?.(plain, random) ?? plain;
  // What is loaded past the way in is what that way would have let in, unchanged.
  if (n % 1_000 === 0) deepStrictEqual(contentSchema.parse(written), written);
  const { document, text, hash } = seal(written);
  const { listing, claims, indicators } = project(document);
  const { kind, titles, marking, happenedFrom, happenedUntil } = listing;
  const [finding, revision, agency] = [random.uuid(), random.uuid(), agencyId(author)];
  const draftedAt = new Date(START + n * MINUTE);
  // Review takes up to three days: neighbours in a list are not neighbours in the table.
  const at = new Date(draftedAt.getTime() + random.int(1, 3 * 24 * 60 * MINUTE));
  rows.finding.push([finding, agency, at, revision]);
  rows.revision.push([revision, finding, agency, text, hash, kind, titles, happenedFrom, happenedUntil]);
  const [drafter, releaser] = [memberId(author, 'CONTRIBUTOR'), memberId(author, 'RELEASER')];
  rows.sheet.push([revision, finding, agency, 1, 'RELEASED', drafter, draftedAt, releaser, at]);
  for (const holder of [author, ...recipients]) {
    rows.inbox.push([
      ...[agencyId(holder), finding, revision, agency, 'RELEASED', kind, marking, titles],
      ...[happenedFrom, happenedUntil, at],
    ]);
  }
  for (const recipient of recipients) {
    rows.release.push([
      ...[agencyId(recipient), revision, finding, agency, marking, '{H1,H2}', 'PAP:AMBER'],
      ...['criminal-investigation', ARRANGEMENT, at, 'infinity'],
    ]);
  }
  for (const incident of document.incidents) rows.revision_incident.push([revision, agency, incident]);
  for (const { position, incidentId, attribute, body } of claims)
    rows.claim.push([revision, position, agency, incidentId, attribute, JSON.stringify(body)]);
  for (const { position, key, role } of indicators)
    rows.finding_indicator.push([revision, position, agency, key, role]);
  if (searchable) {
    for (const { part, own, split, words } of searchRows(document))
      rows.search_text.push([revision, part, agency, own, split, words]);
    for (const { subject, name } of nameRows(document))
      rows.subject_name.push([revision, agency, subject, name]);
  }
  return Buffer.byteLength(text);
}

async function insert(owner: Client, table: Table, rows: readonly Value[][]): Promise<void> {
  const columns = Object.entries<string>(TABLES[table]);
  const names = columns.map(([name]) => name);
  const arrays = columns.map(([, type], at) => `$${at + 1}::${type}[]`);
  await owner.query(
    `insert into ${table} (${names.join(', ')})
     select ${names.map((name) => CASTS[name] ?? name).join(', ')}
       from unnest(${arrays.join(', ')}) as loaded (${names.join(', ')})`,
    names.map((_, at) => rows.map((row) => row[at] ?? null)),
  );
}
