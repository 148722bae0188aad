import { createHash, randomUUID } from 'node:crypto';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
} from 'jose';
import { z } from 'zod';

/** A key that signs, and its public half. */
export interface KeyPair {
  privateKey: CryptoKey;
  publicJwk: JWK;
  kid: string;
  algorithm: string;
}

const ALGORITHMS: Partial<Record<string, string>> = { EC: 'ES256', OKP: 'EdDSA', RSA: 'PS256' };
const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e'];

/** @throws Error for what is no private key */
export async function keyPairOf(jwk: JWK): Promise<KeyPair> {
  const algorithm = ALGORITHMS[jwk.kty ?? ''];
  const privateKey = algorithm === undefined ? null : await importJWK(jwk, algorithm);
  if (
    algorithm === undefined ||
    !privateKey ||
    privateKey instanceof Uint8Array ||
    privateKey.type !== 'private'
  )
    throw new Error('This is no private key of P-256, Ed25519 or RSA.');
  const publicJwk: JWK = Object.fromEntries(Object.entries(jwk).filter(([name]) => PUBLIC.includes(name)));
  return { privateKey, publicJwk, kid: await calculateJwkThumbprint(publicJwk), algorithm };
}

/** A new private key of P-256. */
export async function newPrivateKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return exportJWK(privateKey);
}

interface Assertion {
  clientId: string;
  /** Of the authorization server. */
  issuer: string;
}

/** RFC 7523, section 3: who the client is, for this server, once, within a minute. */
export const signAssertion = (
  { privateKey, kid, algorithm }: KeyPair,
  { clientId, issuer }: Assertion,
  claims: object = {},
): Promise<string> =>
  new SignJWT({
    iss: clientId,
    sub: clientId,
    aud: issuer,
    jti: randomUUID(),
    iat: seconds(),
    exp: seconds() + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: algorithm, kid })
    .sign(privateKey);

/** RFC 9449, section 4.2: that who sends this request has the key. `claims` say for which request. */
export const signProof = ({ privateKey, publicJwk, algorithm }: KeyPair, claims: object): Promise<string> =>
  new SignJWT({ jti: randomUUID(), iat: seconds(), ...claims })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: algorithm, jwk: publicJwk })
    .sign(privateKey);

/** `ath`: by which a proof names the token. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

const seconds = (): number => Math.floor(Date.now() / 1000);

const metadataSchema = z.object({ issuer: z.url(), token_endpoint: z.url() });
const tokenSchema = z.object({ access_token: z.string(), token_type: z.literal('DPoP') });

/** One system client's side: gets a token with its key, and asks with a proof for each request. */
export class SystemClient {
  private token: string | null = null;
  private readonly nonces = new Map<string, string>();

  private constructor(
    /** Where the service is reached, and what it calls itself. */
    private readonly server: { at: string; issuer: string; tokenEndpoint: string; base: string },
    private readonly clientId: string,
    private readonly key: KeyPair,
    /** Only for proofs, and new each time: what is stolen with a token is not the key that signs in. */
    readonly proofKey: KeyPair,
  ) {}

  /** @param at where the service is reached @throws Error when there is none */
  static async open(at: string, clientId: string, privateKey: JWK): Promise<SystemClient> {
    const response = await fetch(new URL('/.well-known/oauth-authorization-server/oauth', at));
    const { issuer, token_endpoint: tokenEndpoint } = metadataSchema.parse(await response.json());
    const server = { at, issuer, tokenEndpoint, base: issuer.replace(/oauth$/, '') };
    const [key, proofKey] = await Promise.all([keyPairOf(privateKey), newPrivateKey().then(keyPairOf)]);
    return new SystemClient(server, clientId, key, proofKey);
  }

  /** Asks the service, with a token that it gets first. @returns the answer, as it came */
  ask(query: string, variables: object = {}): Promise<Response> {
    return this.post('graphql', JSON.stringify({ query, variables }));
  }

  /** Sends JSON to a place of the service, with a token that it gets first. @returns the answer, as it came */
  async post(place: string, body: string, more: Record<string, string> = {}): Promise<Response> {
    this.token ??= await this.newToken();
    const { token } = this;
    const headers = { ...more, 'content-type': 'application/json', authorization: `DPoP ${token}` };
    return this.send(`${this.server.base}${place}`, { ath: hashOf(token) }, async () => ({ headers, body }));
  }

  /** @throws Error with what the service said, if it gives none */
  async newToken(scope?: string): Promise<string> {
    const { issuer, tokenEndpoint } = this.server;
    const response = await this.send(tokenEndpoint, {}, async () => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      // A new one each time: it is accepted once, even by an answer that asks for a nonce.
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await signAssertion(this.key, { clientId: this.clientId, issuer }),
        ...(scope !== undefined && { scope }),
      }).toString(),
    }));
    const text = await response.text();
    if (!response.ok) throw new Error(`The service gave no token (HTTP ${response.status}): ${text}`);
    return tokenSchema.parse(JSON.parse(text)).access_token;
  }

  /** With a proof; and once more if the service wants one with its nonce. */
  private async send(
    url: string,
    claims: object,
    make: () => Promise<{ headers: Record<string, string>; body: string }>,
  ): Promise<Response> {
    const attempt = async (): Promise<Response> => {
      const { headers, body } = await make();
      const nonce = this.nonces.get(url);
      const proof = { htm: 'POST', htu: url, ...claims, ...(nonce !== undefined && { nonce }) };
      const dpop = await signProof(this.proofKey, proof);
      const { pathname } = new URL(url);
      const response = await fetch(new URL(pathname, this.server.at), {
        method: 'POST',
        headers: { ...headers, dpop },
        body,
      });
      const told = response.headers.get('dpop-nonce');
      if (told !== null) this.nonces.set(url, told);
      return response;
    };
    const knew = this.nonces.get(url);
    const response = await attempt();
    const wantsNonce = (response.status === 401 || response.status === 400) && this.nonces.get(url) !== knew;
    return wantsNonce ? attempt() : response;
  }
}
