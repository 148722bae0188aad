import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { administer, ADMINISTRATION } from './support/administration.js';
import { registered, type Registered } from './support/clients.js';
import { accountRow, DATASETS, sealed } from './support/datasets.js';
import { given } from './support/invitations.js';
import { newMember } from './support/partners.js';
import { finding as posted, newPoster, post } from './support/posting.js';
import { contents } from './support/seen.js';
import { act, ACTS, document, draft, newest, released, submit, type Finding } from './support/findings.js';
import { planted } from './support/passkeys.js';
import { agencyId, MEMBER_ROLES, type Code, type MemberRole } from './support/roster.js';
import { rootFields, servedSchema } from './support/schema.js';
import { registeredWebhook } from './support/webhooks.js';
import { at, keyAt, moved } from './support/transfers.js';
import { startWorld, type Answer, type Client, type World } from './support/world.js';

/**
 * Who may do what: every root field, every role, every relation of the caller's agency to the author of the finding
 * that is asked about. A member without one of the roles gets FORBIDDEN whatever it asks about, nobody signed in
 * UNAUTHENTICATED; what the others get stands under the relation of their agency.
 */
const RELATIONS = {
  own: 'KR-FSC',
  recipient: 'JP-NPA',
  covered: 'US-TFI', // by an arrangement in force, but the finding was not released to it
  stranger: 'XX-ALONE', // no arrangement with the author
  recalled: 'CN-CAMLMAC', // had the finding, and it was taken back
} as const satisfies Record<string, Code>;

