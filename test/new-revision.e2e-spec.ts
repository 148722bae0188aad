import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { act, document, newest, recipients, released, submit, type Finding } from './support/findings.js';
import { marked, releaseOutcome, to } from './support/releases.js';
import { agencyId, type Code } from './support/roster.js';
import { contents, everything, held, seen } from './support/seen.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Writes a new revision of a finding of KR-FSC and sends it to review. */
async function revised(finding: Finding, changes: object = {}): Promise<Finding> {
  const input = { basedOn: newest(finding), document: document(changes) };
  return submit(world, 'KR-FSC', await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', input));
}

const outcome = async (finding: Finding, to: readonly Code[], without: readonly Code[] = []) =>
  (await releaseOutcome(world, 'KR-FSC', finding, recipients(to), { without: without.map(agencyId) }))[0];

describe('of every agency that holds an earlier revision, the releaser says whether it gets the new one', () => {
  test.each([
    [['JP-NPA', 'US-TFI'], [], 'done'],
    [['JP-NPA'], ['US-TFI'], 'done'],
    [['US-TFI', 'CN-CAMLMAC'], ['JP-NPA'], 'done'],
    [['CN-CAMLMAC'], ['JP-NPA', 'US-TFI'], 'done'],
    [['JP-NPA'], [], 'CONFLICT input.without'],
    [['CN-CAMLMAC'], [], 'CONFLICT input.without'],
    [['JP-NPA', 'US-TFI'], ['US-TFI'], 'CONFLICT input.without'],
    [['JP-NPA', 'US-TFI'], ['CN-CAMLMAC'], 'NOT_FOUND input.without'],
    [['JP-NPA', 'US-TFI'], ['XX-ALONE'], 'NOT_FOUND input.without'],
  ] as const)('JP-NPA and US-TFI hold it: to %j, without %j: %s', async (to, without, told) => {
    const finding = await revised(await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']));
    expect(await outcome(finding, to, without)).toBe(told);
  });

  test('the same again when the new revision goes on to further recipients', async () => {
    const finding = await revised(await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']));
    await outcome(finding, ['JP-NPA'], ['US-TFI']);
    expect(await outcome(finding, ['CN-CAMLMAC'])).toBe('CONFLICT input.without');
    expect(await outcome(finding, ['CN-CAMLMAC'], ['US-TFI'])).toBe('done');
  });

  test('an agency that is no agency is no holder', async () => {
    const finding = await revised(await released(world, 'KR-FSC', ['JP-NPA']));
    const options = { without: [randomUUID()] };
    expect((await releaseOutcome(world, 'KR-FSC', finding, to('JP-NPA'), options))[0]).toBe(
      'NOT_FOUND input.without',
    );
  });
});

test('who is left without keeps what it has, and is told nothing: no state, no count, no revision', async () => {
  const claims = [{ attribute: 'loss', origin: { kind: 'own' }, value: btc('381620280000') }];
  const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI'], { claims }, { newIncident: true });
  const { incidents } = finding.revision.document;
  const [before, list] = [await held(world, 'US-TFI', finding.id), await everything(world, 'US-TFI')];

  const corrected = [{ attribute: 'loss', origin: { kind: 'own' }, value: btc('361800000000') }];
  const next = await revised(finding, { incidents, claims: corrected, ...marked('TLP:AMBER') });
  expect(await everything(world, 'US-TFI')).toBe(list);
  expect(await outcome(next, ['JP-NPA'], ['US-TFI'])).toBe('done');

  expect(await held(world, 'US-TFI', finding.id)).toEqual(before);
  expect(await everything(world, 'US-TFI')).toBe(list);
  const text = await world
    .as('US-TFI', 'ANALYST')
    .query(
      `query ($id: ID!) { incident(id: $id) { findingCount claims { claims { claim { value { amount { low } } } } } } }`,
      {
        id: incidents[0],
      },
    );
  expect(text.text).toContain('381620280000');
  expect(text.text).not.toContain('361800000000');
});

const btc = (units: string) => ({ amount: { asset: 'BTC', decimals: 8, low: units, high: units } });

test('who gets the new one has both, the new one first in its list', async () => {
  const first = await released(world, 'KR-FSC', ['JP-NPA']);
  const between = await released(world, 'KR-FSC', ['JP-NPA']);
  const second = await revised(first, marked('TLP:AMBER'));
  expect(await outcome(second, ['JP-NPA'])).toBe('done');
  expect(await held(world, 'JP-NPA', first.id)).toMatchObject({
    state: 'RELEASED',
    marking: 'TLP:AMBER',
    revision: { id: newest(second) },
    revisions: [{ id: newest(first) }, { id: newest(second) }],
    releases: [{ revisionId: newest(first) }, { revisionId: newest(second) }],
  });
  const { findings } = await world
    .as('JP-NPA', 'ANALYST')
    .ask<{ findings: { nodes: { id: string }[] } }>('{ findings(first: 2) { nodes { id } } }');
  expect(findings.nodes.map(({ id }) => id)).toEqual([first.id, between.id]);
});

test('a further recipient gets the revision it is given and no earlier one', async () => {
  const first = await released(world, 'KR-FSC', ['JP-NPA']);
  const second = await revised(first);
  await outcome(second, ['JP-NPA', 'US-TFI']);
  expect((await held(world, 'US-TFI', first.id)).revisions).toEqual([{ id: newest(second) }]);
});

test('every rule is checked again: what carried the old revision may not carry the new one', async () => {
  const note = await released(world, 'KR-FSC', ['KR-KNPA'], { kind: 'policy-note' });
  let latest = note;
  for (const changes of [{ kind: 'hack' }, { kind: 'policy-note', ...marked('TLP:AMBER') }]) {
    latest = await revised(latest, changes);
    expect(await outcome(latest, ['KR-KNPA'])).toBe('INVALID input.recipients[0].agencyId');
  }
  expect(await held(world, 'KR-KNPA', note.id)).toMatchObject({ kind: 'policy-note', marking: 'TLP:GREEN' });
});

test('once a later revision is released, an earlier one goes to nobody any more', async () => {
  const first = await released(world, 'KR-FSC', ['JP-NPA']);
  const second = await revised(first);
  await outcome(second, ['JP-NPA']);
  const before = await contents(world);
  expect(await outcome(first, ['US-TFI'], ['JP-NPA'])).toBe('CONFLICT input.revisionId');
  expect(await contents(world)).toEqual(before);
  expect(await seen(world, 'US-TFI', first.id)).toBe('NOT_FOUND');
});
