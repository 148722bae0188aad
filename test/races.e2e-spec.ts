import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { chanceOf, type Chance } from './support/chance.js';
import { drawRace, NARROW, newPair, pastOf } from './support/draws.js';
import { expectRows, expectSeen, titles, titlesFor } from './support/holdings.js';
import { describeSent, race, type Sent } from './support/race.js';
import { agencyId, CODES } from './support/roster.js';
import { refusals, touched, type Pair } from './support/serial.js';
import { startWorld, type World } from './support/world.js';

/*
 * Acts on the same findings at once: whatever order the database gives them, they leave what they leave one after the
 * other in that order (support/serial.ts), in the tables and for each agency. `npm test -- --seed=<n> test/races` draws
 * from the same seed again; how the acts then meet is the machine's.
 */

const SEED = jest.getSeed();
const RACES = 500;
/** Pairs of findings that have their races at the same time. */
const LANES = 4;

let world: World;
beforeAll(async () => {
  world = await startWorld({ pool: 12 });
  await world.sql('update cap set widest = $2 where agency_id = $1', [agencyId(NARROW.code), NARROW.widest]);
});
afterAll(() => world.close());

/** An act in a race, and whether it came out otherwise than it would have alone. */
interface Raced extends Sent {
  turned: boolean;
}

async function freshPair(chance: Chance): Promise<Pair> {
  const pair = await newPair(world, chance);
  const [first, second] = [pastOf(pair, 0, chance), pastOf(pair, 1, chance)];
  for (let step = 0; step < Math.max(first.length, second.length); step++)
    await race(
      world,
      pair,
      [first[step], second[step]].flatMap((next) => next?.() ?? []),
    );
  return pair;
}

/** Races one after the other, each on the findings of the one before or on new ones. */
async function lane(chance: Chance, races: number): Promise<{ raced: Raced[][]; pairs: Pair[] }> {
  let pair = await freshPair(chance);
  const pairs = [pair];
  const raced: Raced[][] = [];
  while (raced.length < races) {
    if (chance.happens(0.4)) pairs.push((pair = await freshPair(chance)));
    const before = structuredClone(pair);
    const acts = drawRace(pair, chance);
    const delays = acts.map(() => chance.below(4));
    const sent = await race(world, pair, acts, delays);
    try {
      await expectRows(world, [pair]);
      await expectSeen(world, pair, touched(pair, acts));
    } catch (error) {
      throw new Error(`${describeSent(sent)}\n${String(error)}`, { cause: error });
    }
    const alone = (one: Sent) => refusals(before, one.act).length === 0;
    raced.push(sent.map((one) => ({ ...one, turned: alone(one) !== (one.outcome === 'done') })));
  }
  return { raced, pairs };
}

test(`${RACES} races leave what one order of their acts leaves`, async () => {
  const lanes = await Promise.all(
    Array.from({ length: LANES }, (_, n) => lane(chanceOf(SEED + n), RACES / LANES)),
  ).catch((error: unknown) => {
    throw new Error(`--seed=${SEED}: ${String(error)}`, { cause: error });
  });
  const raced = lanes.flatMap((one) => one.raced);
  const pairs = lanes.flatMap((one) => one.pairs);

  // They were races: in many an act came out otherwise than it would have alone, and every kind of act was refused.
  expect(raced).toHaveLength(RACES);
  expect(raced.filter((acts) => acts.some(({ turned }) => turned)).length).toBeGreaterThan(60);
  const outcomes = Map.groupBy(raced.flat(), ({ act, outcome }) => `${act.name} ${outcome}`);
  const countOf = (end: string) =>
    [...outcomes].map(([name, its]) => (name.endsWith(end) ? its.length : 0)).reduce((a, b) => a + b, 0);
  expect(countOf(' done')).toBeGreaterThan(RACES);
  expect(countOf(' CONFLICT')).toBeGreaterThan(150);
  const refused = ['reviseFinding', 'submitFinding', 'releaseFinding', 'recallFinding', 'supersedeFinding'];
  expect([...outcomes.keys()]).toEqual(
    expect.arrayContaining(refused.flatMap((name) => [`${name} done`, `${name} CONFLICT`])),
  );
  expect(countOf(' UNAVAILABLE')).toBeLessThan(raced.flat().length / 100);

  // And after all of them, no agency has anything else.
  await expectRows(world, pairs);
  for (const code of CODES.filter((one) => one !== 'HUB')) {
    const expected = pairs.flatMap((pair) => titlesFor(pair, code));
    expect((await titles(world, code)).sort()).toEqual(expected.sort());
  }
  expect(await world.sql(UNFOUNDED)).toEqual([]);
  for (const table of ['seen_indicator', 'seen_incident', 'seen_transfer'])
    expect(
      await world.sql(
        `select from ${table} where agency_id <> all (select agency_id from finding where id = finding_id)`,
      ),
    ).not.toEqual([]);
}, 300_000);

