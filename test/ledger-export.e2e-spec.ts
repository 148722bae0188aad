import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { administer, administratorsOf, tried } from './support/administration.js';
import { statementsOf } from './support/asked.js';
import { released } from './support/findings.js';
import {
  approvedExport,
  fetchExport,
  fetchOutcome,
  readExport,
  wholeTrail,
  type Entry,
} from './support/ledger-exports.js';
import { newMember, whileSuspended } from './support/partners.js';
import { eventually } from './support/processes.js';
import { agencyId, bothId, memberId, MEMBER_ROLES, type Code } from './support/roster.js';
import { contents } from './support/seen.js';
import { startWorld, type World } from './support/world.js';

/*
 * P8: the ledger of an agency leaves the service by two, and then as its audit trail shows it: the same entries, row by
 * row, to the same callers, for a day.
 */

/** Entries that an agency has of old: more than two pages of an export. */
const MANY = 2_345;

let world: World;
const auditor = (code: Code) => memberId(code, 'AUDITOR');
const operator = memberId('HUB', 'OPERATOR');
beforeAll(async () => {
  world = await startWorld();
  await released(world, 'KR-FSC', ['JP-NPA']);
  await released(world, 'JP-NPA', ['KR-FSC']);
  await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'setCap', { highestMarking: 'TLP:GREEN', widest: 2 });
  await world.sql(
    // Several in a microsecond, so that the order of ids counts; 한 and a line's end in what was said.
    `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at, details)
     select a.id, 'cap.set', a.id, 'agency', a.id,
            timestamptz '2020-01-01 00:00:00Z' + (n / 5) * interval '1 microsecond' * 333333,
            jsonb_build_object('said', E'한\\n' || n)
       from generate_series(1, $1::int) as n cross join agency a where a.code in ('KR-FSC', 'HUB')`,
    [MANY],
  );
}, 60_000);
afterAll(() => world.close());

/** Row by row; a failure shows one row. */
function expectSame(entries: readonly Entry[], trail: readonly Entry[]): void {
  const other = entries.findIndex((entry, n) => JSON.stringify(entry) !== JSON.stringify(trail[n]));
  expect([other, entries[other], trail[other]]).toEqual([-1, undefined, undefined]);
  expect(entries.length).toBe(trail.length);
}

const exported = async (member: string, id: string) =>
  readExport(await (await fetchExport(world, member, id)).text());

/** What stood in the audit trail when the export was approved: its approval is the first that is not in it. */
async function trailBefore(member: string, id: string, filter: object = {}): Promise<Entry[]> {
  const trail = await wholeTrail(world, member, filter);
  const approved = trail.findIndex(
    ({ act, subjectId }) => act === 'pending-act.approved' && subjectId === id,
  );
  return approved === -1 ? trail : trail.slice(0, approved);
}

describe('what is exported is what the audit trail shows the same caller', () => {
  test.each<[Code, string]>([
    ['KR-FSC', 'its auditor'],
    ['JP-NPA', 'its auditor'],
    ['HUB', 'the operator, who reads nothing on findings'],
  ])('%s: %s', async (code) => {
    const member = code === 'HUB' ? operator : auditor(code);
    const id = await approvedExport(world, code);
    const { entries, last } = await exported(member, id);
    expectSame(entries, await trailBefore(member, id));
    expect(entries.length).toBeGreaterThan(code === 'JP-NPA' ? 5 : MANY);
    expect(last).toMatchObject({ from: null, entries: entries.length });
  });

  test.each<[what: string, filter: { from?: string; to?: string }]>([
    ['from', { from: '2020-01-01T00:01:30Z' }],
    ['until', { to: '2020-01-01T00:01:30Z' }],
    ['from until', { from: '2020-01-01T00:00:10.333Z', to: '2020-01-01T00:02:00Z' }],
    ['when there was nothing', { from: '2019-01-01T00:00:00Z', to: '2019-01-02T00:00:00Z' }],
    ['until a time that has not come', { to: '2090-01-01T00:00:00Z' }],
  ])('%s', async (_, { from, to }) => {
    const id = await approvedExport(world, 'KR-FSC', { from, until: to });
    const { entries } = await exported(auditor('KR-FSC'), id);
    expectSame(entries, await trailBefore(auditor('KR-FSC'), id, { from, to }));
  });

  test('to the auditor of the hub more than to its operator: each gets its own trail', async () => {
    const watching = await newMember(world, 'HUB', ['AUDITOR']);
    await world.sql(
      `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
       select id, 'finding.released', id, 'finding', gen_random_uuid(), now() from agency where code = 'HUB'`,
    );
    const id = await approvedExport(world, 'HUB');
    const [seen, less] = [await exported(watching, id), await exported(operator, id)];
    expectSame(seen.entries, await trailBefore(watching, id));
    expectSame(less.entries, await trailBefore(operator, id));
    expect(seen.entries.length).toBeGreaterThan(less.entries.length);
  });

  test('the same bytes each time, whatever is done meanwhile', async () => {
    const id = await approvedExport(world, 'JP-NPA');
    const first = await (await fetchExport(world, auditor('JP-NPA'), id)).text();
    await released(world, 'JP-NPA', ['KR-FSC']);
    expect(await (await fetchExport(world, auditor('JP-NPA'), id)).text()).toBe(first);
  });
});

