import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { draft, released, type Finding } from './support/findings.js';
import { fullDocument } from './support/full-document.js';
import { agencyId, bothId, memberId } from './support/roster.js';
import { attempt, entered } from './support/transactions.js';
import { startWorld, type World } from './support/world.js';

/*
 * What the database refuses to write, whatever the application sends in a transaction of a member with every right
 * there is: a member of KR-FSC who drafts and releases.
 */

let world: World;
/** Released by KR-FSC, and by JP-NPA; the other holds it. */
let own: string;
let held: string;
let theirs: Finding;
/** A draft of KR-FSC. */
let begun: Finding;
beforeAll(async () => {
  world = await startWorld();
  own = (await released(world, 'KR-FSC', ['JP-NPA'], fullDocument('own'))).revision.id;
  begun = await draft(world, 'KR-FSC');
  theirs = await released(world, 'JP-NPA', ['KR-FSC'], fullDocument('held'));
  held = theirs.revision.id;
  await draft(world, 'JP-NPA');
});
afterAll(() => world.close());

const [kr, jp] = [agencyId('KR-FSC'), agencyId('JP-NPA')];
const me = bothId('KR-FSC');
const colleague = memberId('KR-FSC', 'CONTRIBUTOR');

/** A finding and a revision that this transaction has begun. */
const finding: string = randomUUID();
const revision: string = randomUUID();
const written = (id: string, of: string, agency: string) =>
  `insert into revision (id, finding_id, agency_id, document, hash, kind, titles)
   values ('${id}', '${of}', '${agency}', '{}', '', 'hack', '')`;

/** What becomes of one statement in such a transaction: how many rows it wrote, or the SQLSTATE of its refusal. */
const send = (text: string): Promise<string> =>
  entered(world, me, async (client) => {
    await client.query(`insert into finding (id, agency_id) values ('${finding}', '${kr}')`);
    await client.query(written(revision, finding, kr));
    await client.query(sheet(me, 'DRAFT'));
    return (await attempt(client, text)).outcome;
  });

const sheet = (drafter: string, state: string, of = revision, from = finding, agency = kr) =>
  `insert into sheet (revision_id, finding_id, agency_id, number, state, drafted_by, drafted_at)
   values ('${of}', '${from}', '${agency}', 1, '${state}', '${drafter}', now())`;
const listed = (agency: string, author: string, state: string, of = revision, from = finding) =>
  `insert into inbox (agency_id, finding_id, revision_id, author_id, state, kind, marking, titles, listed_at)
   values ('${agency}', '${from}', '${of}', '${author}', '${state}', 'hack', 'TLP:GREEN', '', now())`;
const claim = (of: string, agency = kr) =>
  `insert into claim (revision_id, position, agency_id, attribute, body) values ('${of}', 99, '${agency}', 'loss', '{}')`;
const entry = (agency: string, actor: string, member: string | null) =>
  `insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
   values ('${agency}', 'finding.released', '${actor}', ${member === null ? 'null' : `'${member}'`}, 'finding',
           '${finding}', now())`;

