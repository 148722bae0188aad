import type { ErrorCode } from '#core';
import type { Code } from './roster.js';

/*
 * What the acts of an author mean when they come one after the other, written from the promises and not from the
 * service: who may hold which revision then, and which act is refused.
 */

/** One revision given to one agency. */
interface Right {
  arrangement: string;
  ended: boolean;
}

export interface Story {
  id: string;
  revisions: { id: string; title: string; state: 'DRAFT' | 'IN_REVIEW' | 'RELEASED' }[];
  /** For each agency, what it was given and what was not taken back. */
  rights: Map<Code, Map<string, Right>>;
  /** For each agency that was given something, the revision that was given last. */
  listed: Map<Code, string>;
  /** From whom it was taken back, and why. */
  taken: Map<Code, string>;
  /** The revision that was released last. */
  released: string | null;
  recalled: boolean;
  expired: boolean;
  successor: string | null;
}

/** Two findings of one author, and an arrangement besides the one that is always in force. */
export interface Pair {
  author: Code;
  partners: Code[];
  /** In every title, and in no other pair's. */
  mark: string;
  stories: [Story, Story];
  /** To how many agencies the author may release. */
  widest: number;
  arrangement: { id: string; onEnd: 'KEEP' | 'STOP' | 'RECALL'; ended: boolean };
}

/** Which of the pair's findings. */
export type Which = 0 | 1;

export type Act =
  | { name: 'reviseFinding'; of: Which; basedOn: string; title: string }
  | { name: 'submitFinding' | 'returnFinding'; of: Which; revision: string }
  | { name: 'releaseFinding'; of: Which; revision: string; to: [Code, string][]; without: Code[] }
  | { name: 'recallFinding'; of: Which; from: Code[] | null; reason: string }
  | { name: 'supersedeFinding' | 'expireFinding'; of: Which }
  | { name: 'endArrangement' };

export const newStory = (id: string, revision: string, title: string): Story => ({
  id,
  revisions: [{ id: revision, title, state: 'DRAFT' }],
  rights: new Map(),
  listed: new Map(),
  taken: new Map(),
  released: null,
  recalled: false,
  expired: false,
  successor: null,
});

/** Who has the right to some revision. */
const holders = ({ rights }: Story): Code[] =>
  [...rights].filter(([, its]) => [...its.values()].some(({ ended }) => !ended)).map(([code]) => code);

/** What an agency's list shows of a finding of another. */
export function shown({ listed, rights }: Story, code: Code): string | null {
  const revision = listed.get(code);
  return revision !== undefined && rights.get(code)?.get(revision)?.ended === false ? revision : null;
}

const viewers = (story: Story): Code[] =>
  [...story.listed.keys()].filter((code) => shown(story, code) !== null);

/** Who has an earlier or a later revision in its list. */
export const holdersOfOthers = (story: Story, revision: string): Code[] =>
  viewers(story).filter((code) => shown(story, code) !== revision);

const stands = ({ released, recalled, expired, successor }: Story): boolean =>
  released !== null && !recalled && !expired && successor === null;

const within = <T>(few: readonly T[], many: readonly T[]): boolean => few.every((one) => many.includes(one));

/** Every reason for which an act is refused as things stand; none: it is done. */
export function refusals(pair: Pair, act: Act): ErrorCode[] {
  if (act.name === 'endArrangement') return [];
  const story = pair.stories[act.of];
  const latest = story.revisions.at(-1);
  const when = (holds: boolean, code: ErrorCode): ErrorCode[] => (holds ? [code] : []);
  switch (act.name) {
    case 'reviseFinding':
      return when(latest?.id !== act.basedOn, 'CONFLICT');
    case 'submitFinding':
      return when(latest?.id !== act.revision || latest.state !== 'DRAFT', 'CONFLICT');
    case 'returnFinding':
      return when(latest?.id !== act.revision || latest.state !== 'IN_REVIEW', 'CONFLICT');
    case 'releaseFinding':
      return refusedRelease(pair, story, act);
    case 'recallFinding':
      return [
        ...when(act.from === null && holders(story).length === 0, 'CONFLICT'),
        ...when(!within(act.from ?? [], holders(story)), 'NOT_FOUND'),
      ];
    case 'supersedeFinding':
      return when(!pair.stories.every(stands), 'CONFLICT');
    case 'expireFinding':
      return [...when(story.released === null, 'CONFLICT'), ...when(story.expired, 'INVALID')];
  }
}

