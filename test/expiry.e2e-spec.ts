import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  act,
  attempt,
  document,
  newest,
  recipients,
  released,
  submit,
  type Finding,
} from './support/findings.js';
import { withoutFilter } from './support/forgetful.js';
import { newArrangement } from './support/partners.js';
import { eventually } from './support/processes.js';
import { inReview, releaseOutcome, to, tryRelease } from './support/releases.js';
import type { Code } from './support/roster.js';
import { contents, everything, held, listed, seen, tombstone } from './support/seen.js';
import { inHours, passHours } from './support/time.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const expire = (finding: Finding, at?: string) =>
  act(world, 'KR-FSC', 'RELEASER', 'expireFinding', { findingId: finding.id, at });

const ended = ({ id }: Finding) => tombstone(id, 'EXPIRED', 'EXPIRED', expect.stringMatching(/^\d{4}-/));

describe('an end for all', () => {
  test('now: its recipients have a tombstone, a stranger knows nothing, its author keeps it', async () => {
    const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
    expect((await expire(finding)).state).toBe('EXPIRED');
    for (const code of ['JP-NPA', 'US-TFI'] as const)
      expect(await seen(world, code, finding.id)).toEqual(ended(finding));
    expect(await seen(world, 'CN-CAMLMAC', finding.id)).toBe('NOT_FOUND');
    expect(await held(world, 'KR-FSC', finding.id)).toMatchObject({
      state: 'EXPIRED',
      revision: { id: newest(finding) },
      expiresAt: expect.any(String),
    });
  });

  test('at a time: everybody is told when, keeps it until then, and loses it then', async () => {
    const finding = await released(world, 'KR-FSC', ['JP-NPA']);
    const at = inHours(24);
    expect((await expire(finding, at)).state).toBe('RELEASED');
    for (const code of ['JP-NPA', 'KR-FSC'] as const) {
      expect(await held(world, code, finding.id)).toMatchObject({ state: 'RELEASED', expiresAt: at });
    }
    await passHours(world, 23);
    expect(await seen(world, 'JP-NPA', finding.id)).toMatchObject({ state: 'RELEASED' });
    await passHours(world, 2);
    expect(await seen(world, 'JP-NPA', finding.id)).toEqual(ended(finding));
    expect(await seen(world, 'KR-FSC', finding.id)).toMatchObject({ state: 'EXPIRED' });
  });

  test('it can be brought forward, not put off', async () => {
    const finding = await released(world, 'KR-FSC', ['JP-NPA']);
    const [later, soon] = [inHours(48), inHours(24)];
    await expire(finding, soon);
    const before = await contents(world);
    const putOff = { findingId: finding.id, at: later };
    expect(await attempt(world, 'KR-FSC', 'RELEASER', 'expireFinding', putOff)).toBe('INVALID input.at');
    expect(await contents(world)).toEqual(before);
    const sooner = inHours(1);
    await expire(finding, sooner);
    expect((await held(world, 'JP-NPA', finding.id)).expiresAt).toBe(sooner);
  });

  test('a recipient that comes later loses it at the same time', async () => {
    const finding = await released(world, 'KR-FSC', ['JP-NPA']);
    const at = inHours(24);
    await expire(finding, at);
    await tryRelease(world, 'KR-FSC', finding, to('US-TFI', { until: inHours(48) }));
    expect((await held(world, 'US-TFI', finding.id)).expiresAt).toBe(at);
  });
});

