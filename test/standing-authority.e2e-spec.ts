import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { administer, administratorsOf, tried } from './support/administration.js';
import { act, newest, recipients } from './support/findings.js';
import { ask, newMachine, outcomeOf as toldOf, tokenOf } from './support/machine.js';
import { ACTS, document } from './support/findings.js';
import { newMember, withCap, whileSuspended } from './support/partners.js';
import { batch, finding, newPoster, outcomeOf, post, type Poster } from './support/posting.js';
import { agencyId, memberId } from './support/roster.js';
import { contents } from './support/seen.js';
import { startWorld, type OwnWorld } from './support/world.js';

/* What a releaser says beforehand of what the agency's systems post, and how far it goes. */

let world: OwnWorld;
let poster: Poster;
beforeAll(async () => {
  world = await startWorld();
  poster = await newPoster(world, 'KR-FSC');
}, 60_000);
afterAll(() => world.close());
beforeEach(() =>
  world.sql(`update standing_authority set ended_at = now(), ended_by = asked_by where ended_at is null`),
);

const administrator = () => world.as('KR-FSC', 'AGENCY_ADMIN');
const releaser = () => world.as('KR-FSC', 'RELEASER');

const wanted = (changes: object = {}) => ({
  title: 'Hacks, at once',
  agencyIds: [agencyId('JP-NPA'), agencyId('US-TFI')],
  kinds: ['hack'],
  highestMarking: 'TLP:GREEN',
  daily: 100,
  days: 30,
  ...changes,
});

async function asked(changes: object = {}): Promise<{ standingAuthorityId: string }> {
  const { subjectId } = await administer(administrator(), 'askStandingAuthority', wanted(changes));
  return { standingAuthorityId: subjectId };
}

async function approved(changes: object = {}, by = releaser()): Promise<string> {
  const named = await asked(changes);
  await administer(by, 'approveStandingAuthority', named);
  return named.standingAuthorityId;
}

const posted = async (changes: object = {}) => {
  const told = await post(poster, finding(changes));
  const [made] = told.body.outcomes ?? [];
  return {
    outcome: outcomeOf(told),
    id: made?.findingId ?? '',
    revisionId: made?.revisionId ?? '',
    standing: standingOf(told.body),
  };
};
const standingOf = (body: object): { authorityId: string; refused: string | null }[] =>
  (body as { outcomes: { standing: never[] }[] }).outcomes.flatMap(({ standing }) => standing);

const releasesOf = async (id: string) =>
  world.sql<{ agency_id: string; standing_authority_id: string | null }>(
    'select agency_id, standing_authority_id from release where finding_id = $1 order by agency_id',
    [id],
  );

