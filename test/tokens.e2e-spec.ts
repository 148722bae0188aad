import { createSecretKey, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  decodeJwt,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
} from 'jose';
import { SigningKeys } from '#identity';
import { hashOf, keyPairOf } from '../apps/cli/system-client.js';
import { registered } from './support/clients.js';
import {
  ask,
  newKeyPair,
  newMachine,
  outcomeOf,
  proofOf,
  tokenOf,
  type Machine,
  type Question,
} from './support/machine.js';
import { newTool, signedIn } from './support/person.js';
import { memberId } from './support/roster.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * Which tokens are believed, and with which proofs. Whoever signs a token here has the service's own key: one thing at
 * a time is wrong, and with nothing wrong it is good.
 */

let world: OwnWorld;
let machine: Machine;
/** A token that the service gave, what it says, and the key that signed it. */
let token: string;
let claims: Record<string, unknown>;
let own: { kid: string; key: CryptoKey; publicJwk: JWK };
beforeAll(async () => {
  world = await startWorld();
  machine = await newMachine(world, 'KR-FSC');
  token = await tokenOf(machine);
  claims = decodeJwt(token);
  const { kid, jwk } = await new SigningKeys(world.doors, world.issuer.authSecret).forSigning();
  const { d: _secret, ...publicJwk } = jwk;
  own = { kid, key: await privateKey(jwk), publicJwk };
});
afterAll(() => world.close());

async function privateKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'EdDSA');
  if (key instanceof Uint8Array) throw new Error('No Ed25519 key.');
  return key;
}

const now = (): number => Math.floor(Date.now() / 1000);
const since = (ago: number, life = 300) => ({ iat: now() - ago, exp: now() - ago + life });

const signed = (changes: object, header: object = {}, key: Parameters<SignJWT['sign']>[0] = own.key) =>
  new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: own.kid, ...header })
    .sign(key);

const TOKENS: Record<string, () => Promise<string>> = {
  expired: () => signed(since(400)),
  'expired a moment ago': () => signed(since(311)),
  'older than five minutes, whatever it says of its end': () => signed(since(311, 3_600)),
  early: () => signed(since(-60)),
  'good only later': () => signed({ nbf: now() + 60 }),
  'without an end': () => signed({ exp: undefined }),
  'without a beginning': () => signed({ iat: undefined }),
  'for another audience': () => signed({ aud: 'somebody' }),
  'for no audience': () => signed({ aud: undefined }),
  'of another issuer': () => signed({ iss: 'https://other.example/oauth' }),
  "of the demo's issuer, by our key": () => signed({ iss: 'urn:entente:demo' }),
  'of no issuer': () => signed({ iss: undefined }),
  'of another type': () => signed({}, { typ: 'JWT' }),
  'of a proof’s type': () => signed({}, { typ: 'dpop+jwt' }),
  'of no type': () => signed({}, { typ: undefined }),
  unsigned: async () => new UnsecuredJWT(claims).encode(),
  'of alg none, with our kid': async () => {
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: own.kid })).toString(
      'base64url',
    );
    return `${header}.${token.split('.')[1] ?? ''}.`;
  },
  'signed by the public key as a secret, as PEM': async () => {
    const key = await importJWK(own.publicJwk, 'EdDSA', { extractable: true });
    if (key instanceof Uint8Array) throw new Error('No public key.');
    return signed({}, { alg: 'HS256' }, createSecretKey(await exportSPKI(key), 'utf8'));
  },
  'signed by the public key as a secret, as bytes': () =>
    signed({}, { alg: 'HS256' }, createSecretKey(own.publicJwk.x ?? '', 'base64url')),
  'of another key': async () => signed({}, { alg: 'ES256' }, (await newKeyPair()).privateKey),
  'of another key, with its kid': async () => {
    const { kid, privateKey: key } = await newKeyPair();
    return signed({}, { alg: 'ES256', kid }, key);
  },
  "of the client's key": () => signed({}, { alg: 'ES256', kid: machine.key.kid }, machine.key.privateKey),
  'without a kid': () => signed({}, { kid: undefined }),
  'with a critical header that nobody knows': async () => {
    const header = { alg: 'EdDSA', typ: 'at+jwt', kid: own.kid, crit: ['x'], x: 1 };
    const [, payload = '', signature = ''] = token.split('.');
    return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
  },
  'with another text under its signature': async () => {
    const [header = '', , signature = ''] = token.split('.');
    const other = { ...claims, sub: memberId('KR-FSC', 'AGENCY_ADMIN') };
    return `${header}.${Buffer.from(JSON.stringify(other)).toString('base64url')}.${signature}`;
  },
  'bound to no key': () => signed({ cnf: undefined }),
  'bound to no key that we know how to ask for': () => signed({ cnf: { 'x5t#S256': hashOf('x') } }),
  'of another than its client': () => signed({ sub: memberId('KR-FSC', 'AGENCY_ADMIN') }),
  "that does not say with which of the client's keys it was got": () => signed({ client_key: undefined }),
  'without a scope': () => signed({ scope: undefined }),
  'that is none': async () => 'nothing',
};

