import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getNamedType, isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { administer } from './support/administration.js';
import { SUBSCRIPTION } from './support/feeds.js';
import { act, newest, recipients, released, draft, submit } from './support/findings.js';
import { fullDocument } from './support/full-document.js';
import { newMember } from './support/partners.js';
import { eventually } from './support/processes.js';
import { absent, answers, operation, questions } from './support/questions.js';
import { servedSchema } from './support/schema.js';
import { hangUp, TRANSPORTS } from './support/subscriptions.js';
import { numberAll } from './support/workers.js';
import { startWorld, type Client, type World } from './support/world.js';

/*
 * P14: the role reads no content, also where there is some: an OPERATOR in an agency that drafts, releases and receives
 * is asked every query and subscription of the schema, down to every field.
 */

const MARK = 'operated';

let world: World;
let schema: GraphQLSchema;
let operator: string;
let client: Client;
let known: Parameters<typeof questions>[0];
beforeAll(async () => {
  world = await startWorld();
  schema = await servedSchema(world);
  const shown = await released(world, 'KR-FSC', ['JP-NPA'], fullDocument(MARK), { newIncident: true });
  const theirs = await released(world, 'JP-NPA', ['KR-FSC'], fullDocument(MARK));
  const reviewed = await submit(world, 'KR-FSC', await draft(world, 'KR-FSC', fullDocument(MARK)));
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', {
    revisionId: newest(reviewed),
    recipients: recipients(['JP-NPA']),
  });
  await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'setCap', {
    highestMarking: 'TLP:AMBER',
    widest: 900,
  });
  known = {
    findings: [shown.id, theirs.id, reviewed.id],
    incident: shown.revision.document.incidents[0] ?? '',
    mark: MARK,
  };
  operator = await newMember(world, 'KR-FSC', ['OPERATOR']);
  client = world.member(operator);
  await numberAll(world);
}, 60_000);
afterAll(async () => {
  await hangUp();
  await world.close();
});

/** Types that only content has: of what a finding is made, less what an agency or a page says of itself. */
function contentTypes(): Set<string> {
  const reached = (type: GraphQLObjectType, names = new Set<string>()): Set<string> => {
    if (names.has(type.name)) return names;
    names.add(type.name);
    for (const field of Object.values(type.getFields())) {
      const below = getNamedType(field.type);
      if (isObjectType(below)) reached(below, names);
    }
    return names;
  };
  const of = (name: string): Set<string> => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`There is no ${name}.`);
    return reached(type);
  };
  const others = new Set([...of('Agency'), 'PageInfo']);
  return new Set([...of('Finding')].filter((name) => !others.has(name)));
}

/** Paths of an answer at which there is content. */
function contentIn(answer: unknown, type: GraphQLObjectType, path: string, content: Set<string>): string[] {
  if (answer === null || answer === undefined) return [];
  if (Array.isArray(answer)) return answer.flatMap((one) => contentIn(one, type, path, content));
  if (content.has(type.name)) return [path];
  return Object.entries(answer).flatMap(([name, value]) => {
    const below = getNamedType(type.getFields()[name]?.type);
    return below && isObjectType(below) ? contentIn(value, below, `${path}.${name}`, content) : [];
  });
}

const root = (): GraphQLObjectType => {
  const query = schema.getQueryType();
  if (!query) throw new Error('There is no query.');
  return query;
};

test('no query answers it content, whatever it names', async () => {
  const content = contentTypes();
  expect([...content]).toEqual(expect.arrayContaining(['Finding', 'Claim', 'Indicator']));
  const told = await answers(client, schema, questions(known, absent('never')));
  const paths = Object.values(told)
    .flat()
    .flatMap((text) => text.split('\n'))
    .flatMap((text) => {
      const { data } = JSON.parse(text.slice(text.indexOf('{'))) as { data?: unknown };
      return contentIn(data, root(), '', content);
    });
  expect(paths).toEqual([]);
  expect(Object.entries(told).filter(([, texts]) => texts.join().includes(MARK))).toEqual([]);
  // It was asked about what is there: who reads there gets it.
  const analyst = await answers(world.as('KR-FSC', 'ANALYST'), schema, {
    finding: known.findings.map((id) => ({ id })),
  });
  for (const text of analyst.finding ?? []) expect(text).toContain(MARK);
});

test('what it may list has something in it, and of that no content', async () => {
  const content = contentTypes();
  for (const [query, args] of [
    ['auditTrail', { first: 100 }],
    ['pendingActs', { first: 100 }],
    ['feed', { of: 'ADMINISTRATION', first: 50 }],
  ] as const) {
    const { data, errors } = await client.query<Record<string, { nodes?: unknown[]; events?: unknown[] }>>(
      operation(schema, query),
      args,
    );
    expect([query, errors]).toEqual([query, []]);
    expect([query, (data[query]?.nodes ?? data[query]?.events ?? []).length]).not.toEqual([query, 0]);
    expect(contentIn(data, root(), '', content)).toEqual([]);
    expect(JSON.stringify(data)).not.toContain(MARK);
  }
});

test.each(Object.entries(TRANSPORTS))('by %s it follows its own feed alone', async (_, transport) => {
  const token = await world.issuer.mint(operator);
  const own = transport<{ feed: { events: { finding: unknown }[] } }>(world, token, SUBSCRIPTION, {
    of: 'ADMINISTRATION',
  });
  await eventually('it comes', () => own.results.some(({ data }) => (data?.feed.events.length ?? 0) > 0));
  expect(
    own.results.flatMap(({ data }) => data?.feed.events ?? []).every(({ finding }) => finding === null),
  ).toBe(true);
  expect(JSON.stringify(own.results)).not.toContain(MARK);
  const trace = `subscription ($from: TraceFromInput!) { traceProgress(from: $from) { __typename } }`;
  for (const [query, variables] of [
    [SUBSCRIPTION, { of: 'SHARING' }],
    [trace, { from: { chain: 'ethereum', value: '0x0000000000000000000000000000000000000001' } }],
  ] as const) {
    const refused = transport(world, token, query, variables);
    await eventually('it ends', () => refused.ended() !== null);
    expect(refused.results.flatMap(({ data }) => data ?? [])).toEqual([]);
    expect([JSON.stringify(refused.results), refused.ended()].join()).toContain('FORBIDDEN');
  }
});
