import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  act,
  ACTS,
  attempt,
  document,
  draft,
  newest,
  recipients,
  submit,
  type Finding,
} from './support/findings.js';
import { newMember } from './support/partners.js';
import { bothId, memberId } from './support/roster.js';
import { contents } from './support/seen.js';
import { outcomeOf, startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const input = (finding: Finding) => ({ revisionId: newest(finding), recipients: recipients(['JP-NPA']) });
const revision = (finding: Finding) => ({ basedOn: newest(finding), document: document() });

const REFUSED = 'CONFLICT input.revisionId';
const CONTRIBUTOR_OF_KR = memberId('KR-FSC', 'CONTRIBUTOR');

/** The member with both roles drafts, revises or only submits; then tries to release. */
test.each([
  ['drafted it', ['BOTH'], 'BOTH', REFUSED],
  ['drafted an earlier revision of it', ['BOTH', 'CONTRIBUTOR'], 'BOTH', REFUSED],
  ['revised it', ['CONTRIBUTOR', 'BOTH'], 'BOTH', REFUSED],
  ['wrote none of it', ['CONTRIBUTOR', 'CONTRIBUTOR'], 'BOTH', 'done'],
  ['wrote none of what another wrote with both roles', ['BOTH'], 'RELEASER', 'done'],
] as const)('who %s: %j drafted, %s releases: %s', async (_, [first, ...later], releaser, outcome) => {
  let finding = await act(world, 'KR-FSC', first, 'draftFinding', { document: document() });
  for (const writer of later)
    finding = await act(world, 'KR-FSC', writer, 'reviseFinding', revision(finding));
  finding = await submit(world, 'KR-FSC', finding);
  const before = await contents(world);
  expect(await attempt(world, 'KR-FSC', releaser, 'releaseFinding', input(finding))).toBe(outcome);
  if (outcome !== 'done') expect(await contents(world)).toEqual(before);
});

test('who submits what another drafted may release it, and who drafts a later revision may release this one', async () => {
  let finding = await draft(world, 'KR-FSC');
  finding = await act(world, 'KR-FSC', 'BOTH', 'submitFinding', { revisionId: newest(finding) });
  const release = input(finding);
  await act(world, 'KR-FSC', 'BOTH', 'reviseFinding', revision(finding));
  expect(await attempt(world, 'KR-FSC', 'BOTH', 'releaseFinding', release)).toBe('done');
});

test('who wrote it does not give it to further recipients either', async () => {
  const finding = await act(world, 'KR-FSC', 'BOTH', 'draftFinding', { document: document() });
  await submit(world, 'KR-FSC', finding);
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', input(finding));
  const further = { revisionId: newest(finding), recipients: recipients(['US-TFI']) };
  expect(await attempt(world, 'KR-FSC', 'BOTH', 'releaseFinding', further)).toBe(REFUSED);
});

test.each([
  ['a second membership of the same person', CONTRIBUTOR_OF_KR, REFUSED],
  ['a membership of somebody else', undefined, 'done'],
  ['a second membership of another person', bothId('KR-FSC'), 'done'],
])('%s in the same agency, with the role of a releaser: %s %s', async (_, sameAs, outcome) => {
  const finding = await submit(world, 'KR-FSC', await draft(world, 'KR-FSC'));
  const releaser = world.member(await newMember(world, 'KR-FSC', ['RELEASER'], sameAs));
  const before = await contents(world);
  const answer = await releaser.query(ACTS.releaseFinding, {
    input: { idempotencyKey: randomUUID(), ...input(finding) },
  });
  expect(outcomeOf(answer)).toBe(outcome);
  if (outcome !== 'done') expect(await contents(world)).toEqual(before);
});

test('a releaser of another agency releases nothing of this one, and is not told that it is there', async () => {
  const finding = await submit(world, 'KR-FSC', await draft(world, 'KR-FSC'));
  const tried = (revisionId: string) =>
    world.as('JP-NPA', 'RELEASER').query(ACTS.releaseFinding, {
      input: { idempotencyKey: randomUUID(), ...input(finding), revisionId },
    });
  const hidden = await tried(newest(finding));
  expect(outcomeOf(hidden)).toBe('NOT_FOUND input.revisionId');
  expect(hidden.text).toBe((await tried(randomUUID())).text);
});
