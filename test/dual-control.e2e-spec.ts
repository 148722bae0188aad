import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  administer,
  administratorsOf,
  send,
  tried,
  type Administrators,
  type PendingAct,
} from './support/administration.js';
import { newMember } from './support/partners.js';
import { agencyId, memberId } from './support/roster.js';
import { withClient } from './support/server.js';
import { startWorld, type World } from './support/world.js';

/* P8: no one alone widens anything. What one asks for, a second person of the same agency decides. */

let world: World;
let kr: Administrators;
let hub: Administrators;
beforeAll(async () => {
  world = await startWorld();
  kr = await administratorsOf(world, 'KR-FSC');
  hub = await administratorsOf(world, 'HUB');
});
afterAll(() => world.close());

const WIDER = { highestMarking: 'TLP:AMBER+STRICT', widest: 9 };
const cap = async () =>
  (await world.sql(`select highest_marking, widest from cap where agency_id = $1`, [agencyId('KR-FSC')]))[0];

let widest = 100;

/** Asks for a cap that is wider than any before. */
const ask = async (): Promise<PendingAct> => {
  const { pendingAct } = await administer(kr.first, 'setCap', { ...WIDER, widest: ++widest });
  if (!pendingAct) throw new Error('A wider cap was set by one.');
  return pendingAct;
};
const named = ({ id, hash }: PendingAct) => ({ pendingActId: id, hash });

test('what narrows is done by one at once; what widens waits, changes nothing, and is done by the second', async () => {
  const usual = await cap();
  expect(await tried(kr.first, 'setCap', { highestMarking: 'TLP:GREEN', widest: 2 })).toBe('done');
  expect(await cap()).toEqual({ highest_marking: 'TLP:GREEN', widest: 2 });
  const { pendingAct: pending } = await administer(kr.first, 'setCap', WIDER);
  if (!pending) throw new Error('A wider cap was set by one.');
  expect(await cap()).toEqual({ highest_marking: 'TLP:GREEN', widest: 2 });
  expect(pending).toMatchObject({ act: 'cap.set', state: 'PENDING' });
  expect(JSON.parse(pending.content)).toEqual(WIDER);
  expect(pending.hash).toBe(createHash('sha256').update(pending.content).digest('hex'));
  expect(await tried(kr.second, 'approveAct', named(pending))).toBe('done');
  expect(await cap()).toEqual({ highest_marking: 'TLP:AMBER+STRICT', widest: 9 });
  await kr.both('setCap', { highestMarking: 'TLP:AMBER+STRICT', widest: 10 });
  await administer(kr.first, 'setCap', { highestMarking: usual?.highest_marking, widest: usual?.widest });
});

async function waitsForLock(): Promise<void> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await world.sql(waiting)).length === 0) await pause(20);
}

