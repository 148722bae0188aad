import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as openid from 'openid-client';
import type { Api } from '../apps/cli/child.js';
import { Authenticator } from './support/authenticator.js';
import { Browser, type Shown } from './support/browser.js';
import { given } from './support/invitations.js';
import { answer, optionsOf, usePasskey } from './support/passkeys.js';
import { ask, authorization, exchange, newTool, refresh, type Asked, type Tool } from './support/person.js';
import { entente, production, startProduction } from './support/two-processes.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * Tools that whoever runs the service has named: people sign in to them outside the demo by an authorization code with
 * PKCE. The service is a process of its own, as in production; nothing of a tool is in it but its id and addresses.
 */

const BACK = 'https://desk.example/back';
const LOOPBACK = 'http://127.0.0.1/back';

let world: OwnWorld;
let service: Api;
let desk: Tool;
/** On a person's machine. */
let notebook: Tool;
let authenticator: Authenticator;
/** Signed in to the desk. */
let browser: Browser;
beforeAll(async () => {
  world = await startWorld();
  service = await startProduction(world, {
    ENTENTE_TOOLS: `desk=${BACK}, notebook=${LOOPBACK}, desk=https://desk.example/other`,
  });
  [desk, notebook] = [await newTool(service, 'desk'), await newTool(service, 'notebook')];
  authenticator = new Authenticator(service.url);
  const { asked, page, browser: fresh } = await begin(desk);
  const making = await fresh.submit(page, 'invitation', await given(world, 'KR-FSC'));
  const { url } = await answer(fresh, making, authenticator.make(optionsOf(making)));
  await exchange(desk, asked, url);
  browser = fresh;
});
afterAll(async () => {
  await service.stop();
  await world.close();
});

interface Begun {
  asked: Asked;
  browser: Browser;
  page: Shown;
}

/** A browser that stops where a tool would take over. @param other of the request */
async function begin(tool: Tool, other: object = {}, by?: Browser): Promise<Begun> {
  const asked = await authorization(tool, { redirect_uri: BACK, ...other });
  const own = by ?? new Browser((url) => !url.href.startsWith(service.url));
  return { asked, browser: own, page: await own.open(asked.address) };
}

const told = ({ text }: Shown): string => /<p role="alert">([^<.:]*)/.exec(text)?.[1] ?? text;
const OVER = 'This sign-in is over';

