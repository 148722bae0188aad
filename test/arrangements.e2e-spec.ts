import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  administer,
  administratorsOf,
  ARRANGEMENT,
  send,
  tried,
  type Administrators,
} from './support/administration.js';
import { act, attempt, draft, newest, recipients, released, submit } from './support/findings.js';
import { whileSuspended } from './support/partners.js';
import { agencyId, type Code } from './support/roster.js';
import { held, listed, seen } from './support/seen.js';
import { inHours, passHours } from './support/time.js';
import { startWorld, type Client, type World } from './support/world.js';

/* An arrangement is made, accepted and ended by its parties alone, and carries a release only while it is in force. */

let world: World;
let kr: Administrators;
let alone: Administrators;
beforeAll(async () => {
  world = await startWorld();
  [kr, alone] = [await administratorsOf(world, 'KR-FSC'), await administratorsOf(world, 'XX-ALONE')];
});
afterAll(() => world.close());

interface Listed {
  id: string;
  state: string;
  amends: string | null;
  parties: { agencyId: string; acceptedAt: string | null; refusedAt: string | null }[];
}

const arrangements = async (client: Client): Promise<Listed[]> =>
  (
    await client.ask<{ arrangements: { nodes: Listed[] } }>(
      '{ arrangements(first: 100) { nodes { id state amends parties { agencyId acceptedAt refusedAt } } } }',
    )
  ).arrangements.nodes;
const stateOf = async (client: Client, id: string) =>
  (await arrangements(client)).find((one) => one.id === id)?.state;

/** Between KR-FSC and XX-ALONE, which share no other. @returns its id */
async function proposed(rules: object = {}): Promise<string> {
  const input = { ...ARRANGEMENT, parties: [agencyId('XX-ALONE')], ...rules };
  return (await administer(kr.first, 'proposeArrangement', input)).subjectId;
}

async function inForce(rules: object = {}): Promise<string> {
  const arrangementId = await proposed(rules);
  await kr.both('acceptArrangement', { arrangementId });
  await alone.both('acceptArrangement', { arrangementId });
  return arrangementId;
}

/** The next version of an arrangement, accepted by both. */
async function amended(amends: string, rules: object): Promise<string> {
  const arrangementId = await proposed({ amends, parties: [], ...rules });
  await kr.both('acceptArrangement', { arrangementId });
  await alone.both('acceptArrangement', { arrangementId });
  return arrangementId;
}

/** Whether KR-FSC can release a finding to XX-ALONE now. */
async function release(): Promise<string> {
  const finding = await submit(world, 'KR-FSC', await draft(world, 'KR-FSC'));
  const input = { revisionId: newest(finding), recipients: recipients(['XX-ALONE']) };
  return attempt(world, 'KR-FSC', 'RELEASER', 'releaseFinding', input);
}

test('it carries a release once every party has accepted it, two persons each, and no longer when one ends it', async () => {
  expect(await release()).toBe('NOT_FOUND input.recipients[0].agencyId');
  const arrangementId = await proposed();
  const refused = 'INVALID input.recipients[0].agencyId';
  const states = async () => [
    await stateOf(kr.first, arrangementId),
    await stateOf(alone.first, arrangementId),
  ];
  // What the other has accepted shows it to the proposer, and nothing before.
  const unknown = 'NOT_FOUND input.recipients[0].agencyId';
  expect([await states(), await release()]).toEqual([['PROPOSED', 'PROPOSED'], unknown]);
  await alone.both('acceptArrangement', { arrangementId });
  expect([await states(), await release()]).toEqual([['PROPOSED', 'PROPOSED'], refused]);
  await kr.both('acceptArrangement', { arrangementId });
  expect([await states(), await release()]).toEqual([['IN_FORCE', 'IN_FORCE'], 'done']);
  expect(await tried(kr.first, 'refuseArrangement', { arrangementId })).toBe('CONFLICT input.arrangementId');
  await administer(alone.first, 'endArrangement', { arrangementId });
  expect([await states(), await release()]).toEqual([['ENDED', 'ENDED'], refused]);
  for (const name of ['acceptArrangement', 'refuseArrangement', 'endArrangement'] as const)
    expect(await tried(kr.first, name, { arrangementId })).toBe('CONFLICT input.arrangementId');
});

test('its parties alone know of it', async () => {
  const id = await proposed();
  for (const code of ['JP-NPA', 'US-TFI'] as const) {
    const ids = (await arrangements(world.as(code, 'AGENCY_ADMIN'))).map((one) => one.id);
    expect(ids).not.toContain(id);
  }
});

