import { generateKeyPairSync, randomUUID, type JsonWebKey } from 'node:crypto';
import { keyOfJwk, sign, type WebhookKey } from '#signatures';
import { proofOf, type Machine } from './machine.js';
import { administrators, newKey, registered } from './clients.js';
import { document } from './findings.js';
import type { Code } from './roster.js';
import type { World } from './world.js';

/** An agency's system with a key for what it posts. */
export interface Poster {
  id: string;
  key: WebhookKey;
  world: World;
}

export function newInboundKey(curve: 'P-256' | 'Ed25519' = 'P-256'): { private: JsonWebKey; public: object } {
  if (curve === 'P-256') {
    const { privateKey, publicKey } = newKey();
    return { private: privateKey, public: { ...publicKey, use: 'INBOUND' } };
  }
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { kty, crv, x } = publicKey.export({ format: 'jwk' });
  return { private: privateKey.export({ format: 'jwk' }), public: { kty, crv, x, use: 'INBOUND' } };
}

/** Gives a client one more key for what it posts. */
export async function inboundKey(
  world: World,
  code: Code,
  clientId: string,
  curve?: 'P-256' | 'Ed25519',
): Promise<WebhookKey> {
  const made = newInboundKey(curve);
  await (await administrators(world, code)).both('addSystemClientKey', { clientId, key: made.public });
  return keyOfJwk(made.private);
}

export async function newPoster(
  world: World,
  code: Code,
  { roles = ['ANALYST', 'CONTRIBUTOR'], curve }: { roles?: string[]; curve?: 'P-256' | 'Ed25519' } = {},
): Promise<Poster> {
  const { id } = await registered(world, code, { roles });
  return { id, world, key: await inboundKey(world, code, id, curve) };
}

export interface Received {
  status: number;
  headers: Headers;
  body: {
    receipt?: string;
    outcomes?: {
      path: string;
      type: string;
      result: string;
      findingId: string | null;
      revisionId: string | null;
      code: string | null;
      faults: { path: string; message: string }[];
    }[];
    code?: string;
    message?: string;
    faults?: { path: string; message: string }[];
  };
  text: string;
}

/** What is otherwise in a message. */
export interface Otherwise {
  id?: string;
  timestamp?: number;
  keys?: WebhookKey[];
  headers?: Record<string, string>;
  /** What is sent in the place of what was signed. */
  sent?: Buffer;
  path?: string;
}

export const bytesOf = (body: unknown): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));

/** Posts what is signed by the key of its client. */
export async function post(poster: Poster, body: unknown, otherwise: Otherwise = {}): Promise<Received> {
  const bytes = bytesOf(body);
  const { id = randomUUID(), timestamp = Math.floor(Date.now() / 1000), keys = [poster.key] } = otherwise;
  return send(poster.world, otherwise.sent ?? bytes, otherwise.path, {
    'entente-client': poster.id,
    ...sign({ id, timestamp, body: bytes }, keys),
    ...otherwise.headers,
  });
}

/** Posts with a token of the machine's. */
export async function postWithToken(
  machine: Machine,
  token: string,
  body: unknown,
  otherwise: Otherwise & { claims?: object } = {},
): Promise<Received> {
  const { path = '/inbound', claims } = otherwise;
  const dpop = await proofOf(machine, token, { htu: `${machine.world.url}${path}`, ...claims });
  const told = await send(machine.world, bytesOf(body), path, {
    authorization: `DPoP ${token}`,
    dpop,
    'webhook-id': otherwise.id ?? randomUUID(),
    ...otherwise.headers,
  });
  machine.nonces.api = told.headers.get('dpop-nonce') ?? machine.nonces.api;
  return told;
}

export async function send(
  world: World,
  body: Buffer,
  path = '/inbound',
  headers: Record<string, string> = {},
): Promise<Received> {
  const response = await fetch(`${world.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: new Uint8Array(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text) as Received['body'],
    text,
  };
}

/** `202 DRAFTED`, or the status with the code and the paths at fault. */
export const outcomeOf = ({ status, body: { outcomes, code, faults = [] } }: Received): string =>
  outcomes
    ? [
        status,
        ...outcomes.map((one) =>
          [one.result, one.code, ...one.faults.map(({ path }) => path)].filter(Boolean).join(':'),
        ),
      ].join(' ')
    : [status, code, ...faults.map(({ path }) => path)].join(' ');

export const finding = (changes: object = {}) => ({
  type: 'finding.posted',
  data: { document: document(changes) },
});
export const batch = (...items: unknown[]) => ({ type: 'batch.posted', data: { items } });