describe('it is asked for by an administrator and approved by a releaser', () => {
  test('asked for, it releases nothing; approved, it does', async () => {
    const named = await asked();
    expect((await posted()).outcome).toBe('202 DRAFTED');
    await administer(releaser(), 'approveStandingAuthority', named);
    expect((await posted()).outcome).toBe('202 RELEASED');
  });

  test('neither may do the other’s part, and no person both', async () => {
    const input = wanted();
    expect(await tried(releaser(), 'askStandingAuthority', input)).toBe('FORBIDDEN');
    const named = await asked();
    expect(await tried(administrator(), 'approveStandingAuthority', named)).toBe('FORBIDDEN');
    const same = await newMember(world, 'KR-FSC', ['RELEASER'], memberId('KR-FSC', 'AGENCY_ADMIN'));
    expect(await tried(world.member(same), 'approveStandingAuthority', named)).toBe(
      'CONFLICT input.standingAuthorityId',
    );
  });

  test('not once its asker may no longer ask, nor after 72 hours, nor a second time, nor ended', async () => {
    const told = 'CONFLICT input.standingAuthorityId';
    const asking = await newMember(world, 'KR-FSC', ['AGENCY_ADMIN']);
    const { subjectId } = await administer(world.member(asking), 'askStandingAuthority', wanted());
    await administer(administrator(), 'endMembership', { memberId: asking });
    expect(await tried(releaser(), 'approveStandingAuthority', { standingAuthorityId: subjectId })).toBe(
      told,
    );
    const late = await asked();
    await world.sql('update standing_authority set lapses_at = now() where id = $1', [
      late.standingAuthorityId,
    ]);
    expect(await tried(releaser(), 'approveStandingAuthority', late)).toBe(told);
    const named = await asked();
    await administer(releaser(), 'approveStandingAuthority', named);
    expect(await tried(releaser(), 'approveStandingAuthority', named)).toBe(told);
    const ended = await asked();
    await administer(releaser(), 'endStandingAuthority', ended);
    expect(await tried(releaser(), 'approveStandingAuthority', ended)).toBe(told);
  });

  test('not once its agency was suspended, though it is in again; approved before, it goes on', async () => {
    const [waiting, before] = [await asked(), await approved()];
    const hub = await administratorsOf(world, 'HUB');
    await administer(hub.first, 'suspendAgency', { agencyId: agencyId('KR-FSC') });
    await hub.both('reinstateAgency', { agencyId: agencyId('KR-FSC') });
    expect(await tried(releaser(), 'approveStandingAuthority', waiting)).toBe(
      'CONFLICT input.standingAuthorityId',
    );
    expect((await posted()).standing).toEqual([{ authorityId: before, refused: null }]);
  });

  test('not above the cap of its approver', async () => {
    const [high, wide] = [await asked({ highestMarking: 'TLP:AMBER' }), await asked()];
    await withCap(world, 'KR-FSC', { highestMarking: 'TLP:GREEN', widest: 5 }, async () =>
      expect(await tried(releaser(), 'approveStandingAuthority', high)).toBe(
        'INVALID input.standingAuthorityId',
      ),
    );
    await withCap(world, 'KR-FSC', { highestMarking: 'TLP:GREEN', widest: 1 }, async () =>
      expect(await tried(releaser(), 'approveStandingAuthority', wide)).toBe(
        'INVALID input.standingAuthorityId',
      ),
    );
    await withCap(world, 'KR-FSC', null, async () =>
      expect(await tried(releaser(), 'approveStandingAuthority', wide)).toBe('FORBIDDEN'),
    );
  });

  test.each([
    ['91 days', { days: 91 }, 'INVALID input.days'],
    ['TLP:RED', { highestMarking: 'TLP:RED' }, 'INVALID input.highestMarking'],
    ['nobody', { agencyIds: [] }, 'INVALID input.agencyIds'],
    ['an agency that is not known', { agencyIds: [agencyId('XX-ALONE')] }, 'NOT_FOUND input.agencyIds'],
    ['itself', { agencyIds: [agencyId('KR-FSC')] }, 'NOT_FOUND input.agencyIds'],
    ['none a day', { daily: 0 }, 'INVALID input.daily'],
  ])('not for %s', async (_, changes, told) => {
    expect(await tried(administrator(), 'askStandingAuthority', wanted(changes))).toBe(told);
  });
});

