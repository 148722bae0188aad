import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/** Findings, their revisions and what is projected from them; releases (the right) and the inbox (the list). */
export class Findings1763683200002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CONTENT);
    await runner.query(SHARING);
    await runner.query(PROJECTIONS);
    await runner.query(POLICIES);
    await runner.query(TOMBSTONE);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const CONTENT = `
  create table finding (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    -- The time of its last act. The row's lock orders the acts, and this keeps their times in that order.
    last_at timestamptz not null default clock_timestamp(),
    released_revision_id uuid,
    superseded_by uuid references finding,
    recalled_at timestamptz,
    expires_at timestamptz not null default 'infinity'
  );
  create index finding_superseded_by on finding (superseded_by) where superseded_by is not null;
  -- What a recipient may read: nothing here tells who drafted, when, or how many revisions came before.
  create table revision (
    id uuid primary key default gen_random_uuid(),
    finding_id uuid not null references finding,
    agency_id uuid not null references agency,
    document json not null,
    hash text not null,
    kind text not null,
    titles text not null,
    happened_from timestamptz,
    happened_until timestamptz
  );
  create index revision_finding on revision (finding_id);
  -- The author's side of a revision, its agency's alone.
  create table sheet (
    revision_id uuid primary key references revision,
    finding_id uuid not null references finding,
    agency_id uuid not null references agency,
    number int not null,
    state text not null default 'DRAFT' check (state in ('DRAFT', 'IN_REVIEW', 'RELEASED')),
    case_number text,
    true_source text,
    legal_basis text,
    drafted_by uuid not null references member,
    drafted_at timestamptz not null,
    submitted_by uuid references member,
    submitted_at timestamptz,
    returned_by uuid references member,
    returned_note text,
    released_by uuid references member,
    released_at timestamptz,
    unique (finding_id, number)
  );
`;

const SHARING = `
  -- The right to see a revision, and the slip that came with it.
  create table release (
    agency_id uuid not null references agency,
    revision_id uuid not null references revision,
    finding_id uuid not null references finding,
    author_id uuid not null references agency,
    marking text not null check (marking <> 'TLP:RED' and marking_rank(marking) is not null),
    handling text[] not null,
    pap text not null,
    purpose text not null,
    arrangement_id uuid not null references arrangement,
    conditions text,
    released_at timestamptz not null,
    until timestamptz not null,
    primary key (agency_id, revision_id)
  );
  create index release_finding on release (finding_id, agency_id);
  create index release_author on release (author_id, finding_id);
  -- The list: for each agency, the current revision of each finding it may see; the author's from the draft on.
  create table inbox (
    agency_id uuid not null references agency,
    finding_id uuid not null references finding,
    revision_id uuid not null references revision,
    author_id uuid not null references agency,
    state text not null check (state in ('DRAFT', 'IN_REVIEW', 'RELEASED', 'SUPERSEDED', 'RECALLED')),
    kind text not null,
    marking text not null,
    titles text not null,
    happened_from timestamptz,
    happened_until timestamptz,
    -- When the current revision came: its release, or for the author's own draft its drafting.
    listed_at timestamptz not null,
    -- The earliest of every expiry that applies; compared with the clock, so that no right waits for a job.
    until timestamptz not null default 'infinity',
    -- For the author, who keeps it: when its recipients lose it.
    expires_at timestamptz not null default 'infinity',
    superseded_by uuid,
    primary key (agency_id, finding_id)
  );
  create index inbox_list on inbox (agency_id, listed_at desc, finding_id desc);
  create index inbox_finding on inbox (finding_id);
  create index inbox_revision on inbox (revision_id, agency_id);
  -- What remains with an agency of a finding it may no longer see.
  create table withdrawn (
    agency_id uuid not null references agency,
    finding_id uuid not null references finding,
    at timestamptz not null,
    reason text not null,
    primary key (agency_id, finding_id)
  );
`;