describe('refused', () => {
  test.each([
    ['a release', `insert into release (agency_id, revision_id) values ('${jp}', gen_random_uuid())`],
    ['a longer right', `update release set until = 'infinity'`],
    ["a row in another's list", listed(jp, kr, 'DRAFT')],
    ["a row of its own list in another's name", listed(kr, jp, 'DRAFT')],
    ['a released row of its own list', listed(kr, kr, 'RELEASED')],
    ["a finding in another's name", `insert into finding (agency_id) values ('${jp}')`],
    ["a revision in another's name", written(randomUUID(), finding, jp)],
    ['another text of a revision', `update revision set document = '{}'`],
    ['the end of a revision', 'delete from revision'],
    ['the end of a finding', `update finding set recalled_at = now(), superseded_by = null`],
    ["a sheet in a colleague's name", sheet(colleague, 'DRAFT')],
    ["a sheet in another agency's name", sheet(me, 'DRAFT', revision, finding, jp)],
    ['a sheet that says it was released', sheet(me, 'RELEASED')],
    ["a claim in another agency's name", claim(revision, jp)],
    ['the release of a sheet', `update sheet set state = 'RELEASED' where state = 'DRAFT'`],
    ['another drafter', `update sheet set drafted_by = '${colleague}'`],
    ["an entry in another agency's name", entry(kr, jp, null)],
    ["an entry in a colleague's name", entry(kr, kr, colleague)],
    ['an entry of its own without a name', entry(kr, kr, null)],
    ["a counterpart's entry that names the member", entry(jp, kr, me)],
    ['another entry', `update entry set act = 'nothing'`],
    ['the end of an entry', 'delete from entry'],
    ['an empty ledger', 'truncate entry'],
    [
      'a finding seen that is not listed',
      `insert into seen_indicator select agency_id, finding_id, 7, 'ip|', '203.0.113.7', '{suspect}', revision_id, listed_at, until from inbox`,
    ],
    ['a finding seen for longer', `update seen_indicator set until = 'infinity'`],
    ['an incident unseen', 'delete from seen_incident'],
    ['a transfer seen for longer', `update seen_transfer set until = 'infinity'`],
    ['a wider cap', 'update cap set widest = 1000'],
    ['an arrangement', `update arrangement set valid_until = 'infinity'`],
    ['an accepted arrangement', `update arrangement_party set accepted_at = now()`],
    ['a role', `update member set roles = '{RELEASER}'`],
    ['an agency that is active again', 'update agency set suspended_at = null'],
    [
      "a colleague's idempotency key",
      `insert into idempotency_key (agency_id, member_id, operation, key, fingerprint) values ('${kr}', '${colleague}', 'a', 'b', 'c')`,
    ],
    ['the rights of the gate', 'set local role entente_gate'],
    ['the rights of the owner', 'set local role entente_owner'],
    ['a table', 'create table entente.mine ()'],
    ['a temporary table', 'create temporary table mine ()'],
  ])('%s', async (_, text) => {
    expect(await send(text)).toBe('42501');
  });

  test.each([
    ["a claim in another agency's revision", () => claim(held)],
    ['a further claim in a revision that was released', () => claim(own)],
    [
      'a further incident in it',
      () => `insert into revision_incident values ('${own}', '${kr}', gen_random_uuid())`,
    ],
    ['a further basis of it', () => `insert into rests_on values ('${own}', '${kr}', '${held}')`],
    [
      'a further indicator in it',
      () => `insert into finding_indicator values ('${own}', 99, '${kr}', 'ip||203.0.113.7', 'suspect')`,
    ],
    [
      'a further transfer in it',
      () => `insert into transfer (revision_id, position, agency_id, chain, sender, receiver, asset, amount)
             values ('${own}', 99, '${kr}', 'ethereum', 'a', 'b', 'ETH', 1)`,
    ],
    ["a sheet of another agency's revision", () => sheet(me, 'DRAFT', held, theirs.id)],
    ["a sheet of another finding's revision", () => sheet(me, 'DRAFT', own)],
    ["a place in its own list for another agency's finding", () => listed(kr, kr, 'DRAFT', held, theirs.id)],
    ["a place in its own list for another finding's revision", () => listed(kr, kr, 'DRAFT', own)],
    [
      "a revision of another agency's finding",
      () => `insert into revision (finding_id, agency_id, document, hash, kind, titles)
             select finding_id, '${kr}', '{}', '', 'hack', '' from revision where id = '${held}'`,
    ],
    ["another agency's revision in its own list, as a draft", () => listed(kr, kr, 'DRAFT', held)],
    [
      "another agency's revision in the place of its own draft",
      () => `update inbox set revision_id = '${held}' where finding_id = '${begun.id}'`,
    ],
  ])('%s', async (_, text) => {
    expect(await send(text())).toBe('42501');
  });
});

/** Blind: without a condition or a result, what may be read does not matter. */
describe('done to what is its own and not released, and to nothing else', () => {
  test.each([
    ['every finding', 'update finding set last_at = now()', 3],
    ['every sheet', `update sheet set returned_note = ''`, 2],
    ['every row of a list', `update inbox set kind = 'hack'`, 1],
    ['every idempotency key', `update idempotency_key set fingerprint = ''`, 0],
  ])('%s', async (_, text, rows) => {
    expect(await send(text)).toBe(`${rows} rows`);
  });
});

describe('done, as the acts do', () => {
  test.each([
    ['an entry', entry(kr, kr, me)],
    ["a counterpart's entry", entry(jp, kr, null)],
    ['a row of its own list', listed(kr, kr, 'DRAFT')],
    ['a claim in its draft', claim(revision)],
    ['a sheet sent to review', `update sheet set state = 'IN_REVIEW' where revision_id = '${revision}'`],
  ])('%s', async (_, text) => {
    expect(await send(text)).toBe('1 rows');
  });
});
