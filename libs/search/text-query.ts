import { invalid, lengthOf, LONGEST_PHRASE, nameKey, phraseOf, runsOf, type Run } from '#core';

/** Runs that must stand one after the other. */
export interface Phrase {
  runs: readonly Run[];
  /** Whether the last, if it is a word, may go on. */
  prefix: boolean;
}

/** A word, "an exact phrase", a beginning* or, with a minus before it, what must not be there. */
export interface Term extends Phrase {
  excluded: boolean;
  quoted: boolean;
  /** Where it begins in the query, in UTF-16 code units. */
  at: number;
  text: string;
}

/** A query as PostgreSQL and the snippets want it. */
export interface Wanted {
  /** tsquery: all of it. */
  everything: string;
  /** tsquery: any of what is wanted. */
  anything: string;
  /** tsqueries, of which each must match. */
  wanted: string[];
  /** tsqueries, of which none may. */
  unwanted: string[];
  /** What is marked in a snippet. */
  marked: readonly Phrase[];
}

const MOST_TERMS = 12;
/** Of a word's beginning, or half of the index would match. A single character of the other scripts is found alone. */
const SHORTEST_BEGINNING = 2;
/** Words of a query that may be one name together. */
const LONGEST_NAME = 5;

/** As typed on any keyboard: the wide forms come from East Asian ones. */
const TERM = /(?<minus>[-－−])?(?:["“”＂](?<phrase>[^"“”＂]*)(?<closed>["“”＂])?|(?<word>[^\s"“”＂]+))/gu;
const STAR = /[*＊]/u;

/**
 * Reads a query: words that must all be there, `"an exact phrase"`, `beginning*`, `-without`. Punctuation alone is
 * passed over.
 * @throws ServiceError INVALID with the path `query[n]`: what is wrong begins at the nth UTF-16 code unit
 */
export function parseQuery(query: string): Term[] {
  const terms: Term[] = [];
  for (const { 0: whole, index, groups = {} } of query.matchAll(TERM)) {
    const { minus, phrase, closed, word = '' } = groups;
    if (phrase !== undefined && closed === undefined)
      throw fault(index, 'This quotation mark is not closed.');
    const at = index + (minus?.length ?? 0);
    const [text, prefix] = phrase === undefined ? withoutStar(word, at) : withoutStar(phrase.trim(), at + 1);
    const runs = [...runsOf(text)];
    if (runs.length === 0) {
      if (prefix) throw fault(at, 'A star stands behind the beginning of a word.');
      continue;
    }
    if (lengthOf(runs) > LONGEST_PHRASE)
      throw fault(at, `One phrase is too long: ${LONGEST_PHRASE / 2} words at most.`);
    const last = runs.at(-1);
    if (prefix && last && !last.paired && last.characters.length < SHORTEST_BEGINNING)
      throw fault(at, `The beginning of a word has ${SHORTEST_BEGINNING} characters at least.`);
    const quoted = phrase !== undefined;
    terms.push({
      runs,
      prefix,
      excluded: minus !== undefined,
      quoted,
      at,
      text: whole.slice(minus?.length ?? 0),
    });
  }
  if (terms.length > MOST_TERMS)
    throw fault(terms[MOST_TERMS]?.at ?? 0, `A query has ${MOST_TERMS} words or phrases at most.`);
  if (terms.every(({ excluded }) => excluded))
    throw fault(0, terms.length > 0 ? 'Say what to find, not only what not.' : 'There is no word in this.');
  return terms;
}

const fault = (at: number, message: string) => invalid(`query[${at}]`, message);

function withoutStar(text: string, at: number): [text: string, prefix: boolean] {
  const star = text.search(STAR);
  if (star === -1) return [text, false];
  if (star < text.length - 1) throw fault(at + star, 'A star stands behind the beginning of a word.');
  return [text.slice(0, -1), true];
}

/** Words of a query that may be one name: a name, and the places of its first and last word. */
interface Candidate {
  name: string;
  from: number;
  to: number;
}

/** What of a query may be a name, the longest first: neighbouring words, and each phrase. */
export function nameCandidates(terms: readonly Term[]): Candidate[] {
  const found: Candidate[] = [];
  for (let length = Math.min(LONGEST_NAME, terms.length); length > 0; length--) {
    for (let from = 0; from + length <= terms.length; from++) {
      const part = terms.slice(from, from + length);
      const bare = part.every(
        ({ excluded, prefix, quoted }) => !excluded && !prefix && (length === 1 || !quoted),
      );
      if (!bare) continue;
      const name = part.flatMap(({ runs }) => runs.map(({ text }) => text)).join(' ');
      found.push({ name: nameKey(name), from, to: from + length - 1 });
    }
  }
  return found;
}

/** Further names of what bears a name: both folded. */
export type Aliases = ReadonlyMap<string, readonly string[]>;

const one = ({ runs, prefix }: Phrase): string => phraseOf(runs, prefix);
const all = (parts: readonly string[]) => parts.map((part) => `(${part})`).join(' & ');
const any = (parts: readonly string[]) => parts.map((part) => `(${part})`).join(' | ');

/** A query ready to be asked: where its words are a name, its other names will do as well. */
export function compile(terms: readonly Term[], aliases: Aliases = new Map()): Wanted {
  const others: Phrase[] = [];
  const wanted: string[] = [];
  const taken = new Set<number>();
  for (const { name, from, to } of nameCandidates(terms)) {
    const names = aliases.get(name) ?? [];
    const places = Array.from({ length: to - from + 1 }, (_, n) => from + n);
    if (names.length === 0 || places.some((place) => taken.has(place))) continue;
    for (const place of places) taken.add(place);
    const phrases = names.map((other) => ({ runs: [...runsOf(other)], prefix: false }));
    others.push(...phrases);
    wanted.push(any([all(terms.slice(from, to + 1).map(one)), ...phrases.map(one)]));
  }
  wanted.push(...terms.filter(({ excluded }, place) => !excluded && !taken.has(place)).map(one));
  const unwanted = terms.filter(({ excluded }) => excluded).map(one);
  return {
    everything: [all(wanted), ...unwanted.map((part) => `!(${part})`)].join(' & '),
    anything: any(wanted),
    wanted,
    unwanted,
    marked: [...terms.filter(({ excluded }) => !excluded), ...others],
  };
}
