import { jwtVerify, type CryptoKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Bearer } from '#access';
import { ServiceError } from '#core';

/** RFC 9068, section 2.1: the type of a JWT access token. */
export const TOKEN_TYPE = 'at+jwt';
/** Who a token is for. */
export const AUDIENCE = 'entente';
/** RFC 8037: Ed25519. */
export const ALGORITHM = 'EdDSA';
/** Seconds an access token lives. */
export const TOKEN_LIFE = 300;
/** Seconds a clock may be ahead of ours. */
const SKEW = 10;

/** Whose tokens are believed. */
export interface TrustedIssuer {
  issuer: string;
  key: CryptoKey;
}

/** `agency`, a claim of ours: the code of the agency. */
const claimsSchema = z.object({ sub: z.uuid(), exp: z.number(), agency: z.string().max(100).optional() });

/**
 * Verifies access tokens (RFC 9068). A token that verified is remembered until it ends, at most 10,000 of them:
 * what it proves does not change; whether its member is still active is asked of the database every time.
 */
export class Tokens {
  private readonly verified = new LRUCache<string, Bearer>({ max: 10_000 });

  /** @param trusted null where no issuer is configured: then no token is good */
  constructor(private readonly trusted: TrustedIssuer | null) {}

  /** @throws ServiceError UNAUTHENTICATED, whatever is wrong with it */
  async verify(token: string): Promise<Bearer> {
    const known = this.verified.get(token);
    if (known) return known;
    if (!this.trusted) throw new ServiceError('UNAUTHENTICATED', 'No issuer of tokens is configured.');
    try {
      const { payload } = await jwtVerify(token, this.trusted.key, {
        algorithms: [ALGORITHM],
        issuer: this.trusted.issuer,
        audience: AUDIENCE,
        typ: TOKEN_TYPE,
        maxTokenAge: TOKEN_LIFE,
        clockTolerance: SKEW,
        requiredClaims: ['exp', 'iat', 'sub'],
      });
      const { sub, exp, agency } = claimsSchema.parse(payload);
      const bearer = { memberId: sub, agency };
      this.verified.set(token, bearer, { ttl: Math.max(1, exp * 1000 - Date.now()) });
      return bearer;
    } catch {
      throw new ServiceError('UNAUTHENTICATED', 'The bearer token is missing, malformed or has expired.');
    }
  }
}
