import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROLES, type Role } from '#access';
import {
  administer,
  ADMINISTRATION,
  administratorsOf,
  ARRANGEMENT,
  tried,
  type AdministrationName,
} from './support/administration.js';
import { registered } from './support/clients.js';
import { actNames } from './support/every-act.js';
import { newArrangement, newMember } from './support/partners.js';
import { agencyId, MEMBER_ROLES, memberId, type Code, type MemberRole } from './support/roster.js';
import { rootFields, servedSchema } from './support/schema.js';
import { newList, staged, twice } from './support/lists.js';
import { contents } from './support/seen.js';
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

/** KR-FSC has not answered yet; the other party has. */
async function proposal(): Promise<object> {
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
  /** Where others of the agency may, too. */
  also?: Partial<Record<MemberRole, string>>,
];

const KEEPERS = { CONTRIBUTOR: 'done', LIAISON: 'done' };

// prettier-ignore
const TABLE: Record<AdministrationName, Row> = {
  //                   AGENCY_ADMIN  of another agency                 OPERATOR
  changeRoles:        ['done',    'NOT_FOUND input.memberId',      'NOT_FOUND input.memberId',     async () => ({ memberId: await member(), roles: ['CONTRIBUTOR'] })],
  endMembership:      ['done',    'NOT_FOUND input.memberId',      'NOT_FOUND input.memberId',     async () => ({ memberId: await member() })],
  setCap:             ['done',    'done',                          'FORBIDDEN',                    async () => ({ highestMarking: 'TLP:CLEAR', widest: 1 })],
  suspendAgency:      ['FORBIDDEN', 'FORBIDDEN',                   'done',                         async () => ({ agencyId: agencyId('XX-ALONE') })],
  reinstateAgency:    ['FORBIDDEN', 'FORBIDDEN',                   'pending',                      suspended],
  approveAct:         ['done',    'NOT_FOUND input.pendingActId',  'NOT_FOUND input.pendingActId', pendingAct],
  refuseAct:          ['done',    'NOT_FOUND input.pendingActId',  'NOT_FOUND input.pendingActId', pendingAct],
  proposeArrangement: ['done',    'done',                          'FORBIDDEN',                    async () => ({ ...ARRANGEMENT, parties: [agencyId('US-TFI')] })],
  acceptArrangement:  ['pending', 'NOT_FOUND input.arrangementId', 'FORBIDDEN',                    proposal],
  refuseArrangement:  ['done',    'NOT_FOUND input.arrangementId', 'FORBIDDEN',                    proposal],
  endArrangement:     ['done',    'NOT_FOUND input.arrangementId', 'FORBIDDEN',                    proposal],
  stageList:          ['FORBIDDEN', 'FORBIDDEN',                   'done',                         async () => newList(), KEEPERS],
  publishList:        ['FORBIDDEN', 'FORBIDDEN',                   'NOT_FOUND input.versionId',    () => staged(world, 'KR-FSC'), KEEPERS],
  rollBackList:       ['FORBIDDEN', 'FORBIDDEN',                   'NOT_FOUND input.listId',       () => twice(world, 'KR-FSC'), KEEPERS],
};

async function suspended(): Promise<object> {
  await world.sql(`update agency set suspended_at = now() where id = $1`, [agencyId('XX-ALONE')]);
  return { agencyId: agencyId('XX-ALONE') };
}

test('every mutation of the running schema is in this table or in that of the life cycle', async () => {
  const served = rootFields(await servedSchema(world), 'Mutation');
  expect([...Object.keys(TABLE), ...actNames].sort()).toEqual(served);
});

describe.each(Object.keys(ADMINISTRATION) as AdministrationName[])('%s', (name) => {
  const [outcome, other, operator, ready, also = {}] = TABLE[name];
  const everyone: [who: string, client: () => Client, outcome: string][] = [
    ...MEMBER_ROLES.filter((role) => role !== 'OPERATOR').map((role): [string, () => Client, string] => [
      `${role} of the agency`,
      () => world.as('KR-FSC', role),
      also[role] ?? (role === 'AGENCY_ADMIN' ? outcome : 'FORBIDDEN'),
    ]),
    ['AGENCY_ADMIN of another agency', () => world.as('JP-NPA', 'AGENCY_ADMIN'), other],
    ['AUDITOR of another agency', () => world.as('JP-NPA', 'AUDITOR'), 'FORBIDDEN'],
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

  test.each<[Role[]]>([
    [['AGENCY_ADMIN', 'AUDITOR']],
    [['AGENCY_ADMIN', 'CONTRIBUTOR']],
    [['AUDITOR', 'RELEASER']],
    [[]],
  ])('never together: %j', async (roles) => {
    const input = { memberId: await member(), roles };
    expect(await tried(world.as('KR-FSC', 'AGENCY_ADMIN'), 'changeRoles', input)).toBe('INVALID input.roles');
  });
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
