import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { contentSchema, textsOf } from '#findings';
import { z } from 'zod';
import { story } from '../apps/cli/demo/story.js';
import { asked, corpus } from './support/corpus.js';
import { draft } from './support/findings.js';
import { startWorld, type World } from './support/world.js';

/*
 * What real queries find, over the documents of the demo and a corpus written for this, against the text itself: in
 * Korean, Japanese and Chinese a word is found wherever these characters stand; in English where it stands as a word.
 * What is found under another name of the same subject is no fault.
 */

jest.setTimeout(180_000);

type Content = z.output<typeof contentSchema>;

let world: World;
const documents = new Map<string, Content>();
beforeAll(async () => {
  world = await startWorld();
  const seed = new Set(story.flatMap(({ finding: { revisions } }) => revisions.slice(-1)));
  const written = [
    ...[...seed].map((content) => ({
      ...content,
      incidents: [],
      claims: (content.claims ?? [])
        .filter(({ origin }) => origin.kind !== 'agency')
        .map((claim) => ({ ...claim, incident: undefined })),
    })),
    ...corpus.map(({ language, title, body }) => ({
      texts: [{ language, origin: 'original', title, body }],
    })),
  ];
  for (const content of written) {
    const { id } = await draft(world, 'KR-FSC', JSON.parse(JSON.stringify(content)) as object);
    const rows = await world.sql<{ document: Content }>(
      'select document from revision where finding_id = $1',
      [id],
    );
    if (rows[0]) documents.set(id, rows[0].document);
  }
});
afterAll(() => world.close());

const folded = (text: string) => text.normalize('NFKC').toLowerCase();
/** Of a script that writes spaces between words. */
const isLetter = (character = ''): boolean =>
  /[\p{L}\p{N}]/u.test(character) &&
  !/[\p{scx=Han}\p{scx=Hangul}\p{scx=Hiragana}\p{scx=Katakana}]/u.test(character);

/** Whether a text has a term, read letter by letter and without any index. */
function has(text: string, term: string): boolean {
  const begun = term.endsWith('*');
  const words = folded(term).match(/[\p{L}\p{N}ー]+/gu) ?? [];
  const whole = folded(text);
  return [...whole.matchAll(new RegExp(words.join('[^\\p{L}\\p{N}ー]+'), 'gu'))].some(
    ({ 0: found, index }) => {
      const end = index + found.length;
      const cut = (at: number) => isLetter(whole[at - 1]) && isLetter(whole[at]);
      return !cut(index) && (begun || !cut(end));
    },
  );
}

/** The names of every subject that has several, somewhere. */
const names = (): string[][] =>
  [...documents.values()].flatMap(({ subjects }) =>
    subjects.map((subject) => subject.names.map(({ value }) => value)).filter(({ length }) => length > 1),
  );

/** @param others whether a name stands for the other names of the same one too */
const spellings = (term: string, others: boolean): string[] => [
  term,
  ...(others ? names().filter((list) => list.some((name) => folded(name) === folded(term))) : []).flat(),
];

/** The documents that a query describes. */
function truth(query: string, others = false): string[] {
  const terms = [...query.matchAll(/-?"[^"]+"|\S+/g)].map(([term]) => term);
  return [...documents]
    .filter(([, document]) => {
      const texts = textsOf(document as never).map(({ text }) => text);
      return terms.every((term) =>
        term.startsWith('-')
          ? !texts.some((text) => has(text, term.slice(1)))
          : texts.some((text) => spellings(term, others).some((one) => has(text, one))),
      );
    })
    .map(([id]) => id);
}

async function found(query: string): Promise<string[]> {
  const { search } = await world
    .as('KR-FSC', 'ANALYST')
    .ask<{ search: { nodes: { id: string }[] } }>(
      'query ($query: String!) { search(query: $query, first: 100) { nodes { id } } }',
      { query },
    );
  return search.nodes.map(({ id }) => id);
}

const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);

test.each(Object.entries(asked))('%s queries find what is written', async (language, queries) => {
  let [wanted, given, reached, right] = [0, 0, 0, 0];
  const wrong: object[] = [];
  for (const query of queries) {
    const [expected, actual] = [truth(query), await found(query)];
    const missed = expected.filter((id) => !actual.includes(id));
    const meant = truth(query, true);
    const beside = actual.filter((id) => !meant.includes(id));
    wanted += expected.length;
    given += actual.length;
    reached += expected.length - missed.length;
    right += actual.length - beside.length;
    if (missed.length + beside.length > 0)
      wrong.push({ query, missed: titles(missed), beside: titles(beside) });
  }
  const [recall, precision] = [share(reached, wanted), share(right, given)];
  process.stdout.write(
    `${language}: ${queries.length} queries, ${wanted} to be found, recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}\n`,
  );
  expect({ recall: recall >= 0.99, precision: precision >= 0.99, wrong }).toMatchObject({
    recall: true,
    precision: true,
  });
});

const titles = (ids: readonly string[]) => ids.map((id) => documents.get(id)?.texts[0]?.title);

test('there are queries enough, and most of them find something', () => {
  const queries = Object.values(asked).flat();
  expect(new Set(queries).size).toBeGreaterThanOrEqual(40);
  expect(queries.filter((query) => truth(query).length > 0).length / queries.length).toBeGreaterThan(0.9);
});
