import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { send } from './support/administration.js';
import { registered } from './support/clients.js';
import {
  ACKNOWLEDGE,
  eventsOf,
  feed,
  QUERY,
  toldOf,
  wholeFeed,
  type FeedVariables,
} from './support/feeds.js';
import { act, draft, newest, released, submit, type Finding } from './support/findings.js';
import { agencyId, MEMBER_ROLES, type Code } from './support/roster.js';
import { numberAll } from './support/workers.js';
import { outcomeOf, startWorld, type Client, type OwnWorld } from './support/world.js';

let world: OwnWorld;
beforeAll(async () => {
  world = await startWorld({ pool: 8 });
});
afterAll(() => world.close());

const analyst = (code: Code): Client => world.as(code, 'ANALYST');
const outcome = async (client: Client, variables: FeedVariables) =>
  outcomeOf(await client.query(QUERY, { of: 'SHARING', ...variables }));

const onFindings = async (code: Code) =>
  eventsOf(await wholeFeed(analyst(code))).filter(({ subjectType }) => subjectType === 'finding');

const recall = (finding: Finding) =>
  act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: finding.id, reason: 'inaccurate' });

describe('a feed', () => {
  let finding: Finding;
  beforeAll(async () => {
    finding = await released(world, 'KR-FSC', ['JP-NPA']);
    await released(world, 'KR-FSC', ['US-TFI']);
    await numberAll(world);
  });

  test('has positions without a gap, in pages, and a total by which a consumer knows that it has all', async () => {
    for (const code of ['KR-FSC', 'JP-NPA', 'US-TFI', 'CN-CAMLMAC'] as const) {
      const pages = await wholeFeed(analyst(code), { first: 2 });
      const total = pages.at(-1)?.total ?? -1;
      expect(toldOf(pages)).toEqual(Array.from({ length: total }, (_, n) => n + 1));
      expect(eventsOf(pages)).toHaveLength(total);
      expect(pages.map(({ after }) => after)).toEqual([
        0,
        ...pages.slice(0, -1).map(({ through }) => through),
      ]);
    }
    const [own] = await wholeFeed(analyst('KR-FSC'), { first: 100 });
    const types = own?.events.map(({ type }) => type).filter((type) => type.startsWith('finding'));
    expect(types?.slice(0, 3)).toEqual(['finding.drafted', 'finding.submitted', 'finding.released']);
  });

  test('tells a recipient what was released to it, by whom, and the finding itself', async () => {
    const event = (await onFindings('JP-NPA'))[0];
    expect(event).toMatchObject({
      type: 'finding.released',
      subjectType: 'finding',
      subjectId: finding.id,
      revisionId: newest(finding),
      withdrawn: false,
      actor: { code: 'KR-FSC' },
      finding: { id: finding.id, state: 'RELEASED' },
    });
  });

  test('with types: the others are told as ranges, and so the whole is proven all the same', async () => {
    for (const types of [['finding.released'], ['finding.drafted', 'finding.unheard-of'], ['no.such']]) {
      const pages = await wholeFeed(analyst('KR-FSC'), { types, first: 1 });
      expect(eventsOf(pages).every(({ type }) => types.includes(type))).toBe(true);
      const total = pages.at(-1)?.total ?? -1;
      expect(toldOf(pages)).toEqual(Array.from({ length: total }, (_, n) => n + 1));
    }
  });

  test('is asked again from any cursor, and tells the same', async () => {
    const all = eventsOf(await wholeFeed(analyst('KR-FSC')));
    for (const { cursor, position } of all)
      expect(eventsOf(await wholeFeed(analyst('KR-FSC'), { after: cursor, first: 3 }))).toEqual(
        all.slice(position),
      );
  });

  test('tells of what was recalled that it was there, and no more', async () => {
    await recall(finding);
    await numberAll(world);
    const [was, recalled] = await onFindings('JP-NPA');
    const gone = { subjectId: finding.id, withdrawn: true, actor: null, revisionId: null };
    const tombstone = { id: finding.id, state: 'RECALLED', withdrawnReason: 'inaccurate' };
    expect(was).toMatchObject({ ...gone, type: 'finding.released', finding: tombstone });
    expect(recalled).toMatchObject({ ...gone, type: 'finding.recalled', finding: tombstone });
    // Its author still has it.
    const own = eventsOf(await wholeFeed(analyst('KR-FSC'))).filter(
      ({ subjectId }) => subjectId === finding.id,
    );
    expect(own.every(({ withdrawn, finding: kept }) => !withdrawn && kept?.id === finding.id)).toBe(true);
  });
});

