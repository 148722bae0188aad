import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import { ROLES } from '#access';
import { administer } from './support/administration.js';
import { registered } from './support/clients.js';
import { accountRow, loaded, sealed, transferRow } from './support/datasets.js';
import { act, draft, newest, release, released, type Finding } from './support/findings.js';
import { planted } from './support/passkeys.js';
import { published, staged } from './support/lists.js';
import { fullDocument } from './support/full-document.js';
import { given } from './support/invitations.js';
import { newMember } from './support/partners.js';
import { proposed } from './support/proposals.js';
import { agencyId, memberId, MEMBER_ROLES, type MemberRole } from './support/roster.js';
import { withClient } from './support/server.js';
import { attempt, entered } from './support/transactions.js';
import { registeredWebhook } from './support/webhooks.js';
import { startWorld, type World } from './support/world.js';

/*
 * P1 and P14, in SQL: what the logins of the service can read whatever the application asks. A refused statement
 * (42501) reads nothing, too.
 */

/** What agencies found and whom they told. */
const CONTENT = [
  ...['finding', 'revision', 'sheet', 'release', 'inbox', 'withdrawn'],
  ...['revision_incident', 'rests_on', 'claim', 'finding_indicator', 'transfer'],
  ...['search_text', 'subject_name'],
  ...['acknowledgement', 'dataset', 'dataset_batch', 'dataset_indicator', 'dataset_transfer'],
  ...['dataset_refusal', 'revision_dataset', 'seen_dataset'],
  ...['seen_indicator', 'seen_incident', 'seen_transfer'],
];
/** Who the agencies and their people are, what they agreed, and what was done. */
const ADMINISTRATION = [
  ...['agency', 'agency_name', 'agency_jurisdiction', 'person', 'member', 'cap'],
  ...['arrangement', 'arrangement_party', 'idempotency_key', 'entry', 'pending_act', 'administrative_act'],
  ...['system_client', 'client_key', 'invitation'],
  ...['agency_proposal', 'agency_contact', 'vouching', 'recovery', 'closed_inbox'],
  ...['member_use', 'access_confirmation'],
  ...['reference_list', 'reference_list_version', 'reference_list_entry', 'reference_list_row'],
  ...['session', 'passkey', 'identity_provider'],
  ...['inbound_receipt', 'inbound_message', 'standing_authority', 'standing_use'],
  ...['sequencer', 'unnumbered', 'feed_head', 'feed_position', 'feed_cursor'],
  ...['webhook', 'webhook_domain', 'webhook_secret', 'webhook_key', 'webhook_certificate'],
  ...['webhook_dispatch', 'webhook_aside', 'webhook_attempt'],
];
const ALL = [...CONTENT, ...ADMINISTRATION];
const none = (tables: string[]) => Object.fromEntries(tables.map((table) => [table, 0]));

