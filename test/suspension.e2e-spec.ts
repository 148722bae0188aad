import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { administer, administratorsOf, ARRANGEMENT, tried } from './support/administration.js';
import { eventsOf, wholeFeed } from './support/feeds.js';
import { act, attempt, document, newest, recipients, released, submit } from './support/findings.js';
import { agencyId } from './support/roster.js';
import { held, seen } from './support/seen.js';
import { numberAll } from './support/workers.js';
import { startWorld, type World } from './support/world.js';

/* An agency that was suspended and is let in again sees what it saw, less what was recalled, and nothing of the gap. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const JP = { agencyId: agencyId('JP-NPA') };

async function listed(): Promise<{ id: string; revision: { id: string } | null }[]> {
  const { findings } = await world
    .as('JP-NPA', 'ANALYST')
    .ask<{ findings: { nodes: { id: string; revision: { id: string } | null }[] } }>(
      '{ findings(first: 100) { nodes { id revision { id } } } }',
    );
  return findings.nodes;
}

test('recalled, revised, released to others and proposed while it was out', async () => {
  const hub = await administratorsOf(world, 'HUB');
  const give = () => released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  const [recalled, revised, kept] = [await give(), await give(), await give()];
  const before = await listed();
  const [was, wasKept] = [await held(world, 'JP-NPA', revised.id), await held(world, 'JP-NPA', kept.id)];
  await numberAll(world);
  const told = eventsOf(await wholeFeed(world.as('JP-NPA', 'ANALYST')));

  await administer(hub.first, 'suspendAgency', JP);
  await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: recalled.id, reason: 'inaccurate' });
  const second = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', {
    basedOn: newest(revised),
    document: document({ kind: 'phishing-attempt' }),
  });
  await submit(world, 'KR-FSC', second);
  const again = (to: Parameters<typeof recipients>[0]) => ({
    revisionId: newest(second),
    recipients: recipients(to),
  });
  // Nothing is addressed to it.
  expect(await attempt(world, 'KR-FSC', 'RELEASER', 'releaseFinding', again(['JP-NPA', 'US-TFI']))).toBe(
    'INVALID input.recipients[0].agencyId',
  );
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', { ...again(['US-TFI']), without: [JP.agencyId] });
  const elsewhere = await released(world, 'KR-FSC', ['US-TFI']);
  const proposal = { ...ARRANGEMENT, title: 'Of the gap', parties: [JP.agencyId] };
  expect(await tried(world.as('KR-FSC', 'AGENCY_ADMIN'), 'proposeArrangement', proposal)).toBe(
    'NOT_FOUND input.parties',
  );
  await numberAll(world);
  await hub.both('reinstateAgency', JP);
  await numberAll(world);

  // What it saw, as it saw it, less what was recalled.
  expect(await listed()).toEqual(before.filter(({ id }) => id !== recalled.id));
  expect(await held(world, 'JP-NPA', revised.id)).toEqual(was);
  expect(await held(world, 'JP-NPA', kept.id)).toEqual(wasKept);
  expect(await held(world, 'JP-NPA', recalled.id)).toMatchObject({
    state: 'RECALLED',
    withdrawnReason: 'inaccurate',
    revision: null,
  });
  // Nothing of the gap.
  expect(await seen(world, 'JP-NPA', elsewhere.id)).toBe('NOT_FOUND');
  const since = eventsOf(await wholeFeed(world.as('JP-NPA', 'ANALYST'))).slice(told.length);
  expect(since.map(({ type, subjectId }) => [type, subjectId])).toEqual([
    ['agency.suspended', JP.agencyId],
    ['finding.recalled', recalled.id],
    ['agency.reinstated', JP.agencyId],
  ]);

  // Until its originator releases it.
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', again(['JP-NPA', 'US-TFI']));
  expect((await held(world, 'JP-NPA', revised.id)).revision?.id).toBe(newest(second));
});
