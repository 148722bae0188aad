import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hashOfCode, ROLES, type Role } from '#access';
import {
  administer,
  ADMINISTRATION,
  administratorsOf,
  ARRANGEMENT,
  send,
  tried,
  type AdministrationName,
} from './support/administration.js';
import { newKey, registered } from './support/clients.js';
import { DATASETS } from './support/datasets.js';
import { actNames } from './support/every-act.js';
import { given } from './support/invitations.js';
import { newArrangement, newMember, withProvider } from './support/partners.js';
import { planted } from './support/passkeys.js';
import { newcomer, proposed } from './support/proposals.js';
import { agencyId, MEMBER_ROLES, memberId, type Code, type MemberRole } from './support/roster.js';
import { rootFields, servedSchema } from './support/schema.js';
import { newList, staged, twice } from './support/lists.js';
import { contents } from './support/seen.js';
import { authority as certifying } from './support/certificates.js';
import { registeredDomain, registeredWebhook } from './support/webhooks.js';
import { startWorld, type Client, type World } from './support/world.js';

/*
 * Who may do what to whom: nobody grants beyond the table, nor to oneself, nor into another agency. Every mutation of
 * administration, ready to be done in KR-FSC, is tried by every role of it, by another agency and by the hub.
 */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const member = (roles: Role[] = ['ANALYST'], code: Code = 'KR-FSC') => newMember(world, code, roles);

/** Asked for by one administrator of KR-FSC, for any other to decide. */
async function pendingAct(): Promise<object> {
  const asking = world.member(await member(['AGENCY_ADMIN']));
  const { pendingAct: asked } = await administer(asking, 'changeRoles', {
    memberId: await member(),
    roles: ['LIAISON'],
  });
  return { pendingActId: asked?.id, hash: asked?.hash };
}

/** To KR-FSC, and open. */
async function invitation(): Promise<string | undefined> {
  const hash = hashOfCode(await given(world, 'KR-FSC'));
  const [made] = await world.sql<{ id: string }>('select id from invitation where code_hash = $1', [hash]);
  return made?.id;
}

/** Of KR-FSC, and not done. */
async function recovery(): Promise<object> {
  await world.sql('update recovery set stopped_at = now() where stopped_at is null');
  await world.sql('insert into recovery (agency_id, begun_by) values ($1, $2)', [
    agencyId('KR-FSC'),
    memberId('HUB', 'OPERATOR'),
  ]);
  return { agencyId: agencyId('KR-FSC') };
}

/** Of US-TFI, for KR-FSC to answer. */
async function closedInbox(): Promise<object> {
  await world.sql(
    `insert into closed_inbox (agency_id, originator_id, closed_at) values ($1, $2, now())
     on conflict (agency_id, originator_id) do update set answered_at = null, outcome = null`,
    [agencyId('US-TFI'), agencyId('KR-FSC')],
  );
  return { agencyId: agencyId('US-TFI') };
}

/** By KR-FSC, and open. */
const proposal = async (): Promise<object> => ({
  proposalId: await proposed(world.as('KR-FSC', 'AGENCY_ADMIN')),
});

/** KR-FSC has not answered yet; the other party has. */
async function arrangement(): Promise<object> {
  const arrangementId = await newArrangement(world, ['US-TFI', 'KR-FSC']);
  await world.sql(
    `update arrangement_party set accepted_at = null where arrangement_id = $1 and agency_id = $2`,
    [arrangementId, agencyId('KR-FSC')],
  );
  return { arrangementId };
}

type Row = [
  outcome: string,
  other: string,
  operator: string,
  ready: () => Promise<object>,
  /** What others of it get: what its administrators do, or something else than FORBIDDEN, all or by role. */
  others?: string | Partial<Record<MemberRole, string>>,
];
const ANYONE = 'what its administrators do';

/** An auditor decides of exports alone; of another agency nobody is told what there is. */
const DECIDERS = { AUDITOR: 'FORBIDDEN' };
const KEEPERS = { CONTRIBUTOR: 'done', LIAISON: 'done' };

