import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { administratorsOf } from './support/administration.js';
import { Browser, type Shown } from './support/browser.js';
import { authorization, newTool, type Tool } from './support/person.js';
import { startProvider, type AgencyProvider } from './support/provider.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * Mix-up (RFC 9700, section 4.4): the provider of one agency is hostile, and sends whoever signs in there on to that of
 * another, which does not say in its answers who it is. What is given there must not get to the hostile one.
 */

// The library says of each provider with its adapter in memory that it is not for production.
for (const method of ['info', 'warn'] as const)
  jest.spyOn(console, method).mockImplementation(() => undefined);

let world: OwnWorld;
let tool: Tool;
/** Of KR-FSC. */
let honest: AgencyProvider;
/** Of JP-NPA. */
let hostile: Hostile;
beforeAll(async () => {
  world = await startWorld();
  tool = await newTool(world);
  honest = await startProvider(`${world.url}/sign-in/callback/KR-FSC`, { unnamed: true });
  honest.who = { sub: 'analyst' };
  hostile = await startHostile();
  const { issuer, clientId, clientSecret } = honest;
  const [korea, japan] = [await administratorsOf(world, 'KR-FSC'), await administratorsOf(world, 'JP-NPA')];
  await korea.both('setIdentityProvider', { issuer, clientId, clientSecret });
  await japan.both('setIdentityProvider', { issuer: hostile.issuer, clientId, clientSecret });
});
afterAll(async () => {
  await Promise.all([honest.stop(), hostile.stop()]);
  await world.close();
});
beforeEach(() => {
  hostile.codes.length = 0;
});

interface Hostile {
  issuer: string;
  /** What came to its token endpoint. */
  codes: (string | null)[];
  /** Where it sends whoever comes to sign in, with the sign-in's own `state`. */
  onTo: (asked: URL) => URL;
  stop: () => Promise<void>;
}

async function startHostile(): Promise<Hostile> {
  const server: Server = createServer((request, response) => {
    const asked = new URL(request.url ?? '', issuer);
    if (asked.pathname === '/auth') {
      const to = made.onTo(asked);
      to.searchParams.set('state', asked.searchParams.get('state') ?? '');
      response.writeHead(303, { location: to.href }).end();
      return;
    }
    if (asked.pathname !== '/token') {
      const [authorization_endpoint, token_endpoint] = [`${issuer}/auth`, `${issuer}/token`];
      const said = { issuer, authorization_endpoint, token_endpoint, jwks_uri: `${issuer}/jwks` };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
      return;
    }
    void text(request).then((form) => {
      made.codes.push(new URLSearchParams(form).get('code'));
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const made: Hostile = { issuer, codes: [], onTo: (asked) => asked, stop };
  return made;
}

/** Where somebody is sent who begins to sign in at KR-FSC: with a nonce and a challenge of that sign-in. */
async function begun(): Promise<URL> {
  const browser = new Browser((url) => url.origin === honest.issuer);
  const page = await browser.open((await authorization(tool)).address);
  return (await browser.submit(page, 'agency', 'KR-FSC')).url;
}

/** Somebody of JP-NPA signs in. @returns what was shown at last, and which addresses of the service were opened */
async function signIn(): Promise<{ shown: Shown; opened: URL[] }> {
  const opened: URL[] = [];
  const browser = new Browser((url) => {
    if (url.origin === world.url) opened.push(url);
    return url.href.startsWith(`${world.url}/console`);
  });
  const page = await browser.open((await authorization(tool)).address);
  return { shown: await browser.submit(page, 'agency', 'JP-NPA'), opened };
}

const told = ({ text }: Shown): string => /<p role="alert">([^<.:]*)/.exec(text)?.[1] ?? text;
const REFUSED = 'Your agency’s sign-in gave no answer that can be trusted';

test('what a provider itself gives comes to its own token endpoint', async () => {
  hostile.onTo = (asked) => new URL(`${asked.searchParams.get('redirect_uri')}?code=its-own`);
  const { shown } = await signIn();
  expect([told(shown), hostile.codes]).toEqual([REFUSED, ['its-own']]);
});

test('a code that another agency’s provider gave does not: it came back to that agency’s address', async () => {
  const attackers = await begun();
  hostile.onTo = () => new URL(attackers);
  const { shown, opened } = await signIn();
  const back = opened.find(({ pathname }) => pathname.startsWith('/sign-in/callback/'));
  expect(back?.pathname).toBe('/sign-in/callback/KR-FSC');
  expect(back?.searchParams.get('code')).toMatch(/^[\w-]{20,}$/);
  expect(back?.searchParams.has('iss')).toBe(false);
  expect([shown.status, told(shown), hostile.codes]).toEqual([502, REFUSED, []]);
});

test('nor does the other provider send anybody to the address of the hostile one', async () => {
  const attackers = await begun();
  attackers.searchParams.set('redirect_uri', `${world.url}/sign-in/callback/JP-NPA`);
  hostile.onTo = () => new URL(attackers);
  const { shown } = await signIn();
  expect([shown.status, shown.url.origin, hostile.codes]).toEqual([400, honest.issuer, []]);
});

test('nor is an answer taken that the hostile one sends to another address than its own', async () => {
  hostile.onTo = (asked) =>
    new URL(`${world.url}/sign-in/callback/demo?code=x&state=${asked.searchParams.get('state')}`);
  expect([told((await signIn()).shown), hostile.codes]).toEqual([REFUSED, []]);
  hostile.onTo = (asked) => {
    const [uid = ''] = (asked.searchParams.get('state') ?? '').split('.');
    return new URL(`${world.url}/sign-in/${uid}/back/KR-FSC?code=x`);
  };
  expect([told((await signIn()).shown), hostile.codes]).toEqual([REFUSED, []]);
});