test('a line that is gone, changed or cut off is noticed by the last one', async () => {
  const id = await approvedExport(world, 'JP-NPA');
  const text = await (await fetchExport(world, auditor('JP-NPA'), id)).text();
  expect(readExport(text).entries.length).toBeGreaterThan(2);
  const lines = text.split('\n');
  for (const other of [
    lines.toSpliced(1, 1).join('\n'),
    lines.slice(0, -2).join('\n'),
    text.replace('finding.released', 'finding.recalled'),
    text.slice(0, -1),
  ])
    expect(() => readExport(other)).toThrow();
});

describe('who fetches', () => {
  let id: string;
  beforeAll(async () => {
    id = await approvedExport(world, 'KR-FSC');
  });

  test.each(MEMBER_ROLES.filter((role) => role !== 'OPERATOR'))('%s of the agency', async (role) => {
    const told = await fetchOutcome(world, memberId('KR-FSC', role), id);
    expect(told).toBe(role === 'AUDITOR' ? '200' : '403 FORBIDDEN');
  });

  test('not who may no longer ask for the audit trail', async () => {
    const ended = await newMember(world, 'KR-FSC', ['AUDITOR']);
    expect(await fetchOutcome(world, ended, id)).toBe('200');
    await world.sql('update member set ended_at = now() where id = $1', [ended]);
    const suspended = whileSuspended(world, 'KR-FSC', () => fetchOutcome(world, auditor('KR-FSC'), id));
    expect([await fetchOutcome(world, ended, id), await suspended]).toEqual([
      '401 UNAUTHENTICATED',
      '401 UNAUTHENTICATED',
    ]);
    expect(await fetchOutcome(world, null, id)).toBe('401 UNAUTHENTICATED');
  });

  test('another agency, and the hub, are told what of an id that never was', async () => {
    const before = await contents(world);
    for (const [code, member] of [
      ['JP-NPA', auditor('JP-NPA')],
      ['XX-ALONE', auditor('XX-ALONE')],
      ['HUB', operator],
      ['KR-FSC', bothId('KR-FSC')],
    ]) {
      const told = async (asked: string) => {
        const response = await fetchExport(world, member ?? null, asked);
        return [response.status, await response.text(), [...response.headers].map(([name]) => name)];
      };
      const hidden = await told(id);
      expect([code, hidden[0]]).toEqual([code, code === 'KR-FSC' ? 403 : 404]);
      for (const asked of [randomUUID(), 'nonsense', '%00', `${id}%20`])
        expect(await told(asked)).toEqual(hidden);
    }
    expect(await contents(world)).toEqual(before);
  });

  test('of the agency itself: not what waits, was refused, lapsed or is something else', async () => {
    const two = await administratorsOf(world, 'KR-FSC');
    const { pendingAct: waits } = await administer(two.first, 'exportLedger', {});
    const { pendingAct: refused } = await administer(two.first, 'exportLedger', {});
    await administer(two.first, 'refuseAct', { pendingActId: refused?.id, hash: refused?.hash });
    const cap = await two.both('setCap', { highestMarking: 'TLP:AMBER', widest: 900 });
    for (const one of [waits?.id, refused?.id, cap.id])
      expect(await fetchOutcome(world, auditor('KR-FSC'), one ?? '')).toBe('404 NOT_FOUND');
  });

  test('for 24 hours', async () => {
    const decided = (ago: string) =>
      world.sql(`update pending_act set decided_at = now() - interval '${ago}' where id = $1`, [id]);
    await decided('23 hours 59 minutes');
    expect(await fetchOutcome(world, auditor('KR-FSC'), id)).toBe('200');
    await decided('24 hours 1 second');
    expect(await fetchOutcome(world, auditor('KR-FSC'), id)).toBe('404 NOT_FOUND');
  });

  test('by GET alone', async () => {
    const own = await approvedExport(world, 'KR-FSC');
    const before = await contents(world);
    for (const method of ['HEAD', 'POST', 'DELETE'])
      expect((await fetchExport(world, auditor('KR-FSC'), own, method)).status).toBe(404);
    expect(await contents(world)).toEqual(before);
  });
});

