import { expect } from '@jest/globals';
import { agencyId, type Code } from './roster.js';
import { seen, tombstone, type Seen } from './seen.js';
import { shown, stateOf, type Pair, type Story } from './serial.js';
import type { World } from './world.js';

interface Row {
  table: string;
  agency: string;
  finding: string;
  revision: string | null;
  detail: string;
  ended: boolean;
  successor: string | null;
}

/** The rows that other agencies and the author have of these findings must be those that the stories leave. */
export async function expectRows(world: World, pairs: readonly Pair[]): Promise<void> {
  const stories = pairs.flatMap((pair) => pair.stories);
  const rows = await world.sql<Row>(
    `select 'release' as table, agency_id as agency, finding_id as finding, revision_id as revision,
            arrangement_id::text as detail, until <= clock_timestamp() as ended, null as successor
       from release where finding_id = any ($1)
     union all select 'inbox', agency_id, finding_id, revision_id, state, until <= clock_timestamp(), superseded_by
       from inbox where finding_id = any ($1)
     union all select 'withdrawn', agency_id, finding_id, null, reason, false, null
       from withdrawn where finding_id = any ($1)`,
    [stories.map(({ id }) => id)],
  );
  const found = rows.map(({ successor: _, ...row }) => Object.values(row).join(' ')).sort();
  expect(found).toEqual(pairs.flatMap(rowsOf).sort());
  for (const { table, agency, finding, successor } of rows) {
    if (table !== 'inbox' || successor === null) continue;
    // Which finding took its place is said to nobody who was not given that one.
    expect(stories.find(({ id }) => id === finding)?.successor).toBe(successor);
    expect(
      rows.some((row) => row.table === 'inbox' && row.agency === agency && row.finding === successor),
    ).toBe(true);
  }
}

function rowsOf({ author, stories }: Pair): string[] {
  return stories.flatMap((story) => {
    const line = (table: string, code: Code, revision: string, detail: string, ended = false) =>
      [table, agencyId(code), story.id, revision, detail, ended].join(' ');
    const state = story.successor === null ? 'RELEASED' : 'SUPERSEDED';
    // Its own time ends no row of the author's.
    const mine = stateOf({ ...story, expired: false });
    return [
      line('inbox', author, current(story), mine),
      ...[...story.rights].flatMap(([code, its]) =>
        [...its].map(([revision, right]) => line('release', code, revision, right.arrangement, right.ended)),
      ),
      ...[...story.listed].map(([code, revision]) =>
        line('inbox', code, revision, state, shown(story, code) === null),
      ),
      ...[...story.taken].map(([code, reason]) => line('withdrawn', code, '', reason)),
    ];
  });
}

/** The revision that the author's own list shows. */
const current = ({ released, revisions }: Story): string => released ?? revisions.at(-1)?.id ?? '';

/** What each agency is told, by its list and of these findings by their ids, must be what the stories leave to it. */
export async function expectSeen(world: World, pair: Pair, stories: readonly Story[]): Promise<void> {
  await Promise.all(
    [pair.author, ...pair.partners].map(async (code) => {
      const [list, ...one] = await Promise.all([
        titles(world, code, pair.mark),
        ...stories.map(({ id }) => seen(world, code, id)),
      ]);
      expect([code, list.sort()]).toEqual([code, titlesFor(pair, code).sort()]);
      expect([code, ...one.map(orderless)]).toEqual([
        code,
        ...stories.map((story) => seenBy(pair, story, code)),
      ]);
    }),
  );
}

const visible = (pair: Pair, story: Story, code: Code): string | null =>
  code === pair.author ? current(story) : shown(story, code);

/** The finding, state and title that each line of an agency's list should have. */
export const titlesFor = (pair: Pair, code: Code): string[] =>
  pair.stories.flatMap((story) => {
    const revision = visible(pair, story, code);
    const title = story.revisions.find(({ id }) => id === revision)?.title;
    return title === undefined ? [] : [`${story.id} ${stateFor(pair, story, code)} ${title}`];
  });

function stateFor(pair: Pair, story: Story, code: Code): string {
  if (code === pair.author) return stateOf(story);
  return story.successor === null ? 'RELEASED' : 'SUPERSEDED';
}

function seenBy(pair: Pair, story: Story, code: Code): unknown {
  const revision = visible(pair, story, code);
  const mine = code === pair.author;
  const reason = story.taken.get(code);
  if (reason !== undefined) return tombstone(story.id, 'RECALLED', reason, expect.any(String));
  const revisions = mine ? story.revisions.map(({ id }) => id) : revisionsOf(story, code);
  const releases = [...story.rights].flatMap(([holder, its]) =>
    [...its].filter(([, { ended }]) => mine || (holder === code && !ended)).map(([id]) => `${holder} ${id}`),
  );
  const held = { revisions: revisions.sort(), releases: releases.sort() };
  if (revision === null) {
    if (!story.listed.has(code)) return 'NOT_FOUND';
    // The right to an earlier revision may outlive that to the last.
    return { ...tombstone(story.id, 'EXPIRED', 'EXPIRED', expect.any(String)), ...held };
  }
  const successor = pair.stories.find(({ id }) => id === story.successor);
  return expect.objectContaining({
    id: story.id,
    state: stateFor(pair, story, code),
    author: { code: pair.author },
    revision: { id: revision },
    ...held,
    sheets: mine ? story.revisions.map((_, place) => ({ number: place + 1 })) : [],
    supersededBy: successor && visible(pair, successor, code) !== null ? { id: successor.id } : null,
    withdrawnAt: null,
  });
}

const revisionsOf = ({ rights }: Story, code: Code): string[] =>
  [...(rights.get(code) ?? [])].filter(([, { ended }]) => !ended).map(([id]) => id);

/** The order in which things were given is not what is asked here. */
const orderless = (found: Seen | string): unknown =>
  typeof found === 'string'
    ? found
    : {
        ...found,
        revisions: found.revisions.map(({ id }) => id).sort(),
        releases: found.releases.map(({ agency, revisionId }) => `${agency?.code} ${revisionId}`).sort(),
      };

interface Listed {
  findings: {
    nodes: { id: string; state: string; revision: { document: { texts: { title: string }[] } } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

/** Every line of an agency's list whose title has this word, or every line. */
export async function titles(world: World, code: Code, words?: string): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | undefined, more = true; more;) {
    const { findings } = await world.as(code, 'ANALYST').ask<Listed>(
      `query ($after: String, $filter: FindingFilterInput) {
         findings(first: 100, after: $after, filter: $filter) {
           nodes { id state revision { document { texts { title } } } } pageInfo { hasNextPage endCursor }
         }
       }`,
      { after, filter: words === undefined ? {} : { words } },
    );
    found.push(
      ...findings.nodes.map(
        ({ id, state, revision }) => `${id} ${state} ${revision.document.texts[0]?.title}`,
      ),
    );
    more = findings.pageInfo.hasNextPage;
    after = findings.pageInfo.endCursor;
  }
  return found;
}
