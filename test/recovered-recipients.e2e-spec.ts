import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hashOfCode } from '#access';
import { administer, administratorsOf, tried, type Administrators } from './support/administration.js';
import { act, recipients, released } from './support/findings.js';
import { accept, given } from './support/invitations.js';
import { finding, newPoster, post, type Poster } from './support/posting.js';
import { eventually } from './support/processes.js';
import { agencyId, memberId } from './support/roster.js';
import { seen } from './support/seen.js';
import { withClient } from './support/server.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * JP-NPA has been recovered. KR-FSC, whose systems release to it under a standing authority, has to say first that it
 * trusts who is there now.
 */

let world: OwnWorld;
let kr: Administrators;
let poster: Poster;
beforeEach(async () => {
  world = await startWorld();
  kr = await administratorsOf(world, 'KR-FSC');
  poster = await newPoster(world, 'KR-FSC');
  await approved();
}, 60_000);
afterEach(() => world.close());

const JP = { agencyId: agencyId('JP-NPA') };

async function approved(): Promise<string> {
  const { subjectId } = await administer(kr.first, 'askStandingAuthority', {
    title: 'At once',
    agencyIds: [JP.agencyId],
    kinds: ['hack'],
    highestMarking: 'TLP:GREEN',
    daily: 5,
    days: 7,
  });
  await administer(world.as('KR-FSC', 'RELEASER'), 'approveStandingAuthority', {
    standingAuthorityId: subjectId,
  });
  return subjectId;
}

/** As if a recovery had begun 73 hours ago. @returns a new administrator, once come in */
async function recovered(): Promise<string> {
  const code = await given(world, 'JP-NPA', { roles: ['AGENCY_ADMIN'], by: 'HUB' });
  await world.sql(
    `with r as (insert into recovery (agency_id, begun_by, begun_at, due_at)
                values ($1, $2, now() - interval '73 hours', now() - interval '1 hour') returning id)
     update invitation set recovery_id = r.id from r where code_hash = $3`,
    [JP.agencyId, memberId('HUB', 'OPERATOR'), hashOfCode(code)],
  );
  return accept(world, code, randomUUID());
}

interface Outcome {
  result: string;
  findingId: string;
  revisionId: string;
  standing: { refused: string | null }[];
}
const posted = async (): Promise<Outcome | undefined> =>
  ((await post(poster, finding())).body as { outcomes?: Outcome[] }).outcomes?.[0];

const opened = async (id: string) => typeof (await seen(world, 'JP-NPA', id)) !== 'string';

const AWAITED = {
  result: 'DRAFTED',
  standing: [{ refused: 'Cannot be released to this agency: RECOVERY_NOT_CONFIRMED.' }],
};

test('until it has confirmed, what it posts stays a draft, and a releaser decides; afterwards it is released', async () => {
  await released(world, 'KR-FSC', ['JP-NPA']);
  expect(await posted()).toMatchObject({ result: 'RELEASED' });
  await recovered();
  const waiting = await posted();
  expect(waiting).toMatchObject(AWAITED);
  const { findingId = '', revisionId } = waiting ?? {};
  expect(await opened(findingId)).toBe(false);
  await act(world, 'KR-FSC', 'CONTRIBUTOR', 'submitFinding', { revisionId });
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', {
    revisionId,
    recipients: recipients(['JP-NPA']),
  });
  expect(await opened(findingId)).toBe(true);
  await kr.both('confirmRecovery', JP);
  const since = await posted();
  expect(since).toMatchObject({ result: 'RELEASED' });
  expect(await opened(since?.findingId ?? '')).toBe(true);
});

test('it is asked even where it has released nothing yet; declined, an authority from before is good for nothing', async () => {
  await recovered();
  const { recoveries } = await kr.first.ask<{ recoveries: { nodes: object[] } }>(
    '{ recoveries { nodes { agencyId state awaitsYou } } }',
  );
  expect(recoveries.nodes).toEqual([{ ...JP, state: 'RECOVERED', awaitsYou: true }]);
  expect(await posted()).toMatchObject(AWAITED);
  expect(await tried(kr.first, 'declineRecovery', JP)).toBe('done');
  expect(await posted()).toMatchObject(AWAITED);
  await approved();
  expect((await posted())?.result).toBe('RELEASED');
});

test('who has no authority in force that names it is not asked for that', async () => {
  await world.sql('update standing_authority set ends_at = now()');
  await recovered();
  expect(await world.sql('select from closed_inbox')).toEqual([]);
});

test('what is being released while the first one comes in is closed like what was released before', async () => {
  const [told] = await withClient(world.database.setupUrl, async (other) => {
    await other.query('begin; lock table entente.cap in access exclusive mode');
    const both = Promise.all([posted(), eventuallyRecovered()]);
    await eventually('both wait', async () => (await waiting()) === 2);
    await other.query('commit');
    return both;
  });
  expect(told?.result).toBe('RELEASED');
  expect(await opened(told?.findingId ?? '')).toBe(false);
  await kr.both('confirmRecovery', JP);
  expect(await opened(told?.findingId ?? '')).toBe(true);
});

/** How many of the service's connections wait for a lock. */
const waiting = async () =>
  (
    await world.sql(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).length;

/** Once the release has begun. */
async function eventuallyRecovered(): Promise<string> {
  await eventually('the release waits', async () => (await waiting()) === 1);
  return recovered();
}