describe('it takes two, who oversee', () => {
  test('who asked does not approve; what was approved is not approved again', async () => {
    const asking = world.as('KR-FSC', 'AUDITOR');
    const { pendingAct } = await administer(asking, 'exportLedger', { from: '2020-01-01T00:00:00Z' });
    expect(JSON.parse(pendingAct?.content ?? '')).toEqual({ from: '2020-01-01T00:00:00.000Z' });
    const named = { pendingActId: pendingAct?.id, hash: pendingAct?.hash };
    expect(await tried(asking, 'approveAct', named)).toBe('CONFLICT input.pendingActId');
    const second = world.member(await newMember(world, 'KR-FSC', ['AUDITOR']));
    expect(await tried(second, 'approveAct', named)).toBe('done');
    expect(await tried(second, 'approveAct', named)).toBe('CONFLICT input.pendingActId');
  });

  test('an auditor decides of that alone', async () => {
    const { first } = await administratorsOf(world, 'KR-FSC');
    const { pendingAct } = await administer(first, 'setCap', { highestMarking: 'TLP:AMBER', widest: 999 });
    const named = { pendingActId: pendingAct?.id, hash: pendingAct?.hash };
    for (const name of ['approveAct', 'refuseAct'] as const)
      expect(await tried(world.as('KR-FSC', 'AUDITOR'), name, named)).toBe('FORBIDDEN');
  });

  test('what would end before it begins is not asked for', async () => {
    const input = { from: '2026-01-01T00:00:00Z', until: '2026-01-01T00:00:00Z' };
    expect(await tried(world.as('KR-FSC', 'AUDITOR'), 'exportLedger', input)).toBe('INVALID input.until');
  });

  test('it is in the ledger: asked for, approved, fetched each time, and by whom', async () => {
    const began = new Date().toISOString();
    const id = await approvedExport(world, 'US-TFI', { from: '2020-01-01T00:00:00Z' });
    for (let times = 0; times < 2; times++) await exported(auditor('US-TFI'), id);
    const trail = await wholeTrail(world, auditor('US-TFI'), { from: began });
    const said = { from: '2020-01-01T00:00:00.000Z' };
    const told = trail.map(({ act, subjectId, memberId: by, details }) => [
      act,
      subjectId,
      by,
      JSON.parse(details ?? 'null') as unknown,
    ]);
    const other = expect.not.stringMatching(auditor('US-TFI')) as unknown;
    expect(told).toEqual([
      ['pending-act.requested', id, auditor('US-TFI'), { act: 'ledger.exported', ...said }],
      ['pending-act.approved', id, other, null],
      ['ledger.exported', agencyId('US-TFI'), other, said],
      ['ledger.fetched', id, auditor('US-TFI'), null],
      ['ledger.fetched', id, auditor('US-TFI'), null],
    ]);
  });
});