const ofRole = (role: MemberRole, outcome: string, others: string | Partial<Record<MemberRole, string>>) => {
  const own = typeof others === 'string' ? undefined : others[role];
  if (own !== undefined) return own;
  return role === 'AGENCY_ADMIN' ? outcome : typeof others === 'string' ? others : 'FORBIDDEN';
};

// prettier-ignore
const TABLE: Record<AdministrationName, Row> = {
  //                   AGENCY_ADMIN  of another agency                 OPERATOR
  changeRoles:        ['done',    'NOT_FOUND input.memberId',      'NOT_FOUND input.memberId',     async () => ({ memberId: await member(), roles: ['CONTRIBUTOR'] })],
  endMembership:      ['done',    'NOT_FOUND input.memberId',      'NOT_FOUND input.memberId',     async () => ({ memberId: await member() })],
  inviteMember:       ['pending', 'pending',                       'FORBIDDEN input.roles',        async () => ({ name: 'Kim', roles: ['CONTRIBUTOR'] })],
  withdrawInvitation: ['done',    'NOT_FOUND input.invitationId',  'NOT_FOUND input.invitationId', async () => ({ invitationId: await invitation() })],
  handOver:           ['done',    'NOT_FOUND input.memberId',      'NOT_FOUND input.memberId',     async () => ({ memberId: await member(), toMemberId: await member(['CONTRIBUTOR']) })],
  proposeAgency:      ['done',    'done',                          'done',                         async () => newcomer()],
  withdrawProposal:   ['done',    'NOT_FOUND input.proposalId',    'done',                         proposal],
  bringInAgency:      ['FORBIDDEN', 'FORBIDDEN',                   'pending',                      proposal],
  nameAgency:         ['pending', 'pending',                       'pending',                      async () => ({ names: [{ language: 'en', name: `Agency ${randomUUID()}` }] })],
  setContacts:        ['done',    'done',                          'done',                         async () => ({ contactPoints: [{ kind: 'url', value: `https://${randomUUID()}.example` }] })],
  setJurisdiction:    ['FORBIDDEN', 'FORBIDDEN',                   'pending',                      async () => ({ agencyId: agencyId('JP-NPA'), jurisdiction: 'CN' })],
  beginRecovery:      ['FORBIDDEN', 'FORBIDDEN',                   'pending',                      async () => ({ agencyId: agencyId('XX-ALONE'), administrators: ['Kim', 'Lee'] })],
  stopRecovery:       ['done',    'NOT_FOUND input.agencyId',      'done',                         recovery, ANYONE],
  confirmRecovery:    ['pending', 'NOT_FOUND input.agencyId',      'FORBIDDEN',                    closedInbox],
  declineRecovery:    ['done',    'NOT_FOUND input.agencyId',      'FORBIDDEN',                    closedInbox],
  confirmAccess:      ['done',    'NOT_FOUND input.subjectId',     'FORBIDDEN',                    async () => ({ subjectId: await member() })],
  setCap:             ['done',    'done',                          'FORBIDDEN',                    async () => ({ highestMarking: 'TLP:CLEAR', widest: 1 })],
  exportLedger:       ['pending', 'pending',                       'pending',                      async () => ({ from: '2026-01-01T00:00:00Z' }), { AUDITOR: 'pending' }],
  suspendAgency:      ['FORBIDDEN', 'FORBIDDEN',                   'done',                         async () => ({ agencyId: agencyId('XX-ALONE') })],
  reinstateAgency:    ['FORBIDDEN', 'FORBIDDEN',                   'pending',                      suspended],
  approveAct:         ['done',    'NOT_FOUND input.pendingActId',  'NOT_FOUND input.pendingActId', pendingAct, DECIDERS],
  refuseAct:          ['done',    'NOT_FOUND input.pendingActId',  'NOT_FOUND input.pendingActId', pendingAct, DECIDERS],
  proposeArrangement: ['done',    'done',                          'FORBIDDEN',                    async () => ({ ...ARRANGEMENT, parties: [agencyId('US-TFI')] })],
  acceptArrangement:  ['pending', 'NOT_FOUND input.arrangementId', 'FORBIDDEN',                    arrangement],
  refuseArrangement:  ['done',    'NOT_FOUND input.arrangementId', 'FORBIDDEN',                    arrangement],
  endArrangement:     ['done',    'NOT_FOUND input.arrangementId', 'FORBIDDEN',                    arrangement],
  registerSystemClient:  ['pending', 'pending',                    'FORBIDDEN',                    async () => ({ name: 'A machine', roles: ['ANALYST'], keys: [newKey().publicKey] })],
  addSystemClientKey:    ['pending', 'NOT_FOUND input.clientId',   'FORBIDDEN',                    async () => ({ clientId: (await machine()).id, key: newKey().publicKey })],
  revokeSystemClientKey: ['done', 'NOT_FOUND input.clientId',      'FORBIDDEN',                    firstKey],
  askStandingAuthority:     ['done', 'done',                       'FORBIDDEN',                    async () => AUTHORITY],
  approveStandingAuthority: ['done', 'FORBIDDEN',                  'FORBIDDEN',                    authority, { AGENCY_ADMIN: 'FORBIDDEN', RELEASER: 'done' }],
  endStandingAuthority:     ['done', 'NOT_FOUND input.standingAuthorityId', 'FORBIDDEN',           authority, { RELEASER: 'done' }],
  endSystemClient:    ['done',    'NOT_FOUND input.clientId',      'FORBIDDEN',                    async () => ({ clientId: (await machine()).id })],
  stageList:          ['FORBIDDEN', 'FORBIDDEN',                   'done',                         async () => newList(), KEEPERS],
  publishList:        ['FORBIDDEN', 'FORBIDDEN',                   'NOT_FOUND input.versionId',    () => staged(world, 'KR-FSC'), KEEPERS],
  rollBackList:       ['FORBIDDEN', 'FORBIDDEN',                   'NOT_FOUND input.listId',       () => twice(world, 'KR-FSC'), KEEPERS],
  endSession:         ['done',    'NOT_FOUND input.sessionId',     'NOT_FOUND input.sessionId',    session, 'NOT_FOUND input.sessionId'],
  removePasskey:      ['done',    'NOT_FOUND input.passkeyId',     'NOT_FOUND input.passkeyId',    passkey, 'NOT_FOUND input.passkeyId'],
  setIdentityProvider:    ['pending', 'pending',                   'pending',                      async () => ({ issuer: `${world.url}/demo/provider`, clientId: 'x', clientSecret: randomUUID() })],
  removeIdentityProvider: ['pending', 'pending',                   'pending',                      provider],
  registerWebhookDomain: ['pending', 'pending',                    'FORBIDDEN',                    async () => ({ domain: 'fsc.example' })],
  endWebhookDomain:   ['done',    'NOT_FOUND input.domainId',      'FORBIDDEN',                    async () => ({ domainId: (await registeredDomain(world, 'KR-FSC')).id })],
  registerWebhook:    ['pending', 'CONFLICT input.url',            'FORBIDDEN',                    async () => ({ url: (await webhook()).url, description: 'Our system' })],
  changeWebhook:      ['done',    'NOT_FOUND input.webhookId',     'FORBIDDEN',                    async () => ({ webhookId: (await webhook()).id, perSecond: 1 })],
  pauseWebhook:       ['done',    'NOT_FOUND input.webhookId',     'FORBIDDEN',                    async () => ({ webhookId: (await webhook()).id })],
  resumeWebhook:      ['done',    'NOT_FOUND input.webhookId',     'FORBIDDEN',                    paused],
  testWebhook:        ['done',    'NOT_FOUND input.webhookId',     'FORBIDDEN',                    proven],
  resendWebhook:      ['done',    'NOT_FOUND input.webhookId',     'FORBIDDEN',                    async () => ({ ...(await proven()), position: 1 })],
  replayWebhook:      ['done',    'NOT_FOUND input.webhookId',     'FORBIDDEN',                    async () => ({ ...(await proven()), afterPosition: 0 })],
  makeWebhookSecret:  ['done',    'NOT_FOUND input.webhookId',     'FORBIDDEN',                    async () => ({ webhookId: (await webhook()).id })],
  setWebhookCertificate:    ['pending', 'NOT_FOUND input.webhookId', 'FORBIDDEN',                  certificate],
  removeWebhookCertificate: ['done', 'NOT_FOUND input.webhookId',  'FORBIDDEN',                    certified],
  endWebhook:         ['done',    'NOT_FOUND input.webhookId',     'FORBIDDEN',                    async () => ({ webhookId: (await webhook()).id })],
};

