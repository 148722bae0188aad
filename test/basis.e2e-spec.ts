import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  act,
  ACTS,
  document,
  draft,
  newest,
  recipients,
  released,
  submit,
  type Finding,
} from './support/findings.js';
import { withCap } from './support/partners.js';
import { inReview, marked, releaseOutcome, to } from './support/releases.js';
import { agencyId, type Code } from './support/roster.js';
import { inHours, passHours } from './support/time.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** A claim that rests on another agency's revision. */
const restingOn = (revisionId: string) => ({
  claims: [{ attribute: 'method', value: { term: 'phishing' }, origin: { kind: 'agency', revisionId } }],
});

const HELD = 'done';
const NOT_HELD = 'INVALID input.recipients[0].agencyId';

const outcome = async (finding: Finding, recipient: Code) =>
  (await releaseOutcome(world, 'KR-FSC', finding, to(recipient)))[0];

describe("what rests on another agency's revision goes only to who holds that one", () => {
  test.each([
    ['who holds it too', 'US-TFI', HELD],
    ['who does not hold it', 'CN-CAMLMAC', NOT_HELD],
    ['who wrote it', 'JP-NPA', HELD],
  ] as const)('%s: %s: %s', async (_, recipient, told) => {
    const basis = await released(world, 'JP-NPA', ['KR-FSC', 'US-TFI']);
    const finding = await inReview(world, 'KR-FSC', restingOn(newest(basis)));
    const [got, message] = await releaseOutcome(world, 'KR-FSC', finding, to(recipient));
    expect(got).toBe(told);
    if (told === NOT_HELD) expect(message).toContain('BASIS_NOT_HELD');
  });

  test('not who lost it by recall', async () => {
    const basis = await released(world, 'JP-NPA', ['KR-FSC', 'US-TFI']);
    const finding = await inReview(world, 'KR-FSC', restingOn(newest(basis)));
    const recall = { findingId: basis.id, agencyIds: [agencyId('US-TFI')], reason: 'inaccurate' };
    await act(world, 'JP-NPA', 'RELEASER', 'recallFinding', recall);
    expect(await outcome(finding, 'US-TFI')).toBe(NOT_HELD);
  });

  test('not whose right to it has ended', async () => {
    const basis = await inReview(world, 'JP-NPA');
    await act(world, 'JP-NPA', 'RELEASER', 'releaseFinding', {
      revisionId: newest(basis),
      recipients: [...to('KR-FSC'), ...to('US-TFI', { until: inHours(1) })],
    });
    const finding = await inReview(world, 'KR-FSC', restingOn(newest(basis)));
    await passHours(world, 2);
    expect(await outcome(finding, 'US-TFI')).toBe(NOT_HELD);
  });

  test('not who holds another revision of the same finding', async () => {
    const first = await released(world, 'JP-NPA', ['KR-FSC']);
    const revise = { basedOn: newest(first), document: document() };
    const second = await act(world, 'JP-NPA', 'CONTRIBUTOR', 'reviseFinding', revise);
    await submit(world, 'JP-NPA', second);
    await act(world, 'JP-NPA', 'RELEASER', 'releaseFinding', {
      revisionId: newest(second),
      recipients: recipients(['KR-FSC', 'US-TFI']),
    });
    expect(await outcome(await inReview(world, 'KR-FSC', restingOn(newest(first))), 'US-TFI')).toBe(NOT_HELD);
    expect(await outcome(await inReview(world, 'KR-FSC', restingOn(newest(second))), 'US-TFI')).toBe(HELD);
  });

  test.each([
    ['recalled from its author', { agencyIds: [agencyId('KR-FSC')] }],
    ['recalled from all', {}],
  ])('and from nobody who no longer holds it: %s', async (_, from) => {
    const basis = await released(world, 'JP-NPA', ['KR-FSC', 'US-TFI']);
    const finding = await inReview(world, 'KR-FSC', restingOn(newest(basis)));
    const recall = { findingId: basis.id, reason: 'inaccurate', ...from };
    await act(world, 'JP-NPA', 'RELEASER', 'recallFinding', recall);
    expect(await outcome(finding, 'JP-NPA')).toBe('CONFLICT input.revisionId');
    expect(await outcome(finding, 'US-TFI')).toBe('CONFLICT input.revisionId');
  });

  test('of several bases, it must hold every one', async () => {
    const [wide, narrow] = [
      await released(world, 'JP-NPA', ['KR-FSC', 'US-TFI']),
      await released(world, 'JP-NPA', ['KR-FSC']),
    ];
    const claims = [wide, narrow].flatMap((basis) => restingOn(newest(basis)).claims);
    expect(await outcome(await inReview(world, 'KR-FSC', { claims }), 'US-TFI')).toBe(NOT_HELD);
  });
});

