import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { ServiceError } from '#core';
import { Tokens, type TrustedIssuer } from './tokens.js';

const MEMBER = '00000000-0000-4000-8002-000000000000';
const ISSUER = 'urn:entente:demo';

/** Of the demo's tokens alone: the service's own are in test/tokens.e2e-spec.ts. */
const trusting = (demo: TrustedIssuer | null) =>
  new Tokens(demo, { verifyingKey: async () => null }, { issuer: 'urn:entente:none' }, []);

let tokens: Tokens;
let [ours, others]: CryptoKey[] = [];
beforeAll(async () => {
  const [pair, other] = [await generateKeyPair('EdDSA'), await generateKeyPair('EdDSA')];
  [ours, others] = [pair.privateKey, other.privateKey];
  tokens = trusting({ issuer: ISSUER, key: pair.publicKey });
});

const now = (): number => Math.floor(Date.now() / 1000);
const claims = (changes: JWTPayload = {}) => ({
  iss: ISSUER,
  aud: 'entente',
  sub: MEMBER,
  iat: now(),
  exp: now() + 300,
  ...changes,
});

async function sign(payload: JWTPayload, { typ = 'at+jwt', key = ours } = {}): Promise<string> {
  if (!key) throw new Error('There is no key yet.');
  return new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', typ }).sign(key);
}

/** Who a token says it is, or the code of its refusal. */
const told = (token: string, of = tokens): Promise<string> =>
  of.verify(token).then(
    ({ bearer }) => bearer.memberId,
    (error: unknown) => (error instanceof ServiceError ? error.code : String(error)),
  );

test('a token of the service’s own is of a tool that is named, or of one of its own', async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  const address = { issuer: 'https://entente.example/oauth' };
  const named = new Tokens(null, { verifyingKey: async () => publicKey }, address, ['desk']);
  const by = (client: string): Promise<string> =>
    new SignJWT({
      ...claims({ iss: address.issuer }),
      ...{ client_id: client, agency: 'KR-FSC', session: MEMBER, scope: 'analyst', cnf: { jkt: 'key' } },
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key' })
      .sign(privateKey);
  for (const client of ['entente-cli', 'entente-console', 'desk'])
    expect(await told(await by(client), named)).toBe(MEMBER);
  for (const client of ['des', 'desk-2', ''])
    expect(await told(await by(client), named)).toBe('UNAUTHENTICATED');
});

test('a token of our issuer for us is good, and again', async () => {
  const token = await sign(claims());
  expect([await told(token), await told(token)]).toEqual([MEMBER, MEMBER]);
});

describe('UNAUTHENTICATED', () => {
  test.each<[string, () => Promise<string>]>([
    ['another key', () => sign(claims(), { key: others })],
    ['another type', () => sign(claims(), { typ: 'JWT' })],
    ['another issuer', () => sign(claims({ iss: 'urn:other' }))],
    ['another audience', () => sign(claims({ aud: 'other' }))],
    ['no audience', () => sign(claims({ aud: undefined }))],
    ['it has expired', () => sign(claims({ exp: now() - 11 }))],
    ['it does not expire', () => sign(claims({ exp: undefined }))],
    ['it is older than a token lives', () => sign(claims({ iat: now() - 320 }))],
    ['it does not say how old it is', () => sign(claims({ iat: undefined }))],
    ['it comes from the future', () => sign(claims({ iat: now() + 60 }))],
    ['no member', () => sign(claims({ sub: undefined }))],
    ['what is no member', () => sign(claims({ sub: 'KR-FSC/ANALYST' }))],
    ['another text', async () => `${await sign(claims())}x`],
    ['no token', async () => 'token'],
  ])('%s', async (_, make) => {
    expect(await told(await make())).toBe('UNAUTHENTICATED');
  });

  test('where no issuer is configured', async () => {
    expect(await told(await sign(claims()), trusting(null))).toBe('UNAUTHENTICATED');
  });

  test('a token that was good before, once it has expired', async () => {
    // Clocks may differ by ten seconds: this one is good for two or three more.
    const token = await sign(claims({ exp: now() - 7 }));
    expect(await told(token)).toBe(MEMBER);
    await pause(4_000);
    expect(await told(token)).toBe('UNAUTHENTICATED');
  });
});
