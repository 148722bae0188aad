import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { administer, tried } from './support/administration.js';
import { registered } from './support/clients.js';
import { released } from './support/findings.js';
import { newMachine, requestToken } from './support/machine.js';
import { newMember } from './support/partners.js';
import { agencyId, memberId } from './support/roster.js';
import { startWorld, type Client, type OwnWorld } from './support/world.js';

/* Who and what may still come in: what ends soon, and what nobody used for long. */

let world: OwnWorld;
let administrator: Client;
beforeAll(async () => {
  world = await startWorld();
  administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
});
afterAll(() => world.close());

interface Line {
  kind: string;
  subjectId: string;
  kid: string | null;
  lastUsedAt: string | null;
  confirmedBy: string | null;
  expires: boolean;
  unused: boolean;
}

const review = async (client = administrator): Promise<Line[]> =>
  (
    await client.ask<{ accessReview: { nodes: Line[] } }>(
      '{ accessReview(first: 100) { nodes { kind subjectId kid lastUsedAt confirmedBy expires unused } } }',
    )
  ).accessReview.nodes;

const lines = async (subjectId: string) => (await review()).filter((one) => one.subjectId === subjectId);

const change = (id: string, set: string) => world.sql(`update member set ${set} where id = $1`, [id]);
const OLD = `valid_from = now() - interval '91 days'`;
const used = (id: string) =>
  world.doors.asAuthorizationServer((reader) => reader.rows('select entente.member_used($1)', [id]));

describe('a membership', () => {
  let id: string;
  beforeEach(async () => {
    id = await newMember(world, 'KR-FSC', ['ANALYST']);
  });

  test('that is young, used and without end is not asked about; nor one that is over', async () => {
    expect(await lines(id)).toEqual([]);
    await change(id, `${OLD}, ended_at = now()`);
    expect(await lines(id)).toEqual([]);
  });

  test.each([
    [29, true],
    [31, false],
  ])('that ends in %i days is asked about: %s', async (days, asked) => {
    await change(id, `valid_until = now() + interval '${days} days'`);
    expect(await lines(id)).toEqual(
      asked ? [expect.objectContaining({ kind: 'MEMBERSHIP', expires: true, unused: false })] : [],
    );
  });

  test('that was not used for 90 days is asked about, until it is used or confirmed', async () => {
    await change(id, OLD);
    expect(await lines(id)).toEqual([
      expect.objectContaining({ kind: 'MEMBERSHIP', expires: false, unused: true, lastUsedAt: null }),
    ]);
    await used(id);
    expect(await lines(id)).toEqual([]);
    await world.sql(`update member_use set last_used_at = now() - interval '91 days' where member_id = $1`, [
      id,
    ]);
    expect(await lines(id)).toHaveLength(1);
    await administer(administrator, 'confirmAccess', { subjectId: id });
    expect(await lines(id)).toEqual([]);
    await world.sql(
      `update access_confirmation set confirmed_at = now() - interval '91 days' where subject_id = $1`,
      [id],
    );
    expect(await lines(id)).toEqual([
      expect.objectContaining({ unused: true, confirmedBy: memberId('KR-FSC', 'AGENCY_ADMIN') }),
    ]);
  });

  test('has its use written down once an hour', async () => {
    const at = async () =>
      (
        await world.sql<{ at: string }>(
          'select last_used_at::text as at from member_use where member_id = $1',
          [id],
        )
      )[0]?.at;
    await used(id);
    const first = await at();
    await used(id);
    expect(await at()).toBe(first);
    await world.sql(
      `update member_use set last_used_at = now() - interval '61 minutes' where member_id = $1`,
      [id],
    );
    const before = await at();
    await used(id);
    expect(await at()).not.toBe(before);
  });

  test("is confirmed by an administrator of its agency, and nobody's own", async () => {
    expect(await tried(administrator, 'confirmAccess', { subjectId: memberId('JP-NPA', 'ANALYST') })).toBe(
      'NOT_FOUND input.subjectId',
    );
    const own = memberId('KR-FSC', 'AGENCY_ADMIN');
    for (const subjectId of [own, await newMember(world, 'KR-FSC', ['ANALYST'], own)])
      expect(await tried(administrator, 'confirmAccess', { subjectId })).toBe('CONFLICT input.subjectId');
    expect(await tried(administrator, 'confirmAccess', { subjectId: id, kid: 'x' })).toBe(
      'NOT_FOUND input.kid',
    );
  });
});

test('a machine and each of its keys are asked about, until it gets a token with it', async () => {
  const machine = await newMachine(world, 'KR-FSC');
  const kinds = async () => (await lines(machine.id)).map(({ kind }) => kind).sort();
  expect(await kinds()).toEqual([]);
  await change(machine.id, OLD);
  await world.sql(`update client_key set added_at = now() - interval '91 days' where client_id = $1`, [
    machine.id,
  ]);
  expect(await kinds()).toEqual(['CLIENT', 'KEY']);
  expect((await requestToken(machine)).status).toBe(200);
  expect(await kinds()).toEqual([]);
  await world.sql(`update client_key set valid_until = now() + interval '1 day' where client_id = $1`, [
    machine.id,
  ]);
  const [key] = await lines(machine.id);
  expect(key).toMatchObject({ kind: 'KEY', expires: true, lastUsedAt: expect.stringMatching(/^\d{4}-/) });
  expect(await tried(administrator, 'confirmAccess', { subjectId: machine.id, kid: key?.kid })).toBe('done');
});

test("a review has one's own agency's alone", async () => {
  const { id } = await registered(world, 'JP-NPA');
  await change(id, OLD);
  expect((await review()).filter(({ subjectId }) => subjectId === id)).toEqual([]);
  const theirs = await review(world.as('JP-NPA', 'AUDITOR'));
  expect(theirs.map(({ subjectId }) => subjectId)).toEqual([id]);
});

describe('the audit trail', () => {
  const acts = async (client: Client, filter: object = {}) =>
    (
      await client.ask<{ auditTrail: { nodes: { act: string; actorAgencyId: string }[] } }>(
        `query ($filter: AuditFilterInput) {
           auditTrail(first: 100, filter: $filter) { nodes { act actorAgencyId } } }`,
        { filter },
      )
    ).auditTrail.nodes;

  test('is asked by who acted', async () => {
    await released(world, 'JP-NPA', ['KR-FSC']);
    const auditor = world.as('KR-FSC', 'AUDITOR');
    const actorAgencyId = agencyId('JP-NPA');
    expect(await acts(auditor, { actorAgencyId })).toEqual([{ act: 'finding.released', actorAgencyId }]);
    expect(await acts(auditor, { actorAgencyId: agencyId('XX-ALONE') })).toEqual([]);
  });

  test('tells an operator of partners and members, and of no finding', async () => {
    await released(world, 'JP-NPA', ['KR-FSC']);
    const auditor = (await acts(world.as('KR-FSC', 'AUDITOR'))).map(({ act }) => act);
    expect(auditor).toContain('finding.released');
    const operator = (await acts(world.as('KR-FSC', 'OPERATOR'))).map(({ act }) => act);
    expect(operator).toContain('agency.enrolled');
    expect(operator.filter((act) => act.startsWith('finding.'))).toEqual([]);
  });
});