let world: World;
/** Of KR-FSC: its second revision is the one JP-NPA has; US-TFI has the first, the third is a draft. */
let finding: Finding;
let revisions: string[];
beforeAll(async () => {
  world = await startWorld();
  const webhook = await registeredWebhook(world, 'KR-FSC');
  await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'makeWebhookSecret', { webhookId: webhook.id });
  await world.sql(`insert into webhook_key values (gen_random_uuid(), 'x', 'x', 'x')`);
  await world.sql(
    `insert into webhook_aside (id, webhook_id, agency_id, nature, due)
     select gen_random_uuid(), id, agency_id, 'TEST', now() from webhook`,
  );
  await world.sql(
    `insert into webhook_certificate (id, webhook_id, agency_id, certificate, subject, fingerprint, ends_at, key_id, sealed, given_by)
     select gen_random_uuid(), id, agency_id, 'x', 'x', 'x', now(), 'x', 'x', registered_by from webhook`,
  );
  await world.sql(
    `insert into webhook_attempt (webhook_id, agency_id, type, nth, milliseconds, answer)
     select id, agency_id, 'webhook.test', 1, 1, '' from webhook`,
  );
  const first = await released(world, 'KR-FSC', ['US-TFI', 'CN-CAMLMAC'], fullDocument('first'), {
    newIncident: true,
  });
  await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', {
    findingId: first.id,
    agencyIds: [agencyId('CN-CAMLMAC')],
    reason: 'inaccurate',
  });
  const second = await revise(
    first,
    fullDocument('second', { incidents: first.revision.document.incidents }),
  );
  await release(world, 'KR-FSC', second, ['JP-NPA'], { without: [agencyId('US-TFI')] });
  finding = await revise(second, fullDocument('third', { incidents: first.revision.document.incidents }));
  revisions = finding.sheets.map(({ revisionId }) => revisionId);
  const origin = { kind: 'agency', revisionId: revisions[1] };
  await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'setCap', {
    highestMarking: 'TLP:AMBER+STRICT',
    widest: 9,
  });
  const claims = [{ attribute: 'method', value: { term: 'theft' }, origin }];
  await released(world, 'JP-NPA', ['KR-FSC'], fullDocument('answer', { claims }));
  const { id: machineId } = await registered(world, 'KR-FSC');
  await given(world, 'KR-FSC');
  await proposed(world.as('KR-FSC', 'AGENCY_ADMIN'));
  await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'setContacts', {
    contactPoints: [{ kind: 'email', value: 'desk@agency.example' }],
  });
  await world.sql('insert into recovery (agency_id, begun_by) values ($1, $2)', [
    agencyId('US-TFI'),
    memberId('HUB', 'OPERATOR'),
  ]);
  await world.sql('insert into closed_inbox (agency_id, originator_id, closed_at) values ($1, $2, now())', [
    agencyId('US-TFI'),
    agencyId('KR-FSC'),
  ]);
  await world.sql('insert into member_use values ($1, $2, now())', [
    memberId('KR-FSC', 'ANALYST'),
    agencyId('KR-FSC'),
  ]);
  await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'confirmAccess', {
    subjectId: memberId('KR-FSC', 'ANALYST'),
  });
  await world.sql(`insert into vouching values ($1, $2, 'KR-KNPA', repeat('0', 64), now())`, [
    agencyId('KR-FSC'),
    agencyId('KR-KNPA'),
  ]);
  // One list published, and another staged.
  await published(world, 'US-TFI');
  await staged(world, 'US-TFI');
  const session = [agencyId('KR-FSC'), memberId('KR-FSC', 'ANALYST')];
  await world.sql(`insert into session (agency_id, member_id, agent) values ($1, $2, 'a browser')`, session);
  await world.sql(
    `insert into identity_provider (agency_id, issuer, client_id, sealed_secret, set_by)
     values ($1, 'https://idp.example', 'entente', 'sealed', $2)`,
    session,
  );
  await planted(world, session.slice(1));
  const { hash } = await sealed(world, 'US-TFI', [accountRow('u-1')]);
  await sealed(world, 'US-TFI', [transferRow('1')], 'TRANSFERS');
  await loaded(world, 'US-TFI', [[{ type: 'nothing' }]]);
  await draft(world, 'US-TFI', { datasets: [hash] });
  await world.sql(
    `with receipt as (
       insert into inbound_receipt (id, agency_id, client_id, message_id, outcomes)
       values (gen_random_uuid(), $1, $2, 'a message', '[]') returning id)
     insert into inbound_message (agency_id, message_id, client_id, body_hash, receipt_id)
     select $1, 'a message', $2, 'hash', id from receipt`,
    [agencyId('KR-FSC'), machineId],
  );
  await world.sql(
    `with authority as (
       insert into standing_authority (agency_id, title, recipients, kinds, highest_marking, daily, days, asked_by)
       values ($1, 'At once', array[$1::uuid], '{hack}', 'TLP:GREEN', 1, 1, $2) returning id)
     insert into standing_use select id, $1, current_date, 1 from authority`,
    session,
  );
  await world.sql(
    `insert into acknowledgement (agency_id, finding_id, said, author_id, revision_id)
     values ($1, $2, 'STORED', $3, $4)`,
    [agencyId('JP-NPA'), finding.id, agencyId('KR-FSC'), revisions[1]],
  );
  // As a sequencer would have it that has numbered one entry of KR-FSC, and an analyst that has read it.
  await world.sql(`insert into feed_head values ($1, 'SHARING', 1, 1)`, session.slice(0, 1));
  await world.sql(
    `insert into feed_position select agency_id, 'SHARING', 1, entry_id from unnumbered where agency_id = $1 limit 1`,
    session.slice(0, 1),
  );
  await world.sql(`insert into feed_cursor select $1, $2, 'SHARING', epoch, 1 from sequencer`, session);
});
afterAll(() => world.close());

const revise = (of: Finding, written: object) =>
  act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', { basedOn: newest(of), document: written });

/** How many rows each table shows to whoever `client` is; none where it may not look. */
async function readable(client: Client, tables: string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await attempt(client, `select count(*)::int as n from ${table}`);
    found[table] = Number(rows[0]?.n ?? 0);
  }
  return found;
}