test('refused by one party it is over', async () => {
  const arrangementId = await proposed();
  await kr.both('acceptArrangement', { arrangementId });
  await administer(alone.first, 'refuseArrangement', { arrangementId });
  expect(await stateOf(kr.first, arrangementId)).toBe('REFUSED');
  expect(await tried(alone.first, 'acceptArrangement', { arrangementId })).toBe(
    'CONFLICT input.arrangementId',
  );
});

test.each([
  ['with nobody else', { parties: [] }, 'INVALID input.parties'],
  ['with itself', { parties: [agencyId('KR-FSC')] }, 'INVALID input.parties'],
  [
    'with an agency there is not',
    { parties: ['00000000-0000-4000-8000-00000000dead'] },
    'NOT_FOUND input.parties',
  ],
  ['up to TLP:RED', { highestMarking: 'TLP:RED' }, 'INVALID input.highestMarking'],
  ['that ends before it begins', { validUntil: '2017-01-01T00:00:00Z' }, 'INVALID input.validUntil'],
  ['for no use', { purposes: [] }, 'INVALID input.purposes'],
])('none is proposed %s', async (_, rules, outcome) => {
  const input = { ...ARRANGEMENT, parties: [agencyId('XX-ALONE')], ...rules };
  expect(await tried(kr.first, 'proposeArrangement', input)).toBe(outcome);
});

test('none is proposed to a suspended agency, as to none at all, nor amended while a party is suspended', async () => {
  const input = { ...ARRANGEMENT, parties: [agencyId('XX-ALONE')] };
  const asked = async (other: object) =>
    (await send(kr.first, 'proposeArrangement', { ...input, ...other })).errors;
  const amends = await inForce({});
  const nowhere = await asked({ parties: [randomUUID()] });
  const suspended = await whileSuspended(world, 'XX-ALONE', async () => {
    expect(await tried(kr.first, 'proposeArrangement', { ...input, amends, parties: [] })).toBe(
      'CONFLICT input.amends',
    );
    return asked({});
  });
  expect(nowhere[0]?.extensions.code).toBe('NOT_FOUND');
  expect(suspended).toEqual(nowhere);
  await administer(kr.first, 'endArrangement', { arrangementId: amends });
});

test('an amendment takes its place when every party has accepted, and what was released stays', async () => {
  const first = await inForce({ onEnd: 'RECALL' });
  const finding = await released(world, 'KR-FSC', ['XX-ALONE']);
  const second = await proposed({ amends: first, parties: [], kinds: ['policy-note'] });
  expect([await stateOf(kr.first, first), await stateOf(kr.first, second)]).toEqual(['IN_FORCE', 'PROPOSED']);
  await kr.both('acceptArrangement', { arrangementId: second });
  await alone.both('acceptArrangement', { arrangementId: second });
  expect([await stateOf(kr.first, first), await stateOf(kr.first, second)]).toEqual(['ENDED', 'IN_FORCE']);
  expect(await listed(world, 'XX-ALONE')).toContain(finding.id);
  expect(await release()).toBe('INVALID input.recipients[0].agencyId');
  const strangers = await tried(world.as('JP-NPA', 'AGENCY_ADMIN'), 'proposeArrangement', {
    ...ARRANGEMENT,
    amends: second,
  });
  expect(strangers).toBe('NOT_FOUND input.amends');
  await administer(kr.first, 'endArrangement', { arrangementId: second });
});

