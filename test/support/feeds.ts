import type { Client } from './world.js';

export interface FeedEvent {
  position: number;
  cursor: string;
  type: string;
  subjectType: string;
  subjectId: string;
  revisionId: string | null;
  withdrawn: boolean;
  actor: { code: string } | null;
  finding: { id: string; state: string; withdrawnReason: string | null } | null;
}

export interface Feed {
  epoch: string;
  after: number;
  through: number;
  total: number;
  events: FeedEvent[];
  skipped: { from: number; to: number }[];
  endCursor: string;
  hasNextPage: boolean;
  acknowledged: string | null;
}

const FEED = `{ epoch after through total skipped { from to } endCursor hasNextPage acknowledged
  events { position cursor type subjectType subjectId revisionId withdrawn actor { code }
    finding { id state withdrawnReason } } }`;

const ARGUMENTS = '$of: FeedName!, $after: String, $first: Int, $types: [String!]';
const PASSED = 'of: $of, after: $after, first: $first, types: $types';

export const QUERY = `query Feed(${ARGUMENTS}, $wait: Int) { feed(${PASSED}, wait: $wait) ${FEED} }`;
export const SUBSCRIPTION = `subscription Follow(${ARGUMENTS}) { feed(${PASSED}) ${FEED} }`;
export const ACKNOWLEDGE = `mutation ($cursor: String!) { acknowledgeFeed(input: { cursor: $cursor }) { acknowledged } }`;

export interface FeedVariables {
  of?: 'SHARING' | 'ADMINISTRATION';
  after?: string | null;
  first?: number;
  types?: string[];
  wait?: number;
}

export const feed = async (client: Client, variables: FeedVariables = {}): Promise<Feed> =>
  (await client.ask<{ feed: Feed }>(QUERY, { of: 'SHARING', ...variables })).feed;

/** The whole feed, page by page. */
export async function wholeFeed(client: Client, variables: FeedVariables = {}): Promise<Feed[]> {
  const pages: Feed[] = [];
  let after = variables.after ?? null;
  do {
    const page = await feed(client, { ...variables, after });
    pages.push(page);
    after = page.endCursor;
  } while (pages.at(-1)?.hasNextPage);
  return pages;
}

export const eventsOf = (pages: readonly Feed[]): FeedEvent[] => pages.flatMap(({ events }) => events);

/** The positions that pages tell of, in their order: with none missing these are 1, 2, 3. */
export const toldOf = (pages: readonly Feed[]): number[] =>
  pages
    .flatMap(({ events, skipped }) => [
      ...events.map(({ position }) => position),
      ...skipped.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n)),
    ])
    .sort((a, b) => a - b);
