import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, decodeJwt } from 'jose';
import * as openid from 'openid-client';
import { hashOf, keyPairOf, signProof, type KeyPair } from '../apps/cli/system-client.js';
import { administer, administratorsOf, type Administrators } from './support/administration.js';
import { administrators } from './support/clients.js';
import { feed, QUERY, SUBSCRIPTION, type Feed } from './support/feeds.js';
import { released } from './support/findings.js';
import { newMachine, tokenOf, type Machine } from './support/machine.js';
import { newMember } from './support/partners.js';
import { newTool, signedIn } from './support/person.js';
import { eventually } from './support/processes.js';
import { agencyId } from './support/roster.js';
import { hangUp, TRANSPORTS, type Signing } from './support/subscriptions.js';
import { numberAll } from './support/workers.js';
import { startWorld, type Answer, type World } from './support/world.js';

/*
 * P7 for what is open: a member, a person in a session and a machine each follow the feed by WebSocket, by server-sent
 * events and by a long poll. Put out by an act, all three ways of it end within a second, and nothing that is released
 * afterwards arrives there; everybody else goes on and gets it.
 */

let world: World;
let jp: Administrators;
let hub: Administrators;
beforeAll(async () => {
  world = await startWorld({ pool: 8 });
  [jp, hub] = [await administrators(world, 'JP-NPA'), await administratorsOf(world, 'HUB')];
}, 60_000);
afterAll(() => world.close());
afterEach(hangUp);

type Who = 'member' | 'person' | 'machine';

/** By a token that is bound to this key, with a proof for each request. */
async function proving(token: string, key: KeyPair): Promise<Signing> {
  const sign = async (method: string, path: string, nonce?: string) => ({
    authorization: `DPoP ${token}`,
    dpop: await signProof(key, { htm: method, htu: `${world.url}${path}`, ath: hashOf(token), nonce }),
  });
  const headers = { 'content-type': 'application/json', ...(await sign('POST', '/graphql')) };
  const refused = await fetch(`${world.url}/graphql`, { method: 'POST', headers, body: '{}' });
  const nonce = refused.headers.get('dpop-nonce') ?? undefined;
  return (method, path) => sign(method, path, nonce);
}

/** Somebody who signed in by a browser. */
async function person(): Promise<{ sessionId: string; signing: Signing }> {
  const tool = await newTool(world);
  const pair = await openid.randomDPoPKeyPair('ES256', { extractable: true });
  const proofs = openid.getDPoPHandle(tool.configuration, pair);
  const { access_token: token } = await signedIn({ ...tool, proofs }, 'JP-NPA/ANALYST');
  const signing = await proving(token, await keyPairOf(await exportJWK(pair.privateKey)));
  return { sessionId: String(decodeJwt(token).session), signing };
}

interface Open {
  /** By which way: when it ended, if it has; with what; and how many events it was told. */
  ways: Record<string, () => { endedAt: number | null; codes: unknown[]; told: string[] }>;
}

function opened(signing: Signing, after: string): Open {
  const variables = { of: 'SHARING', after };
  const ways: Open['ways'] = {};
  for (const [name, transport] of Object.entries(TRANSPORTS)) {
    const following = transport<{ feed: Feed }>(world, signing, SUBSCRIPTION, variables);
    ways[name] = () => ({
      endedAt: following.endedAt(),
      codes: following.results.flatMap(({ errors = [] }) => errors.map((one) => one.extensions?.code)),
      told: following.results.flatMap(({ data }) => data?.feed.events.map((one) => one.subjectId) ?? []),
    });
  }
  const poll: ReturnType<NonNullable<Open['ways'][string]>> = { endedAt: null, codes: [], told: [] };
  void (async () => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await signing('POST', '/graphql')) },
      body: JSON.stringify({ query: QUERY, variables: { ...variables, wait: 20 } }),
    });
    const { data, errors = [] } = (await response.json()) as Partial<Answer<{ feed: Feed } | null>>;
    poll.endedAt = performance.now();
    poll.codes = errors.map(({ extensions }) => extensions.code);
    poll.told = data?.feed.events.map(({ subjectId }) => subjectId) ?? [];
  })();
  ways['long poll'] = () => poll;
  return { ways };
}