describe('what a feed is asked', () => {
  test.each([
    [{ first: 0 }, 'INVALID first'],
    [{ first: 101 }, 'INVALID first'],
    [{ after: 'nonsense' }, 'INVALID after'],
    [{ after: Buffer.from('["SHARING","x",1]').toString('base64url') }, 'INVALID after'],
    [{ after: Buffer.from(`["SHARING","${randomUUID()}",-1]`).toString('base64url') }, 'INVALID after'],
    [{ types: [] }, 'INVALID types'],
    [{ types: ['Finding released'] }, 'INVALID types[0]'],
    [{ types: ['finding.released', `finding.${'x'.repeat(90)}`] }, 'INVALID types[1]'],
    [{ wait: 26 }, 'INVALID wait'],
    [{ wait: -1 }, 'INVALID wait'],
  ])('%j is %s', async (variables, expected) => {
    expect(await outcome(analyst('JP-NPA'), variables)).toBe(expected);
  });

  test('a cursor of the other feed is none of this', async () => {
    const { endCursor } = await feed(analyst('KR-FSC'));
    expect(
      await outcome(world.as('KR-FSC', 'AGENCY_ADMIN'), { of: 'ADMINISTRATION', after: endCursor }),
    ).toBe('INVALID after');
  });

  test('a cursor of an earlier epoch, or from beyond the end, is CONFLICT and says what to do', async () => {
    const { endCursor, epoch, total } = await feed(analyst('KR-FSC'), { first: 100 });
    const beyond = Buffer.from(JSON.stringify(['SHARING', epoch, total + 1])).toString('base64url');
    expect(await outcome(analyst('KR-FSC'), { of: 'SHARING', after: beyond })).toBe('CONFLICT after');
    await world.sql('select begin_epoch()');
    const before = await analyst('KR-FSC').query(QUERY, { of: 'SHARING', after: endCursor });
    expect(outcomeOf(before)).toBe('CONFLICT after');
    expect(before.errors[0]?.message).toContain('from its beginning, without a cursor');
    expect(outcomeOf(await analyst('KR-FSC').query(ACKNOWLEDGE, { cursor: endCursor }))).toBe(
      'CONFLICT input.cursor',
    );
    const again = await feed(analyst('KR-FSC'), { first: 100 });
    expect(again.epoch).not.toBe(epoch);
    expect(again.total).toBe(total);
  });
});

