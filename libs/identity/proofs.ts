import { createHmac } from 'node:crypto';
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  importJWK,
  jwtVerify,
  type CryptoKey,
  type JWK,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { derived } from '#core';
import type { PublicAddress } from './public-address.js';
import { SeenOnce } from './seen-once.js';
import { CLIENT_ALGORITHMS, isRecent, PROOF_LIFE } from './token-rules.js';

/** What is wrong with a proof, in the words of RFC 9449, section 12.2. */
export class ProofFault extends Error {
  constructor(readonly error: 'invalid_dpop_proof' | 'use_dpop_nonce') {
    super(error);
  }
}

/** For what a proof must have been made. */
export interface Proven {
  method: string;
  /** As it was asked for, with its query. */
  path: string;
  /** Hash of the token. */
  hash: string;
  /** Thumbprint of the key to which the token is bound. */
  jkt: string;
  /** Whose token it is. */
  memberId: string;
}

/** Only what makes a public key: a private part is refused. */
const headerSchema = z.object({
  jwk: z.strictObject({
    kty: z.string(),
    crv: z.string().optional(),
    x: z.string().optional(),
    y: z.string().optional(),
    n: z.string().optional(),
    e: z.string().optional(),
    alg: z.string().optional(),
    kid: z.string().optional(),
    use: z.string().optional(),
  }),
  alg: z.enum(CLIENT_ALGORITHMS),
});

const claimsSchema = z.object({
  jti: z.string().min(1).max(200),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string(),
  nonce: z.string().optional(),
});

/** Seconds for which a nonce is given. The one before and, for another process's clock, the next are good, too. */
const NONCE_WINDOW = 60;

/** Of one member in eleven seconds: more than a process answers, and so of those alone who are refused later anyway. */
const MOST_PROOFS = 20_000;

interface Known {
  jkt: string;
  key: CryptoKey;
}

/**
 * Proofs of possession (RFC 9449): that whoever sends a token has the key to which it is bound, made for this very
 * request. Each is good once in this process; another process of the service would take it once more, while its time
 * lasts: 10 seconds in all.
 */
export class Proofs {
  private readonly secret: Buffer;
  private readonly keys = new LRUCache<string, Known>({ max: 10_000 });
  private readonly nonces = new LRUCache<number, string>({ max: 4 });
  private readonly seen = new SeenOnce(PROOF_LIFE + 1, MOST_PROOFS);

  constructor(
    secret: Buffer,
    private readonly address: PublicAddress,
  ) {
    this.secret = derived(secret, 'nonces of the API');
  }

  /** What the next proof is to hold. The same in every process with the same secret. */
  get nonce(): string {
    return this.nonceOf(thisWindow());
  }

  /**
   * @returns a newer nonce, for the next proof, if this one's is about to end
   * @throws ProofFault
   */
  async check(proof: string, { method, path, hash, jkt, memberId }: Proven): Promise<string | undefined> {
    const { jti, htm, htu, iat, ath, nonce } = await this.claimsOf(proof, jkt);
    const bound = htm === method && this.isAddress(htu, path) && ath === hash;
    if (!bound || !isRecent(iat)) throw new ProofFault('invalid_dpop_proof');
    const now = thisWindow();
    if (![now, now - 1, now + 1].some((window) => this.nonceOf(window) === nonce))
      throw new ProofFault('use_dpop_nonce');
    if (!this.seen.isFirst(memberId, `${jkt}.${jti}`)) throw new ProofFault('invalid_dpop_proof');
    return nonce === this.nonce ? undefined : this.nonce;
  }

  /** Verifies the signature, with the key it brings: that must be the token's. */
  private async claimsOf(proof: string, jkt: string): Promise<z.output<typeof claimsSchema>> {
    try {
      const { jwk, alg } = headerSchema.parse(decodeProtectedHeader(proof));
      const known = await this.keyOf(jwk, alg);
      if (known.jkt !== jkt) throw new ProofFault('invalid_dpop_proof');
      const { payload } = await jwtVerify(proof, known.key, { algorithms: [alg], typ: 'dpop+jwt' });
      return claimsSchema.parse(payload);
    } catch {
      throw new ProofFault('invalid_dpop_proof');
    }
  }

  private async keyOf(jwk: JWK, alg: string): Promise<Known> {
    const text = JSON.stringify([alg, jwk]);
    const known = this.keys.get(text);
    if (known) return known;
    const [jkt, key] = await Promise.all([calculateJwkThumbprint(jwk), importJWK(jwk, alg)]);
    if (key instanceof Uint8Array) throw new ProofFault('invalid_dpop_proof');
    this.keys.set(text, { jkt, key });
    return { jkt, key };
  }

  /** RFC 9449, section 4.3: without query and fragment, whatever proxies made of it. */
  private isAddress(htu: string, path: string): boolean {
    const address = (url: string): string | null => {
      const parsed = URL.parse(url);
      return parsed && parsed.origin + parsed.pathname;
    };
    return address(htu) === address(`${this.address.url}${path}`);
  }

  private nonceOf(window: number): string {
    const known = this.nonces.get(window);
    if (known !== undefined) return known;
    const nonce = createHmac('sha256', this.secret).update(String(window)).digest('base64url');
    this.nonces.set(window, nonce);
    return nonce;
  }
}

const thisWindow = (): number => Math.floor(Date.now() / 1000 / NONCE_WINDOW);