/** To an agency that both know who ask. */
const AUTHORITY = {
  title: 'At once',
  agencyIds: [agencyId('US-TFI')],
  kinds: ['hack'],
  highestMarking: 'TLP:CLEAR',
  daily: 5,
  days: 7,
};

async function authority(): Promise<object> {
  const asking = world.as('KR-FSC', 'AGENCY_ADMIN');
  return { standingAuthorityId: (await administer(asking, 'askStandingAuthority', AUTHORITY)).subjectId };
}

const machine = () => registered(world, 'KR-FSC');
const webhook = () => registeredWebhook(world, 'KR-FSC');

async function certificate(): Promise<object> {
  const { certificate: pem, key } = await (await certifying()).certify('entente.example');
  return { webhookId: (await webhook()).id, certificate: pem, key };
}

async function certified(): Promise<object> {
  const { id: webhookId } = await webhook();
  await world.sql(
    `insert into webhook_certificate (id, webhook_id, agency_id, certificate, subject, fingerprint, ends_at, key_id,
                                      sealed, given_by, used_from)
     select gen_random_uuid(), id, agency_id, 'x', 'x', 'x', now(), 'x', 'x', registered_by, now()
       from webhook where id = $1`,
    [webhookId],
  );
  return { webhookId };
}

/** One that has had the first of its feed. */
async function proven(): Promise<object> {
  const { id: webhookId } = await webhook();
  await world.sql(`update webhook set state = 'ACTIVE', proven_at = now() where id = $1`, [webhookId]);
  await world.sql('update webhook_dispatch set position = 1, begins = 0 where webhook_id = $1', [webhookId]);
  return { webhookId };
}

