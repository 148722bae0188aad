import { runsOf, type Run } from '#core';
import type { Term } from './text-query.js';

const MOST = 10;
/** Characters that are added where a script does not show where its words end. */
const FURTHER = 6;
/** UTF-16 code units of one document that are looked at: its title, names and the beginning of its body come first. */
const LOOKED_AT = 4_000;
/** Places of one document at which a beginning in such a script is looked at: whoever writes documents chooses how many. */
const MOST_PLACES = 200;

/** The last word of a query, if it may still be going on. */
export function unfinished(query: string, terms: readonly Term[]): Term | undefined {
  const last = terms.at(-1);
  if (!last || last.excluded || last.quoted || last.prefix) return undefined;
  return query.endsWith(last.text) ? last : undefined;
}

/**
 * How documents go on from a beginning: whole words; in scripts that do not show where a word ends, stretches that
 * stand in more documents than any longer one. Folded; what most documents have comes first.
 */
export function completions(beginning: Run, documents: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>();
  for (const texts of documents)
    for (const found of completionsIn(beginning, texts)) counts.set(found, (counts.get(found) ?? 0) + 1);
  const goOn = new Set<string>();
  if (beginning.paired) {
    for (const [text, count] of counts) {
      const shorter = [...text].slice(0, -1).join('');
      if (counts.get(shorter) === count) goOn.add(shorter);
    }
  }
  return [...counts]
    .filter(([text]) => !goOn.has(text))
    .sort(([a, m], [b, n]) => n - m || a.length - b.length || (a < b ? -1 : 1))
    .slice(0, MOST)
    .map(([text]) => text);
}

function completionsIn(beginning: Run, texts: readonly string[]): Set<string> {
  const found = new Set<string>();
  let [left, places] = [LOOKED_AT, MOST_PLACES];
  for (const text of texts) {
    for (const run of runsOf(text.slice(0, left))) {
      if (run.paired !== beginning.paired) continue;
      if (!run.paired) {
        if (run.text.startsWith(beginning.text) && run.text !== beginning.text) found.add(run.text);
        continue;
      }
      for (
        let at = run.text.indexOf(beginning.text);
        at !== -1 && places > 0;
        at = run.text.indexOf(beginning.text, at + 1)
      ) {
        places--;
        const behind = at + beginning.text.length;
        // Of a long run no more than that: it is one text without a gap, and may be all of a document.
        const further = [...run.text.slice(behind, behind + 2 * FURTHER)].slice(0, FURTHER);
        for (let n = 1; n <= further.length; n++) found.add(beginning.text + further.slice(0, n).join(''));
      }
    }
    left -= text.length;
    if (left <= 0) break;
  }
  return found;
}
