import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import {
  keyOfJwk,
  newKeyPair,
  newSecret,
  publicKeyOf,
  sign,
  signingKey,
  TOLERANCE,
  Unverified,
  verify,
  verifyingKey,
  type Signed,
} from './signature.js';

/** Published with Standard Webhooks 1.0.0. */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  signed: {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: Buffer.from('{"test": 2432232314}'),
  },
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
/** RFC 8032, 7.1, test 1: a seed and its public key. */
const RFC8032 = {
  seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  public: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
};

const now = (): number => Math.floor(Date.now() / 1_000);
const signed = (changes: Partial<Signed> = {}): Signed => ({
  id: 'msg_1',
  timestamp: now(),
  body: Buffer.from('{"type":"finding.released"}'),
  ...changes,
});
const secret = newSecret();
const pair = newKeyPair();

/** `good`, or why not. */
function told(...given: Parameters<typeof verify>): string {
  try {
    verify(...given);
    return 'good';
  } catch (error) {
    return error instanceof Unverified ? error.fault : String(error);
  }
}

/** What the npm package of the specification's authors says. */
function toldThere(headers: Record<string, string>, body: Buffer, key = secret): string {
  try {
    new Webhook(key).verify(body, headers, { jsonParse: false });
    return 'good';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test('the published vector', () => {
  const headers = sign(VECTOR.signed, [signingKey(VECTOR.secret)]);
  expect(headers['webhook-signature']).toBe(VECTOR.signature);
  const key = verifyingKey(VECTOR.secret);
  expect(told({ ...headers }, VECTOR.signed.body, [key], VECTOR.signed.timestamp)).toBe('good');
});

test("an ed25519 key's public half, from its seed and from seed and public key", () => {
  const [seed, known] = [Buffer.from(RFC8032.seed, 'hex'), Buffer.from(RFC8032.public, 'hex')];
  const whpk = `whpk_${known.toString('base64')}`;
  expect(publicKeyOf(`whsk_${seed.toString('base64')}`)).toBe(whpk);
  expect(publicKeyOf(`whsk_${Buffer.concat([seed, known]).toString('base64')}`)).toBe(whpk);
});

describe('v1 and v1a in one header', () => {
  const delivery = signed();
  const headers = { ...sign(delivery, [signingKey(secret), signingKey(pair.private)]) };

  test('both are there', () => {
    expect(headers['webhook-signature']).toMatch(/^v1,[\w+/=]{44} v1a,[\w+/=]{88}$/);
  });
  test.each([
    ['the secret', secret],
    ['the public key', pair.public],
  ])('%s alone verifies it', (_, key) => {
    expect(told(headers, delivery.body, [verifyingKey(key)])).toBe('good');
  });
  test('the npm package verifies it', () => {
    expect(toldThere(headers, delivery.body)).toBe('good');
  });
});

test('signed with the old secret and the new one, it verifies with either, here and there', () => {
  const after = newSecret();
  const delivery = signed();
  const headers = { ...sign(delivery, [signingKey(secret), signingKey(after)]) };
  for (const key of [secret, after]) {
    expect(told(headers, delivery.body, [verifyingKey(key)])).toBe('good');
    expect(toldThere(headers, delivery.body, key)).toBe('good');
  }
});

describe('what does not verify, here or there', () => {
  const fresh = signed();
  const keys = [signingKey(secret), signingKey(pair.private)];
  const head = { ...sign(fresh, keys) };
  const at = (timestamp: number) => ({ ...sign(signed({ timestamp }), keys) });
  test.each<[string, Record<string, string>, Buffer, string]>([
    ['a tampered body', head, Buffer.from('{"type":"finding.recalled"}'), 'NO_SIGNATURE_MATCHES'],
    ['a tampered id', { ...head, 'webhook-id': 'msg_2' }, fresh.body, 'NO_SIGNATURE_MATCHES'],
    ['another time', { ...head, 'webhook-timestamp': `${now() + 1}` }, fresh.body, 'NO_SIGNATURE_MATCHES'],
    ['a stale one', at(now() - TOLERANCE - 10), fresh.body, 'TOO_OLD'],
    ['one from the future', at(now() + TOLERANCE + 10), fresh.body, 'TOO_NEW'],
    ['a time that is none', { ...head, 'webhook-timestamp': 'soon' }, fresh.body, 'BAD_HEADER'],
    ['no signature', { ...head, 'webhook-signature': '' }, fresh.body, 'MISSING_HEADER'],
    ['no id', { ...head, 'webhook-id': '' }, fresh.body, 'MISSING_HEADER'],
    [
      'a version that is none',
      { ...head, 'webhook-signature': 'v2,AAAA' },
      fresh.body,
      'NO_SIGNATURE_MATCHES',
    ],
    ['what is no signature', { ...head, 'webhook-signature': 'v1' }, fresh.body, 'NO_SIGNATURE_MATCHES'],
  ])('%s', (_, headers, body, fault) => {
    expect(told(headers, body, [verifyingKey(secret), verifyingKey(pair.public)])).toBe(fault);
    expect(toldThere(headers, body)).not.toBe('good');
  });

  test('a wrong key', () => {
    const others = [verifyingKey(newSecret()), verifyingKey(newKeyPair().public)];
    expect(told(head, fresh.body, others)).toBe('NO_SIGNATURE_MATCHES');
    expect(toldThere(head, fresh.body, newSecret())).not.toBe('good');
  });

  test('a signature of one version under the name of the other', () => {
    const [v1, v1a] = head['webhook-signature'].split(' ').map((text) => text.split(',')[1]);
    const swapped = { ...head, 'webhook-signature': `v1,${v1a} v1a,${v1}` };
    expect(told(swapped, fresh.body, [verifyingKey(secret), verifyingKey(pair.public)])).toBe(
      'NO_SIGNATURE_MATCHES',
    );
  });
});

describe('keys as JSON Web Keys', () => {
  const delivery = signed();
  const content = Buffer.from(`${delivery.id}.${delivery.timestamp}.${delivery.body.toString()}`);

  test('P-256 signs as es256, and Web Crypto verifies it as JOSE has it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const head = { ...sign(delivery, [keyOfJwk(privateKey.export({ format: 'jwk' }))]) };
    const [version, base64 = ''] = head['webhook-signature'].split(',');
    expect(version).toBe('es256');
    const jwk = publicKey.export({ format: 'jwk' });
    expect(told(head, delivery.body, [keyOfJwk(jwk)])).toBe('good');
    expect(told(head, Buffer.from('{}'), [keyOfJwk(jwk)])).toBe('NO_SIGNATURE_MATCHES');
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const theirs = await webcrypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
    const signature = Buffer.from(base64, 'base64');
    expect(await webcrypto.subtle.verify(algorithm, theirs, signature, content)).toBe(true);
  });

  test('Ed25519 signs as v1a, with the same bytes as the whsk_ form of the key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = privateKey.export({ format: 'jwk' });
    const whsk = `whsk_${Buffer.from(jwk.d ?? '', 'base64url').toString('base64')}`;
    const head = sign(delivery, [keyOfJwk(jwk)]);
    expect(head).toEqual(sign(delivery, [signingKey(whsk)]));
    const mine = keyOfJwk(publicKey.export({ format: 'jwk' }));
    const other = keyOfJwk(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }));
    expect(verify({ ...head }, delivery.body, [other, mine]).by).toBe(mine);
  });

  test('no other curve signs', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    expect(() => keyOfJwk(privateKey.export({ format: 'jwk' }))).toThrow('P-256 or Ed25519');
  });
});