describe('a pending act', () => {
  test('is not approved by who asked, with another membership neither', async () => {
    const pending = await ask();
    const alsoFirst = world.member(
      await newMember(world, 'KR-FSC', ['AGENCY_ADMIN'], memberId('KR-FSC', 'AGENCY_ADMIN')),
    );
    for (const client of [kr.first, alsoFirst])
      expect(await tried(client, 'approveAct', named(pending))).toBe('CONFLICT input.pendingActId');
    expect(await tried(kr.first, 'refuseAct', named(pending))).toBe('done');
    expect(await tried(kr.second, 'approveAct', named(pending))).toBe('CONFLICT input.pendingActId');
  });

  test('by the database itself, whoever writes, has two persons', async () => {
    const { id } = await ask();
    const same = world.sql(
      `update pending_act set outcome = 'DONE', decided_by = requested_by, decider_id = requester_id, decided_at = now()
        where id = $1`,
      [id],
    );
    await expect(same).rejects.toThrow('second_person');
  });

  test('is approved as it was read, or not', async () => {
    const pending = await ask();
    const other = { ...named(pending), hash: createHash('sha256').update('{}').digest('hex') };
    expect(await tried(kr.second, 'approveAct', other)).toBe('CONFLICT input.hash');
    expect(await tried(kr.second, 'refuseAct', named(pending))).toBe('done');
  });

  test('is carried out once, two approvals at a time or one sent twice', async () => {
    const third = world.member(await newMember(world, 'KR-FSC', ['AGENCY_ADMIN']));
    const pending = await ask();
    const outcomes = await Promise.all(
      [kr.second, third].map((client) => tried(client, 'approveAct', named(pending))),
    );
    expect(outcomes.sort()).toEqual(['CONFLICT input.pendingActId', 'done']);
    const again = await ask();
    const input = { ...named(again), idempotencyKey: randomUUID() };
    const answers = [await send(kr.second, 'approveAct', input), await send(kr.second, 'approveAct', input)];
    expect(answers.map(({ data }) => data?.done.pendingAct?.state)).toEqual(['DONE', 'DONE']);
    expect(answers[1]?.text).toBe(answers[0]?.text);
  });

  test('lapses after 72 hours', async () => {
    const pending = await ask();
    const [{ hours } = { hours: 0 }] = await world.sql<{ hours: number }>(
      `select round(extract(epoch from expires_at - now()) / 3600)::int as hours from pending_act where id = $1`,
      [pending.id],
    );
    expect(hours).toBe(72);
    await world.sql(`update pending_act set expires_at = now() where id = $1`, [pending.id]);
    expect(await tried(kr.second, 'approveAct', named(pending))).toBe('CONFLICT input.pendingActId');
  });

  test('lapses with the membership of who asked, and is not carried out for one who may no longer', async () => {
    const asking = await newMember(world, 'KR-FSC', ['AGENCY_ADMIN']);
    const { pendingAct } = await administer(world.member(asking), 'setCap', { ...WIDER, widest: ++widest });
    if (!pendingAct) throw new Error('Done by one.');
    await world.sql(`update member set valid_until = now() where id = $1`, [asking]);
    expect(await tried(kr.second, 'approveAct', named(pendingAct))).toBe('CONFLICT input.pendingActId');
    await world.sql(`update member set valid_until = 'infinity' where id = $1`, [asking]);
    expect(await tried(kr.first, 'endMembership', { memberId: asking })).toBe('done');
    const { nodes } = (
      await kr.first.ask<{ pendingActs: { nodes: PendingAct[] } }>(
        '{ pendingActs(first: 50) { nodes { id state } } }',
      )
    ).pendingActs;
    expect(nodes.find(({ id }) => id === pendingAct.id)?.state).toBe('LAPSED');
  });

  test('lapses when its agency is suspended', async () => {
    const pending = await ask();
    await administer(hub.first, 'suspendAgency', { agencyId: agencyId('KR-FSC') });
    await hub.both('reinstateAgency', { agencyId: agencyId('KR-FSC') });
    expect(await tried(kr.second, 'approveAct', named(pending))).toBe('CONFLICT input.pendingActId');
  });

  test('lapses when the cap is set meanwhile, or the agency it is about suspended again', async () => {
    const pending = await ask();
    await administer(kr.first, 'setCap', { highestMarking: 'TLP:CLEAR', widest: 1 });
    expect(await tried(kr.second, 'approveAct', named(pending))).toBe('CONFLICT input.pendingActId');
    const input = { agencyId: agencyId('US-TFI') };
    await administer(hub.first, 'suspendAgency', input);
    const { pendingAct: stale } = await administer(hub.first, 'reinstateAgency', input);
    await hub.both('reinstateAgency', input);
    await administer(hub.first, 'suspendAgency', input);
    if (!stale) throw new Error('An agency was reinstated by one.');
    expect(await tried(hub.second, 'approveAct', named(stale))).toBe('CONFLICT input.pendingActId');
    await hub.both('reinstateAgency', input);
  });

  test('is waited for while a narrower cap is being set: what was not wider then is wider now', async () => {
    await kr.both('setCap', { ...WIDER, widest: ++widest });
    const outcome = await withClient(world.database.setupUrl, async (other) => {
      await other.query('begin');
      await other.query('select from agency where id = $1 for no key update', [agencyId('KR-FSC')]);
      const asked = tried(kr.second, 'setCap', { ...WIDER, widest });
      await other.query(`update cap set widest = 1 where agency_id = $1`, [agencyId('KR-FSC')]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await other.query('commit');
      return asked;
    });
    expect(outcome).toBe('pending');
  });

  test('is NOT_FOUND for every other agency, and for the operator', async () => {
    const pending = await ask();
    const strangers = [world.as('JP-NPA', 'AGENCY_ADMIN'), hub.first];
    for (const client of strangers) {
      for (const name of ['approveAct', 'refuseAct'] as const)
        expect(await tried(client, name, named(pending))).toBe('NOT_FOUND input.pendingActId');
      const list = await client.ask<{ pendingActs: { nodes: PendingAct[] } }>(
        '{ pendingActs { nodes { id } } }',
      );
      expect(list.pendingActs.nodes.map(({ id }) => id)).not.toContain(pending.id);
    }
  });

  test('is not approved by whose membership ended while that waited', async () => {
    const pending = await ask();
    const ending = await newMember(world, 'KR-FSC', ['AGENCY_ADMIN']);
    const outcome = await withClient(world.database.setupUrl, async (client) => {
      await client.query('begin');
      // As an act of administration does, that ends a membership.
      await client.query('select from agency where id = $1 for no key update', [agencyId('KR-FSC')]);
      await client.query('update member set ended_at = now() where id = $1', [ending]);
      const approving = tried(world.member(ending), 'approveAct', named(pending));
      await waitsForLock();
      await client.query('commit');
      return approving;
    });
    expect(outcome).toBe('UNAUTHENTICATED');
    expect((await cap())?.widest).not.toBe(widest);
  });

  test('is not asked for when it could not be done', async () => {
    const count = () => world.sql('select count(*) from pending_act');
    const before = await count();
    expect(await tried(hub.first, 'reinstateAgency', { agencyId: agencyId('JP-NPA') })).toBe(
      'CONFLICT input.agencyId',
    );
    expect(await tried(kr.first, 'acceptArrangement', { arrangementId: randomUUID() })).toBe(
      'NOT_FOUND input.arrangementId',
    );
    expect(await count()).toEqual(before);
  });
});

test('every step is in the ledger, with who did it and what it said', async () => {
  const before = new Date();
  const { id } = await kr.both('setCap', { ...WIDER, widest: 1_000 });
  const { auditTrail } = await world.as('KR-FSC', 'AUDITOR').ask<{
    auditTrail: { nodes: { act: string; memberId: string; subjectId: string; details: string | null }[] };
  }>(`query ($from: DateTime!) { auditTrail(filter: { from: $from }) { nodes { act memberId subjectId details } } }`, { from: before.toISOString() });
  const told = auditTrail.nodes.map(({ details, ...entry }) => ({
    ...entry,
    details: JSON.parse(details ?? 'null') as unknown,
  }));
  const asked = memberId('KR-FSC', 'AGENCY_ADMIN');
  const said = { highestMarking: 'TLP:AMBER+STRICT', widest: 1_000 };
  expect(told.toReversed()).toEqual([
    { act: 'pending-act.requested', memberId: asked, subjectId: id, details: { act: 'cap.set', ...said } },
    { act: 'pending-act.approved', memberId: expect.not.stringMatching(asked), subjectId: id, details: null },
    { act: 'cap.set', memberId: expect.any(String), subjectId: agencyId('KR-FSC'), details: said },
  ]);
});
