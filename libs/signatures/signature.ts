import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign as signWith,
  timingSafeEqual,
  verify as verifyWith,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';

/**
 * Standard Webhooks 1.0.0: `v1` is HMAC-SHA256, `v1a` is ed25519. Both go into one header, and several of each. `es256`
 * is ours, for keys of P-256: the specification has no version for them and says that a receiver passes over what it
 * does not know. It is named as JOSE names the algorithm, outside the series `v1…`, where a later version of the
 * specification could give another meaning to the name; the signature is r and s, 32 bytes each (RFC 7518, 3.4).
 */
export type WebhookKey =
  | { version: 'v1'; secret: KeyObject }
  | { version: 'v1a'; key: KeyObject }
  | { version: 'es256'; key: KeyObject };

/** One delivery's attempt. */
export interface Signed {
  /** The same over all attempts; holds no full stop. */
  id: string;
  /** Unix seconds of this attempt. */
  timestamp: number;
  /** As it is sent: whoever serialises it again has another body. */
  body: Buffer;
}

export interface WebhookHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/** Seconds by which the two clocks may differ, either way. */
export const TOLERANCE = 300;
/** More than a rotation ever needs; a header of a thousand signatures costs nobody a thousand verifications. */
const MOST_SIGNATURES = 20;

const SECRET = 'whsec_';
const PRIVATE = 'whsk_';
const PUBLIC = 'whpk_';
/** RFC 8410: what stands before the 32 bytes of an ed25519 key in PKCS 8 and in SPKI. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export type Fault = 'MISSING_HEADER' | 'BAD_HEADER' | 'TOO_OLD' | 'TOO_NEW' | 'NO_SIGNATURE_MATCHES';

/** Why a delivery is not believed. */
export class Unverified extends Error {
  constructor(
    readonly fault: Fault,
    message: string,
  ) {
    super(message);
  }
}

/** @returns `whsec_` and 32 random bytes */
export const newSecret = (): string => SECRET + randomBytes(32).toString('base64');

/** @returns the private half as `whsk_` (seed, then public key) and the public half as `whpk_` */
export function newKeyPair(): { private: string; public: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8.length);
  const publicBytes = publicBytesOf(privateKey);
  return {
    private: PRIVATE + Buffer.concat([seed, publicBytes]).toString('base64'),
    public: PUBLIC + publicBytes.toString('base64'),
  };
}

/**
 * @param text `whsec_` and 24 to 64 bytes, or `whsk_` and an ed25519 key: its seed, or seed and public key
 * @throws Error for anything else
 */
