import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { send, tried } from './support/administration.js';
import { ask, newTool, refresh, signedIn, type Tokens, type Tool } from './support/person.js';
import { feed, QUERY } from './support/feeds.js';
import { memberId } from './support/roster.js';
import { startWorld, type OwnWorld } from './support/world.js';

/* Sessions as their owners and their agency's administrator see and end them. */

let world: OwnWorld;
let tool: Tool;
beforeAll(async () => {
  world = await startWorld();
  tool = await newTool(world);
});
afterAll(() => world.close());

const ANALYST = 'KR-FSC/ANALYST';
const sessionOf = (tokens: Tokens) => String(decodeJwt(tokens.access_token).session);
const FIELDS = 'nodes { id memberId agent running endedBy }';

interface Listed {
  nodes: { id: string; memberId: string; agent: string; running: boolean; endedBy: string | null }[];
}

async function listed(field: 'mySessions' | 'sessions', role: 'ANALYST' | 'AGENCY_ADMIN' | 'AUDITOR') {
  const answer = await world.as('KR-FSC', role).ask<Record<string, Listed>>(`{ ${field} { ${FIELDS} } }`);
  return answer[field]?.nodes ?? [];
}

test('a member sees its own, and ends one at once', async () => {
  const [first, second] = [await signedIn(tool, ANALYST), await signedIn(tool, ANALYST)];
  await signedIn(tool, 'KR-FSC/LIAISON');
  const mine = await listed('mySessions', 'ANALYST');
  expect(mine.map(({ id }) => id)).toEqual([sessionOf(second), sessionOf(first)]);
  expect(mine[0]).toMatchObject({
    memberId: memberId('KR-FSC', 'ANALYST'),
    agent: 'A browser',
    running: true,
  });

  const end = (tokens: Tokens) =>
    ask(tool, second, 'mutation ($input: EndSessionInput!) { endSession(input: $input) { subjectId } }', {
      input: { idempotencyKey: randomUUID(), sessionId: sessionOf(tokens) },
    });
  expect(await end(second)).toBe('CONFLICT');
  expect(await end(first)).toContain(sessionOf(first));
  expect(await ask(tool, first)).toBe('UNAUTHENTICATED');
  await expect(refresh(tool, first)).rejects.toThrow();
  expect(await ask(tool, second)).toBe(memberId('KR-FSC', 'ANALYST'));
  expect(await end(first)).toBe('NOT_FOUND');
  const ended = (await listed('mySessions', 'ANALYST')).find(({ id }) => id === sessionOf(first));
  expect(ended).toMatchObject({ running: false, endedBy: memberId('KR-FSC', 'ANALYST') });
});

test('an administrator sees and ends those of its agency, an auditor sees them, and nobody another agency’s', async () => {
  const tokens = await signedIn(tool, ANALYST);
  const abroad = await signedIn(tool, 'JP-NPA/ANALYST');
  for (const role of ['AGENCY_ADMIN', 'AUDITOR'] as const) {
    const ids = (await listed('sessions', role)).map(({ id }) => id);
    expect([ids.includes(sessionOf(tokens)), ids.includes(sessionOf(abroad))]).toEqual([true, false]);
  }
  const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
  const told = 'NOT_FOUND input.sessionId';
  expect(await tried(administrator, 'endSession', { sessionId: sessionOf(abroad) })).toBe(told);
  expect(await tried(administrator, 'endSession', { sessionId: randomUUID() })).toBe(told);
  expect(await tried(world.as('KR-FSC', 'AUDITOR'), 'endSession', { sessionId: sessionOf(tokens) })).toBe(
    told,
  );
  expect(await ask(tool, tokens)).toBe(memberId('KR-FSC', 'ANALYST'));
  await send(administrator, 'endSession', { sessionId: sessionOf(tokens) });
  expect(await ask(tool, tokens)).toBe('UNAUTHENTICATED');
  expect(await ask(tool, abroad)).toBe(memberId('JP-NPA', 'ANALYST'));
});

test('who waits for the feed is told when its session is over', async () => {
  const [ending, lasting] = [await signedIn(tool, ANALYST), await signedIn(tool, ANALYST)];
  const { endCursor: after } = await feed(world.as('KR-FSC', 'ANALYST'), { first: 100 });
  const first: string[] = [];
  const poll = async (tokens: Tokens, wait: number) => {
    const answer = await ask(tool, tokens, QUERY, { of: 'SHARING', after, wait });
    first.push(answer === 'UNAUTHENTICATED' ? answer : 'done');
  };
  const polls = [poll(ending, 25), poll(lasting, 12)];
  await pause(1_000);
  await send(world.as('KR-FSC', 'AGENCY_ADMIN'), 'endSession', { sessionId: sessionOf(ending) });
  await Promise.all(polls);
  expect(first).toEqual(['UNAUTHENTICATED', 'done']);
}, 60_000);