test('a token that the service gave is good, and so is the same signed here, and one of a clock a little ahead', async () => {
  for (const good of [token, await signed({}), await signed(since(-5)), await signed(since(299))]) {
    const told = await ask(machine, good);
    expect(told).toMatchObject({ status: 200, body: { data: { viewer: { memberId: machine.id } } } });
  }
});

test('it says what RFC 9068 wants of it, and to which key it is bound', () => {
  expect(claims).toMatchObject({
    iss: `${world.url}/oauth`,
    aud: 'entente',
    sub: machine.id,
    client_id: machine.id,
    agency: 'KR-FSC',
    client_key: machine.key.kid,
    scope: 'analyst',
    cnf: { jkt: machine.proofKey.kid },
    jti: expect.any(String),
  });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
});

test.each(Object.keys(TOKENS))('a token %s is refused', async (what) => {
  const bad = (await TOKENS[what]?.()) ?? '';
  expect(bad).not.toBe(token);
  const told = await ask(machine, bad);
  expect({ status: told.status, error: told.error, outcome: outcomeOf(told) }).toEqual({
    status: 401,
    error: 'invalid_token',
    outcome: 'UNAUTHENTICATED',
  });
});

describe('of a person', () => {
  let persons: Record<string, unknown>;
  let others: string;
  beforeAll(async () => {
    const tool = await newTool(world);
    const [mine, another] = [
      await signedIn(tool, 'KR-FSC/ANALYST'),
      await signedIn(tool, 'KR-FSC/AGENCY_ADMIN'),
    ];
    // Bound to the key with which this spec proves.
    persons = { ...decodeJwt(mine.access_token), cnf: { jkt: machine.proofKey.kid } };
    others = String(decodeJwt(another.access_token).session);
  });

  const personal = (changes: object) =>
    new SignJWT({ ...persons, ...changes })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: own.kid })
      .sign(own.key);

  test('the same signed here is good', async () => {
    const told = await ask(machine, await personal({}));
    expect(told).toMatchObject({ body: { data: { viewer: { memberId: memberId('KR-FSC', 'ANALYST') } } } });
  });

  const WRONG: Record<string, () => object> = {
    expired: () => since(311),
    'of no session': () => ({ session: undefined }),
    'of a session that there never was': () => ({ session: randomUUID() }),
    "of another member's session": () => ({ session: others }),
    'of another member, with a session of its own': () => ({ sub: memberId('KR-FSC', 'AGENCY_ADMIN') }),
    "with a system client's key beside the session": () => ({ client_key: machine.key.kid }),
    "with a system client's key in place of the session": () => ({
      client_key: machine.key.kid,
      session: undefined,
    }),
    'of a system client, with a session': () => ({ sub: machine.id, client_id: machine.id }),
    'of a system client as a tool': () => ({ sub: machine.id }),
    'of a tool that is none': () => ({ client_id: 'nobody' }),
    'bound to no key': () => ({ cnf: undefined }),
    'bound to another key': () => ({ cnf: { jkt: hashOf('x') } }),
    'for no role': () => ({ scope: undefined }),
    'of no agency': () => ({ agency: undefined }),
  };

  test.each(Object.keys(WRONG))('a token %s is refused', async (what) => {
    const told = await ask(machine, await personal(WRONG[what]?.() ?? {}));
    expect(outcomeOf(told)).toBe('UNAUTHENTICATED');
  });

  test('a token that says that the proof is fresh makes it none', async () => {
    await world.sql(`update session set proved_at = now() - interval '11 minutes'`);
    const query = `mutation ($input: EndSessionInput!) { endSession(input: $input) { subjectId } }`;
    const fresh = await personal({
      sub: memberId('KR-FSC', 'AGENCY_ADMIN'),
      session: others,
      scope: 'agency_admin',
      auth_time: now(),
    });
    const input = { idempotencyKey: randomUUID(), sessionId: persons.session };
    const told = await ask(machine, fresh, { query, variables: { input } });
    expect(outcomeOf(told)).toBe('FORBIDDEN');
  });
});