type Role = MemberRole | 'BOTH';
const ANYONE: readonly Role[] = [...MEMBER_ROLES, 'BOTH'];
const READERS: readonly Role[] = ['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'BOTH'];
const WRITERS: readonly Role[] = ['CONTRIBUTOR', 'RELEASER', 'BOTH'];
const DRAFTERS: readonly Role[] = ['CONTRIBUTOR', 'BOTH'];
const OVERSEERS: readonly Role[] = ['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'];
const AUDITORS: readonly Role[] = ['AUDITOR', 'OPERATOR'];
const RELEASERS: readonly Role[] = ['RELEASER', 'BOTH'];
const KEEPERS: readonly Role[] = ['AGENCY_ADMIN', 'AUDITOR'];

/** What a machine may be. */
const SYSTEMS: readonly Role[] = ['ANALYST', ...DRAFTERS];
const APPROVERS: readonly Role[] = [...KEEPERS, ...RELEASERS];

type Outcome = 'allowed' | 'empty' | 'tombstone' | 'NOT_FOUND' | 'FORBIDDEN' | 'UNAUTHENTICATED';
type Row = readonly [readonly Role[], Outcome, Outcome, Outcome, Outcome, Outcome];

// prettier-ignore
const MATRIX: Record<string, Row> = {
  //                 roles      own        recipient    covered      stranger     recalled
  viewer:           [ANYONE,    'allowed', 'allowed',   'allowed',   'allowed',   'allowed'],
  agencies:         [ANYONE,    'allowed', 'allowed',   'allowed',   'allowed',   'allowed'],
  findings:         [READERS,   'allowed', 'allowed',   'empty',     'empty',     'empty'],
  search:           [READERS,   'allowed', 'allowed',   'empty',     'empty',     'empty'],
  finding:          [READERS,   'allowed', 'allowed',   'NOT_FOUND', 'NOT_FOUND', 'tombstone'],
  dataset:          [READERS,   'allowed', 'allowed',   'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  referenceLists:   [[...READERS, 'OPERATOR'], 'empty', 'empty', 'empty', 'empty', 'empty'],
  lookup:           [READERS,   'allowed', 'allowed',   'empty',     'empty',     'empty'],
  trace:            [READERS,   'allowed', 'allowed',   'empty',     'empty',     'empty'],
  incidents:        [READERS,   'allowed', 'allowed',   'empty',     'empty',     'empty'],
  incident:         [READERS,   'allowed', 'allowed',   'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  arrangements:     [ANYONE,    'allowed', 'allowed',   'allowed',   'allowed',   'allowed'],
  members:          [OVERSEERS, 'allowed', 'allowed',   'allowed',   'allowed',   'allowed'],
  pendingActs:      [OVERSEERS, 'allowed',   'empty',     'empty',     'empty',     'empty'],
  invitations:      [OVERSEERS, 'allowed', 'empty',     'empty',     'empty',     'empty'],
  agencyProposals:  [OVERSEERS, 'empty',   'empty',     'empty',     'empty',     'empty'],
  recoveries:       [ANYONE,    'empty',   'empty',     'empty',     'empty',     'empty'],
  accessReview:     [KEEPERS,   'allowed', 'empty',     'empty',     'empty',     'empty'],
  auditTrail:       [AUDITORS,  'allowed', 'allowed',   'allowed',   'allowed',   'allowed'],
  validateFinding:  [WRITERS,   'allowed', 'allowed',   'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  draftFinding:     [DRAFTERS,  'allowed', 'allowed',   'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  reviseFinding:    [DRAFTERS,  'allowed', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  submitFinding:    [DRAFTERS,  'allowed', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  returnFinding:    [RELEASERS, 'allowed', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  releaseFinding:   [RELEASERS, 'allowed', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  recallFinding:    [RELEASERS, 'allowed', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  supersedeFinding: [RELEASERS, 'allowed', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  expireFinding:    [RELEASERS, 'allowed', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  acknowledgeFinding: [SYSTEMS, 'NOT_FOUND', 'allowed', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  inboundReceipts:  [READERS,   'allowed', 'empty',     'empty',     'empty',     'empty'],
  inboundReceipt:   [READERS,   'allowed', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
  feed:             [READERS,   'allowed', 'allowed',   'allowed',   'allowed',   'allowed'],
  standingAuthorities: [APPROVERS, 'allowed', 'empty',  'empty',     'empty',     'empty'],
  systemClients:    [KEEPERS,   'allowed', 'empty',     'empty',     'empty',     'empty'],
  mySessions:       [ANYONE,    'allowed', 'empty',     'empty',     'empty',     'empty'],
  sessions:         [OVERSEERS, 'allowed', 'empty',     'empty',     'empty',     'empty'],
  myPasskeys:       [ANYONE,    'allowed', 'empty',     'empty',     'empty',     'empty'],
  passkeys:         [OVERSEERS, 'allowed', 'empty',     'empty',     'empty',     'empty'],
  identityProviders:[OVERSEERS, 'allowed', 'allowed',   'allowed',   'allowed',   'allowed'],
  webhooks:         [KEEPERS,   'allowed', 'empty',     'empty',     'empty',     'empty'],
  webhookDomains:   [KEEPERS,   'allowed', 'empty',     'empty',     'empty',     'empty'],
  webhookAttempts:  [KEEPERS,   'allowed', 'empty',     'empty',     'empty',     'empty'],
  webhookKeys:      [KEEPERS,   'allowed', 'allowed',   'allowed',   'allowed',   'allowed'],
};

const LOOKED_UP = 'bithumb.com/u-1024';

let world: World;
/** Released by the author with an incident; taken back from one recipient. */
let finding: Finding;
let incident: string;
let successor: Finding;
let machine: Registered;
let attempt: string;
let webhook: Awaited<ReturnType<typeof registeredWebhook>>;
let receipt: string;
let authority: string;
/** Named by the finding. */
let dataset: { hash: string };
beforeAll(async () => {
  world = await startWorld();
  const recipients = [RELATIONS.recipient, RELATIONS.recalled];
  const indicators = [{ type: 'account', value: LOOKED_UP, role: 'suspect' }];
  const transfers = [moved('from', 'to', 1)];
  dataset = await sealed(world, RELATIONS.own, [accountRow('u-2048')]);
  const changes = { indicators, transfers, datasets: [dataset.hash] };
  finding = await released(world, RELATIONS.own, recipients, changes, { newIncident: true });
  incident = finding.revision.document.incidents[0] ?? '';
  successor = await released(world, RELATIONS.own, recipients);
  for (const { id } of [finding, successor]) await recalled(id);
  machine = await registered(world, RELATIONS.own);
  const { subjectId } = await administer(world.as(RELATIONS.own, 'AGENCY_ADMIN'), 'askStandingAuthority', {
    ...{ title: 'At once', agencyIds: [agencyId(RELATIONS.covered)], kinds: ['hack'] },
    ...{ highestMarking: 'TLP:GREEN', daily: 5, days: 7 },
  });
  authority = subjectId;
  receipt = (await post(await newPoster(world, RELATIONS.own), posted())).body.receipt ?? '';
  await given(world, RELATIONS.own);
  await world.sql(`update member set valid_until = now() + interval '1 day' where id = $1`, [
    await newMember(world, RELATIONS.own, ['ANALYST']),
  ]);
  await world.sql(
    `insert into session (agency_id, member_id, agent) select agency_id, id, 'A browser' from member where agency_id = $1`,
    [agencyId(RELATIONS.own)],
  );
  const own = await world.sql<{ id: string }>('select id from member where agency_id = $1', [
    agencyId(RELATIONS.own),
  ]);
  await planted(
    world,
    own.map(({ id }) => id),
  );
  await world.sql(
    `insert into identity_provider (agency_id, issuer, client_id, sealed_secret, set_by)
     select distinct on (agency_id) agency_id, 'https://login.example', 'x', 'x', id from member`,
  );
  webhook = await registeredWebhook(world, RELATIONS.own);
  const [tried] = await world.sql<{ id: string }>(
    `insert into webhook_attempt (webhook_id, agency_id, type, nth, milliseconds, answer)
     select id, agency_id, 'webhook.test', 1, 1, '' from webhook returning id`,
  );
  attempt = tried?.id ?? '';
});
afterAll(() => world.close());

const recalled = (findingId: string) =>
  act(world, RELATIONS.own, 'RELEASER', 'recallFinding', {
    findingId,
    agencyIds: [agencyId(RELATIONS.recalled)],
    reason: 'inaccurate',
  });

/** How each query asks about the author's finding, and what its list must have. */
const QUERIES: Record<string, { query: string; variables?: () => object; inList?: () => string }> = {
  viewer: { query: '{ viewer { memberId } }' },
  agencies: { query: '{ agencies { nodes { id } } }' },
  findings: {
    query: '{ findings { nodes { id } } }',
    inList: () => finding.id,
  },
  search: {
    query: '{ search(query: "theft", first: 100) { nodes { id } } }',
    inList: () => finding.id,
  },
  finding: {
    query: 'query ($id: ID!) { finding(id: $id) { id withdrawnReason } }',
    variables: () => ({ id: finding.id }),
  },
  dataset: {
    query: 'query ($hash: String) { dataset(hash: $hash) { id rows { nodes { json } } } }',
    variables: () => ({ hash: dataset.hash }),
  },
  referenceLists: { query: '{ referenceLists { nodes { id } } }' },
  lookup: {
    query: 'query ($values: [String!]!) { lookup(values: $values) { nodes { matches { id: findingId } } } }',
    variables: () => ({ values: [LOOKED_UP] }),
    inList: () => finding.id,
  },
  trace: {
    query: `query ($from: TraceFromInput!) {
      trace(from: $from) { nodes: edges { id: receiver } } }`,
    variables: () => ({ from: { chain: 'ethereum', value: at('from') } }),
    inList: () => keyAt('to'),
  },
  incidents: {
    query: '{ incidents { nodes { id } } }',
    inList: () => incident,
  },
  incident: {
    query: 'query ($id: ID!) { incident(id: $id) { id claims { attribute } } }',
    variables: () => ({ id: incident }),
  },
  arrangements: { query: '{ arrangements { nodes { id } } }' },
  members: { query: '{ members { nodes { id } } }' },
  pendingActs: { query: '{ pendingActs { nodes { id } } }' },
  invitations: { query: '{ invitations { nodes { id } } }' },
  agencyProposals: { query: '{ agencyProposals { nodes { id } } }' },
  recoveries: { query: '{ recoveries { nodes { id } } }' },
  accessReview: { query: '{ accessReview { nodes { id } } }' },
  auditTrail: { query: '{ auditTrail { nodes { id } } }' },
  validateFinding: {
    query:
      'query ($document: FindingContentInput!) { validateFinding(document: $document) { valid faults { message } } }',
    variables: () => ({ document: document({ incidents: [incident] }) }),
  },
  // Of those who read content; that of administration is in feed.e2e-spec.ts.
  feed: { query: '{ feed { total } }' },
  standingAuthorities: { query: '{ standingAuthorities { nodes { id } } }', inList: () => authority },
  inboundReceipts: { query: '{ inboundReceipts { nodes { id } } }', inList: () => receipt },
  inboundReceipt: {
    query: 'query ($id: ID!) { inboundReceipt(id: $id) { id } }',
    variables: () => ({ id: receipt }),
  },
  systemClients: {
    query: '{ systemClients { nodes { id } } }',
    inList: () => machine.id,
  },
  mySessions: { query: '{ mySessions { nodes { id } } }' },
  sessions: { query: '{ sessions { nodes { id } } }' },
  myPasskeys: { query: '{ myPasskeys { nodes { id } } }' },
  passkeys: { query: '{ passkeys { nodes { id } } }' },
  identityProviders: { query: '{ identityProviders { issuer } }' },
  webhooks: {
    query: '{ webhooks { nodes { id } } }',
    inList: () => webhook.id,
  },
  webhookDomains: {
    query: '{ webhookDomains { nodes { id } } }',
    inList: () => webhook.domain.id,
  },
  webhookAttempts: {
    query: 'query ($id: ID!) { webhookAttempts(webhookId: $id) { nodes { id } } }',
    variables: () => ({ id: webhook.id }),
    inList: () => attempt,
  },
  webhookKeys: { query: '{ webhookKeys { id } }' },
};

interface Asked {
  /** An input about something in the state in which its own agency may do it. */
  fresh: () => Promise<object>;
  /** An input about what the other agencies had, or never had. */
  other: () => object;
}

/** Of a finding: otherwise the one that was released. */
const onFinding = (on: () => Promise<Finding>, input: (on: Finding) => object): Asked => ({
  fresh: async () => input(await on()),
  other: () => input(finding),
});

/** The input of each mutation. */
const INPUTS: Record<string, Asked> = {
  draftFinding: onFinding(
    async () => finding,
    () => ({ document: document({ incidents: [incident] }) }),
  ),
  reviseFinding: onFinding(drafted, (on) => ({ basedOn: newest(on), document: document() })),
  submitFinding: onFinding(drafted, (on) => ({ revisionId: newest(on) })),
  returnFinding: onFinding(inReview, (on) => ({ revisionId: newest(on), note: 'Say when.' })),
  releaseFinding: onFinding(inReview, (on) => ({
    revisionId: newest(on),
    recipients: [{ agencyId: agencyId(RELATIONS.recipient) }],
  })),
  recallFinding: onFinding(isReleased, ({ id }) => ({ findingId: id, reason: 'inaccurate' })),
  supersedeFinding: onFinding(isReleased, ({ id }) => ({ findingId: id, successorId: successor.id })),
  expireFinding: onFinding(isReleased, ({ id }) => ({ findingId: id })),
  acknowledgeFinding: onFinding(isReleased, ({ id, revision }) => ({
    findingId: id,
    said: 'STORED',
    revisionId: revision.id,
  })),
};

function drafted(): Promise<Finding> {
  return draft(world, RELATIONS.own);
}
async function inReview(): Promise<Finding> {
  return submit(world, RELATIONS.own, await drafted());
}
function isReleased(): Promise<Finding> {
  return released(world, RELATIONS.own, [RELATIONS.recipient]);
}

/** Every caller, and what the table says it gets. */
function cells(field: string): { who: string; client: Client; expected: Outcome }[] {
  const row = MATRIX[field];
  if (!row) throw new Error(`The table has no ${field}.`);
  const [roles, ...outcomes] = row;
  return [
    { who: 'anonymous', client: world.anonymous, expected: 'UNAUTHENTICATED' },
    ...Object.entries(RELATIONS).flatMap(([relation, code], at) =>
      ANYONE.map((role) => ({
        who: `${relation} ${role}`,
        client: world.as(code, role),
        expected: (roles.includes(role) ? outcomes[at] : null) ?? 'FORBIDDEN',
      })),
    ),
  ];
}

const asTable = (rows: { who: string; outcome: string }[]) =>
  Object.fromEntries(rows.map(({ who, outcome }) => [who, outcome]));

/** What the fields of this spec answer, as far as it looks. */
interface Found {
  nodes?: { id?: string; matches?: { id?: string }[] }[];
  withdrawnReason?: string | null;
  faults?: { message: string }[];
}

/** One word for an answer. What a validation refuses as not there is one of its faults. */
function outcomeOf({ data, errors }: Answer<Record<string, Found> | null>, inList?: string): string {
  if (errors.length > 0) {
    const codes = [...new Set(errors.map(({ extensions }) => extensions.code))].join();
    return data === null ? codes : `data beside ${codes}`;
  }
  const [{ nodes: items, withdrawnReason, faults = [] } = {}] = Object.values(data ?? {});
  // Of a value that is looked up: the findings that have it.
  const nodes = items?.flatMap((one) => one.matches ?? [one]);
  if (nodes?.length === 0) return 'empty';
  if (withdrawnReason) return 'tombstone';
  if (faults.length > 0)
    return faults.every(({ message }) => message.startsWith('No such')) ? 'NOT_FOUND' : 'INVALID';
  return inList === undefined || nodes?.some(({ id }) => id === inList) ? 'allowed' : 'another list';
}

test('the table names every root field of the schema, and nothing else', async () => {
  const schema = await servedSchema(world);
  // Those of administration have a table of their own (levels.e2e-spec.ts).
  // It changes nothing but its caller's own cursor (feed.e2e-spec.ts).
  // Those of datasets too (datasets.e2e-spec.ts).
  const elsewhere = new Set([...Object.keys(ADMINISTRATION), ...Object.keys(DATASETS), 'acknowledgeFeed']);
  const mutations = rootFields(schema, 'Mutation').filter((name) => !elsewhere.has(name));
  const queries = rootFields(schema, 'Query');
  expect(Object.keys(MATRIX).sort()).toEqual([...queries, ...mutations].sort());
  expect(Object.keys(QUERIES).sort()).toEqual(queries);
  expect(Object.keys(INPUTS).sort()).toEqual(mutations);
  // As the queries they are of, and by the same checks (subscriptions.e2e-spec.ts, trace-progress.e2e-spec.ts).
  expect(Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).sort()).toEqual([
    'feed',
    'traceProgress',
  ]);
});

test.each(Object.keys(QUERIES))('query %s', async (field) => {
  const asked = QUERIES[field];
  const answered = await Promise.all(
    cells(field).map(async ({ who, client }) => {
      const answer = await client.query<Record<string, Found> | null>(
        asked?.query ?? '',
        asked?.variables?.(),
      );
      return { who, outcome: outcomeOf(answer, asked?.inList?.()) };
    }),
  );
  expect(asTable(answered)).toEqual(
    asTable(cells(field).map((cell) => ({ ...cell, outcome: cell.expected }))),
  );
});

describe.each(Object.keys(INPUTS))('mutation %s', (field) => {
  const send = async (client: Client, about: object) => {
    const input = { idempotencyKey: randomUUID(), ...about };
    return outcomeOf(await client.query(ACTS[field as keyof typeof ACTS], { input }));
  };

  test('is refused as the table says, on what is hidden as on what was released, and writes nothing', async () => {
    const refused = cells(field).filter(({ expected }) => expected !== 'allowed');
    const about = [await INPUTS[field]?.fresh(), INPUTS[field]?.other()].filter((one) => one !== undefined);
    const untouched = await contents(world);
    for (const one of about) {
      const answered = [];
      for (const { who, client } of refused) answered.push({ who, outcome: await send(client, one) });
      expect(asTable(answered)).toEqual(
        asTable(refused.map((cell) => ({ ...cell, outcome: cell.expected }))),
      );
    }
    expect(await contents(world)).toEqual(untouched);
  });

  test('is done for whom the table allows it, and is written', async () => {
    for (const { who, client } of cells(field).filter(({ expected }) => expected === 'allowed')) {
      const about = await INPUTS[field]?.fresh();
      const before = await contents(world);
      expect({ who, outcome: about && (await send(client, about)) }).toEqual({ who, outcome: 'allowed' });
      expect(await contents(world)).not.toEqual(before);
    }
  });
});

test('what a role may not do is FORBIDDEN in the same words, whether the thing is there or not', async () => {
  for (const role of ['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'] as const) {
    const told = async (id: string) => {
      const answer = await world
        .as(RELATIONS.own, role)
        .query('query ($id: ID!) { finding(id: $id) { id } }', { id });
      return answer.errors.map(({ message, extensions }) => ({ message, extensions }));
    };
    expect(await told(finding.id)).toEqual(await told(randomUUID()));
  }
});

test("nobody puts another agency's finding in the place of its own", async () => {
  const own = await released(world, RELATIONS.recipient, [RELATIONS.own]);
  const untouched = await contents(world);
  const { errors } = await world.as(RELATIONS.recipient, 'RELEASER').query(ACTS.supersedeFinding, {
    input: { idempotencyKey: randomUUID(), findingId: own.id, successorId: finding.id },
  });
  expect(errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'NOT_FOUND', faults: [{ path: 'input.successorId', message: 'No such finding.' }] },
  ]);
  expect(await contents(world)).toEqual(untouched);
});
