import { foldText } from '#core';
import type { SearchableText } from '#findings';
import { stretchesOf, type Stretch } from './text-match.js';
import type { Phrase } from './text-query.js';

/** Part of a text, and whether it is what was looked for. */
export interface Segment {
  text: string;
  match: boolean;
}

export interface Snippet {
  field: string;
  language: string | null;
  segments: Segment[];
}

const MOST_SNIPPETS = 3;
/** UTF-16 code units shown before the first match and in all. */
const BEFORE = 60;
const LONGEST = 240;
/** Matches marked in one snippet. */
const MOST_MARKS = 20;

/** The first places in a document's texts where what was looked for stands. */
export function snippetsOf(texts: readonly SearchableText[], marked: readonly Phrase[]): Snippet[] {
  const snippets: Snippet[] = [];
  for (const { field, language, text } of texts) {
    if (snippets.length === MOST_SNIPPETS) break;
    if (!mayHave(text, marked)) continue;
    const segments = segmentsOf(text, marked);
    if (segments) snippets.push({ field, language, segments });
  }
  return snippets;
}

/** A long text without the words is passed over without cutting it up. */
function mayHave(text: string, marked: readonly Phrase[]): boolean {
  const folded = foldText(text);
  return marked.some(({ runs: [first] }) => first !== undefined && folded.includes(first.text.slice(0, 50)));
}

function segmentsOf(text: string, marked: readonly Phrase[]): Segment[] | null {
  const marks: Stretch[] = [];
  let [from, to] = [0, LONGEST];
  for (const mark of stretchesOf(text, marked)) {
    if (marks.length === 0) {
      from = whole(text, Math.max(0, mark.from - BEFORE));
      to = whole(text, Math.max(from + LONGEST, mark.to));
    }
    if (mark.to > to || marks.length === MOST_MARKS) break;
    marks.push(mark);
  }
  if (marks.length === 0) return null;
  const segments: Segment[] = [];
  let shown = from;
  const show = (until: number, match: boolean) => {
    if (until > shown) segments.push({ text: text.slice(shown, until), match });
    shown = Math.max(shown, until);
  };
  for (const mark of marks.toSorted((a, b) => a.from - b.from)) {
    show(mark.from, false);
    show(mark.to, true);
  }
  show(Math.min(to, text.length), false);
  return segments;
}

/** Not between the halves of a surrogate pair. */
const whole = (text: string, at: number): number =>
  /[\udc00-\udfff]/.test(text.charAt(at)) && at > 0 ? at - 1 : at;
