import { createSecretKey, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { ROLES } from '#access';
import type { Api } from '../apps/cli/child.js';
import { signAssertion } from '../apps/cli/system-client.js';
import {
  ask,
  assertionOf,
  newKeyPair,
  newMachine,
  outcomeOf,
  requestToken,
  tokenOf,
  tokenProof,
  type Machine,
  type Told,
  type TokenRequest,
} from './support/machine.js';
import { memberId } from './support/roster.js';
import { startSecond } from './support/two-processes.js';
import { startWorld, type World } from './support/world.js';

/* How system clients get tokens, and how they do not, at two API processes with one database. */

let world: World;
let second: Api;
let machine: Machine;
beforeAll(async () => {
  world = await startWorld();
  second = await startSecond(world);
  machine = await newMachine(world, 'KR-FSC');
});
afterAll(async () => {
  await second.stop();
  await world.close();
});

const now = (): number => Math.floor(Date.now() / 1000);
const said = ({ status, error }: Told) => ({ status, error });

describe('what is there', () => {
  test('tells what a client needs to know (RFC 8414), and nothing that is not open', async () => {
    for (const path of [
      '/.well-known/oauth-authorization-server/oauth',
      '/oauth/.well-known/oauth-authorization-server',
    ]) {
      for (const at of [world.url, second.url]) {
        const response = await fetch(`${at}${path}`);
        expect(await response.json()).toEqual({
          issuer: `${world.url}/oauth`,
          token_endpoint: `${world.url}/oauth/token`,
          jwks_uri: `${world.url}/oauth/jwks`,
          authorization_endpoint: `${world.url}/oauth/auth`,
          authorization_response_iss_parameter_supported: true,
          code_challenge_methods_supported: ['S256'],
          device_authorization_endpoint: `${world.url}/oauth/device/auth`,
          revocation_endpoint: `${world.url}/oauth/token/revocation`,
          grant_types_supported: [
            'authorization_code',
            'refresh_token',
            'client_credentials',
            'urn:ietf:params:oauth:grant-type:device_code',
          ],
          response_types_supported: ['code'],
          scopes_supported: ROLES.map((role) => role.toLowerCase()),
          token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
          token_endpoint_auth_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256'],
          dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256'],
        });
      }
    }
  });

  test('the keys with which tokens are verified, without their private part', async () => {
    const { keys } = (await (await fetch(`${second.url}/oauth/jwks`)).json()) as { keys: object[] };
    expect(keys).toEqual([
      {
        kty: 'OKP',
        crv: 'Ed25519',
        x: expect.any(String),
        kid: expect.any(String),
        alg: 'EdDSA',
        use: 'sig',
      },
    ]);
  });

  test.each([
    ['POST', '/oauth/auth'],
    ['POST', '/oauth/session/end'],
    ['GET', '/oauth/me'],
    ['POST', '/oauth/reg'],
    ['POST', '/oauth/request'],
    ['POST', '/oauth/token/introspection'],
    ['GET', '/oauth/token'],
    ['GET', '/oauth'],
  ])('no %s %s', async (method, path) => {
    expect((await fetch(`${world.url}${path}`, { method })).status).toBe(404);
  });
});

/** What is wrong with a request for a token, and what is said of it. */
const REFUSED: Record<string, [status: number, error: string, made: () => Promise<TokenRequest>]> = {
  'an assertion that lives longer than a minute': [
    401,
    'invalid_client',
    () => asserting({ exp: now() + 61 + 10 }),
  ],
  'an assertion that has ended': [
    401,
    'invalid_client',
    () => asserting({ iat: now() - 80, exp: now() - 20 }),
  ],
  'an assertion from the future': [
    401,
    'invalid_client',
    () => asserting({ iat: now() + 30, exp: now() + 60 }),
  ],
  'an assertion that is good only later': [401, 'invalid_client', () => asserting({ nbf: now() + 30 })],
  'an assertion without an end': [401, 'invalid_client', () => asserting({ exp: undefined })],
  'an assertion without a beginning': [401, 'invalid_client', () => asserting({ iat: undefined })],
  'an assertion without an id': [401, 'invalid_client', () => asserting({ jti: undefined })],
  'an assertion for another server': [
    401,
    'invalid_client',
    () => asserting({ aud: 'https://other.example' }),
  ],
  'an assertion for the endpoint, not the server': [
    401,
    'invalid_client',
    () => asserting({ aud: `${world.url}/oauth/token` }),
  ],
  'an assertion for this server and another': [
    401,
    'invalid_client',
    () => asserting({ aud: [`${world.url}/oauth`, 'https://other.example'] }),
  ],
  'an assertion for nobody': [401, 'invalid_client', () => asserting({ aud: undefined })],
  'an assertion that another issued': [401, 'invalid_client', () => asserting({ iss: randomUUID() })],
  'an assertion of nobody': [401, 'invalid_client', () => asserting({ sub: undefined })],
  'an assertion of a client that is not there': [
    401,
    'invalid_client',
    async () => {
      const id = randomUUID();
      return { assertion: await assertionOf({ ...machine, id }) };
    },
  ],
  'an assertion of a member': [
    401,
    'invalid_client',
    async () => ({ assertion: await assertionOf({ ...machine, id: memberId('KR-FSC', 'ANALYST') }) }),
  ],
  'an assertion of what is no id': [
    401,
    'invalid_client',
    async () => ({ assertion: await assertionOf({ ...machine, id: "x' or true --" }) }),
  ],
  'an assertion by another key': [
    401,
    'invalid_client',
    async () => ({ assertion: await assertionOf({ ...machine, key: await newKeyPair() }) }),
  ],
  'an assertion by another key, under the kid of the right one': [
    401,
    'invalid_client',
    async () => {
      const key = { ...(await newKeyPair()), kid: machine.key.kid };
      return { assertion: await assertionOf({ ...machine, key }) };
    },
  ],
  "an assertion by another client's key": [
    401,
    'invalid_client',
    async () => {
      const { key } = await newMachine(world, 'KR-FSC');
      return { assertion: await assertionOf({ ...machine, key }) };
    },
  ],
  'an assertion that does not name its key': [401, 'invalid_client', () => headed({ kid: undefined })],
  'an assertion by an algorithm that is not its key’s': [
    401,
    'invalid_client',
    () => headed({ alg: 'EdDSA' }),
  ],
  'an unsigned assertion': [
    401,
    'invalid_client',
    async () => ({ assertion: new UnsecuredJWT(decodeJwt(await assertionOf(machine))).encode() }),
  ],
  'an assertion signed by the public key as a secret': [
    401,
    'invalid_client',
    async () => {
      const key = await importJWK(machine.key.publicJwk, 'ES256', { extractable: true });
      if (key instanceof Uint8Array) throw new Error('No public key.');
      const assertion = await new SignJWT(decodeJwt(await assertionOf(machine)))
        .setProtectedHeader({ alg: 'HS256', kid: machine.key.kid })
        .sign(createSecretKey(await exportSPKI(key), 'utf8'));
      return { assertion };
    },
  ],
  'what is no assertion': [400, 'invalid_request', async () => ({ assertion: 'none' })],
  'a password': [
    400,
    'invalid_request',
    async () => ({
      headers: { authorization: `Basic ${Buffer.from(`${machine.id}:x`).toString('base64')}` },
    }),
  ],
  'no proof': [400, 'invalid_grant', async () => ({ proof: null })],
  'a proof without a nonce': [400, 'use_dpop_nonce', async () => ({ proof: { nonce: undefined } })],
  'a proof with a nonce of its own': [
    400,
    'use_dpop_nonce',
    async () => ({ proof: { nonce: randomUUID() } }),
  ],
  'a proof of 12 seconds ago': [400, 'invalid_dpop_proof', async () => ({ proof: { iat: now() - 12 } })],
  'a proof of 12 seconds from now': [400, 'invalid_dpop_proof', async () => ({ proof: { iat: now() + 12 } })],
  'a proof of 5 seconds from now': [400, 'invalid_dpop_proof', async () => ({ proof: { iat: now() + 5 } })],
  'a proof of 9 seconds ago': [400, 'invalid_dpop_proof', async () => ({ proof: { iat: now() - 9 } })],
  'a proof for another address': [
    400,
    'invalid_dpop_proof',
    async () => ({ proof: { htu: `${world.url}/graphql` } }),
  ],
  'a proof for another method': [400, 'invalid_dpop_proof', async () => ({ proof: { htm: 'GET' } })],
  'a proof that is none': [400, 'invalid_dpop_proof', async () => ({ dpop: 'none' })],
  'another grant': [400, 'unsupported_grant_type', async () => ({ parameters: { grant_type: 'password' } })],
  ...Object.fromEntries(
    [
      { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://x.example', code_verifier: 'x' },
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' },
    ].map((parameters) => [
      `a ${parameters.grant_type}, which is for people`,
      [400, 'invalid_request', async () => ({ parameters })] as const,
    ]),
  ),
  'another service': [
    400,
    'invalid_target',
    async () => ({ parameters: { resource: 'https://other.example' } }),
  ],
  'a scope that the client has not': [
    400,
    'invalid_scope',
    async () => ({ parameters: { scope: 'analyst contributor' } }),
  ],
  'a scope that there is not': [400, 'invalid_scope', async () => ({ parameters: { scope: 'releaser' } })],
  'a scope of OpenID': [400, 'invalid_scope', async () => ({ parameters: { scope: 'openid' } })],
};

async function asserting(claims: object): Promise<TokenRequest> {
  return { assertion: await assertionOf(machine, claims) };
}
async function headed(header: object): Promise<TokenRequest> {
  const content = decodeJwt(await assertionOf(machine));
  const { privateKey, kid } = machine.key;
  const whole = { alg: 'ES256', kid, ...header };
  if (whole.alg === 'ES256')
    return { assertion: await new SignJWT(content).setProtectedHeader(whole).sign(privateKey) };
  const [, payload = '', signature = ''] = (await assertionOf(machine)).split('.');
  return { assertion: `${Buffer.from(JSON.stringify(whole)).toString('base64url')}.${payload}.${signature}` };
}

test.each(Object.keys(REFUSED))('no token for %s', async (what) => {
  const [status, error, made] = REFUSED[what] ?? [0, '', async () => ({})];
  const told = await requestToken(machine, await made());
  expect(said(told)).toEqual({ status, error });
  expect(told.body).not.toHaveProperty('access_token');
  expect(said(await requestToken(machine))).toEqual({ status: 200, error: undefined });
});

describe('an assertion is accepted once', () => {
  test('by the process that had it, and by the other', async () => {
    for (const [first, then] of [
      [world.url, world.url],
      [world.url, second.url],
      [second.url, world.url],
    ]) {
      const assertion = await assertionOf(machine);
      expect((await requestToken(machine, { assertion, at: first ?? '' })).status).toBe(200);
      const again = await requestToken(machine, { assertion, at: then ?? '' });
      expect(said(again)).toEqual({ status: 401, error: 'invalid_client' });
    }
  });

  test('of many at once, at both', async () => {
    for (let round = 0; round < 5; round++) {
      const assertion = await assertionOf(machine);
      const told = await Promise.all(
        [world.url, second.url, world.url, second.url].map((at) => requestToken(machine, { assertion, at })),
      );
      expect(told.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });

  test('and so is a proof for a token', async () => {
    const dpop = await tokenProof(machine);
    expect((await requestToken(machine, { dpop })).status).toBe(200);
    expect(said(await requestToken(machine, { dpop, at: second.url }))).toEqual({
      status: 400,
      error: 'invalid_grant',
    });
  });
});

test('a token that one process gave is good at the other', async () => {
  expect(outcomeOf(await ask(machine, await tokenOf(machine), { at: second.url }))).toBe('allowed');
  expect(outcomeOf(await ask(machine, await tokenOf(machine, { at: second.url })))).toBe('allowed');
});

test('nobody asserts for a client with the key of an agency that is another’s', async () => {
  const thief = await newMachine(world, 'JP-NPA');
  const assertion = await signAssertion(thief.key, { clientId: machine.id, issuer: `${world.url}/oauth` });
  expect(said(await requestToken(thief, { assertion }))).toEqual({ status: 401, error: 'invalid_client' });
});