test.each([
  ['its time has passed', () => to('US-TFI', { until: inHours(-1) })],
  ['another recipient is not known', () => [...to('US-TFI'), { agencyId: randomUUID() }]],
  ['another recipient is not covered', () => [...to('US-TFI'), ...to('KR-KNPA')]],
  ['another recipient does not hold it', () => [...to('US-TFI'), ...to('CN-CAMLMAC')]],
  ['it goes to too many', () => [...to('US-TFI'), ...to('JP-NPA')]],
])('a release that is refused because %s does not tell who holds the basis', async (_, given) => {
  const told = async (holders: Code[]) => {
    const basis = await released(world, 'JP-NPA', holders);
    const finding = await inReview(world, 'KR-FSC', restingOn(newest(basis)));
    return withCap(world, 'KR-FSC', { highestMarking: 'TLP:AMBER', widest: 1 }, () =>
      releaseOutcome(world, 'KR-FSC', finding, given()),
    );
  };
  const [outcome, message] = await told(['KR-FSC', 'US-TFI']);
  expect(outcome).toMatch(/^(INVALID|NOT_FOUND) input/);
  expect(await told(['KR-FSC'])).toEqual([outcome, message]);
});

test('one does not rest on what one does not hold, and is told what one is told of a random id', async () => {
  const [hidden, own] = [await released(world, 'JP-NPA', ['US-TFI']), await draft(world, 'KR-FSC')];
  const tried = (revisionId: string) =>
    world.as('KR-FSC', 'CONTRIBUTOR').query(ACTS.draftFinding, {
      input: { idempotencyKey: 'k', document: document(restingOn(revisionId)) },
    });
  const absent = await tried(randomUUID());
  expect(absent.errors[0]?.extensions).toMatchObject({
    code: 'NOT_FOUND',
    faults: [{ path: 'input.document.claims[0].origin.revisionId' }],
  });
  expect((await tried(newest(hidden))).text).toBe(absent.text);
  expect((await tried(newest(own))).text).toBe(absent.text);
});

/** The ground of `validateFinding` for each agency it names: null where it says releasable. */
async function reachOf(changes: object): Promise<Record<string, string | null>> {
  const { validateFinding } = await world.as('KR-FSC', 'CONTRIBUTOR').ask<{
    validateFinding: {
      reach: { agency: { code: string }; releasable: boolean; ground: string | null; holdersOnly: boolean }[];
    };
  }>(`query ($document: FindingContentInput!) { validateFinding(document: $document) { reach { agency { code } releasable ground holdersOnly } } }`, { document: document(changes) });
  const resting = JSON.stringify(changes).includes('revisionId');
  for (const { releasable, ground, holdersOnly } of validateFinding.reach) {
    expect({ releasable, holdersOnly }).toEqual({ releasable: ground === null, holdersOnly: resting });
  }
  return Object.fromEntries(validateFinding.reach.map(({ agency, ground }) => [agency.code, ground]));
}

test('validateFinding says of every partner what the release would say, but not who holds the basis', async () => {
  const basis = await released(world, 'JP-NPA', ['KR-FSC', 'US-TFI']);
  const RESTING = restingOn(newest(basis));
  for (const changes of [{}, { kind: 'policy-note', ...marked('TLP:AMBER') }, RESTING]) {
    const reach = await reachOf(changes);
    expect(Object.keys(reach).sort()).toEqual(['CN-CAMLMAC', 'JP-NPA', 'KR-KNPA', 'US-TFI']);
    for (const [code, ground] of Object.entries(reach)) {
      const finding = await inReview(world, 'KR-FSC', changes);
      const [, message] = await releaseOutcome(world, 'KR-FSC', finding, to(code as Code));
      // Who holds the basis is told by the release alone, of the recipients it names.
      const held = changes !== RESTING || code === 'JP-NPA' || code === 'US-TFI';
      if (ground !== null) expect(message).toContain(ground);
      else expect(message).toMatch(held ? /^$/ : /BASIS_NOT_HELD/);
    }
  }
});
