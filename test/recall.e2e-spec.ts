import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  act,
  attempt,
  document,
  draft,
  newest,
  recipients,
  released,
  submit,
  type Finding,
} from './support/findings.js';
import { inReview, to } from './support/releases.js';
import { agencyId, memberId, type Code } from './support/roster.js';
import { contents, everything, held, listed, seen, tombstone } from './support/seen.js';
import { inHours, passHours } from './support/time.js';
import { numberAll } from './support/workers.js';
import { startWorld, type OwnWorld } from './support/world.js';

let world: OwnWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const recall = (finding: Finding, from?: readonly Code[], reason = 'inaccurate'): Promise<Finding> =>
  act(world, 'KR-FSC', 'RELEASER', 'recallFinding', {
    findingId: finding.id,
    reason,
    ...(from && { agencyIds: from.map(agencyId) }),
  });

const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

test('taken back from one agency: it keeps a tombstone with the reason, another its finding, a stranger knows nothing', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  const others = await everything(world, 'US-TFI');
  const { state } = await recall(finding, ['JP-NPA'], 'released-in-error');

  expect(await seen(world, 'JP-NPA', finding.id)).toEqual(
    tombstone(finding.id, 'RECALLED', 'released-in-error', aTime),
  );
  expect(await everything(world, 'US-TFI')).toBe(others);
  for (const code of ['CN-CAMLMAC', 'KR-KNPA', 'XX-ALONE'] as const) {
    expect(await seen(world, code, finding.id)).toBe('NOT_FOUND');
  }
  expect(state).toBe('RELEASED');
  expect((await held(world, 'KR-FSC', finding.id)).releases.map(({ agency }) => agency?.code)).toEqual([
    'US-TFI',
  ]);
});

test('taken back from all: every former recipient has the tombstone, the author its finding', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  const { state } = await recall(finding, undefined, 'legal-ground');
  expect(state).toBe('RECALLED');
  for (const code of ['JP-NPA', 'US-TFI'] as const) {
    expect(await seen(world, code, finding.id)).toEqual(
      tombstone(finding.id, 'RECALLED', 'legal-ground', aTime),
    );
  }
  expect(await seen(world, 'CN-CAMLMAC', finding.id)).toBe('NOT_FOUND');
  expect(await held(world, 'KR-FSC', finding.id)).toMatchObject({
    state: 'RECALLED',
    revision: { id: newest(finding) },
    releases: [],
  });
});

test('taken back from one after the other, it is recalled with the last', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  expect((await recall(finding, ['JP-NPA'])).state).toBe('RELEASED');
  expect((await recall(finding, ['US-TFI'])).state).toBe('RECALLED');
});

test('what was taken back is in no list, no count, no incident and no search, under any filter', async () => {
  const wallet = { type: 'ip', value: '203.0.113.7', role: 'suspect' };
  const before = await everything(world, 'CN-CAMLMAC');
  const finding = await released(
    world,
    'KR-FSC',
    ['CN-CAMLMAC'],
    {
      indicators: [wallet],
      claims: [{ attribute: 'method', value: { term: 'phishing' }, origin: { kind: 'own' } }],
    },
    { newIncident: true },
  );
  const incident = finding.revision.document.incidents[0];
  const filters = [{ incident }, { indicator: { type: 'ip', value: '203.0.113.7' } }, { words: 'theft' }];
  for (const filter of filters) expect(await listed(world, 'CN-CAMLMAC', filter)).toEqual([finding.id]);

  await recall(finding);
  expect(await everything(world, 'CN-CAMLMAC')).toBe(before);
  for (const filter of [...filters, { states: ['RECALLED'] }]) {
    expect(await listed(world, 'CN-CAMLMAC', filter)).toEqual([]);
  }
  const answer = await world
    .as('CN-CAMLMAC', 'ANALYST')
    .query('query ($id: ID!) { incident(id: $id) { id } }', { id: incident });
  expect(answer.errors[0]?.extensions.code).toBe('NOT_FOUND');
});

test('every revision is taken back, the earlier ones too', async () => {
  const first = await released(world, 'KR-FSC', ['JP-NPA']);
  const basedOn = newest(first);
  const second = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', {
    basedOn,
    document: document(),
  });
  await submit(world, 'KR-FSC', second);
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', {
    revisionId: newest(second),
    recipients: recipients(['JP-NPA']),
  });
  await recall(first);
  expect(await seen(world, 'JP-NPA', first.id)).toMatchObject({ revision: null, revisions: [] });
  expect(await world.sql('select from release where finding_id = $1', [first.id])).toEqual([]);
});

test('released to it again, it has the finding and no tombstone, and at its end one of that end', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  await recall(finding);
  const again = { revisionId: newest(finding), recipients: to('JP-NPA', { until: inHours(1) }) };
  expect((await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', again)).state).toBe('RELEASED');
  expect(await held(world, 'JP-NPA', finding.id)).toMatchObject({
    state: 'RELEASED',
    revision: { id: newest(finding) },
    withdrawnAt: null,
    withdrawnReason: null,
  });
  expect(await listed(world, 'JP-NPA')).toContain(finding.id);
  expect(await seen(world, 'US-TFI', finding.id)).toMatchObject({ state: 'RECALLED' });
  await passHours(world, 2);
  expect(await seen(world, 'JP-NPA', finding.id)).toEqual(tombstone(finding.id, 'EXPIRED', 'EXPIRED', aTime));
});

test('taken back twice, the tombstone says the later time and reason', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA']);
  await recall(finding, undefined, 'inaccurate');
  const first = await held(world, 'JP-NPA', finding.id);
  const again = { revisionId: newest(finding), recipients: recipients(['JP-NPA']) };
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', again);
  await recall(finding, undefined, 'investigation');
  const second = await held(world, 'JP-NPA', finding.id);
  expect(second.withdrawnReason).toBe('investigation');
  expect(Date.parse(String(second.withdrawnAt))).toBeGreaterThan(Date.parse(String(first.withdrawnAt)));
});

