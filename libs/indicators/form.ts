/** How the values of one type (and, for chains, one family) are read. Both functions get the value without outer white space. */
export interface Form {
  /** Longest value that is looked at, in UTF-16 units: the bound on the work one value can cost. */
  longest: number;
  /**
   * The normal form of a valid value. Never throws; of an invalid value it promises nothing more. Checks nothing, and
   * hashes only to write the checksum of an address in another form.
   */
  fold: (value: string) => string;
  /** Why the value is not of this form, in a sentence that never quotes it; undefined if it is. May hash. */
  fault: (value: string) => string | undefined;
}

/** Undoes the brackets that keep a reader from clicking: `a[.]b`, `a[@]b`, `2001[:]db8`, `http[://]a.b`. */
export const refang = (value: string) => value.replace(/\[(:\/\/|[.:@])\]/g, '$1');

/** What stands before and after the first `mark`. */
export function split(value: string, mark: string): [string, string] {
  const at = value.indexOf(mark);
  return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
}

const classes: readonly [RegExp, string][] = [
  [/[A-Z]/, 'an upper-case letter'],
  [/[a-z]/, 'a lower-case letter'],
  [/[0-9]/, 'a digit'],
  [/\p{White_Space}/u, 'a space or line break'],
  [/\p{Cc}/u, 'a control character'],
  [/[!-~]/, 'a punctuation mark'],
  [/\p{Cs}/u, 'half of a surrogate pair'],
  [/\p{Cf}/u, 'an invisible character'],
  [/[\p{L}\p{M}]/u, 'a letter outside ASCII'],
  [/\p{N}/u, 'a digit outside ASCII'],
];

/** Of which characters a text may be: one of them, and nothing but them. */
export interface Characters {
  one: RegExp;
  all: RegExp;
}

export const characters = (one: RegExp): Characters => ({
  one,
  all: new RegExp(`^(?:${one.source})*$`, one.flags),
});

export const HEXADECIMAL = characters(/[0-9a-f]/i);
/** Letters, digits and signs of any script. */
export const WRITTEN = characters(/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u);

/**
 * Names the first character of `text` that is none of `allowed`: its position (from 1, in code points, after
 * `before` others) and its class, never the character itself. Look-alikes of another script are the usual find.
 */
export function strayCharacter(
  text: string,
  allowed: Characters,
  alphabet: string,
  before = 0,
): string | undefined {
  if (allowed.all.test(text)) return undefined;
  let position = before;
  for (const character of text) {
    position += 1;
    if (allowed.one.test(character)) continue;
    const named = classes.find(([pattern]) => pattern.test(character))?.[1] ?? 'a symbol outside ASCII';
    return `character ${position} is ${named}; ${alphabet}`;
  }
  return undefined;
}
