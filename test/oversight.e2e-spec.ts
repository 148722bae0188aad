import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { administer, administratorsOf, tried, type Administrators } from './support/administration.js';
import { newAgency } from './support/history.js';
import { newMember } from './support/partners.js';
import { agencyId } from './support/roster.js';
import { startWorld, type World } from './support/world.js';

/* Who watches the hub is not put out by who is watched; and who is put out finds it in its ledger. */

let world: World;
let hub: Administrators;
beforeAll(async () => {
  world = await startWorld();
  hub = await administratorsOf(world, 'HUB');
});
afterAll(() => world.close());

describe('one operator', () => {
  test.each([
    ['AUDITOR', 'pending'],
    ['AGENCY_ADMIN', 'pending'],
    ['OPERATOR', 'pending'],
    ['ANALYST', 'done'],
  ] as const)('ends the membership of the hub that is %s: %s', async (role, outcome) => {
    const memberId = await newMember(world, 'HUB', [role]);
    expect(await tried(hub.first, 'endMembership', { memberId })).toBe(outcome);
    const [row] = await world.sql('select ended_at is null as stays from member where id = $1', [memberId]);
    expect(row).toEqual({ stays: outcome === 'pending' });
  });

  test.each([
    ['AUDITOR', 'pending'],
    ['AGENCY_ADMIN', 'pending'],
    ['OPERATOR', 'pending'],
    ['LIAISON', 'done'],
  ] as const)('gives it other roles instead of %s: %s', async (role, outcome) => {
    const memberId = await newMember(world, 'HUB', [role]);
    expect(await tried(hub.first, 'changeRoles', { memberId, roles: ['ANALYST'] })).toBe(outcome);
  });

  test.each(['AUDITOR', 'OPERATOR'])('and two put one out that is %s', async (role) => {
    const memberId = await newMember(world, 'HUB', [role]);
    await hub.both('endMembership', { memberId });
    const told = await world.member(memberId).query('{ viewer { memberId } }');
    expect(told.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('and of two operators neither ends the other, nor gives it other roles: whom it is about does not approve', async () => {
    const [one, other] = [
      await newMember(world, 'HUB', ['OPERATOR']),
      await newMember(world, 'HUB', ['OPERATOR']),
    ];
    for (const [name, input] of [
      ['endMembership', { memberId: other }],
      ['changeRoles', { memberId: other, roles: ['ANALYST'] }],
    ] as const) {
      const { pendingAct: asked } = await administer(world.member(one), name, input);
      const decision = { pendingActId: asked?.id, hash: asked?.hash };
      expect(await tried(world.member(one), 'approveAct', decision)).toBe('CONFLICT input.pendingActId');
      expect(await tried(world.member(other), 'approveAct', decision)).toBe('CONFLICT input.memberId');
    }
  });

  test('is no measure for an agency: its administrator ends its auditor at once', async () => {
    const input = { memberId: await newMember(world, 'KR-FSC', ['AUDITOR']) };
    expect(await tried(world.as('KR-FSC', 'AGENCY_ADMIN'), 'endMembership', input)).toBe('done');
  });
});

test.each([
  ['with partners', async () => newAgency(world, 'partner', 'KR-FSC'), 'KR-FSC'],
  ['that has accepted no arrangement', unaccepted, null],
] as const)(
  'the suspension of an agency %s is in its ledger, and in those of its partners alone',
  async (_, make, partner) => {
    const id = await make();
    await administer(hub.first, 'suspendAgency', { agencyId: id });
    await hub.both('reinstateAgency', { agencyId: id });
    const entries = await world.sql<{ agency_id: string; act: string; member_id: string | null }>(
      `select agency_id, act, member_id from entry where subject_id = $1 and act like 'agency.%' order by recorded_at`,
      [id],
    );
    for (const act of ['agency.suspended', 'agency.reinstated']) {
      const told = entries.filter((entry) => entry.act === act);
      expect(new Set(told.map((entry) => entry.agency_id))).toEqual(
        new Set([id, agencyId('HUB'), ...(partner ? [agencyId(partner)] : [])]),
      );
      for (const entry of told) expect(entry.member_id === null).toBe(entry.agency_id !== agencyId('HUB'));
    }
  },
);

async function unaccepted(): Promise<string> {
  const id = await newAgency(world, 'invited', 'KR-FSC');
  await world.sql('update arrangement_party set accepted_at = null where agency_id = $1', [id]);
  return id;
}