test('any bytes under any secret verify, and with one byte changed do not', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.uint8Array({ minLength: 24, maxLength: 64 }),
      fc.nat(),
      (bytes, key, where) => {
        const text = `whsec_${Buffer.from(key).toString('base64')}`;
        const body = Buffer.from(bytes);
        const headers = { ...sign(signed({ body }), [signingKey(text)]) };
        expect(told(headers, body, [verifyingKey(text)])).toBe('good');
        const other = Buffer.from(body);
        const position = where % body.length;
        other[position] = (other[position] ?? 0) ^ 1;
        expect(told(headers, other, [verifyingKey(text)])).toBe('NO_SIGNATURE_MATCHES');
      },
    ),
  );
});

test.each([
  ['no prefix', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ['too short', 'whsec_AAAA'],
  ['too long', `whsec_${Buffer.alloc(65).toString('base64')}`],
  ['not base64', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!'],
  ['a public key', 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
  ['half an ed25519 key', 'whsk_AAAAAAAAAAAAAAAAAAAAAA=='],
])('%s signs nothing', (_, text) => {
  expect(() => signingKey(text)).toThrow(/whs/);
});

test('an id with a full stop would let bytes move between id and time', () => {
  expect(() => sign(signed({ id: 'msg.1' }), [signingKey(secret)])).toThrow('full stop');
});
