import { randomUUID } from 'node:crypto';
import type { Chance } from './chance.js';
import { act as acted, newest } from './findings.js';
import { newArrangement } from './partners.js';
import { titled } from './race.js';
import { arrangementId, type Code } from './roster.js';
import { apply, holdersOfOthers, newStory, refusals, type Act, type Pair, type Which } from './serial.js';
import type { World } from './world.js';

/** Authors, and those to whom arrangement 1 lets them release. */
const PARTNERS = {
  'KR-FSC': ['JP-NPA', 'US-TFI', 'CN-CAMLMAC'],
  'JP-NPA': ['KR-FSC', 'US-TFI', 'CN-CAMLMAC'],
  'US-TFI': ['KR-FSC', 'JP-NPA', 'CN-CAMLMAC'],
} satisfies Record<string, [Code, Code, Code]>;

/** An author whose arrangements let it give more widely than its cap: two releases together may be too wide. */
export const NARROW = { code: 'US-TFI', widest: 2 } as const;

const AUTHORS = ['KR-FSC', 'JP-NPA', 'US-TFI'] as const;

/** Two new findings in draft, and an arrangement of their own. */
export async function newPair(world: World, chance: Chance): Promise<Pair> {
  const author = chance.pick(AUTHORS);
  const partners = PARTNERS[author];
  const mark = `m${randomUUID().slice(0, 13)}`;
  const onEnd = chance.pick(['KEEP', 'STOP', 'RECALL'] as const);
  const [id, ...stories] = await Promise.all([
    newArrangement(world, [author, ...partners], { onEnd }),
    draftOf(world, author, mark),
    draftOf(world, author, mark),
  ]);
  return {
    author,
    partners,
    mark,
    stories,
    widest: author === NARROW.code ? NARROW.widest : 3,
    arrangement: { id, onEnd, ended: false },
  };
}

async function draftOf(world: World, author: Code, mark: string) {
  const title = titleOf(mark);
  const finding = await acted(world, author, 'CONTRIBUTOR', 'draftFinding', {
    document: titled(title),
    newIncident: true,
  });
  return newStory(finding.id, newest(finding), title);
}

const titleOf = (mark: string): string => `${mark} ${randomUUID()}`;

const REASONS = ['inaccurate', 'released-in-error', 'legal-ground'];

/** Each kind of act that could be tried on a finding as it stands, whether or not it would be refused. */
const DRAWN: Record<Act['name'], (pair: Pair, of: Which, chance: Chance) => Act> = {
  reviseFinding: (pair, of) => ({
    name: 'reviseFinding',
    of,
    basedOn: latest(pair, of),
    title: titleOf(pair.mark),
  }),
  submitFinding: (pair, of) => ({ name: 'submitFinding', of, revision: latest(pair, of) }),
  returnFinding: (pair, of) => ({ name: 'returnFinding', of, revision: latest(pair, of) }),
  releaseFinding: (pair, of, chance) => {
    const story = pair.stories[of];
    const revision = chance.happens(0.7) ? latest(pair, of) : chance.pick(story.revisions).id;
    const named = chance.some(pair.partners);
    const under = () => (chance.happens(0.6) ? pair.arrangement.id : arrangementId(1));
    return {
      name: 'releaseFinding',
      of,
      revision,
      to: named.map((code) => [code, under()]),
      without: holdersOfOthers(story, revision).filter((code) => !named.includes(code)),
    };
  },
  recallFinding: (pair, of, chance) => ({
    name: 'recallFinding',
    of,
    from: chance.happens(0.5) ? null : chance.some(pair.partners),
    reason: chance.pick(REASONS),
  }),
  supersedeFinding: (_, of) => ({ name: 'supersedeFinding', of }),
  expireFinding: (_, of) => ({ name: 'expireFinding', of }),
  endArrangement: () => ({ name: 'endArrangement' }),
};

const latest = (pair: Pair, of: Which): string => pair.stories[of].revisions.at(-1)?.id ?? '';

/** How often each is drawn. */
const LOTS: Act['name'][] = [
  ...(['reviseFinding', 'reviseFinding', 'submitFinding', 'returnFinding'] as const),
  ...Array<'releaseFinding'>(6).fill('releaseFinding'),
  ...Array<'recallFinding'>(4).fill('recallFinding'),
  ...(['supersedeFinding', 'supersedeFinding', 'expireFinding', 'endArrangement'] as const),
];

/** Two to four acts to make at once: mostly such as would be done if they came alone, or after the one before. */
export function drawRace(pair: Pair, chance: Chance): Act[] {
  const expected = structuredClone(pair);
  const main: Which = chance.happens(0.5) ? 0 : 1;
  const drawn: Act[] = [];
  const count = 2 + chance.below(3);
  for (let tries = 0; drawn.length < count; tries++) {
    const of: Which = chance.happens(0.75) ? main : main === 0 ? 1 : 0;
    const act = DRAWN[chance.pick(LOTS)](expected, of, chance);
    // An arrangement ends once.
    if (
      act.name === 'endArrangement' &&
      (pair.arrangement.ended || drawn.some(({ name }) => name === act.name))
    )
      continue;
    const refused = refusals(expected, act).length > 0;
    if (refused && tries < 8 && !chance.happens(0.1)) continue;
    drawn.push(act);
    if (!refused && act.name !== 'reviseFinding' && chance.happens(0.3)) apply(expected, act, '');
  }
  return drawn;
}

/** The acts that bring a new finding to where races begin, each after the one before. */
export function pastOf(pair: Pair, of: Which, chance: Chance): (() => Act)[] {
  const drawn = (name: Act['name']) => () => DRAWN[name](pair, of, chance);
  const release = () => ({ ...DRAWN.releaseFinding(pair, of, chance), revision: latest(pair, of) });
  const whole = [drawn('submitFinding'), release, drawn('reviseFinding'), drawn('submitFinding')];
  return whole.slice(0, chance.pick([1, 2, 2, 2, 4]));
}