let memberId: string;
let sessionId: string;
let machine: Machine;
let open: Record<Who, Open>;
beforeEach(async () => {
  memberId = await newMember(world, 'JP-NPA', ['ANALYST']);
  machine = await newMachine(world, 'JP-NPA');
  const [somebody, bearer] = [await person(), await world.issuer.mint(memberId)];
  sessionId = somebody.sessionId;
  await numberAll(world);
  const { endCursor } = await feed(world.member(memberId), { first: 100 });
  open = {
    member: opened(async () => ({ authorization: `Bearer ${bearer}` }), endCursor),
    person: opened(somebody.signing, endCursor),
    machine: opened(await proving(await tokenOf(machine), machine.proofKey), endCursor),
  };
  await pause(1_000);
  for (const [who, { ways }] of Object.entries(open))
    for (const [way, state] of Object.entries(ways))
      expect([who, way, state()]).toEqual([who, way, { endedAt: null, codes: [], told: [] }]);
}, 60_000);

// While something is released at once, and while nothing happens until it has ended.
describe.each([
  ['at once', true],
  ['later', false],
] as const)('what is released %s does not come', (when, atOnce) => {
  test.each<[what: string, out: Who[], act: () => Promise<unknown>]>([
    ['its membership', ['member'], () => administer(jp.first, 'endMembership', { memberId })],
    ['its session', ['person'], () => administer(jp.first, 'endSession', { sessionId })],
    [
      'the system client',
      ['machine'],
      () => administer(jp.first, 'endSystemClient', { clientId: machine.id }),
    ],
    [
      "the system client's key",
      ['machine'],
      () => administer(jp.first, 'revokeSystemClientKey', { clientId: machine.id, kid: machine.key.kid }),
    ],
    [
      'the agency',
      ['member', 'person', 'machine'],
      () => administer(hub.first, 'suspendAgency', { agencyId: agencyId('JP-NPA') }),
    ],
  ])(
    'put out with %s: %j',
    async (what, out, act) => {
      const states = (who: Who) =>
        Object.entries(open[who].ways).map(([way, state]) => ({ way, ...state() }));
      const all: Who[] = ['member', 'person', 'machine'];
      const stay = all.filter((who) => !out.includes(who));
      const began = performance.now();
      await act();
      // To a suspended agency, nothing is.
      const release = async () => {
        const made = await released(world, 'KR-FSC', ['JP-NPA']).catch(() => null);
        await numberAll(world);
        return made;
      };
      const early = atOnce ? await release() : null;
      await eventually('who is out has an end', () =>
        out.every((who) => states(who).every(({ endedAt }) => endedAt !== null)),
      );
      const finding = atOnce ? early : await release();
      for (const who of out)
        for (const { way, endedAt, codes, told } of states(who)) {
          const took = (endedAt ?? Infinity) - began;
          process.stdout.write(
            `put out with ${what}, a release ${when}: the ${who}'s ${way} ended after ${took.toFixed(0)} ms\n`,
          );
          expect([who, way, codes, told]).toEqual([who, way, ['UNAUTHENTICATED'], []]);
          expect(took).toBeLessThan(1_000);
        }
      if (stay.length === 0) expect(finding).toBeNull();
      await eventually('who is not goes on', () =>
        stay.every((who) => states(who).every(({ told }) => told.includes(finding?.id ?? ''))),
      );
      await pause(500);
      for (const who of out) expect(states(who).flatMap(({ told }) => told)).toEqual([]);
      await world.sql('update agency set suspended_at = null');
    },
    60_000,
  );
});