async function paused(): Promise<object> {
  const { id: webhookId } = await webhook();
  await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'pauseWebhook', { webhookId });
  return { webhookId };
}

async function firstKey(): Promise<object> {
  const { id, keys } = await machine();
  return { clientId: id, kid: keys[0]?.kid };
}

/** Of somebody else of KR-FSC, who may do nothing else. */
async function session(): Promise<object> {
  return { sessionId: await sessionOf(await member(), 'KR-FSC') };
}

async function sessionOf(target: string, code: Code): Promise<string | undefined> {
  const [made] = await world.sql<{ id: string }>(
    `insert into session (agency_id, member_id, agent) values ($1, $2, 'A browser') returning id`,
    [agencyId(code), target],
  );
  return made?.id;
}

/** Of somebody else of KR-FSC. */
async function passkey(): Promise<object> {
  const [passkeyId] = await planted(world, [await member()]);
  return { passkeyId };
}

/** Every agency has one. */
async function provider(): Promise<object> {
  await world.sql(
    `insert into identity_provider (agency_id, issuer, client_id, sealed_secret, set_by)
     select distinct on (agency_id) agency_id, 'https://login.example', 'x', 'x', id from member
     on conflict do nothing`,
  );
  return {};
}

async function suspended(): Promise<object> {
  await world.sql(`update agency set suspended_at = now() where id = $1`, [agencyId('XX-ALONE')]);
  return { agencyId: agencyId('XX-ALONE') };
}

test('every mutation of the running schema is in this table or in that of the life cycle', async () => {
  const served = rootFields(await servedSchema(world), 'Mutation');
  const others = [...Object.keys(DATASETS), 'acknowledgeFeed'];
  expect([...Object.keys(TABLE), ...actNames, ...others].sort()).toEqual(served);
});