describe('while it is on its way', () => {
  let reading: { text: () => Promise<string>; stop: () => void };
  let id: string;
  let pages: number;
  /** One that is long, and not read on: more than what stands in the buffers of a connection. */
  beforeEach(async () => {
    await world.sql(
      `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at, details)
       select id, 'cap.set', id, 'agency', id, timestamptz '2021-01-01Z' + n * interval '1 millisecond',
              jsonb_build_object('said', repeat('x', 2000))
         from generate_series(1, 12000) as n cross join agency where code = 'US-TFI'`,
    );
    id = await approvedExport(world, 'US-TFI', { from: '2021-01-01T00:00:00Z' });
    const { result: response, statements } = await statementsOf(async () => {
      const begun = await fetchExport(world, auditor('US-TFI'), id);
      await pause(1_000);
      return begun;
    });
    pages = statements.filter(({ text }) => text.includes('from entry')).length;
    const reader = response.body?.getReader();
    if (!reader) throw new Error('No body.');
    const parts: Uint8Array[] = [];
    const text = async () => {
      for (let part = await reader.read(); part.value; part = await reader.read()) parts.push(part.value);
      return Buffer.concat(parts).toString();
    };
    reading = { text, stop: () => void reader.cancel().catch(() => undefined) };
  });

  afterEach(async () => {
    reading.stop();
    await eventually(
      'its place is free',
      async () => (await fetchOutcome(world, auditor('US-TFI'), id)) === '200',
    );
  });

  test('no more is read for it than its reader takes', () => {
    expect(pages).toBeGreaterThan(0);
    expect(pages).toBeLessThan(10);
  });

  test('another of the agency is refused, until it is over; another agency is not touched', async () => {
    const refused = await fetchExport(world, auditor('US-TFI'), id);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    const other = await approvedExport(world, 'JP-NPA');
    expect(await fetchOutcome(world, auditor('JP-NPA'), other)).toBe('200');
  });

  test('it is cut off when its reader is put out, and is seen not to be whole', async () => {
    await whileSuspended(world, 'US-TFI', async () => {
      await expect(reading.text()).rejects.toThrow();
    });
  });

  test('read on, it is whole', async () => {
    expect(readExport(await reading.text()).entries.length).toBeGreaterThanOrEqual(12_000);
  });
});

describe('it is paid for by its agency', () => {
  let own: World;
  beforeAll(async () => {
    own = await startWorld({ agency: { budget: 40, atOnce: 4 } });
  });
  afterAll(() => own.close());

  const rested = () => pause(1_000);

  test('each page of it; another agency is not touched', async () => {
    await own.sql(
      `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
       select id, 'cap.set', id, 'agency', id, timestamptz '2020-01-01Z' + n * interval '1 millisecond'
         from generate_series(1, 1900) as n cross join agency where code = 'KR-FSC'`,
    );
    const [asked] = await own.sql<{ id: string }>(
      `insert into pending_act (agency_id, act, content, hash, requested_by, requester_id, decided_by, decider_id,
                                decided_at, outcome)
       select a.agency_id, 'ledger.exported', '{}', '', a.id, a.person_id, b.id, b.person_id, now(), 'DONE'
         from member a, member b where a.id = $1 and b.id = $2 returning id`,
      [auditor('KR-FSC'), memberId('KR-FSC', 'AGENCY_ADMIN')],
    );
    const { id } = asked ?? { id: '' };
    await rested();
    const text = await (await fetchExport(own, auditor('KR-FSC'), id)).text();
    expect(readExport(text).entries.length).toBeGreaterThanOrEqual(1_900);
    const spent = await fetchExport(own, auditor('KR-FSC'), id);
    // Beyond what the act itself took: that was back within two.
    expect([spent.status, Number(spent.headers.get('retry-after')) > 2]).toEqual([429, true]);
    expect((await own.as('KR-FSC', 'AUDITOR').query('{ viewer { name } }')).status).toBe(429);
    expect((await own.as('JP-NPA', 'AUDITOR').query('{ viewer { name } }')).status).toBe(200);
  });
});