/** Rows that the ledgers alone do not account for, and what they account for and is not there. */
const UNFOUNDED = `
  with told as (
    select distinct on (agency_id, subject_id) agency_id, subject_id as finding_id, act from entry
     where agency_id <> actor_agency_id and act in ('finding.released', 'finding.recalled')
     order by agency_id, subject_id, recorded_at desc
  ), given as (
    select distinct agency_id, subject_id as finding_id from entry
     where agency_id <> actor_agency_id and act = 'finding.released'
  )
  select 'released, not given' as what, agency_id, finding_id from release
    where (agency_id, revision_id) not in
          (select agency_id, revision_id from entry where agency_id <> actor_agency_id and act = 'finding.released')
  union all
  select 'held, last told of a recall', agency_id, finding_id from told join release using (agency_id, finding_id)
    where act = 'finding.recalled'
  union all
  select 'last told of a release, not held', agency_id, finding_id from told
    where act = 'finding.released' and not exists (select from release r
      where r.agency_id = told.agency_id and r.finding_id = told.finding_id)
  union all
  select 'listed, no right', agency_id, finding_id from inbox
    where agency_id <> author_id and (agency_id, revision_id, until) not in (select agency_id, revision_id, until from release)
  union all
  select 'right, not listed', agency_id, finding_id from release
    where (agency_id, finding_id) not in (select agency_id, finding_id from inbox)
  union all
  select 'withdrawn, and still there', agency_id, finding_id from withdrawn join release using (agency_id, finding_id)
  union all
  select 'withdrawn, never given', agency_id, finding_id from withdrawn
    where (agency_id, finding_id) not in (select agency_id, finding_id from given)
  union all
  select 'an indicator seen, not listed so', s.agency_id, s.finding_id from seen_indicator s
    where not exists (select from inbox i join finding_indicator x on x.revision_id = i.revision_id
      where i.agency_id = s.agency_id and i.finding_id = s.finding_id and i.revision_id = s.revision_id
        and i.listed_at = s.listed_at and i.until = s.until and x.key = s.place || '|' || s.value and s.roles = array[x.role])
  union all
  select 'an indicator listed, not seen', i.agency_id, i.finding_id
    from inbox i join finding_indicator x on x.revision_id = i.revision_id
    where not exists (select from seen_indicator s where s.agency_id = i.agency_id and s.finding_id = i.finding_id
      and s.place || '|' || s.value = x.key)
  union all
  select 'an incident seen, not listed so', s.agency_id, s.finding_id from seen_incident s
    where not exists (select from inbox i join revision_incident x on x.revision_id = i.revision_id
      where i.agency_id = s.agency_id and i.finding_id = s.finding_id and i.revision_id = s.revision_id
        and i.listed_at = s.listed_at and i.until = s.until and x.incident_id = s.incident_id)
  union all
  select 'an incident listed, not seen', i.agency_id, i.finding_id
    from inbox i join revision_incident x on x.revision_id = i.revision_id
    where not exists (select from seen_incident s where s.agency_id = i.agency_id and s.finding_id = i.finding_id
      and s.incident_id = x.incident_id)
  union all
  select 'a transfer seen, not listed so', s.agency_id, s.finding_id from seen_transfer s
    where not exists (select from inbox i join transfer x on x.revision_id = i.revision_id
      where i.agency_id = s.agency_id and i.finding_id = s.finding_id and i.revision_id = s.revision_id
        and i.until = s.until and x.position = s.position and x.sender = s.sender and x.receiver = s.receiver
        and x.amount = s.amount and x.decimals = s.decimals)
  union all
  select 'a transfer listed, not seen', i.agency_id, i.finding_id
    from inbox i join transfer x on x.revision_id = i.revision_id
    where not exists (select from seen_transfer s where s.agency_id = i.agency_id and s.finding_id = i.finding_id
      and s.position = x.position)`;