describe.each(Object.keys(ADMINISTRATION) as AdministrationName[])('%s', (name) => {
  const [outcome, other, operator, ready, others = 'FORBIDDEN'] = TABLE[name];
  const everyone: [who: string, client: () => Client, outcome: string][] = [
    ...MEMBER_ROLES.filter((role) => role !== 'OPERATOR').map((role): [string, () => Client, string] => [
      `${role} of the agency`,
      () => world.as('KR-FSC', role),
      others === ANYONE ? outcome : ofRole(role, outcome, others),
    ]),
    ['AGENCY_ADMIN of another agency', () => world.as('JP-NPA', 'AGENCY_ADMIN'), other],
    [
      'AUDITOR of another agency',
      () => world.as('JP-NPA', 'AUDITOR'),
      others === 'FORBIDDEN' || (typeof others !== 'string' && !('AUDITOR' in others)) ? 'FORBIDDEN' : other,
    ],
    ['OPERATOR', () => world.as('HUB', 'OPERATOR'), operator],
    ['nobody', () => world.anonymous, 'UNAUTHENTICATED'],
  ];

  test.each(everyone)('%s', async (_, client, expected) => {
    const input = await ready();
    const before = await contents(world);
    expect(await tried(client(), name, input)).toBe(expected);
    if (expected !== 'done' && expected !== 'pending') expect(await contents(world)).toEqual(before);
    await world.sql('update agency set suspended_at = null');
  });
});

describe('whom it is done to', () => {
  const [DONE, TWO] = ['done', 'pending'];
  const none = (told: string) => ({ ANALYST: told, AUDITOR: told, AGENCY_ADMIN: told, OPERATOR: told });
  const all = { ANALYST: DONE, AUDITOR: DONE, AGENCY_ADMIN: DONE };
  const below = (path: string) => ({ ...all, OPERATOR: `FORBIDDEN ${path}` });
  const watched = { ANALYST: DONE, AUDITOR: TWO, AGENCY_ADMIN: TWO, OPERATOR: TWO };

  type Told = Record<keyof ReturnType<typeof none>, string>;
  // prettier-ignore
  const REACH: [AdministrationName, (target: string, code: Code) => Promise<object>, Record<'AGENCY_ADMIN' | 'OPERATOR' | 'AUDITOR', Told>][] = [
    ['endSession', async (target, code) => ({ sessionId: await sessionOf(target, code) }),
      { AGENCY_ADMIN: below('input.sessionId'), OPERATOR: none('NOT_FOUND input.sessionId'), AUDITOR: none('NOT_FOUND input.sessionId') }],
    ['removePasskey', async (target) => ({ passkeyId: (await planted(world, [target]))[0] }),
      { AGENCY_ADMIN: below('input.passkeyId'), OPERATOR: none('NOT_FOUND input.passkeyId'), AUDITOR: none('NOT_FOUND input.passkeyId') }],
    ['endMembership', async (memberId) => ({ memberId }),
      { AGENCY_ADMIN: below('input.memberId'), OPERATOR: watched, AUDITOR: none('FORBIDDEN') }],
    ['changeRoles', async (memberId) => ({ memberId, roles: ['ANALYST'] }),
      { AGENCY_ADMIN: below('input.memberId'), OPERATOR: watched, AUDITOR: none('FORBIDDEN') }],
    ['handOver', async (memberId, code) => ({ memberId, toMemberId: await member(['CONTRIBUTOR'], code) }),
      { AGENCY_ADMIN: below('input.memberId'), OPERATOR: none(DONE), AUDITOR: none('FORBIDDEN') }],
    ['confirmAccess', async (subjectId) => ({ subjectId }),
      { AGENCY_ADMIN: below('input.subjectId'), OPERATOR: none('FORBIDDEN'), AUDITOR: none('FORBIDDEN') }],
  ];
  const cases = REACH.flatMap(([name, input, by]) =>
    (['AGENCY_ADMIN', 'OPERATOR', 'AUDITOR'] as const).flatMap((actor) =>
      (['ANALYST', 'AUDITOR', 'AGENCY_ADMIN', 'OPERATOR'] as const).flatMap((target) =>
        (['HUB', 'KR-FSC'] as const)
          .filter((code) => code === 'HUB' || (actor !== 'OPERATOR' && target !== 'OPERATOR'))
          .map((code) => ({ name, actor, target, code, input, told: by[actor][target] })),
      ),
    ),
  );

  test.each(cases)(
    '$name by $actor of $code to $target: $told',
    async ({ name, actor, target, code, input, told }) => {
      const acting = world.member(await member([actor], code));
      const wish = await input(await member([target], code), code);
      const before = await contents(world);
      expect(await tried(acting, name, wish)).toBe(told);
      if (told !== DONE && told !== TWO) expect(await contents(world)).toEqual(before);
    },
  );

  test('an operator stays one through another membership', async () => {
    const operator = await member(['OPERATOR'], 'HUB');
    const beside = await newMember(world, 'HUB', ['ANALYST'], operator);
    const administrator = world.member(await member(['AGENCY_ADMIN'], 'HUB'));
    expect(await tried(administrator, 'endMembership', { memberId: beside })).toBe(
      'FORBIDDEN input.memberId',
    );
    await world.sql('update member set ended_at = now() where id = $1', [operator]);
    expect(await tried(administrator, 'endMembership', { memberId: beside })).toBe('done');
  });
});

