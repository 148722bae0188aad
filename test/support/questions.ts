import { randomBytes, randomUUID } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { document } from './findings.js';
import { fullDocument, walletOf } from './full-document.js';
import { agencyId } from './roster.js';
import { everyField } from './schema.js';
import type { Client } from './world.js';

/** What a question may name of a thing. */
export interface Named {
  finding: string;
  revision: string;
  incident: string;
  agency: string;
  /** Hash of a dataset. */
  dataset: string;
  /** As in {@link fullDocument}. */
  mark: string;
}

/** Of a thing that is not there. */
export const absent = (mark: string): Named => ({
  finding: randomUUID(),
  revision: randomUUID(),
  incident: randomUUID(),
  agency: randomUUID(),
  dataset: randomBytes(32).toString('hex'),
  mark,
});

/** What everybody may name: ids of findings and of an incident that some see, and the mark of what these say. */
export interface Known {
  findings: readonly string[];
  incident: string;
  mark: string;
}

type Questions = Record<string, object[]>;

/** Arguments for every query of the schema: each filter, small pages, what is known, what is named, and faults. */
export const questions = (known: Known, named: Named): Questions => ({
  viewer: [{}],
  agencies: [{}, { first: 1 }, { first: 2 }, { first: 101 }, { after: 'nonsense' }],
  systemClients: [{}, { first: 1 }, { first: 101 }, { after: 'nonsense' }],
  webhooks: [{}, { first: 1 }, { first: 101 }, { after: 'nonsense' }],
  webhookDomains: [{}, { first: 1 }, { first: 101 }, { after: 'nonsense' }],
  webhookKeys: [{}],
  webhookAttempts: [known.incident, ...known.findings, named.finding].map((webhookId) => ({ webhookId })),
  findings: [
    ...[{}, { first: 1 }, { first: 2 }, { first: 0 }, { first: 101 }, { after: 'nonsense' }],
    ...filters(known, named).map((filter) => ({ filter })),
    {
      first: 1,
      filter: { words: 'title', kinds: ['hack', 'laundering-flow'], indicator: wallet(known.mark) },
    },
  ],
  search: searches(known, named),
  arrangements: [{}, { first: 1 }, { first: 0 }, { after: 'nonsense' }],
  members: [{}, { first: 1 }, { after: 'nonsense' }],
  feed: [
    ...[{}, { after: 'nonsense' }, { of: 'ADMINISTRATION' }],
    { types: ['finding.released', 'finding.recalled', 'arrangement.ended'], first: 5 },
  ],
  standingAuthorities: [{}, { first: 1 }, { after: 'nonsense' }],
  inboundReceipts: [{}, { first: 1 }, { after: 'nonsense' }],
  inboundReceipt: [named.finding, named.agency, 'nonsense'].map((id) => ({ id })),
  pendingActs: [{}, { first: 1 }],
  invitations: [{}, { first: 1 }, { after: 'nonsense' }],
  agencyProposals: [{}, { first: 1 }, { after: 'nonsense' }],
  recoveries: [{}, { first: 1 }, { after: 'nonsense' }],
  accessReview: [{}, { first: 1 }, { after: 'nonsense' }],
  mySessions: [{}, { first: 1 }, { after: 'nonsense' }],
  sessions: [{}, { first: 1 }, { after: 'nonsense' }],
  myPasskeys: [{}, { first: 1 }, { after: 'nonsense' }],
  passkeys: [{}, { first: 1 }, { after: 'nonsense' }],
  identityProviders: [{}],
  auditTrail: [
    ...[{}, { first: 1 }, { first: 101 }],
    ...[named.finding, named.incident, named.agency].map((subjectId) => ({ filter: { subjectId } })),
    { filter: { actorAgencyId: named.agency } },
    { filter: { memberId: named.revision, acts: ['finding.released'], from: '2020-01-01T00:00:00Z' } },
  ],
  dataset: [{}, { hash: named.dataset }, { id: named.revision }, { id: 'nonsense' }],
  referenceLists: [{}, { first: 1 }, { first: 101 }, { after: 'nonsense' }],
  lookup: [
    [walletOf(known.mark), 'account', '203.0.113.80 example.com'],
    [walletOf(named.mark)],
    [`bithumb.com/${named.mark}`],
    [`${walletOf(known.mark)}, ${walletOf(named.mark)}`],
    [],
  ].map((values) => ({ values })),
  trace: [
    traceOf(known.mark),
    traceOf(`${known.mark} receiver`, { direction: 'IN', hops: 10 }),
    traceOf(named.mark),
    // What is hidden counts in no limit.
    traceOf(known.mark, { asset: 'ETH', minAmount: '1', limits: { fanOut: 1 } }),
    traceOf(known.mark, { window: { from: '2018-01-01T00:00:00Z' }, limits: { nodes: 2, transfers: 2 } }),
    traceOf(known.mark, { hops: 11 }),
  ],
  finding: [...known.findings, named.finding, named.revision, 'nonsense'].map((id) => ({ id })),
  incidents: [{}, { first: 1 }, { first: -1 }, { after: 'nonsense' }],
  incident: [known.incident, named.incident, named.finding].map((id) => ({ id })),
  validateFinding: [
    document(),
    fullDocument(known.mark),
    document({ kind: 'nonsense' }),
    document({ incidents: [known.incident] }),
    document({ incidents: [known.incident, named.incident] }),
    restingOn(named.revision),
    restingOn(named.revision, [named.incident]),
  ].map((written) => ({ document: written })),
});

