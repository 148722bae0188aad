import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { feed, SUBSCRIPTION, type Feed, type FeedVariables } from './support/feeds.js';
import { act, released } from './support/findings.js';
import { eventually } from './support/processes.js';
import { agencyId, memberId, type MemberRole } from './support/roster.js';
import { hangUp, TRANSPORTS, type Subscribed, type Transport } from './support/subscriptions.js';
import { numberAll } from './support/workers.js';
import { startWorld, type OwnWorld } from './support/world.js';

let world: OwnWorld;
beforeAll(async () => {
  world = await startWorld({ pool: 8 });
});
afterAll(() => world.close());

type Following = Subscribed<{ feed: Feed }>;
type Asked = (token: string, variables: FeedVariables, query?: string) => Following;

const asking =
  (transport: Transport): Asked =>
  (token, variables, query = SUBSCRIPTION) =>
    transport(world, token, query, { of: 'SHARING', ...variables });
const overWebSocket = asking(TRANSPORTS.WebSocket);
const overEvents = asking(TRANSPORTS['server-sent events']);

afterEach(hangUp);

const token = (role: MemberRole = 'ANALYST') => world.issuer.mint(memberId('JP-NPA', role));
const analyst = () => world.as('JP-NPA', 'ANALYST');
const codesOf = ({ results }: Following): unknown[] =>
  results.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions?.code));
const events = ({ results }: Following) => results.flatMap(({ data }) => data?.feed.events ?? []);

describe.each([
  ['WebSocket', overWebSocket],
  ['server-sent events', overEvents],
] as const)('over %s', (_, open) => {
  afterEach(() => world.sql('update agency set suspended_at = null'));

  test('the feed from a place on, then what comes as it comes, contiguous; it resumes where it ended', async () => {
    await released(world, 'KR-FSC', ['JP-NPA']);
    await numberAll(world);
    const { endCursor, total } = await feed(analyst(), { first: 1 });
    const first = open(await token(), { after: endCursor, first: 1 });
    await eventually('what was there', () => events(first).length === total - 1);
    const finding = await released(world, 'KR-FSC', ['JP-NPA']);
    await numberAll(world);
    await eventually('what came', () => events(first).length === total);
    expect(events(first).at(-1)).toMatchObject({ subjectId: finding.id, finding: { id: finding.id } });
    expect(events(first).map(({ position }) => position)).toEqual(
      Array.from({ length: total }, (__, n) => n + 2),
    );
    first.stop();

    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: finding.id, reason: 'inaccurate' });
    await numberAll(world);
    const resumed = open(await token(), { after: first.results.at(-1)?.data?.feed.endCursor ?? null });
    await eventually('the recall', () => events(resumed).length === 1);
    expect(events(resumed)[0]).toMatchObject({ type: 'finding.recalled', withdrawn: true, actor: null });
  });

  test('within a second of suspension it ends, and nothing more comes', async () => {
    const { endCursor } = await feed(analyst(), { first: 100 });
    const open_ = open(await token(), { after: endCursor });
    await pause(500);
    expect(open_.ended()).toBeNull();
    await world.sql('update agency set suspended_at = now() where id = $1', [agencyId('JP-NPA')]);
    const suspended = performance.now();
    await eventually('it ends', () => open_.ended() !== null);
    const took = performance.now() - suspended;
    process.stdout.write(`a subscription ended ${Math.round(took)} ms after suspension\n`);
    expect(took).toBeLessThan(1_000);
    expect(codesOf(open_)).toEqual(['UNAUTHENTICATED']);
  });

  test('it ends with its token', async () => {
    const { endCursor } = await feed(analyst(), { first: 100 });
    const held = open(await world.issuer.mint(memberId('JP-NPA', 'ANALYST'), 4), { after: endCursor });
    await pause(1_500);
    expect(held.ended()).toBeNull();
    await eventually('it ends', () => held.ended() !== null, 10);
    expect(held.results.flatMap(({ data }) => data ?? [])).toEqual([]);
    expect([...codesOf(held), held.ended()].join()).toMatch(/UNAUTHENTICATED|4401/);
  });

  test('it is for those who may read that feed, and for nobody unknown', async () => {
    const auditor = open(await token('AUDITOR'), {});
    await eventually('it ends', () => auditor.ended() !== null);
    expect([...codesOf(auditor), auditor.ended()].join()).toContain('FORBIDDEN');
    const administration = open(await token('AUDITOR'), { of: 'ADMINISTRATION' });
    await eventually('it comes', () => events(administration).length > 0);
    const nobody = open('nonsense', {});
    await eventually('it ends', () => nobody.ended() !== null);
    expect(nobody.results.flatMap(({ data }) => data ?? [])).toEqual([]);
    expect(nobody.ended()).toMatch(/^error/);
  });

  test.each([
    ['a query', '{ viewer { name } }'],
    ['what is no GraphQL', 'subscription {'],
    ['an unknown field', 'subscription { nonsense }'],
    [
      'what is too deep',
      `subscription { feed { ${'events { finding { supersededBy { '.repeat(12)}id${' } } }'.repeat(12)} } }`,
    ],
  ])('%s is refused', async (__, query) => {
    const refused = open(await token(), {}, query);
    await eventually('it ends', () => refused.ended() !== null);
    expect(refused.results.flatMap(({ data }) => data ?? [])).toEqual([]);
  });
});