export function signingKey(text: string): WebhookKey {
  if (text.startsWith(SECRET)) return { version: 'v1', secret: secretOf(text) };
  const bytes = bytesAfter(PRIVATE, text);
  if (bytes.length !== 32 && bytes.length !== 64) throw new Error('A whsk_ key has 32 or 64 bytes.');
  const der = Buffer.concat([PKCS8, bytes.subarray(0, 32)]);
  return { version: 'v1a', key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
}

/**
 * @param text `whsec_` and 24 to 64 bytes, or `whpk_` and 32
 * @throws Error for anything else
 */
export function verifyingKey(text: string): WebhookKey {
  if (text.startsWith(SECRET)) return { version: 'v1', secret: secretOf(text) };
  const bytes = bytesAfter(PUBLIC, text);
  if (bytes.length !== 32) throw new Error('A whpk_ key has 32 bytes.');
  const der = Buffer.concat([SPKI, bytes]);
  return { version: 'v1a', key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/**
 * @param jwk RFC 7517: P-256 or Ed25519. With its private part it signs, without it verifies
 * @throws Error for anything else
 */
export function keyOfJwk(jwk: JsonWebKey): WebhookKey {
  const version = jwk.crv === 'P-256' ? 'es256' : jwk.crv === 'Ed25519' ? 'v1a' : null;
  if (version === null) throw new Error('A key that signs is of P-256 or Ed25519.');
  const input = { key: jwk, format: 'jwk' } as const;
  return { version, key: jwk.d === undefined ? createPublicKey(input) : createPrivateKey(input) };
}

/** @returns the public half of a `whsk_` key, as `whpk_` */
export function publicKeyOf(text: string): string {
  const key = signingKey(text);
  if (key.version !== 'v1a') throw new Error('A whsec_ secret has no public half.');
  return PUBLIC + publicBytesOf(key.key).toString('base64');
}

const publicBytesOf = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);

/** A signature by every key, so that a receiver that has any of them can verify: rotation has an overlap. */
export function sign({ id, timestamp, body }: Signed, keys: readonly WebhookKey[]): WebhookHeaders {
  if (id === '' || /[^\x21-\x7e]|\./.test(id))
    throw new Error('A webhook id is visible ASCII without a full stop.');
  if (keys.length === 0) throw new Error('A webhook is signed with at least one key.');
  const content = contentOf(id, `${timestamp}`, body);
  const signatures = keys.map((key) => `${key.version},${signatureBy(key, content).toString('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': `${timestamp}`,
    'webhook-signature': signatures.join(' '),
  };
}

/**
 * @param headers with names in lower case, as Node gives them
 * @param body the bytes as they came
 * @param now unix seconds
 * @returns also which of the keys it was
 * @throws Unverified when no key verifies any signature, or the time is further than TOLERANCE from now
 */
export function verify(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
  keys: readonly WebhookKey[],
  now = Math.floor(Date.now() / 1_000),
): { id: string; timestamp: number; by: WebhookKey } {
  const header = (name: keyof WebhookHeaders): string => {
    const value = headers[name];
    if (typeof value !== 'string' || value === '')
      throw new Unverified('MISSING_HEADER', `There is no ${name}.`);
    return value;
  };
  const [id, time, given] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
  if (!/^\d{1,12}$/.test(time)) throw new Unverified('BAD_HEADER', 'webhook-timestamp is not unix seconds.');
  const timestamp = Number(time);
  if (timestamp < now - TOLERANCE) throw new Unverified('TOO_OLD', `It was sent ${now - timestamp} s ago.`);
  if (timestamp > now + TOLERANCE) throw new Unverified('TOO_NEW', `It says ${timestamp - now} s from now.`);
  const content = contentOf(id, time, body);
  const signatures = given.split(' ', MOST_SIGNATURES);
  const by = keys.find((key) => signatures.some((signature) => isBy(key, content, signature)));
  if (!by) throw new Unverified('NO_SIGNATURE_MATCHES', 'No signature is by a key that is known.');
  return { id, timestamp, by };
}

const contentOf = (id: string, time: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${id}.${time}.`), body]);

function signatureBy(key: WebhookKey, content: Buffer): Buffer {
  if (key.version === 'v1') return createHmac('sha256', key.secret).update(content).digest();
  if (key.version === 'v1a') return signWith(null, content, key.key);
  return signWith('sha256', content, { key: key.key, dsaEncoding: 'ieee-p1363' });
}

/** In a time that does not tell how much of a signature was right. */
function isBy(key: WebhookKey, content: Buffer, signature: string): boolean {
  const comma = signature.indexOf(',');
  if (signature.slice(0, comma) !== key.version) return false;
  const bytes = Buffer.from(signature.slice(comma + 1), 'base64');
  if (key.version === 'v1a') return bytes.length === 64 && verifyWith(null, content, key.key, bytes);
  if (key.version === 'es256')
    return (
      bytes.length === 64 && verifyWith('sha256', content, { key: key.key, dsaEncoding: 'ieee-p1363' }, bytes)
    );
  const ours = signatureBy(key, content);
  return bytes.length === ours.length && timingSafeEqual(bytes, ours);
}

/** As a key: HMAC with bytes made one of them each time, and took four times as long. */
function secretOf(text: string): KeyObject {
  const bytes = bytesAfter(SECRET, text);
  if (bytes.length < 24 || bytes.length > 64) throw new Error('A whsec_ secret has 24 to 64 bytes.');
  return createSecretKey(bytes);
}

function bytesAfter(prefix: string, text: string): Buffer {
  if (!text.startsWith(prefix)) throw new Error(`This key does not begin with ${prefix}.`);
  const base64 = text.slice(prefix.length);
  const bytes = Buffer.from(base64, 'base64');
  // Buffer.from skips what is not base64: then another key than the given one would be used.
  if (bytes.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, '')) {
    throw new Error(`What follows ${prefix} is not base64.`);
  }
  return bytes;
}