describe('a role is given', () => {
  const by = (role: Role): string => (role === 'ANALYST' || role === 'CONTRIBUTOR' ? 'done' : 'pending');

  test.each(ROLES)('%s by an administrator of the agency, or not at all', async (role) => {
    const input = { memberId: await member(['ANALYST', 'LIAISON']), roles: [role] };
    const expected = role === 'OPERATOR' ? 'FORBIDDEN input.roles' : role === 'LIAISON' ? 'done' : by(role);
    expect(await tried(world.as('KR-FSC', 'AGENCY_ADMIN'), 'changeRoles', input)).toBe(expected);
  });

  test.each(ROLES)('%s by an operator of the hub', async (role) => {
    const input = { memberId: await member(['ANALYST'], 'HUB'), roles: [role] };
    const given: Partial<Record<Role, string>> = { OPERATOR: 'pending', LIAISON: 'pending', ANALYST: 'done' };
    expect(await tried(world.as('HUB', 'OPERATOR'), 'changeRoles', input)).toBe(
      given[role] ?? 'FORBIDDEN input.roles',
    );
  });

  test('to read content, beside administering or auditing, by two', async () => {
    const input = { memberId: await member(['AUDITOR']), roles: ['AUDITOR', 'ANALYST'] };
    expect(await tried(world.as('KR-FSC', 'AGENCY_ADMIN'), 'changeRoles', input)).toBe('pending');
  });

  test('to oneself by nobody, through another membership neither, nor approved by who gets it', async () => {
    const own = memberId('KR-FSC', 'AGENCY_ADMIN');
    const administrator = world.member(own);
    for (const id of [own, await newMember(world, 'KR-FSC', ['ANALYST'], own)]) {
      const told = 'CONFLICT input.memberId';
      expect(await tried(administrator, 'changeRoles', { memberId: id, roles: ['CONTRIBUTOR'] })).toBe(told);
      expect(await tried(administrator, 'endMembership', { memberId: id })).toBe(told);
    }
    const getting = await member(['AGENCY_ADMIN']);
    const { pendingAct: asked } = await administer(administrator, 'changeRoles', {
      memberId: getting,
      roles: ['AGENCY_ADMIN', 'LIAISON'],
    });
    const decision = { pendingActId: asked?.id, hash: asked?.hash };
    expect(await tried(world.member(getting), 'approveAct', decision)).toBe('CONFLICT input.memberId');
  });

  const APART: [Role[]][] = [
    [['AGENCY_ADMIN', 'AUDITOR']],
    [['AGENCY_ADMIN', 'CONTRIBUTOR']],
    [['AUDITOR', 'RELEASER']],
    [[]],
  ];
  test.each(APART)('never together: %j', async (roles) => {
    const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
    expect(await tried(administrator, 'changeRoles', { memberId: await member(), roles })).toBe(
      'INVALID input.roles',
    );
    expect(await tried(administrator, 'inviteMember', { name: 'Kim', roles })).toBe('INVALID input.roles');
  });

  test.each(ROLES)(
    '%s by an invitation of an administrator: with a provider as to a member, without by two',
    async (role) => {
      const expected = role === 'OPERATOR' ? 'FORBIDDEN input.roles' : by(role);
      const invited = (roles: Role[]) =>
        tried(world.as('KR-FSC', 'AGENCY_ADMIN'), 'inviteMember', { name: 'Kim', roles });
      await world.sql('delete from identity_provider');
      expect(await invited([role])).toBe(expected === 'done' ? 'pending' : expected);
      await withProvider(world, 'JP-NPA');
      expect(await invited([role])).toBe(expected === 'done' ? 'pending' : expected);
      await withProvider(world, 'KR-FSC');
      expect(await invited([role])).toBe(expected);
      if (role === 'AUDITOR') expect(await invited(['AUDITOR', 'ANALYST'])).toBe('pending');
    },
  );

  test.each(ROLES)(
    '%s by an invitation of an operator: with a provider as to a member of the hub, without by two',
    async (role) => {
      const given: Partial<Record<Role, string>> = {
        OPERATOR: 'pending',
        LIAISON: 'pending',
        ANALYST: 'done',
      };
      const expected = given[role] ?? 'FORBIDDEN input.roles';
      const invited = () =>
        tried(world.as('HUB', 'OPERATOR'), 'inviteMember', { name: 'Kim', roles: [role] });
      await world.sql('delete from identity_provider');
      expect(await invited()).toBe(expected === 'done' ? 'pending' : expected);
      await withProvider(world, 'HUB');
      expect(await invited()).toBe(expected);
    },
  );
});