test.each([
  ['one that never had it', agencyId('CN-CAMLMAC')],
  ['a stranger', agencyId('XX-ALONE')],
  ['its author', agencyId('KR-FSC')],
  ['one that does not exist', randomUUID()],
])('it cannot be taken back from %s: nothing is', async (_, id) => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA']);
  const before = await contents(world);
  const input = { findingId: finding.id, agencyIds: [agencyId('JP-NPA'), id], reason: 'inaccurate' };
  expect(await attempt(world, 'KR-FSC', 'RELEASER', 'recallFinding', input)).toBe(
    'NOT_FOUND input.agencyIds',
  );
  expect(await contents(world)).toEqual(before);
});

test('nor from one whose right has ended: it keeps the tombstone of that end', async () => {
  const finding = await inReview(world, 'KR-FSC');
  const recipients = [...to('JP-NPA'), ...to('US-TFI', { until: inHours(1) })];
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', { revisionId: newest(finding), recipients });
  await passHours(world, 2);
  const input = { findingId: finding.id, agencyIds: [agencyId('US-TFI')], reason: 'inaccurate' };
  expect(await attempt(world, 'KR-FSC', 'RELEASER', 'recallFinding', input)).toBe(
    'NOT_FOUND input.agencyIds',
  );
  await recall(finding);
  expect(await seen(world, 'JP-NPA', finding.id)).toMatchObject({ state: 'RECALLED' });
  expect(await seen(world, 'US-TFI', finding.id)).toMatchObject({ state: 'EXPIRED' });
});

describe('its answer says up to where its former recipients may have had it', () => {
  interface Told {
    agency: { code: Code };
    position: number | null;
    recordedAt: string | null;
  }
  const RECALL = `mutation ($input: RecallFindingInput!) {
    recallFinding(input: $input) { recalledFrom { agency { code } position recordedAt } } }`;
  const recalledFrom = async (findingId: string, idempotencyKey: string = randomUUID(), from?: Code[]) => {
    const agencyIds = from?.map(agencyId);
    const input = { idempotencyKey, findingId, reason: 'inaccurate', ...(agencyIds && { agencyIds }) };
    const { recallFinding } = await world
      .as('KR-FSC', 'RELEASER')
      .ask<{ recallFinding: { recalledFrom: Told[] } }>(RECALL, { input });
    return Object.fromEntries(recallFinding.recalledFrom.map(({ agency, ...told }) => [agency.code, told]));
  };
  /** Releases of a finding as the feed of an agency has them. */
  const releasesIn = async (code: Code, findingId: string) => {
    const { feed } = await world.as(code, 'ANALYST').ask<{
      feed: { events: { position: number; recordedAt: string; type: string; subjectId: string }[] };
    }>('{ feed(first: 100, types: ["finding.released"]) { events { position recordedAt type subjectId } } }');
    return feed.events
      .filter(({ subjectId }) => subjectId === findingId)
      .map(({ position, recordedAt }) => ({ position, recordedAt }));
  };

  test('not at all, where no feed had told it', async () => {
    await numberAll(world);
    const { id } = await released(world, 'KR-FSC', ['JP-NPA']);
    expect(await recalledFrom(id)).toEqual({ 'JP-NPA': { position: null, recordedAt: null } });
  });

  test('up to the last act that its feed had told, each its own; asked again, the same', async () => {
    const first = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
    await numberAll(world);
    const revised = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', {
      basedOn: newest(first),
      document: document(),
    });
    await submit(world, 'KR-FSC', revised);
    await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', {
      revisionId: newest(revised),
      recipients: recipients(['JP-NPA']),
      without: [agencyId('US-TFI')],
    });
    await numberAll(world);
    // Of a third release no feed has told yet.
    const third = { revisionId: newest(revised), recipients: recipients(['US-TFI']) };
    await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', third);
    const key = randomUUID();
    const told = await recalledFrom(first.id, key);
    const [one, two] = await releasesIn('KR-FSC', first.id);
    expect(told).toEqual({ 'JP-NPA': two, 'US-TFI': one });
    // Its event has the same time in the recipient's own feed.
    expect((await releasesIn('JP-NPA', first.id)).at(-1)?.recordedAt).toBe(two?.recordedAt);
    expect(await recalledFrom(first.id, key)).toEqual(told);
  });

  test('of those it was taken back from alone, and says nothing of how long their feeds are', async () => {
    const { id } = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
    for (let n = 0; n < 3; n++) await draft(world, 'JP-NPA');
    await numberAll(world);
    const [own] = await releasesIn('KR-FSC', id);
    const [theirs] = await releasesIn('JP-NPA', id);
    expect(own?.position).not.toBe(theirs?.position);
    expect(await recalledFrom(id, randomUUID(), ['JP-NPA'])).toEqual({ 'JP-NPA': own });
  });

  test('to its author alone', async () => {
    const { id } = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
    await numberAll(world);
    await recalledFrom(id);
    const asked = (code: Code) =>
      world.doors.read({ id: memberId(code, 'RELEASER'), needed: ['RELEASER'] }, (reader) =>
        reader.rows('select * from recalled_from($1)', [id]),
      );
    expect(await asked('KR-FSC')).toHaveLength(2);
    for (const code of ['JP-NPA', 'US-TFI', 'CN-CAMLMAC', 'XX-ALONE'] as const)
      expect(await asked(code)).toEqual([]);
  });
});
