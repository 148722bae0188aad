import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { act, released, type Finding } from './support/findings.js';
import { fullDocument } from './support/full-document.js';
import { startWorld, type World } from './support/world.js';

/*
 * What an operation asks of a document is kept for its next answer (apps/api/document-parts.ts). An operation whose
 * directives take a variable is executed whole, and no part of it is kept: what it answers is the truth for the others.
 */

let world: World;
let finding: Finding;
beforeAll(async () => {
  world = await startWorld();
  finding = await released(world, 'KR-FSC', ['US-TFI'], fullDocument('parts'));
});
afterAll(() => world.close());

const DOCUMENT = `document {
  __typename kind heading: texts { language title ...words } claims { subject value { amount { low high } term } note }
  indicators { ... on Indicator { type value @skip(if: true) } chain } texts { body }
}`;

const asking = (selection: string) =>
  `query ($id: ID!) { finding(id: $id) { id ${selection} state } } fragment words on Text { origin }`;

/** The same, and executed whole. */
const whole = (query: string) =>
  query
    .replace('($id: ID!) {', '($id: ID!, $yes: Boolean = true) {')
    .replace('finding(id: $id)', 'finding(id: $id) @include(if: $yes)');

const ask = (query: string, id = finding.id) => world.as('US-TFI', 'ANALYST').query(query, { id });

test('a part is what the operation would answer, the first time and when it was kept', async () => {
  const query = asking(`revision { id ${DOCUMENT} } revisions { hash ${DOCUMENT} }`);
  const { text: truth, data } = await ask(whole(query));
  expect(Object.keys(data)).toEqual(['finding']);
  expect(truth).toContain('"__typename":"FindingDocument"');
  for (const time of ['made', 'kept', 'kept again'])
    expect([time, (await ask(query)).text]).toEqual([time, truth]);
});

test('a fragment in two places is two selections', async () => {
  const query = `query ($id: ID!) { finding(id: $id) {
      revision { ...same document { texts { language } } } revisions { ...same } } }
    fragment same on Revision { document { kind } }`;
  const { text } = await ask(query);
  expect(text).toBe((await ask(whole(query))).text);
  expect(text).toContain('"revisions":[{"document":{"kind":"laundering-flow"}}]');
});

test('each revision has its own parts, and what was taken back has none', async () => {
  const query = asking(`revision { ${DOCUMENT} }`);
  const other = await released(world, 'KR-FSC', ['US-TFI'], fullDocument('other'));
  for (const { id } of [finding, other])
    expect((await ask(query, id)).text).toBe((await ask(whole(query), id)).text);
  await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: other.id, reason: 'inaccurate' });
  const { data, errors } = await ask(query, other.id);
  expect(errors).toEqual([]);
  expect(data).toEqual({ finding: { id: other.id, revision: null, state: 'RECALLED' } });
});
