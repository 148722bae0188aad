import {
  hashOf,
  keyPairOf,
  newPrivateKey,
  signAssertion,
  signProof,
  type KeyPair,
} from '../../apps/cli/system-client.js';
import { newKey, registered } from './clients.js';
import type { Code } from './roster.js';
import type { World } from './world.js';

/** A system client whose every message can be made otherwise than it should be. */
export interface Machine {
  id: string;
  world: World;
  key: KeyPair;
  proofKey: KeyPair;
  /** What each place told it last to put into its next proof. */
  nonces: { token: string; api: string };
}

export async function newMachine(
  world: World,
  code: Code,
  options: { roles?: string[]; validUntil?: string } = {},
): Promise<Machine> {
  const { privateKey, publicKey } = newKey();
  const { id } = await registered(world, code, { ...options, keys: [publicKey] });
  const [key, proofKey] = await Promise.all([keyPairOf(privateKey), newKeyPair()]);
  const machine = { id, world, key, proofKey, nonces: { token: '', api: '' } };
  await requestToken(machine, { proof: { nonce: undefined } });
  await ask(machine, 'none', { dpop: 'none' });
  return machine;
}

export const newKeyPair = async (): Promise<KeyPair> => keyPairOf(await newPrivateKey());

export interface Told {
  status: number;
  /** `error` of the body, or of the challenge. */
  error: string | undefined;
  nonce: string | null;
  body: Record<string, unknown>;
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<Told> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const parsed = JSON.parse(await response.text()) as Record<string, unknown>;
  const challenge = /error="(\w+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1];
  const error = typeof parsed.error === 'string' ? parsed.error : challenge;
  return { status: response.status, error, nonce: response.headers.get('dpop-nonce'), body: parsed };
}

export const assertionOf = ({ id, key, world }: Machine, claims: object = {}): Promise<string> =>
  signAssertion(key, { clientId: id, issuer: `${world.url}/oauth` }, claims);

/** What is otherwise in a request for a token. */
export interface TokenRequest {
  /** The process it is sent to, if not the world's. */
  at?: string;
  assertion?: string;
  /** Other claims of the proof; null for no proof. */
  proof?: object | null;
  /** A proof as it is. */
  dpop?: string;
  parameters?: Record<string, string>;
  headers?: Record<string, string>;
}

export const tokenProof = ({ world, nonces, proofKey }: Machine, claims: object = {}): Promise<string> =>
  signProof(proofKey, { htm: 'POST', htu: `${world.url}/oauth/token`, nonce: nonces.token, ...claims });

export async function requestToken(machine: Machine, request: TokenRequest = {}): Promise<Told> {
  const { at = machine.world.url, proof = {}, parameters, headers } = request;
  const dpop = request.dpop ?? (proof && (await tokenProof(machine, proof)));
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: request.assertion ?? (await assertionOf(machine)),
    ...parameters,
  });
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...(dpop !== null && { dpop }) };
  const told = await post(`${at}/oauth/token`, { ...form, ...headers }, body.toString());
  machine.nonces.token = told.nonce ?? machine.nonces.token;
  return told;
}

/** @throws Error with what was said, if there is none */
export async function tokenOf(machine: Machine, request: TokenRequest = {}): Promise<string> {
  const { body } = await requestToken(machine, request);
  if (typeof body.access_token !== 'string') throw new Error(JSON.stringify(body));
  return body.access_token;
}

/** What is otherwise in a question. */
export interface Question {
  at?: string;
  proof?: object | null;
  dpop?: string;
  scheme?: string;
  query?: string;
  variables?: object;
}

/** A proof for a question with this token. */
export const proofOf = (
  { world, nonces, proofKey }: Machine,
  token: string,
  claims: object = {},
): Promise<string> =>
  signProof(proofKey, {
    ...{ htm: 'POST', htu: `${world.url}/graphql`, ath: hashOf(token), nonce: nonces.api },
    ...claims,
  });

/** Asks with a token: who it is, if nothing else. */
export async function ask(machine: Machine, token: string, question: Question = {}): Promise<Told> {
  const { at = machine.world.url, proof = {}, scheme = 'DPoP' } = question;
  const { query = '{ viewer { memberId } }', variables = {} } = question;
  const dpop = question.dpop ?? (proof && (await proofOf(machine, token, proof)));
  const signed = { authorization: `${scheme} ${token}`, ...(dpop !== null && { dpop }) };
  const told = await post(
    `${at}/graphql`,
    { 'content-type': 'application/json', ...signed },
    JSON.stringify({ query, variables }),
  );
  machine.nonces.api = told.nonce ?? machine.nonces.api;
  return told;
}

/** `allowed`, or the code of the first error. */
export function outcomeOf({ body }: Told): string {
  const [error] = (body.errors ?? []) as { extensions: { code: string } }[];
  return error?.extensions.code ?? 'allowed';
}