/** What is wrong with a proof, and what the service says of it. */
const PROOFS: Record<string, [error: string, made: () => Promise<Question>]> = {
  missing: ['invalid_dpop_proof', async () => ({ proof: null })],
  'that is none': ['invalid_dpop_proof', async () => ({ dpop: 'none' })],
  'of another key': [
    'invalid_dpop_proof',
    async () => ({ dpop: await proofOf({ ...machine, proofKey: await newKeyPair() }, token) }),
  ],
  'that brings the right key and is signed by another': [
    'invalid_dpop_proof',
    async () => {
      const { privateKey: other } = await newKeyPair();
      return {
        dpop: await proofOf({ ...machine, proofKey: { ...machine.proofKey, privateKey: other } }, token),
      };
    },
  ],
  'that brings a private key': [
    'invalid_dpop_proof',
    async () => {
      const publicJwk = { ...machine.proofKey.publicJwk, d: hashOf('x') };
      return { dpop: await proofOf({ ...machine, proofKey: { ...machine.proofKey, publicJwk } }, token) };
    },
  ],
  'for another method': ['invalid_dpop_proof', async () => ({ proof: { htm: 'GET' } })],
  'for another address': ['invalid_dpop_proof', async () => ({ proof: { htu: `${world.url}/oauth/token` } })],
  'for another host': [
    'invalid_dpop_proof',
    async () => ({ proof: { htu: 'https://other.example/graphql' } }),
  ],
  'for another token': [
    'invalid_dpop_proof',
    async () => ({ proof: { ath: hashOf(await signed({ jti: 'other' })) } }),
  ],
  'for no token': ['invalid_dpop_proof', async () => ({ proof: { ath: undefined } })],
  'of 12 seconds ago': ['invalid_dpop_proof', async () => ({ proof: { iat: now() - 12 } })],
  'of 12 seconds from now': ['invalid_dpop_proof', async () => ({ proof: { iat: now() + 12 } })],
  'of 5 seconds from now': ['invalid_dpop_proof', async () => ({ proof: { iat: now() + 5 } })],
  'of 9 seconds ago': ['invalid_dpop_proof', async () => ({ proof: { iat: now() - 9 } })],
  'of no time': ['invalid_dpop_proof', async () => ({ proof: { iat: undefined } })],
  'without an id': ['invalid_dpop_proof', async () => ({ proof: { jti: undefined } })],
  'with an id that is long': ['invalid_dpop_proof', async () => ({ proof: { jti: 'x'.repeat(201) } })],
  'that is another kind of token': [
    'invalid_dpop_proof',
    async () => {
      const { privateKey: key, publicJwk: jwk } = machine.proofKey;
      const content = decodeJwt(await proofOf(machine, token));
      return {
        dpop: await new SignJWT(content).setProtectedHeader({ typ: 'JWT', alg: 'ES256', jwk }).sign(key),
      };
    },
  ],
  'that is unsigned': [
    'invalid_dpop_proof',
    async () => ({ dpop: new UnsecuredJWT(decodeJwt(await proofOf(machine, token))).encode() }),
  ],
  'beside another': [
    'invalid_dpop_proof',
    async () => ({ dpop: `${await proofOf(machine, token)}, ${await proofOf(machine, token)}` }),
  ],
  'without a nonce': ['use_dpop_nonce', async () => ({ proof: { nonce: undefined } })],
  'with a nonce of its own': ['use_dpop_nonce', async () => ({ proof: { nonce: hashOf('x') } })],
  "with the authorization server's nonce": [
    'use_dpop_nonce',
    async () => ({ proof: { nonce: machine.nonces.token } }),
  ],
};

