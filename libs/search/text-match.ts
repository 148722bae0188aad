import { runsOf, type Run } from '#core';
import type { Phrase } from './text-query.js';

/** A stretch of a text, in UTF-16 code units. */
export interface Stretch {
  from: number;
  to: number;
}

/** Where phrases stand in a text, in order: the same places that the index finds. */
export function* stretchesOf(text: string, phrases: readonly Phrase[]): Generator<Stretch> {
  const longest = Math.max(0, ...phrases.map(({ runs }) => runs.length));
  const window: Run[] = [];
  for (const run of runsOf(text)) {
    window.push(run);
    if (window.length < longest) continue;
    yield* beginning(window, phrases);
    window.shift();
  }
  for (; window.length > 0; window.shift()) yield* beginning(window, phrases);
}

/** Those that begin in the first of these runs. */
function* beginning(runs: readonly Run[], phrases: readonly Phrase[]): Generator<Stretch> {
  for (const phrase of phrases) {
    const [first, second] = phrase.runs;
    const [run] = runs;
    if (!first || run?.paired !== first.paired) continue;
    if (second === undefined) yield* within(run, first, phrase.prefix);
    else if (run.text.endsWith(first.text) && (run.paired || run.text === first.text)) {
      const last = lastOf(runs, phrase);
      if (last) yield { from: run.startOf(run.text.length - first.text.length), to: last };
    }
  }
}

function* within(run: Run, wanted: Run, prefix: boolean): Generator<Stretch> {
  const stretch = (at: number) => ({
    from: run.startOf(at),
    to: run.endOf(at + wanted.text.length),
  });
  if (!run.paired) {
    if (run.text === wanted.text || (prefix && run.text.startsWith(wanted.text))) yield stretch(0);
    return;
  }
  for (
    let at = run.text.indexOf(wanted.text);
    at !== -1;
    at = run.text.indexOf(wanted.text, at + wanted.text.length)
  )
    yield stretch(at);
}

/** Where a phrase of several runs ends, if the rest of it stands behind the first run. */
function lastOf(runs: readonly Run[], { runs: wanted, prefix }: Phrase): number | null {
  for (let n = 1; n < wanted.length; n++) {
    const [run, part] = [runs[n], wanted[n]];
    if (!part || run?.paired !== part.paired) return null;
    const last = n === wanted.length - 1;
    const mayGoOn = last && (run.paired || prefix);
    if (!(mayGoOn ? run.text.startsWith(part.text) : run.text === part.text)) return null;
    if (last) return run.endOf(part.text.length);
  }
  return null;
}
