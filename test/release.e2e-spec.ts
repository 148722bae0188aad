import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { attempt, newest, released } from './support/findings.js';
import { newArrangement, whileSuspended } from './support/partners.js';
import { inReview, marked, releaseOutcome, to, tryRelease } from './support/releases.js';
import { arrangementId } from './support/roster.js';
import { held, seen } from './support/seen.js';
import { outcomeOf, startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const AGENCY = 'INVALID input.recipients[0].agencyId';

describe('no arrangement in force that covers it, no release', () => {
  beforeAll(async () => {
    await newArrangement(world, ['XX-ALONE', 'KR-KNPA'], { purposes: ['policy'] });
    await newArrangement(world, ['XX-ALONE', 'CN-CAMLMAC'], { beginsIn: 1 });
  });

  test.each([
    ['its kind is not covered', 'KR-FSC', 'KR-KNPA', { kind: 'hack' }, 'KIND_NOT_COVERED'],
    [
      'its marking is too high',
      'KR-FSC',
      'KR-KNPA',
      { kind: 'policy-note', ...marked('TLP:AMBER') },
      'MARKING_TOO_HIGH',
    ],
    [
      'its purpose is not covered',
      'XX-ALONE',
      'KR-KNPA',
      marked('TLP:GREEN', ['sanctions']),
      'PURPOSE_NOT_COVERED',
    ],
    ['a party has not accepted', 'US-TFI', 'KR-KNPA', {}, 'NO_ARRANGEMENT_IN_FORCE'],
    ['it has not begun', 'XX-ALONE', 'CN-CAMLMAC', {}, 'NO_ARRANGEMENT_IN_FORCE'],
    ['it has ended', 'KR-KNPA', 'CN-CAMLMAC', {}, 'NO_ARRANGEMENT_IN_FORCE'],
  ] as const)('%s', async (_, author, recipient, changes, ground) => {
    const finding = await inReview(world, author, changes);
    const [outcome, message] = await releaseOutcome(world, author, finding, to(recipient));
    expect(outcome).toBe(AGENCY);
    expect(message).toContain(ground);
  });

  test('a suspended agency gets nothing, and gives nothing', async () => {
    const finding = await inReview(world, 'KR-FSC');
    const release = () => releaseOutcome(world, 'KR-FSC', finding, to('JP-NPA'));
    const [outcome, message] = await whileSuspended(world, 'JP-NPA', release);
    expect(outcome).toBe(AGENCY);
    expect(message).toContain('AGENCY_NOT_ACTIVE');
    expect((await whileSuspended(world, 'KR-FSC', release))[0]).toBe('UNAUTHENTICATED');
    expect((await release())[0]).toBe('done');
  });

  test('an agency one shares nothing with and one that does not exist get the same answer', async () => {
    const finding = await inReview(world, 'KR-FSC');
    const stranger = await tryRelease(world, 'KR-FSC', finding, to('XX-ALONE'));
    const nobody = await tryRelease(world, 'KR-FSC', finding, [{ agencyId: randomUUID() }]);
    expect(outcomeOf(stranger)).toBe('NOT_FOUND input.recipients[0].agencyId');
    expect(stranger.text).toBe(nobody.text);
  });

  test.each([
    ['one that does not exist', randomUUID()],
    ['one of others', arrangementId(3)],
    ['one with another partner', arrangementId(2)],
  ])('an arrangement may be named, but not %s', async (_, arrangement) => {
    const given = to('JP-NPA', { arrangementId: arrangement });
    const [outcome] = await releaseOutcome(world, 'KR-FSC', await inReview(world, 'KR-FSC'), given);
    expect(outcome).toBe('NOT_FOUND input.recipients[0].arrangementId');
  });

  test('the arrangement named is the one that counts; without one, that which reaches furthest', async () => {
    const narrow = await newArrangement(world, ['KR-FSC', 'JP-NPA'], { kinds: ['policy-note'] });
    const finding = await inReview(world, 'KR-FSC');
    const named = to('JP-NPA', { arrangementId: narrow });
    const [outcome, message] = await releaseOutcome(world, 'KR-FSC', finding, named);
    expect(outcome).toBe(AGENCY);
    expect(message).toContain('KIND_NOT_COVERED');
    expect((await releaseOutcome(world, 'KR-FSC', finding, to('JP-NPA')))[0]).toBe('done');
    expect((await held(world, 'JP-NPA', finding.id)).releases[0]?.arrangementId).toBe(arrangementId(1));
  });
});

test.each([
  ['nobody', [], 'INVALID input.recipients'],
  ['an agency twice', [...to('JP-NPA'), ...to('JP-NPA', { pap: 'PAP:RED' })], 'INVALID input.recipients'],
  ['its own agency', to('KR-FSC'), AGENCY],
  [
    'one until a time that has passed',
    to('JP-NPA', { until: '2018-01-26T00:00:00Z' }),
    'INVALID input.recipients[0].until',
  ],
  [
    'one that may have it and one that may not',
    [...to('JP-NPA'), ...to('XX-ALONE')],
    'NOT_FOUND input.recipients[1].agencyId',
  ],
])('a release to %s is none', async (_, given, refused) => {
  const finding = await inReview(world, 'KR-FSC');
  expect((await releaseOutcome(world, 'KR-FSC', finding, given))[0]).toBe(refused);
  expect(await seen(world, 'JP-NPA', finding.id)).toBe('NOT_FOUND');
});

test('what is released goes on to further recipients, and to the same one on new terms', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA']);
  const again = { revisionId: newest(finding), recipients: to('JP-NPA', { tlp: 'TLP:AMBER' }) };
  expect(await attempt(world, 'KR-FSC', 'RELEASER', 'releaseFinding', again)).toBe('done');
  expect((await held(world, 'JP-NPA', finding.id)).marking).toBe('TLP:AMBER');
  expect((await releaseOutcome(world, 'KR-FSC', finding, to('US-TFI')))[0]).toBe('done');
  expect((await held(world, 'US-TFI', finding.id)).marking).toBe('TLP:GREEN');
});