function refusedRelease(
  { arrangement, widest }: Pair,
  story: Story,
  { revision, to, without }: Act & { name: 'releaseFinding' },
): ErrorCode[] {
  const place = story.revisions.findIndex(({ id }) => id === revision);
  const others = holdersOfOthers(story, revision);
  const named = to.map(([code]) => code);
  const conflict =
    story.revisions[place]?.state === 'DRAFT' ||
    story.revisions.slice(place + 1).some(({ state }) => state === 'RELEASED') ||
    story.successor !== null ||
    story.expired ||
    !within(others, [...named, ...without]);
  const after = new Set([...viewers(story), ...named]);
  const invalid = after.size > widest || (arrangement.ended && to.some(([, id]) => id === arrangement.id));
  return [
    ...(conflict ? ['CONFLICT' as const] : []),
    ...(within(without, others) ? [] : ['NOT_FOUND' as const]),
    ...(invalid ? ['INVALID' as const] : []),
  ];
}

/**
 * Does an act that is not refused.
 * @param made the revision that it made
 * @returns the other agencies that learn of it
 */
export function apply(pair: Pair, act: Act, made: string): Code[] {
  if (act.name === 'endArrangement') {
    const { arrangement } = pair;
    arrangement.ended = true;
    if (arrangement.onEnd !== 'KEEP') end(pair.stories, (right) => right.arrangement === arrangement.id);
    return [];
  }
  const story = pair.stories[act.of];
  const told = viewers(story);
  switch (act.name) {
    case 'reviseFinding':
      story.revisions.push({ id: made, title: act.title, state: 'DRAFT' });
      return [];
    case 'submitFinding':
    case 'returnFinding':
      move(story, act.revision, act.name === 'submitFinding' ? 'IN_REVIEW' : 'DRAFT');
      return [];
    case 'releaseFinding':
      for (const [code, arrangement] of act.to) {
        const its = story.rights.get(code) ?? new Map<string, Right>();
        story.rights.set(code, its.set(act.revision, { arrangement, ended: false }));
        story.listed.set(code, act.revision);
        story.taken.delete(code);
      }
      move(story, act.revision, 'RELEASED');
      story.released = act.revision;
      story.recalled = false;
      return act.to.map(([code]) => code);
    case 'recallFinding': {
      const gone = act.from ?? holders(story);
      if (within(holders(story), gone)) story.recalled = true;
      for (const code of gone) {
        story.rights.delete(code);
        story.listed.delete(code);
        story.taken.set(code, act.reason);
      }
      return gone;
    }
    case 'supersedeFinding':
      story.successor = pair.stories[other(act.of)].id;
      return told;
    case 'expireFinding':
      story.expired = true;
      end([story], () => true);
      return told;
  }
}

/** The findings that these acts could change for somebody. */
export const touched = ({ stories }: Pair, acts: readonly Act[]): Story[] =>
  stories.filter((_, place) =>
    acts.some((act) => !('of' in act) || act.name === 'supersedeFinding' || act.of === place),
  );

export const other = (which: Which): Which => (which === 0 ? 1 : 0);

function end(stories: readonly Story[], which: (right: Right) => boolean): void {
  for (const right of stories.flatMap(({ rights }) =>
    [...rights.values()].flatMap((its) => [...its.values()]),
  ))
    if (which(right)) right.ended = true;
}

function move(story: Story, revision: string, state: Story['revisions'][number]['state']): void {
  for (const one of story.revisions) if (one.id === revision) one.state = state;
}

/** The state of a finding for its author. */
export function stateOf({ revisions, released, recalled, expired, successor }: Story): string {
  if (released === null) return revisions.at(-1)?.state ?? '';
  if (recalled) return 'RECALLED';
  if (expired) return 'EXPIRED';
  return successor === null ? 'RELEASED' : 'SUPERSEDED';
}