test('a subscription that is posted to /graphql is told where to go', async () => {
  const { errors, status } = await analyst().query('subscription { feed { total } }');
  expect([status, errors[0]?.extensions.code, errors[0]?.message]).toEqual([
    400,
    'INVALID',
    expect.stringContaining('WebSocket'),
  ]);
});

test('what cannot begin is answered by server-sent events as by /graphql', async () => {
  const post = (headers: Record<string, string>, query = SUBSCRIPTION) =>
    fetch(`${world.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query, variables: { of: 'SHARING' } }),
    });
  const authorization = `Bearer ${await token()}`;
  const told = async (answer: Response) => {
    const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] };
    return [answer.status, errors[0]?.extensions.code];
  };
  expect(await told(await post({}))).toEqual([401, 'UNAUTHENTICATED']);
  expect((await post({})).headers.get('www-authenticate')).toBe('Bearer');
  expect(await told(await post({ authorization, accept: 'application/json' }))).toEqual([400, 'INVALID']);
  expect(await told(await post({ authorization }, 'subscription { nothing }'))).toEqual([400, 'INVALID']);
  expect(await told(await post({ authorization }, 'subscription {'))).toEqual([400, 'INVALID']);
});

test('strangers who open connections and say nothing keep no member out', async () => {
  const silent = Array.from(
    { length: 140 },
    () => new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'),
  );
  for (const socket of silent) socket.on('error', () => undefined);
  await Promise.all(silent.map((socket) => once(socket, 'open')));
  await released(world, 'KR-FSC', ['JP-NPA']);
  await numberAll(world);
  const following = overWebSocket(await token(), {});
  await eventually('a member is told', () => events(following).length > 0);
  for (const socket of silent) socket.terminate();
});

test('a client that does not read has one message in the memory of the service', async () => {
  await world.sql(
    `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
     select $1, 'arrangement.refused', $1, 'arrangement', gen_random_uuid(), clock_timestamp() from generate_series(1, 20000)`,
    [agencyId('JP-NPA')],
  );
  await numberAll(world);
  const body = JSON.stringify({ query: SUBSCRIPTION, variables: { of: 'SHARING', first: 100 } });
  const { port } = new URL(world.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.pause();
  socket.write(
    `POST /graphql/stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\naccept: text/event-stream\r\n` +
      `authorization: Bearer ${await token()}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const asked = async () =>
    Number(
      (
        await world.sql<{ n: string }>(
          'select sum(calls) as n from (select xact_commit as calls from pg_stat_database where datname = current_database()) s',
        )
      )[0]?.n,
    );
  await pause(2_500);
  const stalled = await asked();
  await pause(2_500);
  // While it reads nothing, no page is read for it: only who waits is checked, and that it may.
  expect((await asked()) - stalled).toBeLessThan(250);
  let read = 0;
  socket.on('data', (part) => (read += part.length));
  socket.resume();
  await eventually('all of it comes when it reads', () => read > (200 * 20_000) / 2, 40);
  socket.destroy();
}, 90_000);