describe('who may read', () => {
  const READ = {
    SHARING: ['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON'],
    ADMINISTRATION: ['AGENCY_ADMIN', 'AUDITOR'],
  };

  test.each(['SHARING', 'ADMINISTRATION'] as const)('the feed %s', async (of) => {
    const roles = MEMBER_ROLES.filter((role) => role !== 'OPERATOR');
    const answered = await Promise.all(
      roles.map(async (role) => [role, await outcome(world.as('KR-FSC', role), { of })] as const),
    );
    expect(Object.fromEntries(answered)).toEqual(
      Object.fromEntries(
        roles.map((role) => [role, READ[of].some((one) => one === role) ? 'done' : 'FORBIDDEN']),
      ),
    );
    expect(await outcome(world.anonymous, { of })).toBe('UNAUTHENTICATED');
  });

  test('an act of administration leaves no mark in the feed of those who read findings', async () => {
    await numberAll(world);
    const before = JSON.stringify(await wholeFeed(analyst('KR-FSC')));
    await registered(world, 'KR-FSC');
    await send(world.as('KR-FSC', 'AGENCY_ADMIN'), 'setCap', {
      highestMarking: 'TLP:AMBER+STRICT',
      widest: 3,
    });
    await numberAll(world);
    expect(JSON.stringify(await wholeFeed(analyst('KR-FSC')))).toBe(before);
    const administration = eventsOf(
      await wholeFeed(world.as('KR-FSC', 'AGENCY_ADMIN'), { of: 'ADMINISTRATION' }),
    );
    expect(administration.map(({ type }) => type).slice(-2)).toEqual(['client.registered', 'cap.set']);
    expect(administration.every(({ finding }) => finding === null)).toBe(true);
    expect(JSON.stringify(administration)).not.toContain('TLP');
  });

  test('nor does what other agencies do with each other', async () => {
    const [before, total] = [JSON.stringify(await wholeFeed(analyst('CN-CAMLMAC'))), await positions()];
    await recall(await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']));
    await numberAll(world);
    expect(await positions()).toBeGreaterThan(total);
    expect(JSON.stringify(await wholeFeed(analyst('CN-CAMLMAC')))).toBe(before);
  });

  const positions = async () =>
    (await world.sql<{ n: number }>('select count(*)::int as n from feed_position'))[0]?.n ?? 0;

  test('the end of an arrangement, by which findings are lost, comes to both feeds', async () => {
    const [{ id } = { id: '' }] = await world.sql<{ id: string }>(
      `insert into arrangement (title, proposed_by, purposes, kinds, highest_marking, valid_from, on_end)
       values ('Short', $1, '{policy}', '{hack}', 'TLP:GREEN', '2018-01-01', 'RECALL') returning id`,
      [agencyId('KR-FSC')],
    );
    await world.sql(
      `insert into arrangement_party (arrangement_id, agency_id, accepted_at)
       select $1, unnest($2::uuid[]), now()`,
      [id, [agencyId('KR-FSC'), agencyId('JP-NPA')]],
    );
    await send(world.as('KR-FSC', 'AGENCY_ADMIN'), 'endArrangement', { arrangementId: id });
    await numberAll(world);
    const told = { type: 'arrangement.ended', subjectId: id, withdrawn: false };
    expect(eventsOf(await wholeFeed(analyst('JP-NPA'))).at(-1)).toMatchObject(told);
    expect(
      eventsOf(await wholeFeed(world.as('JP-NPA', 'AUDITOR'), { of: 'ADMINISTRATION' })).at(-1),
    ).toMatchObject(told);
  });
});

describe('an acknowledgement', () => {
  test('moves forward alone, is the caller’s own, and is told with the feed', async () => {
    await numberAll(world);
    const [one, two] = eventsOf(await wholeFeed(analyst('KR-FSC')));
    const acknowledge = async (client: Client, cursor = '') =>
      (await client.ask<{ acknowledgeFeed: { acknowledged: string } }>(ACKNOWLEDGE, { cursor }))
        .acknowledgeFeed.acknowledged;
    expect(await acknowledge(analyst('KR-FSC'), two?.cursor)).toBe(two?.cursor);
    expect(await acknowledge(analyst('KR-FSC'), one?.cursor)).toBe(two?.cursor);
    expect((await feed(analyst('KR-FSC'))).acknowledged).toBe(two?.cursor);
    expect((await feed(world.as('KR-FSC', 'LIAISON'))).acknowledged).toBeNull();
    expect((await feed(analyst('JP-NPA'))).acknowledged).toBeNull();
  });

  test('of a feed that is not the caller’s to read is FORBIDDEN, and of nonsense INVALID', async () => {
    const { endCursor } = await feed(analyst('KR-FSC'));
    const answered = async (client: Client, cursor: string) =>
      outcomeOf(await client.query(ACKNOWLEDGE, { cursor }));
    expect(await answered(world.as('KR-FSC', 'AUDITOR'), endCursor)).toBe('FORBIDDEN');
    expect(await answered(analyst('KR-FSC'), 'nonsense')).toBe('INVALID input.cursor');
    expect(await answered(world.anonymous, endCursor)).toBe('UNAUTHENTICATED');
  });
});

describe('a long poll', () => {
  beforeEach(() => numberAll(world));

  test('is answered when something comes, and not before', async () => {
    const { endCursor, total } = await feed(analyst('US-TFI'), { first: 100 });
    const begun = performance.now();
    const polled = feed(analyst('US-TFI'), { after: endCursor, wait: 20 });
    await pause(400);
    const finding = await released(world, 'KR-FSC', ['US-TFI']);
    await numberAll(world);
    const { events, total: then } = await polled;
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(events.map(({ subjectId }) => subjectId)).toEqual([finding.id]);
    expect(then).toBe(total + 1);
  });

  test('that nothing comes to is answered empty at its end', async () => {
    const { endCursor } = await feed(analyst('US-TFI'), { first: 100 });
    const begun = performance.now();
    const answer = await feed(analyst('US-TFI'), { after: endCursor, wait: 1 });
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(answer).toMatchObject({ events: [], endCursor, hasNextPage: false });
  });

  test('is answered at once where there is something, also of other types', async () => {
    const begun = performance.now();
    await feed(analyst('KR-FSC'), { wait: 20 });
    await feed(analyst('KR-FSC'), { wait: 20, types: ['no.such'] });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('is UNAUTHENTICATED within a second of suspension', async () => {
    const { endCursor } = await feed(analyst('US-TFI'), { first: 100 });
    const polled = outcome(analyst('US-TFI'), { after: endCursor, wait: 20 });
    await pause(300);
    await world.sql('update agency set suspended_at = now() where id = $1', [agencyId('US-TFI')]);
    const suspended = performance.now();
    expect(await polled).toBe('UNAUTHENTICATED');
    process.stdout.write(`a poll ended ${Math.round(performance.now() - suspended)} ms after suspension\n`);
    expect(performance.now() - suspended).toBeLessThan(1_000);
    await world.sql('update agency set suspended_at = null where id = $1', [agencyId('US-TFI')]);
  });

  test('is alone in its operation', async () => {
    const answer = await analyst('US-TFI').query('{ feed(wait: 1) { total } viewer { name } }');
    expect(outcomeOf(answer)).toBe('INVALID wait');
  });
});

test('what another agency drafts and reviews is in its own feed alone', async () => {
  const own = await submit(world, 'JP-NPA', await draft(world, 'JP-NPA'));
  await numberAll(world);
  const subjects = async (code: Code) =>
    eventsOf(await wholeFeed(analyst(code))).map(({ subjectId }) => subjectId);
  expect(await subjects('JP-NPA')).toContain(own.id);
  expect(await subjects('KR-FSC')).not.toContain(own.id);
});