test('a member signs in: the token is bound to the tool’s key, and is asked for again', async () => {
  const begun = await begin(desk);
  const { url } = await usePasskey(begun, authenticator);
  expect(url.href.startsWith(`${BACK}?`)).toBe(true);
  const tokens = await exchange(desk, begun.asked, url);
  const { sub, client_id: client, cnf } = decodeJwt(tokens.access_token);
  expect([client, cnf]).toEqual(['desk', { jkt: expect.any(String) }]);
  expect(await ask(desk, tokens)).toBe(sub);
  expect(await ask(desk, await refresh(desk, tokens))).toBe(sub);
  expect(await ask(notebook, tokens)).toBe('UNAUTHENTICATED');
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.access_token}` },
    body: '{"query":"{ viewer { memberId } }"}',
  });
  expect(response.status).toBe(401);
});

test('who is signed in is not asked again by a tool that has an address of its own', async () => {
  const { asked, page } = await begin(desk, { redirect_uri: 'https://desk.example/other' }, browser);
  expect(page.status).toBe(0);
  expect(await ask(desk, await exchange(desk, asked, page.url))).toMatch(/^[0-9a-f-]{36}$/);
});

test('a tool on a person’s machine is answered at any port of it, and never without a fresh proof', async () => {
  const redirect_uri = 'http://127.0.0.1:51234/back';
  const begun = await begin(notebook, { redirect_uri }, browser);
  expect([begun.page.status, begun.page.url.pathname]).toEqual([200, expect.stringMatching(/^\/sign-in\//)]);
  const { url } = await usePasskey(begun, authenticator);
  expect(url.href.startsWith(redirect_uri)).toBe(true);
  expect(await ask(notebook, await exchange(notebook, begun.asked, url))).toMatch(/^[0-9a-f-]{36}$/);
});

describe('refused is a sign-in', () => {
  test.each([
    ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
    ['whose challenge is the verifier itself', { code_challenge_method: 'plain' }],
    ['whose challenge says no method', { code_challenge_method: undefined }],
  ])('%s', async (_, changes) => {
    const { address } = await authorization(desk, { redirect_uri: BACK });
    for (const [name, value] of Object.entries(changes))
      if (value === undefined) address.searchParams.delete(name);
      else address.searchParams.set(name, value);
    const { status, url } = await new Browser((to) => to.href.startsWith(BACK)).open(address);
    expect([status, url.searchParams.get('error'), url.searchParams.has('code')]).toEqual([
      0,
      'invalid_request',
      false,
    ]);
  });

  test.each([
    ['desk', 'https://desk.example/back/'],
    ['desk', 'https://desk.example/back?next=https://other.example'],
    ['desk', 'https://desk.example:444/back'],
    ['desk', 'http://desk.example/back'],
    ['desk', 'https://other.example/back'],
    ['desk', LOOPBACK],
    ['notebook', 'http://127.0.0.1:51234/other'],
    ['notebook', 'http://localhost:51234/back'],
    ['notebook', 'http://127.0.0.2:51234/back'],
    ['notebook', BACK],
  ])('of %s that is to come back to %s', async (tool, redirect_uri) => {
    const { page } = await begin(tool === 'desk' ? desk : notebook, { redirect_uri }, browser);
    expect([page.status, told(page)]).toEqual([400, OVER]);
  });

  test('of a tool that nobody has named, such as the demo’s console', async () => {
    for (const client_id of ['entente-console', 'other']) {
      const { page } = await begin(desk, { client_id });
      expect([page.status, told(page)]).toEqual([400, OVER]);
    }
  });
});

describe('a code is good for nobody', () => {
  const code = async () => {
    const { asked, page } = await begin(desk, {}, browser);
    return { asked, url: page.url };
  };
  const refusal = (trying: Promise<unknown>) =>
    trying.then(
      () => 'a token',
      (error: unknown) => (error instanceof openid.ResponseBodyError ? error.error : String(error)),
    );

  test('without the verifier, without a key, or as another tool', async () => {
    const one = await code();
    const { verifier } = await authorization(desk);
    expect(await refusal(exchange(desk, { ...one.asked, verifier }, one.url))).toBe('invalid_grant');
    const two = await code();
    const checks = { pkceCodeVerifier: two.asked.verifier, expectedState: two.asked.state };
    expect(await refusal(openid.authorizationCodeGrant(desk.configuration, two.url, checks))).toBe(
      'invalid_grant',
    );
    const three = await code();
    expect(await refusal(exchange(notebook, three.asked, three.url))).toBe('invalid_grant');
  });
});

test('the API does not start, and says why, where what is named is no tool', () => {
  const bad = [
    'desk',
    'desk=http://desk.example/back',
    'desk=http://localhost/back',
    'desk=http://127.0.0.1.other.example/back',
    'desk=https://desk.example/back#there',
    'desk=https://somebody@desk.example/back',
    'desk=https://*.example/back',
    'desk=desk://back',
    'entente-cli=https://desk.example/back',
    'Desk=https://desk.example/back',
    'abcdef01-2345-4678-9abc-def012345678=https://desk.example/back',
  ];
  const env = { ...production(world), ENTENTE_TOOLS: [`good=${BACK}`, ...bad].join() };
  const { status, stderr } = entente(['dist/apps/api/main.js'], env);
  expect(status).toBe(1);
  const named = [...stderr.matchAll(/ENTENTE_TOOLS: “([^”]*)” is no tool: id=address/g)];
  expect(named.map(([, one]) => one)).toEqual(bad);
});
