import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { act, document, newest, recipients, released } from './support/findings.js';
import { withCap } from './support/partners.js';
import { inReview, marked, releaseOutcome, to, tryRelease } from './support/releases.js';
import { agencyId, type Code } from './support/roster.js';
import { held } from './support/seen.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const TLP = 'INVALID input.recipients[0].tlp';

describe('a role does not share wider than its cap', () => {
  const outcome = async (changes: object, given: object[]) =>
    (await releaseOutcome(world, 'KR-FSC', await inReview(world, 'KR-FSC', changes), given))[0];

  test.each([
    ['a document marked higher', marked('TLP:AMBER'), {}, TLP],
    ['a slip marked higher', marked('TLP:GREEN'), { tlp: 'TLP:AMBER' }, TLP],
    ['what is marked as high', marked('TLP:GREEN'), {}, 'done'],
    ['what is marked lower', marked('TLP:CLEAR'), {}, 'done'],
  ])('capped at TLP:GREEN, %s', async (_, changes, wish, told) => {
    const cap = { highestMarking: 'TLP:GREEN', widest: 3 };
    expect(await withCap(world, 'KR-FSC', cap, () => outcome(changes, to('JP-NPA', wish)))).toBe(told);
  });

  test.each([
    ['a document', marked('TLP:RED'), {}],
    ['a slip', marked('TLP:AMBER'), { tlp: 'TLP:RED' }],
  ])('%s marked TLP:RED goes to nobody, whatever the cap', async (_, changes, wish) => {
    const cap = { highestMarking: 'TLP:RED', widest: 3 };
    expect(await withCap(world, 'KR-FSC', cap, () => outcome(changes, to('JP-NPA', wish)))).toBe(TLP);
  });

  test('no cap, no release', async () => {
    expect(await withCap(world, 'KR-FSC', null, () => outcome({}, to('JP-NPA')))).toBe('FORBIDDEN');
  });

  test.each([
    ['TLP:AMBER', { highestMarking: 'TLP:GREEN', widest: 3 }, 'ABOVE_YOUR_CAP'],
    ['TLP:GREEN', null, 'ABOVE_YOUR_CAP'],
    ['TLP:RED', { highestMarking: 'TLP:RED', widest: 3 }, 'TLP_RED_NOT_ENFORCED'],
    ['TLP:GREEN', { highestMarking: 'TLP:GREEN', widest: 3 }, null],
  ] as const)('validateFinding says so of %s beforehand, capped by %j', async (tlp, cap, ground) => {
    const asked = () =>
      world
        .as('KR-FSC', 'CONTRIBUTOR')
        .ask<{ validateFinding: { reach: { ground: string | null }[] } }>(
          'query ($document: FindingContentInput!) { validateFinding(document: $document) { reach { ground } } }',
          { document: document(marked(tlp)) },
        );
    const { validateFinding } = await withCap(world, 'KR-FSC', cap, asked);
    expect(validateFinding.reach.some((one) => one.ground === ground)).toBe(true);
    if (ground !== null) expect(new Set(validateFinding.reach.map((one) => one.ground)).size).toBe(1);
  });

  test('three agencies hold a finding at most, given at once or one after the other', async () => {
    const note = { kind: 'policy-note' };
    const four = recipients(['JP-NPA', 'US-TFI', 'CN-CAMLMAC', 'KR-KNPA']);
    expect(await outcome(note, four)).toBe('INVALID input.recipients');
    const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI', 'CN-CAMLMAC'], note);
    const fourth = async () => (await releaseOutcome(world, 'KR-FSC', finding, to('KR-KNPA')))[0];
    expect(await fourth()).toBe('INVALID input.recipients');
    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', {
      findingId: finding.id,
      agencyIds: [agencyId('US-TFI')],
      reason: 'inaccurate',
    });
    expect(await fourth()).toBe('done');
  });
});

describe('a release may be stricter than its revision, never looser', () => {
  const written = {
    marking: {
      tlp: 'TLP:AMBER',
      pap: 'PAP:AMBER',
      handling: ['H1', 'H2'],
      purposes: ['criminal-investigation', 'policy'],
    },
  };

  test.each([
    { tlp: 'TLP:GREEN' },
    { tlp: 'TLP:CLEAR' },
    { pap: 'PAP:GREEN' },
    { pap: 'PAP:CLEAR' },
    { handling: ['H1'] },
    { handling: [] },
    { handling: ['H0', 'H3'] },
    { purpose: 'sanctions' },
    { tlp: 'TLP:AMBER+STRICT', pap: 'PAP:GREEN' },
  ])('looser: %j', async (wish) => {
    const finding = await inReview(world, 'KR-FSC', written);
    const [outcome] = await releaseOutcome(world, 'KR-FSC', finding, to('JP-NPA', wish));
    expect(outcome).toBe('INVALID input.recipients[0]');
  });

  const asWritten = {
    marking: 'TLP:AMBER',
    pap: 'PAP:AMBER',
    handling: ['H1', 'H2'],
    purpose: 'criminal-investigation',
    conditions: null,
    until: null,
  };

  test.each([
    [{}, {}],
    [{ tlp: 'TLP:AMBER+STRICT' }, { marking: 'TLP:AMBER+STRICT' }],
    [{ pap: 'PAP:RED' }, { pap: 'PAP:RED' }],
    [{ handling: ['H0', 'H1', 'H2'] }, { handling: ['H0', 'H1', 'H2'] }],
    [{ purpose: 'policy' }, { purpose: 'policy' }],
    [{ conditions: 'Ask before an arrest.' }, { conditions: 'Ask before an arrest.' }],
    [{ until: '2100-01-01T00:00:00.000Z' }, { until: '2100-01-01T00:00:00.000Z' }],
  ])('as written, or stricter: %j', async (wish, slip) => {
    const finding = await inReview(world, 'KR-FSC', written);
    expect((await releaseOutcome(world, 'KR-FSC', finding, to('JP-NPA', wish)))[0]).toBe('done');
    const { marking, expiresAt, releases } = await held(world, 'JP-NPA', finding.id);
    const arrangement = expect.any(String);
    const agency = { code: 'JP-NPA' };
    expect(releases).toEqual([
      { ...asWritten, ...slip, agency, revisionId: newest(finding), arrangementId: arrangement },
    ]);
    expect({ marking, until: expiresAt }).toEqual({
      marking: releases[0]?.marking,
      until: releases[0]?.until,
    });
  });

  test('each recipient has a slip of its own and sees no other; the author sees all', async () => {
    const finding = await inReview(world, 'KR-FSC', written);
    await tryRelease(world, 'KR-FSC', finding, [
      ...to('JP-NPA', { conditions: 'For JP-NPA.' }),
      ...to('US-TFI', { conditions: 'For US-TFI.' }),
    ]);
    const slipsSeenBy = async (code: Code) =>
      (await held(world, code, finding.id)).releases.map(({ agency, conditions }) => [
        agency?.code,
        conditions,
      ]);
    expect(await slipsSeenBy('JP-NPA')).toEqual([['JP-NPA', 'For JP-NPA.']]);
    expect(await slipsSeenBy('US-TFI')).toEqual([['US-TFI', 'For US-TFI.']]);
    expect((await slipsSeenBy('KR-FSC')).sort()).toEqual([
      ['JP-NPA', 'For JP-NPA.'],
      ['US-TFI', 'For US-TFI.'],
    ]);
  });
});