const PROJECTIONS = `
  create table revision_incident (
    revision_id uuid not null references revision,
    agency_id uuid not null references agency,
    incident_id uuid not null,
    primary key (incident_id, revision_id)
  );
  create index revision_incident_revision on revision_incident (revision_id);
  -- The revisions of other agencies that a revision rests on.
  create table rests_on (
    revision_id uuid not null references revision,
    agency_id uuid not null references agency,
    basis_id uuid not null references revision,
    primary key (revision_id, basis_id)
  );
  create table claim (
    revision_id uuid not null references revision,
    position int not null,
    agency_id uuid not null references agency,
    incident_id uuid,
    attribute text not null,
    body jsonb not null,
    primary key (revision_id, position)
  );
  create index claim_incident on claim (incident_id, revision_id) where incident_id is not null;
  create table finding_indicator (
    revision_id uuid not null references revision,
    position int not null,
    agency_id uuid not null references agency,
    key text not null,
    role text not null,
    primary key (revision_id, position)
  );
  create index finding_indicator_key on finding_indicator (key, revision_id);
  create table transfer (
    revision_id uuid not null references revision,
    position int not null,
    agency_id uuid not null references agency,
    chain text not null,
    transaction text,
    sender text not null,
    receiver text not null,
    asset text not null,
    amount numeric(78, 0) not null check (amount >= 0),
    happened_from timestamptz,
    happened_until timestamptz,
    primary key (revision_id, position)
  );
  create index transfer_sender on transfer (sender, revision_id);
  create index transfer_receiver on transfer (receiver, revision_id);
`;

const AUTHORED = 'agency_id = (select reader())';

/** The right is the release of this very revision; a release to another day or another revision opens nothing. */
const readable = (revision: string) => `${AUTHORED} or exists (select from release r
  where r.agency_id = (select reader()) and r.revision_id = ${revision} and r.until > now())`;

/** While a revision of one's own is a draft: another's, and a released one, stay as they are. */
const draft = (revision: string) => `${AUTHORED} and exists (select from sheet s
  where s.revision_id = ${revision} and s.agency_id = (select reader()) and s.state = 'DRAFT')`;

const projection = (table: string) =>
  protect(table, { select: readable(`${table}.revision_id`), insert: draft(`${table}.revision_id`) });

const ownRevision = (table: string) => `exists (select from revision r where r.id = ${table}.revision_id
  and r.finding_id = ${table}.finding_id and r.agency_id = (select reader()))`;

const POLICIES = [
  protect('finding', { select: AUTHORED, insert: AUTHORED, update: { columns: 'last_at', of: AUTHORED } }),
  protect('revision', {
    select: readable('revision.id'),
    insert: `${AUTHORED} and exists (select from finding f where f.id = revision.finding_id and f.agency_id = (select reader()))`,
  }),
  protect('sheet', {
    select: AUTHORED,
    insert: `${AUTHORED} and drafted_by = (select acting_member()) and state = 'DRAFT' and ${ownRevision('sheet')}`,
    update: {
      columns: 'state, submitted_by, submitted_at, returned_by, returned_note',
      of: `${AUTHORED} and state <> 'RELEASED'`,
    },
  }),
  protect('release', {
    select: `(agency_id = (select reader()) and until > now()) or author_id = (select reader())`,
  }),
  protect('inbox', {
    select: `${AUTHORED} and until > now()`,
    insert: `${AUTHORED} and author_id = (select reader()) and state = 'DRAFT' and ${ownRevision('inbox')}`,
    update: {
      columns: 'revision_id, state, kind, marking, titles, happened_from, happened_until, listed_at',
      of: `${AUTHORED} and author_id = (select reader()) and state in ('DRAFT', 'IN_REVIEW') and ${ownRevision('inbox')}`,
    },
  }),
  protect('withdrawn', {}),
  ...['revision_incident', 'rests_on', 'claim', 'finding_indicator', 'transfer'].map(projection),
].join('\n');

/** What its former recipient is told of a finding that was taken back or has run out; nothing to anyone else. */
const TOMBSTONE = `
  create function tombstone(finding uuid) returns table (at timestamptz, reason text) language sql stable ${DEFINER} as $$
    select at, reason from withdrawn where agency_id = (select reader()) and finding_id = finding
    union all
    select until, 'EXPIRED' from inbox where agency_id = (select reader()) and finding_id = finding and until <= now()
    limit 1
  $$;
  ${gated('tombstone(uuid)')}
`;