test.each(Object.keys(PROOFS))('a proof %s is refused', async (what) => {
  const [error, made] = PROOFS[what] ?? ['', async () => ({})];
  const told = await ask(machine, token, await made());
  expect({ status: told.status, error: told.error, outcome: outcomeOf(told) }).toEqual({
    status: 401,
    error,
    outcome: 'UNAUTHENTICATED',
  });
  expect(told.nonce).toEqual(expect.any(String));
  expect(outcomeOf(await ask(machine, token))).toBe('allowed');
});

test.each([
  ['2 seconds from now', 2],
  ['5 seconds ago', -5],
])('a proof of %s is good, for clocks differ', async (_, seconds) => {
  const told = await ask(machine, token, { proof: { iat: now() + seconds } });
  expect(outcomeOf(told)).toBe('allowed');
});

test('a proof is good once', async () => {
  const dpop = await proofOf(machine, token);
  expect(outcomeOf(await ask(machine, token, { dpop }))).toBe('allowed');
  expect(await ask(machine, token, { dpop })).toMatchObject({ status: 401, error: 'invalid_dpop_proof' });
});

test('of one proof sent ten times at once, one is good', async () => {
  const dpop = await proofOf(machine, token);
  const told = await Promise.all(Array.from({ length: 10 }, () => ask(machine, token, { dpop })));
  expect(told.filter((one) => outcomeOf(one) === 'allowed')).toHaveLength(1);
});

test('the address of a proof is compared without its query', async () => {
  expect(outcomeOf(await ask(machine, token, { proof: { htu: `${world.url}/graphql?x=1#y` } }))).toBe(
    'allowed',
  );
});

test('by the scheme Bearer a bound token is good for nothing, with a proof or without', async () => {
  for (const question of [{ scheme: 'Bearer' }, { scheme: 'Bearer', proof: null }])
    expect(outcomeOf(await ask(machine, token, question))).toBe('UNAUTHENTICATED');
});

test('by the scheme DPoP a token that is bound to nothing is good for nothing', async () => {
  const bearer = await world.issuer.mint(memberId('KR-FSC', 'ANALYST'));
  expect(outcomeOf(await ask(machine, bearer, { scheme: 'Bearer', proof: null }))).toBe('allowed');
  expect(outcomeOf(await ask(machine, bearer))).toBe('UNAUTHENTICATED');
});

describe('what a token that was stolen is worth', () => {
  test('nothing to another machine of the same agency, with all that is its own', async () => {
    const thief = await newMachine(world, 'KR-FSC');
    expect(await ask(thief, token)).toMatchObject({ status: 401, error: 'invalid_dpop_proof' });
  });

  test('nothing with a proof that was heard, for another token of the same client', async () => {
    const heard = await proofOf(machine, token, { jti: randomUUID() });
    const other = await tokenOf(machine);
    expect(await ask(machine, other, { dpop: heard })).toMatchObject({ error: 'invalid_dpop_proof' });
  });
});

test.each([
  ['EdDSA', () => generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })],
  ['PS256', () => generateKeyPair('PS256', { extractable: true })],
])('%s signs assertions and proofs as ES256 does', async (_, make) => {
  const { privateKey: secret } = await make();
  const key = await keyPairOf(await exportJWK(secret));
  const { id } = await registered(world, 'JP-NPA', { keys: [key.publicJwk] });
  const other = { ...machine, id, key, proofKey: key };
  expect(outcomeOf(await ask(other, await tokenOf(other)))).toBe('allowed');
});
