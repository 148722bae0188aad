import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { act, attempt, newest, recipients, released, type Finding } from './support/findings.js';
import { agencyId, type Code } from './support/roster.js';
import { contents, everything, held, listed, seen } from './support/seen.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const supersede = (finding: Finding, successor: Finding): Promise<Finding> =>
  act(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', { findingId: finding.id, successorId: successor.id });

/** What an agency is told of a finding's successor, and what its own rows would tell it without the application. */
async function successorSeenBy(code: Code, { id }: Finding) {
  const { state, supersededBy } = await held(world, code, id);
  const [row] = await world.sql<{ successor: string | null }>(
    'select superseded_by as successor from inbox where finding_id = $1 and agency_id = $2',
    [id, agencyId(code)],
  );
  expect(row?.successor ?? null).toBe(supersededBy?.id ?? null);
  return { state, successor: supersededBy?.id ?? null };
}

test('only who holds the successor learns which it is; the others learn that there is one', async () => {
  const old = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  const successor = await released(world, 'KR-FSC', ['JP-NPA', 'CN-CAMLMAC']);
  const bystanders = await everything(world, 'CN-CAMLMAC');
  await supersede(old, successor);

  const both = { state: 'SUPERSEDED', successor: successor.id };
  expect(await successorSeenBy('KR-FSC', old)).toEqual(both);
  expect(await successorSeenBy('JP-NPA', old)).toEqual(both);
  expect(await successorSeenBy('US-TFI', old)).toEqual({ state: 'SUPERSEDED', successor: null });
  expect(await everything(world, 'CN-CAMLMAC')).toBe(bystanders);
  expect(await seen(world, 'CN-CAMLMAC', old.id)).toBe('NOT_FOUND');
});

test('what is superseded stays readable and listed, and claims nothing any more', async () => {
  const claims = [{ attribute: 'method', value: { term: 'phishing' }, origin: { kind: 'own' } }];
  const old = await released(world, 'KR-FSC', ['JP-NPA'], { claims }, { newIncident: true });
  await supersede(old, await released(world, 'KR-FSC', ['JP-NPA']));
  expect((await held(world, 'JP-NPA', old.id)).revision).toEqual({ id: newest(old) });
  expect(await listed(world, 'JP-NPA', { states: ['SUPERSEDED'] })).toContain(old.id);
  expect(await listed(world, 'JP-NPA', { states: ['RELEASED'] })).not.toContain(old.id);
  const { incident } = await world
    .as('JP-NPA', 'ANALYST')
    .ask<{ incident: object }>(
      'query ($id: ID!) { incident(id: $id) { findingCount claims { attribute } } }',
      {
        id: old.revision.document.incidents[0],
      },
    );
  expect(incident).toEqual({ findingCount: 1, claims: [] });
});

test('who is given the successor later learns then, and who loses it knows no longer', async () => {
  const [old, successor] = [
    await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']),
    await released(world, 'KR-FSC', ['JP-NPA']),
  ];
  await supersede(old, successor);
  const give = { revisionId: newest(successor), recipients: recipients(['US-TFI']) };
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', give);
  const known = { state: 'SUPERSEDED', successor: successor.id };
  expect(await successorSeenBy('US-TFI', old)).toEqual(known);

  const takeBack = { findingId: successor.id, agencyIds: [agencyId('US-TFI')], reason: 'inaccurate' };
  await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', takeBack);
  expect(await successorSeenBy('US-TFI', old)).toEqual({ state: 'SUPERSEDED', successor: null });
  expect(await successorSeenBy('JP-NPA', old)).toEqual(known);
});

test('what is superseded goes to nobody any more, not even to who holds the successor', async () => {
  const old = await released(world, 'KR-FSC', ['JP-NPA']);
  await supersede(old, await released(world, 'KR-FSC', ['US-TFI']));
  const give = { revisionId: newest(old), recipients: recipients(['US-TFI']) };
  expect(await attempt(world, 'KR-FSC', 'RELEASER', 'releaseFinding', give)).toBe(
    'CONFLICT input.revisionId',
  );
  expect(await seen(world, 'US-TFI', old.id)).toBe('NOT_FOUND');
});

test('a chain: each is superseded once, by one', async () => {
  const make = () => released(world, 'KR-FSC', ['JP-NPA']);
  const [a, b, c] = [await make(), await make(), await make()];
  await supersede(a, b);
  await supersede(b, c);
  expect((await successorSeenBy('JP-NPA', a)).successor).toBe(b.id);
  expect((await successorSeenBy('JP-NPA', b)).successor).toBe(c.id);
  const again = { findingId: a.id, successorId: c.id };
  expect(await attempt(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', again)).toBe(
    'CONFLICT input.findingId',
  );
  const circle = { findingId: c.id, successorId: a.id };
  expect(await attempt(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', circle)).toBe(
    'CONFLICT input.successorId',
  );
});

test('what was recalled and is released again supersedes and is superseded', async () => {
  const make = async () => {
    const finding = await released(world, 'KR-FSC', ['JP-NPA']);
    const again = { revisionId: newest(finding), recipients: recipients(['JP-NPA']) };
    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: finding.id, reason: 'inaccurate' });
    return act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', again);
  };
  const [old, successor] = [await make(), await make()];
  expect((await supersede(old, successor)).state).toBe('SUPERSEDED');
});

test('two that supersede each other at once: one does', async () => {
  const make = () => released(world, 'KR-FSC', ['JP-NPA']);
  const [a, b] = [await make(), await make()];
  const tried = (one: Finding, other: Finding) =>
    attempt(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', { findingId: one.id, successorId: other.id });
  const outcomes = await Promise.all([tried(a, b), tried(b, a)]);
  expect(outcomes.sort()).toEqual([expect.stringMatching(/^CONFLICT input\./), 'done']);
});

test('neither itself, nor a finding of others, nor one that does not exist', async () => {
  const [mine, theirs] = [
    await released(world, 'KR-FSC', ['JP-NPA']),
    await released(world, 'JP-NPA', ['KR-FSC']),
  ];
  const before = await contents(world);
  const tried = (findingId: string, successorId: string) =>
    attempt(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', { findingId, successorId });
  expect(await tried(mine.id, mine.id)).toBe('INVALID input.successorId');
  expect(await tried(mine.id, theirs.id)).toBe('NOT_FOUND input.successorId');
  expect(await tried(mine.id, randomUUID())).toBe('NOT_FOUND input.successorId');
  expect(await tried(theirs.id, mine.id)).toBe('NOT_FOUND input.findingId');
  expect(await tried(randomUUID(), mine.id)).toBe('NOT_FOUND input.findingId');
  expect(await contents(world)).toEqual(before);
});