describe('what it covers is released at once', () => {
  test('to the agencies it names, and every release, theirs too, says so; its approver is the releaser', async () => {
    const authority = await approved();
    const { id, revisionId, standing } = await posted();
    expect(standing).toEqual([{ authorityId: authority, refused: null }]);
    for (const [code, count] of [
      ['KR-FSC', 2],
      ['JP-NPA', 1],
    ] as const) {
      const { finding: seen } = await world
        .as(code, 'ANALYST')
        .ask<{ finding: { state: string; releases: object[] } }>(
          'query ($id: ID!) { finding(id: $id) { state releases { standingAuthorityId } } }',
          { id },
        );
      expect(seen).toEqual({
        state: 'RELEASED',
        releases: Array.from({ length: count }, () => ({ standingAuthorityId: authority })),
      });
    }
    expect(
      await world.sql(
        'select state, drafted_by, submitted_by, released_by from sheet where revision_id = $1',
        [revisionId],
      ),
    ).toEqual([
      {
        state: 'RELEASED',
        drafted_by: poster.id,
        submitted_by: poster.id,
        released_by: memberId('KR-FSC', 'RELEASER'),
      },
    ]);
    const entries = await world.sql<{ act: string; code: string; member_id: string | null }>(
      `select e.act, a.code, e.member_id from entry e join agency a on a.id = e.agency_id
        where e.revision_id = $1 order by e.act, a.code`,
      [revisionId],
    );
    expect(entries.map(({ act: name, code, member_id: by }) => [name, code, by])).toEqual([
      ['finding.drafted', 'KR-FSC', poster.id],
      ['finding.released', 'JP-NPA', null],
      ['finding.released', 'KR-FSC', poster.id],
      ['finding.released', 'US-TFI', null],
      ['standing-authority.used', 'KR-FSC', poster.id],
    ]);
  });

  test.each([
    ['another kind', { kind: 'policy-note' }],
    ['a higher marking', { marking: { tlp: 'TLP:AMBER', purposes: ['criminal-investigation'] } }],
  ])('not %s', async (_, changes) => {
    await approved();
    expect(await posted(changes)).toMatchObject({ outcome: '202 DRAFTED', standing: [] });
  });

  test('not what is tried, nor what a machine drafts over GraphQL, nor what another agency posts', async () => {
    await approved();
    const before = await contents(world);
    expect(outcomeOf(await post(poster, finding(), { path: '/inbound/check' }))).toBe('200 DRAFTED');
    expect(await contents(world)).toEqual(before);
    const machine = await newMachine(world, 'KR-FSC', { roles: ['CONTRIBUTOR'] });
    const variables = { input: { idempotencyKey: 'a', document: document() } };
    expect(toldOf(await ask(machine, await tokenOf(machine), { query: ACTS.draftFinding, variables }))).toBe(
      'allowed',
    );
    const theirs = await newPoster(world, 'US-TFI');
    expect(outcomeOf(await post(theirs, finding()))).toBe('202 DRAFTED');
    expect(await world.sql('select from release where standing_authority_id is null')).toEqual([]);
  });

  test('where an arrangement does not cover one agency, to none, and why not is said; the draft is a draft', async () => {
    // The arrangement with KR-KNPA is for other kinds.
    await approved({ agencyIds: [agencyId('JP-NPA'), agencyId('KR-KNPA')] });
    const { outcome, id, standing } = await posted();
    expect(outcome).toBe('202 DRAFTED');
    expect(standing).toEqual([
      { authorityId: expect.any(String), refused: 'Cannot be released to this agency: KIND_NOT_COVERED.' },
    ]);
    expect(await releasesOf(id)).toEqual([]);
    expect(await world.sql('select state, submitted_by from sheet where finding_id = $1', [id])).toEqual([
      { state: 'DRAFT', submitted_by: null },
    ]);
    expect(
      await world.sql('select used from standing_use where authority_id = $1', [standing[0]?.authorityId]),
    ).toEqual([]);
  });

  test('nor while one of them is suspended', async () => {
    await approved();
    await whileSuspended(world, 'US-TFI', async () =>
      expect((await posted()).standing[0]?.refused).toBe(
        'Cannot be released to this agency: AGENCY_NOT_ACTIVE.',
      ),
    );
  });

  test('under two authorities to the agencies of both, each once', async () => {
    const first = await approved({ agencyIds: [agencyId('JP-NPA')] });
    const second = await approved({ agencyIds: [agencyId('JP-NPA'), agencyId('US-TFI')] });
    const { id, standing } = await posted();
    const found = await releasesOf(id);
    expect(found.map(({ agency_id: agency }) => agency).sort()).toEqual(
      [agencyId('JP-NPA'), agencyId('US-TFI')].sort(),
    );
    expect(new Set(standing.map(({ authorityId }) => authorityId)).size).toBe(standing.length);
    expect([first, second]).toContain(found[0]?.standing_authority_id);
  });

  test('released again by hand, a release is no more under it', async () => {
    await approved();
    const { id, revisionId } = await posted();
    await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', {
      revisionId,
      recipients: recipients(['JP-NPA']),
    });
    const kept = (await releasesOf(id)).filter(({ standing_authority_id: under }) => under !== null);
    expect(kept.map(({ agency_id: agency }) => agency)).toEqual([agencyId('US-TFI')]);
  });

  test('a later revision is a second person’s again', async () => {
    await approved();
    const { id, revisionId } = await posted();
    const revised = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', {
      basedOn: revisionId,
      document: document(),
    });
    expect(newest(revised)).not.toBe(revisionId);
    expect((await releasesOf(id)).length).toBe(2);
  });
});

describe('it ends', () => {
  const covers = async () => (await posted()).outcome === '202 RELEASED';

  test('by an administrator or a releaser, alone, at once', async () => {
    for (const by of [administrator(), releaser()]) {
      const standingAuthorityId = await approved();
      expect(await covers()).toBe(true);
      await administer(by, 'endStandingAuthority', { standingAuthorityId });
      expect(await covers()).toBe(false);
      expect(await tried(by, 'endStandingAuthority', { standingAuthorityId })).toBe(
        'CONFLICT input.standingAuthorityId',
      );
    }
  });

  test('when its time is over: after the days asked for, 90 at most', async () => {
    const id = await approved({ days: 90 });
    const [{ days } = { days: 0 }] = await world.sql<{ days: number }>(
      'select extract(epoch from ends_at - approved_at)::int / 86400 as days from standing_authority where id = $1',
      [id],
    );
    expect(days).toBe(90);
    await expect(
      world.sql(
        `update standing_authority set ends_at = approved_at + interval '90 days 1 second' where id = $1`,
        [id],
      ),
    ).rejects.toThrow('ninety_days');
    await world.sql('update standing_authority set ends_at = now() where id = $1', [id]);
    expect(await covers()).toBe(false);
  });

  test('with its approver’s membership, or with other roles', async () => {
    for (const end of [
      (id: string) => administer(administrator(), 'endMembership', { memberId: id }),
      (id: string) => administer(administrator(), 'changeRoles', { memberId: id, roles: ['ANALYST'] }),
      (id: string) => world.sql('update member set valid_until = now() where id = $1', [id]),
    ]) {
      const approving = await newMember(world, 'KR-FSC', ['RELEASER']);
      const authority = await approved({}, world.member(approving));
      expect(await covers()).toBe(true);
      await end(approving);
      expect(await covers()).toBe(false);
      const { standingAuthorities } = await administrator().ask<{
        standingAuthorities: { nodes: { id: string; state: string }[] };
      }>('{ standingAuthorities(first: 1) { nodes { id state } } }');
      expect(standingAuthorities.nodes).toEqual([{ id: authority, state: 'ENDED' }]);
    }
  });

  test('narrower than it is the cap at the moment of the release', async () => {
    await approved();
    await withCap(world, 'KR-FSC', { highestMarking: 'TLP:CLEAR', widest: 5 }, async () =>
      expect((await posted()).standing[0]?.refused).toBe('Your agency caps its releasers at TLP:CLEAR.'),
    );
    await withCap(world, 'KR-FSC', { highestMarking: 'TLP:GREEN', widest: 1 }, async () =>
      expect((await posted()).standing[0]?.refused).toBe('Your agency caps a release at 1 agencies.'),
    );
  });
});