test('other roles are another membership: tokens of the old one are good for nothing, the new one may what it says', async () => {
  const id = await member(['ANALYST', 'RELEASER']);
  const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
  const { subjectId } = await administer(administrator, 'changeRoles', { memberId: id, roles: ['ANALYST'] });
  expect(subjectId).not.toBe(id);
  const viewer = '{ viewer { memberId roles } }';
  expect((await world.member(id).query(viewer)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(await world.member(subjectId).ask(viewer)).toEqual({
    viewer: { memberId: subjectId, roles: ['ANALYST'] },
  });
  for (const name of ['changeRoles', 'endMembership'] as const)
    expect(await tried(administrator, name, { memberId: id, roles: ['ANALYST'] })).toMatch(
      /^(NOT_FOUND|INVALID)/,
    );
});

test("a machine's membership is none of these acts' to change", async () => {
  const { id } = await registered(world, 'KR-FSC');
  const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
  const [asMember] = await world.sql<{ id: string }>('select id from member where machine and id = $1', [id]);
  expect(asMember).toEqual({ id });
  for (const name of ['changeRoles', 'endMembership'] as const)
    expect(
      await tried(administrator, name, {
        memberId: id,
        ...(name === 'changeRoles' && { roles: ['LIAISON'] }),
      }),
    ).toBe('NOT_FOUND input.memberId');
  const { members } = await administrator.ask<{ members: { nodes: { id: string }[] } }>(
    '{ members(first: 100) { nodes { id } } }',
  );
  expect(members.nodes.map((one) => one.id)).not.toContain(id);
});

test('of a machine, an id of another agency or another kind of thing is NOT_FOUND, wherever it is named', async () => {
  const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
  const [own, other, theirs] = [await machine(), await machine(), await registered(world, 'JP-NPA')];
  const before = await contents(world);
  const wrong = [theirs.id, memberId('KR-FSC', 'ANALYST'), agencyId('KR-FSC'), randomUUID()];
  for (const clientId of wrong) {
    const told = 'NOT_FOUND input.clientId';
    const key = newKey().publicKey;
    expect(await tried(administrator, 'addSystemClientKey', { clientId, key })).toBe(told);
    const [{ kid } = { kid: '' }] = theirs.keys;
    expect(await tried(administrator, 'revokeSystemClientKey', { clientId, kid })).toBe(told);
    expect(await tried(administrator, 'endSystemClient', { clientId })).toBe(told);
  }
  for (const { keys } of [other, theirs])
    expect(await tried(administrator, 'revokeSystemClientKey', { clientId: own.id, kid: keys[0]?.kid })).toBe(
      'NOT_FOUND input.kid',
    );
  expect(await contents(world)).toEqual(before);
});

test('a suspended agency is answered nothing from the next request on, and sees again what it saw', async () => {
  const hub = await administratorsOf(world, 'HUB');
  const analyst = world.as('US-TFI', 'ANALYST');
  const list = '{ findings { nodes { id } } }';
  const before = (await analyst.query(list)).text;
  await administer(hub.first, 'suspendAgency', { agencyId: agencyId('US-TFI') });
  expect((await analyst.query(list)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(await tried(hub.first, 'suspendAgency', { agencyId: agencyId('US-TFI') })).toBe(
    'CONFLICT input.agencyId',
  );
  await hub.both('reinstateAgency', { agencyId: agencyId('US-TFI') });
  expect((await analyst.query(list)).text).toBe(before);
});

test('the operator knows every agency and no content of any', async () => {
  const operator = world.as('HUB', 'OPERATOR');
  const { agencies } = await operator.ask<{ agencies: { nodes: { code: string }[] } }>(
    '{ agencies(first: 100) { nodes { code } } }',
  );
  expect(agencies.nodes.map(({ code }) => code)).toContain('XX-ALONE');
  for (const query of [
    '{ findings { nodes { id } } }',
    '{ incidents { nodes { id } } }',
    `{ finding(id: "${randomUUID()}") { id } }`,
  ])
    expect((await operator.query(query)).errors[0]?.extensions.code).toBe('FORBIDDEN');
  const { arrangements } = await operator.ask<{ arrangements: { nodes: [] } }>(
    '{ arrangements { nodes { id } } }',
  );
  expect(arrangements.nodes).toEqual([]);
});

/** What is given and is in no ledger. */
const SECRETS = ['clientSecret', 'certificate', 'key'] as const;

test('every act of administration has its entry: who did it, to what, what it said, and no secret', async () => {
  const [kr, hub] = [await administratorsOf(world, 'KR-FSC'), await administratorsOf(world, 'HUB')];
  const isDone = (outcome: string | undefined) => outcome === 'done' || outcome === 'pending';
  const told = new Set<string>();
  for (const name of Object.keys(ADMINISTRATION) as AdministrationName[]) {
    const [outcome, , operator, ready, others = 'FORBIDDEN'] = TABLE[name];
    const role = (['AGENCY_ADMIN', ...MEMBER_ROLES] as const).find((one) =>
      isDone(one === 'OPERATOR' ? operator : ofRole(one, outcome, others)),
    );
    if (!role) throw new Error(`Nobody may ${name}.`);
    const [code, two]: [Code, typeof kr] = role === 'OPERATOR' ? ['HUB', hub] : ['KR-FSC', kr];
    const input: Record<string, unknown> = { ...(await ready()) };
    const [before] = await world.sql<{ at: string }>('select clock_timestamp()::text as at');
    const doing = role === 'AGENCY_ADMIN' || role === 'OPERATOR' ? two.first : world.as(code, role);
    const answer = await send(doing, name, input);
    expect([name, answer.errors]).toEqual([name, []]);
    const pending = answer.data?.done.pendingAct;
    if (pending?.state === 'PENDING')
      await administer(two.second, 'approveAct', { pendingActId: pending.id, hash: pending.hash });
    const entries = await world.sql<{ act: string; by: string | null; subject: string | null; said: string }>(
      `select act, member_id as by, subject_id as subject, coalesce(details, '{}')::text as said from entry
        where recorded_at >= $1 and agency_id = $2 and actor_agency_id = $2`,
      [before?.at, agencyId(code)],
    );
    for (const { act, by, subject, said } of entries) {
      told.add(act);
      expect([name, by, subject]).toEqual([name, expect.any(String), expect.any(String)]);
      for (const secret of SECRETS) {
        const given = input[secret];
        if (typeof given === 'string') expect(said).not.toContain(given.slice(0, 40));
      }
      // What was asked for is said of the act itself.
      if (!act.startsWith('pending-act.') && name !== 'approveAct' && pending)
        expect([name, Object.keys(JSON.parse(said) as object)]).toEqual([
          name,
          expect.arrayContaining(Object.keys(input).filter((key) => !SECRETS.some((one) => one === key))),
        ]);
    }
    await world.sql('update agency set suspended_at = null');
  }
  const acts = await world.sql<{ act: string }>('select act from administrative_act');
  expect(acts.map(({ act }) => act).filter((act) => !told.has(act))).toEqual([]);
}, 120_000);