const traceOf = (mark: string, args: object = {}) => ({
  from: { chain: 'ethereum', value: walletOf(mark) },
  ...args,
});

export const filters = (known: Known, named: Named): object[] => [
  ...['title', `title ${known.mark}`, named.mark, `title ${named.mark}`].map((words) => ({ words })),
  ...['hack', 'laundering-flow', 'policy-note'].map((kind) => ({ kinds: [kind] })),
  ...[agencyId('KR-FSC'), named.agency].map((author) => ({ authors: [author] })),
  ...['KR', 'JP', 'ZZ'].map((jurisdiction) => ({ jurisdictions: [jurisdiction] })),
  ...[known, named].map(({ incident }) => ({ incident })),
  ...['TLP:GREEN', 'TLP:AMBER'].map((marking) => ({ markings: [marking] })),
  { happened: { from: '2018-01-26T00:00:00Z', until: '2018-01-27T00:00:00Z' } },
  { happened: { from: '2019-01-01T00:00:00Z', until: '2018-01-01T00:00:00Z' } },
  { released: { from: '2020-01-01T00:00:00Z' } },
  { released: { until: '2020-01-01T00:00:00Z' } },
  ...[known, named].map(({ mark }) => ({ indicator: wallet(mark) })),
  { indicator: { type: 'account', value: `bithumb.com/${named.mark}` } },
  { indicator: { type: 'wallet', chain: 'ethereum', value: 'nonsense' } },
  ...['DRAFT', 'RELEASED', 'SUPERSEDED', 'RECALLED', 'EXPIRED'].map((state) => ({ states: [state] })),
  { inReview: true },
  { nonsense: true },
];

/** Words of what is known and of what is named, whole and begun; and what is no query. Most ask for ids alone. */
const searches = (known: Known, named: Named): object[] => [
  { query: 'title', order: 'BEST', first: 1 },
  ...[`title ${known.mark}`, named.mark, `${named.mark.slice(0, 3)}*`, walletOf(named.mark)].map((query) => ({
    query,
    filter: {},
  })),
  { query: named.mark.slice(0, 2), order: 'BEST', filter: {} },
  { query: 'title', filter: { words: named.mark } },
  { query: '"not closed' },
  { query: 'title', after: 'nonsense' },
];

export const wallet = (mark: string) => ({ type: 'wallet', chain: 'ethereum', value: walletOf(mark) });

/** A document with a claim that comes from another agency's revision. */
export function restingOn(revisionId: string, incidents: readonly string[] = []): object {
  const origin = { kind: 'agency', revisionId };
  return document({ incidents, claims: [{ attribute: 'method', value: { term: 'theft' }, origin }] });
}

/** The operation that asks a root field for every field there is; of the nodes of a page, on request, less. */
export function operation(schema: GraphQLSchema, root: string, nodes?: string): string {
  const mutation = schema.getMutationType()?.getFields()[root];
  const field = mutation ?? schema.getQueryType()?.getFields()[root];
  if (!field) throw new Error(`The schema has no ${root}.`);
  const declared = field.args.map(({ name, type }) => `$${name}: ${type.toString()}`).join(', ');
  const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const inside = (list: string) => (list === '' ? '' : `(${list})`);
  return `${mutation ? 'mutation' : 'query'} ${inside(declared)} { ${root}${inside(passed)} ${everyField(field.type, nodes)} }`;
}

type Connection = Record<string, { pageInfo?: { hasNextPage: boolean; endCursor: string } } | undefined>;

/** Status and bytes of the answer; pages are followed to the end. */
async function bytes(client: Client, asked: string, args: object): Promise<string> {
  const told: string[] = [];
  let after: string | undefined;
  do {
    const variables = { ...args, ...(after !== undefined && { after }) };
    const answer = await client.query<Connection | null>(asked, variables);
    told.push(`${answer.status} ${answer.text}`);
    const page = Object.values(answer.data ?? {})[0]?.pageInfo;
    after = page?.hasNextPage ? page.endCursor : undefined;
  } while (after !== undefined);
  return told.join('\n');
}

/** All of a look-up but what was asked, which comes back as it was. */
const LOOKED_UP =
  '{ suspect moreMatches matches { findingId key roles listedAt finding { id } } lists { listId label } }';

/** The answers to all questions, by query and place. */
export async function answers(
  client: Client,
  schema: GraphQLSchema,
  all: Questions,
): Promise<Record<string, string[]>> {
  const answered = Object.entries(all).map(async ([query, list]) => {
    // A filter decides which rows there are, not what they say.
    const nodes = query === 'lookup' ? LOOKED_UP : undefined;
    const [whole, rows] = [operation(schema, query, nodes), operation(schema, query, '{ id }')];
    const ask = async (args: object) => {
      const told = await bytes(client, 'filter' in args ? rows : whole, args);
      // A cursor of a look-up is made of the values that were asked.
      if (query === 'lookup') return told.replaceAll(/"(?:c|endC)ursor":"[^"]*"/g, '');
      // A trace says where it began.
      const { from } = args as { from?: { value: string } };
      return query === 'trace' && from ? told.replaceAll(from.value, 'the start') : told;
    };
    // One after the other: a trace that waits for the rest would run out of time.
    const told: string[] = [];
    for (const args of list) told.push(await ask(args));
    return [query, told] as const;
  });
  return Object.fromEntries(await Promise.all(answered));
}
