import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keyOfJwk } from '#signatures';
import { askBare } from './support/bare.js';
import { batch, finding, newInboundKey, newPoster, outcomeOf, post, type Poster } from './support/posting.js';
import { startWorld, type World } from './support/world.js';

/* What is posted is paid for by its agency, from the budget that its people and machines have. */

/** Points a second; half as many at once. */
const BUDGET = 1_000;

let world: World;
let own: Poster;
let theirs: Poster;
beforeAll(async () => {
  world = await startWorld({ agency: { budget: BUDGET, atOnce: 4 } });
  [own, theirs] = [await newPoster(world, 'KR-FSC'), await newPoster(world, 'JP-NPA')];
}, 60_000);
afterAll(() => world.close());

const rested = () => new Promise((resolve) => setTimeout(resolve, 1_500));

test('spent, it is refused with the time until there is more; another agency is not touched', async () => {
  await rested();
  const twenty = batch(...Array.from({ length: 20 }, () => finding()));
  const [other, ...told] = await Promise.all([
    post(theirs, finding()),
    ...Array.from({ length: 6 }, () => post(own, twenty)),
  ]);
  expect(outcomeOf(other)).toBe('202 DRAFTED');
  expect(told.some(({ status }) => status === 202)).toBe(true);
  const refused = told.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  for (const one of refused) {
    expect(outcomeOf(one)).toBe('429 RATE_LIMITED');
    expect(Number(one.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
  await rested();
  expect(outcomeOf(await post(own, finding()))).toBe('202 DRAFTED');
});

test('who only claims to be a client spends nothing of its agency', async () => {
  await rested();
  const large = Buffer.from(JSON.stringify({ type: 'finding.posted', padding: ' '.repeat(1_000_000) }));
  const keys = [keyOfJwk(newInboundKey().private)];
  const told = await Promise.all(Array.from({ length: 4 }, () => post(own, large, { keys })));
  expect(told.map(outcomeOf)).toEqual(told.map(() => '401 UNAUTHENTICATED webhook-signature'));
  // A full budget, less one question: each of these would have taken 123 points of it.
  const { extensions } = await askBare(world, 'KR-FSC', '{ viewer { name } }');
  expect(extensions?.cost.remaining).toBeGreaterThan(400);
  const more = await Promise.all(Array.from({ length: 12 }, () => post(own, large, { keys })));
  expect(more.map(outcomeOf)).toContain('429 RATE_LIMITED');
});

test('who claims to be no client that is known pays as one with all such, and no client waits for them', async () => {
  await rested();
  const large = Buffer.from(JSON.stringify({ type: 'finding.posted', padding: ' '.repeat(1_000_000) }));
  const unknown = () => post({ ...own, id: randomUUID() }, large);
  const told = (await Promise.all(Array.from({ length: 30 }, unknown))).map(outcomeOf);
  expect(new Set(told)).toEqual(new Set(['401 UNAUTHENTICATED webhook-signature', '429 RATE_LIMITED']));
  expect(outcomeOf(await post(own, finding()))).toBe('202 DRAFTED');
});