describe('its daily number', () => {
  const used = async (id: string) =>
    (await world.sql<{ used: number }>('select used from standing_use where authority_id = $1', [id]))[0]
      ?.used;

  test('holds for twenty at once', async () => {
    const id = await approved({ daily: 7 });
    const told = await Promise.all(Array.from({ length: 20 }, () => posted()));
    const outcomes = told.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === '202 RELEASED')).toHaveLength(7);
    expect(outcomes.filter((outcome) => outcome === '202 DRAFTED')).toHaveLength(13);
    expect(told.flatMap(({ standing }) => standing.flatMap(({ refused }) => refused ?? []))).toEqual(
      Array.from({ length: 13 }, () => 'The daily number of the standing authority is used up.'),
    );
    expect(await used(id)).toBe(7);
  });

  test('holds within a batch; a day later there are as many again', async () => {
    const id = await approved({ daily: 2 });
    const three = batch(finding(), finding(), finding());
    expect(outcomeOf(await post(poster, three))).toBe('202 RELEASED RELEASED DRAFTED');
    const { standingAuthorities } = await releaser().ask<{
      standingAuthorities: { nodes: { id: string; usedToday: number }[] };
    }>('{ standingAuthorities(first: 1) { nodes { id usedToday } } }');
    expect(standingAuthorities.nodes).toEqual([{ id, usedToday: 2 }]);
    await world.sql(`update standing_use set day = day - 1 where authority_id = $1`, [id]);
    expect(outcomeOf(await post(poster, three))).toBe('202 RELEASED RELEASED DRAFTED');
  });

  test('and its end: of a release and an end at once one comes first', async () => {
    for (let n = 0; n < 5; n++) {
      const standingAuthorityId = await approved();
      await Promise.all([
        Promise.all(Array.from({ length: 4 }, () => posted())),
        administer(administrator(), 'endStandingAuthority', { standingAuthorityId }),
      ]);
      const late = await world.sql(
        `select from release r join standing_authority s on s.id = r.standing_authority_id
          where s.id = $1 and r.released_at > s.ended_at`,
        [standingAuthorityId],
      );
      expect(late).toEqual([]);
    }
  });
});

test('the application reaches none of this by itself: neither rows nor the function without a message', async () => {
  const { outcome, revisionId } = await posted();
  expect(outcome).toBe('202 DRAFTED');
  await approved();
  const run = (text: string, values: unknown[]) =>
    world.doors.act({ id: poster.id, needed: ['CONTRIBUTOR'] }, ({ manager }) => manager.query(text, values));
  await expect(run('select * from release_by_standing($1)', [revisionId])).rejects.toThrow(
    'No such revision.',
  );
  await expect(run('update standing_authority set daily = 1000', [])).rejects.toThrow('permission denied');
  await expect(run('delete from standing_use', [])).rejects.toThrow('permission denied');
});

test('which there are its agency’s administrators, auditors and releasers see, and no other agency', async () => {
  const id = await approved();
  const list =
    '{ standingAuthorities(first: 1) { nodes { id state agencyIds kinds highestMarking daily usedToday days } } }';
  const told = { ...wanted(), id, state: 'IN_FORCE', usedToday: 0 };
  const { title, ...shown } = told;
  expect(title).toBeTruthy();
  for (const role of ['AGENCY_ADMIN', 'AUDITOR', 'RELEASER'] as const)
    expect(await world.as('KR-FSC', role).ask(list)).toEqual({
      standingAuthorities: { nodes: [{ ...shown, agencyIds: expect.arrayContaining(shown.agencyIds) }] },
    });
  expect(await world.as('JP-NPA', 'AUDITOR').ask(list)).toEqual({ standingAuthorities: { nodes: [] } });
  expect((await world.as('KR-FSC', 'ANALYST').query(list)).errors[0]?.extensions.code).toBe('FORBIDDEN');
});
