import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { givenKey, publicKeySchema } from './public-key.js';

/** RFC 7638, section 3.1. */
const RSA = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
};
/** RFC 8037, appendix A.2 and A.3. */
const ED25519 = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

test.each([
  [RSA, 'PS256', 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
  [ED25519, 'EdDSA', 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
])('a key is called by its thumbprint (RFC 7638)', (jwk, algorithm, kid) => {
  expect(givenKey(publicKeySchema.parse(jwk))).toMatchObject({ kid, algorithm, jwk });
});

const exported = (type: 'ec', options: { namedCurve: string }) => {
  const { publicKey, privateKey } = generateKeyPairSync(type, options);
  return { publicKey: publicKey.export({ format: 'jwk' }), privateKey: privateKey.export({ format: 'jwk' }) };
};
const { publicKey: ec, privateKey: ecPrivate } = exported('ec', { namedCurve: 'P-256' });
const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });

test.each([
  ['with its private part', ecPrivate],
  ['of another curve', exported('ec', { namedCurve: 'P-384' }).publicKey],
  ['of a secret', { kty: 'oct', k: 'c2VjcmV0' }],
  ['with a small exponent', { ...RSA, e: 'Aw' }],
  ['that names an algorithm', { ...ec, alg: 'HS256' }],
])('a key %s does not come in', (_, jwk) => {
  expect(publicKeySchema.safeParse(jwk).success).toBe(false);
});

test.each([
  ['not on its curve', { ...ec, x: ec.y, y: ec.x }],
  ['without a coordinate', { kty: 'EC', crv: 'P-256', x: ec.x }],
  ['of two kinds', { ...ec, n: RSA.n }],
  ['of a curve that is not of its kind', { ...ED25519, crv: 'P-256' }],
  ['of 1024 bits', rsa(1024)],
])('a key %s is none', (_, jwk) => {
  expect(givenKey(publicKeySchema.parse(jwk))).toBeNull();
});
