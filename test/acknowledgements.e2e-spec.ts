import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { act, ACTS, draft, newest, recipients, release, released, type Finding } from './support/findings.js';
import { newPoster, outcomeOf, post, type Poster } from './support/posting.js';
import { contents } from './support/seen.js';
import { outcomeOf as told, startWorld, type World } from './support/world.js';
import { agencyId, type Code } from './support/roster.js';

/* What an agency's systems say became of a finding there: its originator sees it, and nobody else. */

let world: World;
let poster: Poster;
beforeAll(async () => {
  world = await startWorld();
  poster = await newPoster(world, 'JP-NPA', { roles: ['ANALYST'] });
}, 60_000);
afterAll(() => world.close());

const stored = ({ id, revision }: Finding) => ({
  type: 'finding.stored',
  data: { findingId: id, revisionId: revision.id },
});
const removed = ({ id }: Finding) => ({ type: 'finding.removed', data: { findingId: id } });
const recall = ({ id }: Finding) =>
  act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: id, reason: 'inaccurate' });

interface Seen {
  acknowledgements: {
    agency: { code: string } | null;
    said: string;
    revisionId: string | null;
    at: string;
  }[];
  releases: { agency: { code: string } | null; revisionId: string; storedAt: string | null }[];
}
const seen = async (code: Code, { id }: Finding): Promise<Seen> =>
  (
    await world.as(code, 'ANALYST').ask<{ finding: Seen }>(
      `query ($id: ID!) { finding(id: $id) {
         acknowledgements { agency { code } said revisionId at } releases { agency { code } revisionId storedAt } } }`,
      { id },
    )
  ).finding;

test('its originator sees by whom and when it was stored, on its releases; another recipient sees nothing', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  expect(outcomeOf(await post(poster, stored(finding)))).toBe('202 NOTED');
  const said = { agency: { code: 'JP-NPA' }, said: 'STORED', revisionId: finding.revision.id };
  const own = await seen('KR-FSC', finding);
  expect(own.acknowledgements).toEqual([{ ...said, at: expect.any(String) }]);
  expect(own.releases.map(({ agency, storedAt }) => [agency?.code, storedAt]).sort()).toEqual([
    ['JP-NPA', own.acknowledgements[0]?.at],
    ['US-TFI', null],
  ]);
  expect(await seen('JP-NPA', finding)).toMatchObject({ acknowledgements: [said], releases: [{}] });
  expect((await seen('US-TFI', finding)).acknowledgements).toEqual([]);
});

test('removed after a recall, by inbound and over GraphQL alike', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  await recall(finding);
  expect(outcomeOf(await post(poster, removed(finding)))).toBe('202 NOTED');
  const input = { idempotencyKey: randomUUID(), findingId: finding.id, said: 'REMOVED' };
  expect(told(await world.as('US-TFI', 'ANALYST').query(ACTS.acknowledgeFinding, { input }))).toBe('done');
  const { acknowledgements } = await seen('KR-FSC', finding);
  expect(acknowledgements.map(({ agency, said }) => [agency?.code, said])).toEqual([
    ['JP-NPA', 'REMOVED'],
    ['US-TFI', 'REMOVED'],
  ]);
});

test('said again it changes nothing, and no ledger; of another revision, and after another recall, it is news', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA']);
  const entries = async () =>
    (
      await world.sql<{ act: string; agency: string }>(
        `select e.act, a.code as agency from entry e join agency a on a.id = e.agency_id
          where subject_id = $1 and act in ('finding.stored', 'finding.removed') order by recorded_at, agency`,
        [finding.id],
      )
    ).map(({ act: name, agency }) => `${name} ${agency}`);
  await post(poster, stored(finding));
  const kept = async () => (await contents(world)).acknowledgement;
  const before = await kept();
  await post(poster, stored(finding));
  expect(await kept()).toBe(before);
  const first = ['finding.stored JP-NPA', 'finding.stored KR-FSC'];
  expect(await entries()).toEqual(first);

  const revised = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', {
    basedOn: newest(finding),
    document: {
      kind: 'hack',
      marking: { tlp: 'TLP:GREEN', purposes: ['criminal-investigation'] },
      texts: [{ language: 'en', origin: 'original', title: 'More', body: 'More.' }],
    },
  });
  const again = await release(world, 'KR-FSC', revised, ['JP-NPA']);
  await post(poster, stored(again));
  expect(await entries()).toEqual([...first, ...first]);
  for (const one of [finding, again]) await post(poster, stored(one));
  expect(await entries()).toEqual([...first, ...first]);
  for (let n = 0; n < 2; n++) {
    await recall(finding);
    await post(poster, removed(finding));
    await post(poster, removed(finding));
    await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', {
      revisionId: again.revision.id,
      recipients: recipients(['JP-NPA']),
    });
  }
  const gone = ['finding.removed JP-NPA', 'finding.removed KR-FSC'];
  expect(await entries()).toEqual([...first, ...first, ...gone, ...gone]);
});

test('what is hidden, absent, one’s own, another revision, not taken back or taken back has one answer', async () => {
  const hidden = await released(world, 'KR-FSC', ['US-TFI']);
  const own = await draft(world, 'JP-NPA');
  const held = await released(world, 'KR-FSC', ['JP-NPA']);
  const gone = await released(world, 'KR-FSC', ['JP-NPA']);
  await recall(gone);
  const partly = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', {
    ...{ findingId: partly.id, agencyIds: [agencyId('US-TFI')], reason: 'inaccurate' },
  });
  const absent = { ...held, id: randomUUID() };
  const other = { ...held, revision: hidden.revision };
  const before = await contents(world);
  const told = new Set<string>();
  for (const body of [stored(hidden), stored(own), stored(absent), stored(other), stored(gone)])
    told.add((await post(poster, body)).text);
  for (const body of [removed(hidden), removed(own), removed(absent), removed(held), removed(partly)])
    told.add((await post(poster, body)).text);
  expect([...told].map((text) => JSON.parse(text) as unknown)).toEqual([
    {
      code: 'NOT_FOUND',
      message: 'No such finding.',
      faults: [{ path: 'body.data.findingId', message: 'No such finding.' }],
    },
  ]);
  expect(await contents(world)).toEqual(before);
});

test('STORED names a revision, REMOVED none', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA']);
  const said = async (input: object) =>
    told(
      await world.as('JP-NPA', 'ANALYST').query(ACTS.acknowledgeFinding, {
        input: { idempotencyKey: randomUUID(), findingId: finding.id, ...input },
      }),
    );
  expect(await said({ said: 'STORED' })).toBe('INVALID input.revisionId');
  expect(await said({ said: 'REMOVED', revisionId: finding.revision.id })).toBe('INVALID input.revisionId');
});