describe('who may read nothing reads 0 rows', () => {
  test('every table is listed above, and the server has rows in each', async () => {
    const rows = await world.sql<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'entente'::regnamespace and relkind in ('r', 'p')
          and relname <> 'migrations' and not relispartition`,
    );
    expect(ALL.toSorted()).toEqual(rows.map(({ name }) => name).sort());
    const counts = await withClient(world.database.setupUrl, async (client) => {
      await client.query('begin');
      return readable(client, ALL);
    });
    expect(Object.entries(counts).filter(([, n]) => n === 0)).toEqual([]);
  });

  test("the application's login, with nothing set", async () => {
    expect(await entered(world, null, (client) => readable(client, ALL))).toEqual(none(ALL));
  });

  test("the application's login, after another's transaction on the same connection", async () => {
    const after = withClient(world.database.appUrl, async (client) => {
      await client.query('begin');
      await client.query('select from enter($1, $2)', [memberId('KR-FSC', 'ANALYST'), ROLES]);
      await client.query('commit');
      await client.query('begin');
      return readable(client, ALL);
    });
    expect(await after).toEqual(none(ALL));
  });

  test('the owner of the schema', async () => {
    const rows = withClient(world.database.ownerUrl, async (client) => {
      await client.query('begin');
      return readable(client, ALL);
    });
    expect(await rows).toEqual(none(ALL));
  });

  test.each(['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'] as const)(
    '%s of the agency that wrote and holds findings, in every content table',
    async (role) => {
      const member = memberId('KR-FSC', role);
      expect(await entered(world, member, (client) => readable(client, CONTENT))).toEqual(none(CONTENT));
      const asked = `select count(*)::int as n from tombstone('${finding.id}')`;
      expect((await entered(world, member, (client) => attempt(client, asked))).rows).toEqual([{ n: 0 }]);
    },
  );

  test('an analyst who also audits, where an auditor is asked for, in every content table', async () => {
    const member = await newMember(world, 'KR-FSC', ['ANALYST', 'AUDITOR']);
    const asked = (roles: string[]) => entered(world, member, (client) => readable(client, CONTENT), roles);
    expect(await asked(['AUDITOR'])).toEqual(none(CONTENT));
    expect((await asked(['ANALYST'])).finding).toBe(1);
  });

  test('an analyst of an agency to which nothing was released, in every content table', async () => {
    const rows = await entered(world, memberId('XX-ALONE', 'ANALYST'), (client) => readable(client, CONTENT));
    expect(rows).toEqual(none(CONTENT));
  });
});

test("of who the others are a member reads its own agency's and its partners' rows", async () => {
  const read = entered(world, memberId('XX-ALONE', 'ANALYST'), (client) => readable(client, ADMINISTRATION));
  expect(await read).toEqual({
    ...none(ADMINISTRATION),
    ...{ agency: 2, agency_name: 4, agency_jurisdiction: 2, arrangement: 1, arrangement_party: 2 },
    // What concerns those who read content: its enrolment and its arrangement.
    ...{ member: MEMBER_ROLES.length + 1, cap: 1, entry: 2 },
  });
});

test('a member reads its own idempotency keys and no colleague’s', async () => {
  const count = async (role: MemberRole) => {
    const member = memberId('KR-FSC', role);
    return (await entered(world, member, (client) => readable(client, ['idempotency_key']))).idempotency_key;
  };
  // Its three revisions and their review; their releases and a recall.
  expect(await Promise.all((['CONTRIBUTOR', 'RELEASER', 'ANALYST'] as const).map(count))).toEqual([5, 3, 0]);
});

test("a recipient reads the revision it was given and nothing else of the author's", async () => {
  const given = { revision: 'id', revision_incident: 'revision_id', claim: 'revision_id' };
  const also = { finding_indicator: 'revision_id', transfer: 'revision_id', rests_on: 'revision_id' };
  const read = await entered(world, memberId('JP-NPA', 'ANALYST'), async (client) => {
    const found: Record<string, unknown[]> = {};
    for (const [table, column] of Object.entries({ ...given, ...also })) {
      const text = `select distinct ${column} as id from ${table} where agency_id = '${agencyId('KR-FSC')}'`;
      found[table] = (await client.query<{ id: string }>(text)).rows.map(({ id }) => id);
    }
    for (const table of ['seen_indicator', 'seen_incident', 'seen_transfer'])
      found[table] = (
        await client.query<{ id: string }>(`select distinct revision_id as id from ${table}
        where finding_id = '${finding.id}' or agency_id <> '${agencyId('JP-NPA')}'`)
      ).rows.map(({ id }) => id);
    const others = await readable(client, ['finding', 'sheet', 'release', 'inbox', 'withdrawn']);
    return { found, others };
  });
  const [, second] = revisions;
  expect(read.found).toEqual({
    ...Object.fromEntries(['revision', 'revision_incident', 'claim'].map((table) => [table, [second]])),
    ...{ finding_indicator: [second], transfer: [second], rests_on: [] },
    ...{ seen_indicator: [second], seen_incident: [second], seen_transfer: [second] },
  });
  // Its own finding and sheet; what it was given and what it gave; and for each a place in its list.
  expect(read.others).toEqual({ finding: 1, sheet: 1, release: 2, inbox: 2, withdrawn: 0 });
});

const administering = (act: string, content: object) =>
  `select * from administer('${act}', '${JSON.stringify(content)}')`;

test("nobody of another agency, and nobody by another role, reads or administers an agency's machines", async () => {
  const { id } = await registered(world, 'KR-FSC');
  const tables = ['system_client', 'client_key'];
  const other = entered(world, memberId('JP-NPA', 'AGENCY_ADMIN'), (client) => readable(client, tables));
  expect(await other).toEqual(none(tables));
  const calls = [
    administering('client.registered', { name: 'A machine', roles: ['ANALYST'], keys: [] }),
    administering('client.key-added', { clientId: id, key: {} }),
    administering('client.key-revoked', { clientId: id, kid: 'kid' }),
    administering('client.ended', { clientId: id }),
  ];
  const outcomes = (member: string | null) =>
    entered(world, member, async (client) => {
      const found: string[] = [];
      for (const call of calls) found.push((await attempt(client, call)).outcome);
      return found;
    });
  for (const member of [null, memberId('KR-FSC', 'RELEASER'), memberId('HUB', 'OPERATOR')])
    expect(await outcomes(member)).toEqual(Array(4).fill('EN403'));
  expect((await outcomes(memberId('JP-NPA', 'AGENCY_ADMIN'))).slice(1)).toEqual(Array(3).fill('EN404'));
});

test("its own administrator alone reads by which certificate an agency's webhook knows this service", async () => {
  const table = 'webhook_certificate';
  const count = async (code: 'KR-FSC' | 'JP-NPA', role: MemberRole) =>
    (await entered(world, memberId(code, role), (client) => readable(client, [table])))[table];
  expect(await count('KR-FSC', 'AGENCY_ADMIN')).toBe(1);
  expect(await count('KR-FSC', 'RELEASER')).toBe(0);
  expect(await count('JP-NPA', 'AGENCY_ADMIN')).toBe(0);
  const key = (client: Client) => attempt(client, `select sealed from ${table}`);
  expect((await entered(world, memberId('KR-FSC', 'AGENCY_ADMIN'), key)).outcome).toBe('42501');
});

const HUB = ['OPERATOR'];
const EITHER = ['AGENCY_ADMIN', 'OPERATOR'];
/** Who may ask for an act of administration, and approve it: an administrator of the agency if nothing is said. */
const MAY_ASK: Record<string, readonly string[]> = {
  'agency-proposal.made': EITHER,
  'agency-proposal.withdrawn': EITHER,
  'agency.brought-in': HUB,
  'agency.contacts-set': EITHER,
  'agency.jurisdiction-set': HUB,
  'agency.named': EITHER,
  'agency.recovery-begun': HUB,
  'agency.recovery-stopped': ROLES,
  'agency.reinstated': HUB,
  'agency.suspended': HUB,
  'identity-provider.removed': EITHER,
  'identity-provider.set': EITHER,
  'invitation.withdrawn': EITHER,
  'ledger.exported': ['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'],
  'list.published': ['CONTRIBUTOR', 'LIAISON', 'OPERATOR'],
  'list.rolled-back': ['CONTRIBUTOR', 'LIAISON', 'OPERATOR'],
  'member.handed-over': EITHER,
  'member.invited': EITHER,
  'membership.changed': EITHER,
  'membership.ended': EITHER,
  'passkey.removed': ROLES,
  'session.ended': ROLES,
  'standing-authority.approved': ['RELEASER'],
  'standing-authority.ended': ['AGENCY_ADMIN', 'RELEASER'],
};

test('an act of administration asks for its role itself, whatever the application has asked', async () => {
  const acts = await world.sql<{ act: string; roles: string[] }>('select act, roles from administrative_act');
  const asking = [
    ['AGENCY_ADMIN', memberId('KR-FSC', 'AGENCY_ADMIN')],
    ['OPERATOR', memberId('HUB', 'OPERATOR')],
    ['AUDITOR', memberId('KR-FSC', 'AUDITOR')],
    ['RELEASER', memberId('KR-FSC', 'RELEASER')],
  ] as const;
  expect(acts.map(({ act: name }) => name)).toEqual(expect.arrayContaining(Object.keys(MAY_ASK)));
  for (const { act: name, roles } of acts) {
    const may = MAY_ASK[name] ?? ['AGENCY_ADMIN'];
    expect([name, roles.toSorted()]).toEqual([name, may.toSorted()]);
    for (const [role, member] of asking.filter(([one]) => !may.includes(one))) {
      const call = administering(name, {});
      const { outcome } = await entered(world, member, (client) => attempt(client, call));
      expect([name, role, outcome]).toEqual([name, role, 'EN403']);
    }
  }
});

test('a machine is never given a role that releases or administers', async () => {
  for (const role of ['RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR', 'OPERATOR']) {
    const call = administering('client.registered', {
      name: 'A machine',
      roles: ['ANALYST', role],
      keys: [],
    });
    const { outcome } = await entered(world, memberId('KR-FSC', 'AGENCY_ADMIN'), (client) =>
      attempt(client, call),
    );
    expect(outcome).toBe('23514');
  }
});

describe('the functions that write for other agencies refuse', () => {
  const CALLS = {
    release: () => `select from release_revision('${revisions[2]}', '[]', '{}')`,
    recall: () => `select from recall_finding('${finding.id}', null, 'inaccurate')`,
    supersede: () => `select from supersede_finding('${finding.id}', '${finding.id}')`,
    expire: () => `select from expire_finding('${finding.id}', null)`,
  };
  const WHO = [
    ['nobody', null, 'EN404'],
    ['a contributor of its author', memberId('KR-FSC', 'CONTRIBUTOR'), 'EN403'],
    ['an administrator of its author', memberId('KR-FSC', 'AGENCY_ADMIN'), 'EN404'],
    ['the operator', memberId('HUB', 'OPERATOR'), 'EN404'],
    ['a releaser of a recipient', memberId('JP-NPA', 'RELEASER'), 'EN404'],
    ['a releaser of a stranger', memberId('XX-ALONE', 'RELEASER'), 'EN404'],
  ] as const;

  test.each(WHO)('%s', async (_, member, code) => {
    for (const call of Object.values(CALLS)) {
      expect((await entered(world, member, (client) => attempt(client, call()))).outcome).toBe(code);
    }
  });

  test('to tell who holds a revision', async () => {
    const outcome = await entered(world, memberId('JP-NPA', 'RELEASER'), (client) =>
      attempt(client, 'select holds($1, $2)', [agencyId('US-TFI'), revisions[1]]),
    );
    expect(outcome.outcome).toBe('42501');
  });
});

test("nobody of another agency, and nobody by another role, reads or administers an agency's webhooks", async () => {
  const { id, url, domain } = await registeredWebhook(world, 'KR-FSC');
  const tables = ['webhook', 'webhook_domain', 'webhook_dispatch', 'webhook_aside', 'webhook_attempt'];
  for (const member of [memberId('JP-NPA', 'AGENCY_ADMIN'), memberId('KR-FSC', 'RELEASER')]) {
    const other = entered(world, member, (client) => readable(client, tables));
    expect(await other).toEqual(none(tables));
  }
  const calls = [
    administering('webhook-domain.registered', { domain: 'fsc.example' }),
    administering('webhook-domain.ended', { domainId: domain.id }),
    administering('webhook.changed', { webhookId: id, url }),
    ...['paused', 'resumed', 'ended'].map((act) => administering(`webhook.${act}`, { webhookId: id })),
    `select keep_webhook_secret('${id}', gen_random_uuid(), 'a key', 'sealed', 0)`,
  ];
  const outcomes = (member: string | null) =>
    entered(world, member, async (client) => {
      const found: string[] = [];
      for (const call of calls) found.push((await attempt(client, call)).outcome);
      return found;
    });
  for (const member of [null, memberId('KR-FSC', 'RELEASER'), memberId('HUB', 'OPERATOR')])
    expect(await outcomes(member)).toEqual(Array(7).fill('EN403'));
  expect((await outcomes(memberId('JP-NPA', 'AGENCY_ADMIN'))).slice(1)).toEqual(Array(6).fill('EN404'));
});

test.each([
  'http://a.example/',
  'https://u@a.example/',
  'https://a.example:22/',
  'https://A.example/',
  'https://[::1]/',
])('the database itself takes no webhook to %s', async (url) => {
  const call = administering('webhook.registered', { url });
  const told = entered(world, memberId('KR-FSC', 'AGENCY_ADMIN'), (client) => attempt(client, call));
  expect((await told).outcome).toBe('EN422');
});