describe('its end, for what was released under it', () => {
  test.each([
    ['KEEP', 'RELEASED', true],
    ['STOP', 'EXPIRED', false],
    ['RECALL', 'RECALLED', false],
  ] as const)('%s: the recipient has it %s', async (onEnd, state, stays) => {
    const arrangementId = await inForce({ onEnd });
    const finding = await released(world, 'KR-FSC', ['XX-ALONE', 'JP-NPA']);
    await administer(kr.first, 'endArrangement', { arrangementId });
    expect((await listed(world, 'XX-ALONE')).includes(finding.id)).toBe(stays);
    expect(await seen(world, 'XX-ALONE', finding.id)).toMatchObject({ state });
    // Another recipient, under another arrangement, has it as before.
    expect(await listed(world, 'JP-NPA')).toContain(finding.id);
    expect(await seen(world, 'JP-NPA', finding.id)).toMatchObject({ state: 'RELEASED' });
    const rows = await world.sql('select from release where arrangement_id = $1 and until > now()', [
      arrangementId,
    ]);
    expect(rows).toHaveLength(stays ? 1 : 0);
  });

  test.each([
    ['KEEP', 'RELEASED'],
    ['STOP', 'EXPIRED'],
    ['RECALL', 'RECALLED'],
  ] as const)('under an earlier version of it too, by what the last one says: %s', async (onEnd, state) => {
    const first = await inForce({ onEnd: 'KEEP' });
    const finding = await released(world, 'KR-FSC', ['XX-ALONE']);
    const second = await amended(first, { onEnd: 'STOP' });
    const later = await released(world, 'KR-FSC', ['XX-ALONE']);
    const third = await amended(second, { onEnd });
    const given = [finding, later, await released(world, 'KR-FSC', ['XX-ALONE'])];
    await administer(alone.first, 'endArrangement', { arrangementId: third });
    for (const { id } of given) expect(await seen(world, 'XX-ALONE', id)).toMatchObject({ state });
  });

  test('of a version that not every party has accepted ends nothing under the one in force', async () => {
    const first = await inForce({ onEnd: 'KEEP' });
    const finding = await released(world, 'KR-FSC', ['XX-ALONE']);
    const second = await proposed({ amends: first, parties: [], onEnd: 'RECALL' });
    await kr.both('acceptArrangement', { arrangementId: second });
    await administer(kr.first, 'endArrangement', { arrangementId: second });
    expect(await seen(world, 'XX-ALONE', finding.id)).toMatchObject({ state: 'RELEASED' });
    expect(await stateOf(kr.first, first)).toBe('IN_FORCE');
    await administer(kr.first, 'endArrangement', { arrangementId: first });
  });

  test('that recalls, leaves its author what an ordinary recall leaves', async () => {
    const author = async (findingId: string) => {
      const rows = await world.sql<{ state: string; recalled: boolean; last: boolean }>(
        `select i.state, recalled_at is not null as recalled, last_at >= coalesce(recalled_at, last_at) as last
           from finding f join inbox i on i.finding_id = f.id and i.agency_id = f.agency_id where f.id = $1`,
        [findingId],
      );
      const { state, releases } = await held(world, 'KR-FSC', findingId);
      return { rows, state, holders: releases.map(({ agency }) => agency?.code) };
    };
    const recall = (findingId: string, agencyIds?: string[]) =>
      act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId, reason: 'inaccurate', agencyIds });
    const arrangementId = await inForce({ onEnd: 'RECALL' });
    const give = (codes: Code[]) => released(world, 'KR-FSC', codes);
    const [alike, shared] = [await give(['XX-ALONE']), await give(['XX-ALONE', 'JP-NPA'])];
    const [usual, usualShared] = [await give(['XX-ALONE']), await give(['XX-ALONE', 'JP-NPA'])];
    await recall(usual.id);
    await recall(usualShared.id, [agencyId('XX-ALONE')]);
    await administer(alone.first, 'endArrangement', { arrangementId });
    expect(await author(alike.id)).toEqual(await author(usual.id));
    expect(await author(alike.id)).toMatchObject({ state: 'RECALLED', holders: [] });
    expect(await author(shared.id)).toEqual(await author(usualShared.id));
    expect(await author(shared.id)).toMatchObject({ state: 'RELEASED', holders: ['JP-NPA'] });
  });

  test.each([
    ['KEEP', 'RELEASED', null],
    ['STOP', 'EXPIRED', 'EXPIRED'],
    ['RECALL', 'EXPIRED', 'EXPIRED'],
  ] as const)('by its own time, %s: the recipient has it %s', async (onEnd, state, withdrawnReason) => {
    await inForce({ onEnd, validUntil: inHours(1) });
    const finding = await released(world, 'KR-FSC', ['XX-ALONE']);
    await passHours(world, 2);
    expect(await seen(world, 'XX-ALONE', finding.id)).toMatchObject({ state, withdrawnReason });
  });

  test('every party finds it in its ledger, and who of the other side did it in none', async () => {
    const arrangementId = await inForce();
    await administer(alone.first, 'endArrangement', { arrangementId });
    const trail = async (code: 'KR-FSC' | 'XX-ALONE' | 'JP-NPA') =>
      (
        await world
          .as(code, 'AUDITOR')
          .ask<{ auditTrail: { nodes: { act: string; memberId: string | null }[] } }>(
            'query ($id: ID!) { auditTrail(filter: { subjectId: $id }) { nodes { act memberId } } }',
            { id: arrangementId },
          )
      ).auditTrail.nodes.map(({ act, memberId }) => `${act}${memberId === null ? '' : ' by a member'}`);
    const mine = (act: string) => `${act} by a member`;
    expect(await trail('KR-FSC')).toEqual([
      'arrangement.ended',
      'arrangement.accepted',
      mine('arrangement.accepted'),
      mine('arrangement.proposed'),
    ]);
    expect(await trail('XX-ALONE')).toEqual([
      mine('arrangement.ended'),
      mine('arrangement.accepted'),
      'arrangement.accepted',
      'arrangement.proposed',
    ]);
    expect(await trail('JP-NPA')).toEqual([]);
  });
});
