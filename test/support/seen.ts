import type { Code } from './roster.js';
import type { World } from './world.js';

/** What a finding is to one agency: all that `finding` tells, but for its text. */
export interface Seen {
  id: string;
  state: string;
  kind: string | null;
  marking: string | null;
  listedAt: string | null;
  expiresAt: string | null;
  withdrawnAt: string | null;
  withdrawnReason: string | null;
  author: { code: string } | null;
  revision: { id: string } | null;
  revisions: { id: string }[];
  releases: {
    agency: { code: string } | null;
    revisionId: string;
    marking: string;
    handling: string[];
    pap: string;
    purpose: string;
    arrangementId: string;
    conditions: string | null;
    until: string | null;
  }[];
  sheets: { number: number }[];
  supersededBy: { id: string } | null;
}

const FINDING = `
  id state kind marking listedAt expiresAt withdrawnAt withdrawnReason author { code } revision { id }
  revisions { id }
  releases { agency { code } revisionId marking handling pap purpose arrangementId conditions until }
  sheets { number } supersededBy { id }`;

/** What an agency sees of a finding, or the code of the error. */
export async function seen(world: World, code: Code, id: string): Promise<Seen | string> {
  const { data, errors } = await world
    .as(code, 'ANALYST')
    .query<{ finding: Seen } | null>(`query ($id: ID!) { finding(id: $id) { ${FINDING} } }`, { id });
  return data?.finding ?? errors.map(({ extensions }) => extensions.code).join();
}

/** As `seen`, of a finding that must be there. */
export async function held(world: World, code: Code, id: string): Promise<Seen> {
  const found = await seen(world, code, id);
  if (typeof found === 'string') throw new Error(`${code} sees ${found}.`);
  return found;
}

/** What remains of a finding for an agency it was taken back from: this and nothing else. */
export const tombstone = (id: string, state: 'RECALLED' | 'EXPIRED', reason: string, at: unknown) => ({
  id,
  state,
  withdrawnReason: reason,
  withdrawnAt: at,
  kind: null,
  marking: null,
  listedAt: null,
  expiresAt: null,
  author: null,
  revision: null,
  revisions: [],
  releases: [],
  sheets: [],
  supersededBy: null,
});

const EVERYTHING = `{
  findings(first: 100) {
    nodes { ${FINDING} } edges { cursor } pageInfo { hasNextPage endCursor } total { count more }
  }
  incidents {
    nodes { id findingCount listedAt claims { attribute disputed claims { findingId revisionId rivals { findingId } } } }
    pageInfo { endCursor }
  }
}`;

/** Everything the lists tell an agency, as exact bytes: to compare before and after what does not concern it. */
export const everything = async (world: World, code: Code): Promise<string> =>
  (await world.as(code, 'ANALYST').query(EVERYTHING)).text;

/** The ids in an agency's list, newest first. */
export async function listed(world: World, code: Code, filter: object = {}): Promise<string[]> {
  const { findings } = await world
    .as(code, 'ANALYST')
    .ask<{ findings: { nodes: { id: string }[] } }>(
      `query ($filter: FindingFilterInput) { findings(first: 100, filter: $filter) { nodes { id } } }`,
      { filter },
    );
  return findings.nodes.map(({ id }) => id);
}

/**
 * Every row of every table, as one digest and a count for each table. What is refused leaves it as it was; and so
 * does a repeat.
 */
export async function contents(world: World): Promise<Record<string, string>> {
  // A table may come with a migration: the catalogue knows them all.
  const tables = await world.sql<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'entente'::regnamespace and relkind = 'r' order by 1`,
  );
  const digests = await world.sql<{ name: string; digest: string }>(
    tables
      .map(
        ({ name }) =>
          `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') as digest
             from entente."${name}" t`,
      )
      .join(' union all '),
  );
  return Object.fromEntries(digests.map(({ name, digest }) => [name, digest]));
}
