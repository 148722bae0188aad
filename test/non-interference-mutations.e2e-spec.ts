import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { attempts, ownFindings, tried, type Own } from './support/attempts.js';
import { actNames, servedMutations } from './support/every-act.js';
import { walletOf } from './support/full-document.js';
import { hide, SECRET, setScene, type Cast, type Hidden, type Scene } from './support/hidden.js';
import { namesFromNow } from './support/made-anew.js';
import { OUTCOMES, OUTCOMES_ON_HELD, ownActs } from './support/own-acts.js';
import { answers, questions } from './support/questions.js';
import { agencyId, type Code } from './support/roster.js';
import { servedSchema } from './support/schema.js';
import { listed } from './support/seen.js';
import { numberAll } from './support/workers.js';
import { startWorld, type World } from './support/world.js';

/*
 * P2 for mutations: two worlds that were one, in one of which an agency and its ally hid something from the others. Those
 * make the same requests in both: every mutation on the ids of what is hidden, every act on what is their own; and then
 * look at all they may see. The answers are the same bytes, but for what the service makes up for the new.
 */

jest.setTimeout(120_000);

const CASTS: Cast[] = [
  { actor: 'KR-FSC', ally: 'US-TFI', holder: 'JP-NPA', former: 'CN-CAMLMAC', stranger: 'XX-ALONE' },
  // The holder is an author too: its partner hides what rests on its findings.
  { actor: 'JP-NPA', ally: 'XX-ALONE', holder: 'KR-FSC', former: 'US-TFI', stranger: 'KR-KNPA' },
];

describe.each(CASTS)('$actor and $ally hide it from $holder, $former and $stranger', (cast) => {
  const askers = [
    { code: cast.holder, partner: cast.actor },
    { code: cast.former, partner: cast.actor },
    { code: cast.stranger, partner: cast.holder },
  ];
  let scene: Scene;
  let own: Map<Code, Own>;
  let hidden: Hidden;
  let schema: GraphQLSchema;
  let names: () => (told: string) => string;
  let worlds: Record<'with' | 'without', World>;
  let shown: Record<'with' | 'without', number>;
  beforeAll(async () => {
    const before = await startWorld();
    scene = await setScene(before, cast);
    own = new Map();
    for (const { code, partner } of askers) own.set(code, await ownFindings(before, code, partner));
    schema = await servedSchema(before);
    names = await namesFromNow(before);
    const [one, other] = await before.fork();
    worlds = { with: one, without: other };
    hidden = await hide(one, cast, scene);
    const toAlly = async (world: World) => (await listed(world, cast.ally, { words: SECRET })).length;
    shown = { with: await toAlly(one), without: await toAlly(other) };
  });
  afterAll(() => Promise.all(Object.values(worlds).map((world) => world.close())));

  /** The same in both worlds. */
  const inBoth = async <T>(ask: (world: World) => Promise<T>): Promise<{ with: T; without: T }> => {
    const [one, other] = await Promise.all([ask(worlds.with), ask(worlds.without)]);
    return { with: one, without: other };
  };

  const ownOf = (code: Code): Own => {
    const findings = own.get(code);
    if (!findings) throw new Error(`${code} has nothing.`);
    return findings;
  };

  /** Questions that name something hidden: the first time a draft, the second time what the ally has. */
  const asked = (made: readonly string[]) =>
    [0, 2].map((at) => {
      const named = {
        finding: hidden.findings[at] ?? '',
        revision: hidden.revisions[at] ?? '',
        incident: hidden.incidents[at] ?? '',
        agency: hidden.agency,
        dataset: hidden.dataset,
        mark: SECRET,
      };
      const findings = [scene.shown.id, scene.theirs.id, ...made];
      return questions({ findings, incident: scene.incident, mark: 'seen' }, named);
    });

  test.each(askers)('$code tries every mutation on what is hidden', async ({ code, partner }) => {
    const all = attempts(hidden, scene, ownOf(code), partner);
    expect([...new Set(all.map(([name]) => name))].sort()).toEqual([...actNames].sort());
    const told = await inBoth((world) => tried(world, schema, code, all));
    expect(told.with).toEqual(told.without);
    const outcomes = Map.groupBy(told.with, ({ role }) => role);
    for (const { outcome, request } of outcomes.get('BOTH') ?? [])
      expect([request, outcome]).toEqual([request, expect.stringMatching(/^NOT_FOUND input\./)]);
    for (const { outcome } of told.with) expect(outcome).toMatch(/^(NOT_FOUND input\.|FORBIDDEN$)/);
  });

  test.each(askers)('$code does all it may, and sees what it saw', async ({ code, partner }) => {
    const sees = code === cast.holder ? { sees: scene } : {};
    const said: string[] = [];
    const told = await inBoth(async (world) => {
      const named = names();
      const acts = await ownActs(world, schema, { code, partner, own: ownOf(code), ...sees });
      const mine = await world.sql<{ id: string }>(
        'select id from finding where agency_id = $1 order by last_at, id',
        [agencyId(code)],
      );
      await numberAll(world);
      const answered = [];
      for (const all of asked(mine.map(({ id }) => id)))
        answered.push(await answers(world.as(code, 'BOTH'), schema, all));
      const texts = answered.flatMap((one) => Object.values(one).flat());
      said.push(...acts.map(({ text }) => text), ...texts);
      return {
        acts: acts.map(({ act, outcome, text }) => ({ act, outcome, text: named(text) })),
        ledger: named(JSON.stringify(await ledger(world, code))),
        answers: named(texts.join('\n')),
      };
    });
    expect(told.with.acts).toEqual(told.without.acts);
    expect(told.with.ledger).toBe(told.without.ledger);
    expect(told.with.answers).toBe(told.without.answers);
    const outcomes = told.with.acts.map(({ act, outcome }) => `${act}: ${outcome}`);
    expect(outcomes).toEqual([...OUTCOMES, ...(code === cast.holder ? OUTCOMES_ON_HELD : [])]);
    const secrets = [SECRET, walletOf(SECRET), hidden.agency, ...hidden.findings, ...hidden.revisions];
    for (const secret of secrets) expect(said.join('\n')).not.toContain(secret);
  });

  test('the ally sees what is hidden: the worlds do differ', () => {
    expect(shown.with).toBeGreaterThan(shown.without);
  });

  test('every mutation of the running schema is tried', async () => {
    expect([...actNames].sort()).toEqual(await servedMutations(worlds.with));
  });
});

/** An agency's entries: what it learns of, in order. */
const ledger = (world: World, code: Code): Promise<object[]> =>
  world.sql(
    `select act, actor_agency_id as actor, member_id as member, subject_type as type, subject_id as id,
            revision_id as "revisionId"
       from entry where agency_id = $1 order by recorded_at, id`,
    [agencyId(code)],
  );