describe('an end for one', () => {
  test('each recipient keeps it until its own time, and is told that alone', async () => {
    const finding = await inReview(world, 'KR-FSC');
    const until = inHours(24);
    await tryRelease(world, 'KR-FSC', finding, [...to('JP-NPA', { until }), ...to('US-TFI')]);
    expect((await held(world, 'JP-NPA', finding.id)).expiresAt).toBe(until);
    expect((await held(world, 'US-TFI', finding.id)).expiresAt).toBeNull();
    await passHours(world, 25);
    expect(await seen(world, 'JP-NPA', finding.id)).toEqual(ended(finding));
    expect((await held(world, 'US-TFI', finding.id)).state).toBe('RELEASED');
    expect((await held(world, 'KR-FSC', finding.id)).state).toBe('RELEASED');
  });

  test('no right waits for a job: it ends by the clock', async () => {
    const finding = await inReview(world, 'KR-FSC');
    await tryRelease(world, 'KR-FSC', finding, to('JP-NPA', { until: inHours(0.3 / 3600) }));
    expect((await held(world, 'JP-NPA', finding.id)).state).toBe('RELEASED');
    await eventually(
      'the right has ended',
      async () => !(await listed(world, 'JP-NPA')).includes(finding.id),
      3,
    );
    expect(await seen(world, 'JP-NPA', finding.id)).toEqual(ended(finding));
  });

  test('what has ended is in no list, no count and no incident', async () => {
    const before = await everything(world, 'CN-CAMLMAC');
    const claims = [{ attribute: 'method', value: { term: 'phishing' }, origin: { kind: 'own' } }];
    const finding = await released(world, 'KR-FSC', ['CN-CAMLMAC'], { claims }, { newIncident: true });
    expect(await everything(world, 'CN-CAMLMAC')).not.toBe(before);
    await expire(finding);
    expect(await everything(world, 'CN-CAMLMAC')).toBe(before);
    expect(await listed(world, 'CN-CAMLMAC', { states: ['EXPIRED'] })).toEqual([]);
    const forgetful = await withoutFilter(() => everything(world, 'CN-CAMLMAC'));
    expect(forgetful.result).toBe(before);
  });

  test('who lost it is no holder: a new revision passes it by, and opens to it if it is given', async () => {
    const first = await inReview(world, 'KR-FSC');
    await tryRelease(world, 'KR-FSC', first, [...to('JP-NPA', { until: inHours(1) }), ...to('US-TFI')]);
    await passHours(world, 2);
    const revise = { basedOn: newest(first), document: document() };
    const second = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', revise);
    await submit(world, 'KR-FSC', second);
    expect((await releaseOutcome(world, 'KR-FSC', second, to('US-TFI')))[0]).toBe('done');
    expect(await seen(world, 'JP-NPA', first.id)).toEqual(ended(first));
    expect((await releaseOutcome(world, 'KR-FSC', second, to('JP-NPA')))[0]).toBe('done');
    // The right to the first revision has ended; that to the second has not.
    const { revisions, releases } = await held(world, 'JP-NPA', first.id);
    expect(revisions).toEqual([{ id: newest(second) }]);
    expect(releases.map(({ revisionId }) => revisionId)).toEqual([newest(second)]);
  });
});

describe('what the arrangement says of the end', () => {
  const PAIR: [Code, Code] = ['XX-ALONE', 'US-TFI'];

  test.each([
    ['KEEP', 'RELEASED'],
    ['STOP', 'EXPIRED'],
    ['RECALL', 'EXPIRED'],
  ] as const)(
    'it ends; it says %s: what was released under it is %s then, and nothing more goes under it',
    async (onEnd, state) => {
      const arrangementId = await newArrangement(world, PAIR, { endsIn: 24, onEnd });
      const finding = await inReview(world, 'XX-ALONE');
      await tryRelease(world, 'XX-ALONE', finding, to('US-TFI', { arrangementId }));
      const { expiresAt } = await held(world, 'US-TFI', finding.id);
      if (onEnd === 'KEEP') expect(expiresAt).toBeNull();
      else expect(Math.abs(Date.parse(String(expiresAt)) - Date.parse(inHours(24)))).toBeLessThan(60_000);

      await passHours(world, 25);
      expect(await seen(world, 'US-TFI', finding.id)).toMatchObject({ state });
      const next = await inReview(world, 'XX-ALONE');
      const [outcome, message] = await releaseOutcome(
        world,
        'XX-ALONE',
        next,
        to('US-TFI', { arrangementId }),
      );
      expect(outcome).toBe('INVALID input.recipients[0].agencyId');
      expect(message).toContain('NO_ARRANGEMENT_IN_FORCE');
    },
  );

  test.each([
    ['its retention', { retentionDays: 2 }, {}, 48],
    ['the retention, before the time given', { retentionDays: 2 }, { hours: 72 }, 48],
    ['the time given, before the retention', { retentionDays: 2 }, { hours: 24 }, 24],
    [
      'the end of the arrangement, before the retention',
      { retentionDays: 2, endsIn: 12, onEnd: 'STOP' as const },
      {},
      12,
    ],
    [
      'the retention, though the arrangement is kept beyond its end',
      { retentionDays: 2, endsIn: 12 },
      {},
      48,
    ],
  ])('the earliest counts: %s', async (_, rules, given: { hours?: number }, hours) => {
    const arrangementId = await newArrangement(world, PAIR, rules);
    const finding = await inReview(world, 'XX-ALONE');
    const until = given.hours === undefined ? {} : { until: inHours(given.hours) };
    await tryRelease(world, 'XX-ALONE', finding, to('US-TFI', { arrangementId, ...until }));
    const { expiresAt } = await held(world, 'US-TFI', finding.id);
    expect(Math.abs(Date.parse(String(expiresAt)) - Date.parse(inHours(hours)))).toBeLessThan(60_000);
  });
});

test('given again without an end, it has none any more', async () => {
  const finding = await inReview(world, 'KR-FSC');
  await tryRelease(world, 'KR-FSC', finding, to('JP-NPA', { until: inHours(1) }));
  await passHours(world, 2);
  const again = { revisionId: newest(finding), recipients: recipients(['JP-NPA']) };
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', again);
  expect(await held(world, 'JP-NPA', finding.id)).toMatchObject({ state: 'RELEASED', expiresAt: null });
});
