import { createHash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify, type CryptoKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Bearer } from '#access';
import { ServiceError } from '#core';
import type { PublicAddress } from './public-address.js';
import type { SigningKeys } from './signing-keys.js';
import { ALGORITHM, AUDIENCE, SKEW, TOKEN_LIFE, TOKEN_TYPE } from './token-rules.js';
import { COMMAND_LINE, CONSOLE } from './tools.js';

/** Whose tokens are believed. */
export interface TrustedIssuer {
  issuer: string;
  key: CryptoKey;
}

/** Thumbprint of a key (RFC 9449, section 6), or of a certificate (RFC 8705, section 3.1). */
export type Bound = { jkt: string } | { 'x5t#S256': string };

/** What a token that is good says. */
export interface Verified {
  bearer: Bearer;
  /** What its holder must have; null for a token that anyone may hold. */
  bound: Bound | null;
  /** RFC 9449: `ath`, by which a proof names the token. */
  hash: string;
}

/** `agency`, a claim of ours: the code of the agency. */
const demoClaims = z
  .object({
    sub: z.uuid(),
    exp: z.number(),
    agency: z.string().max(100).optional(),
    cnf: z.undefined().optional(),
  })
  .transform(({ sub, exp, agency }) => ({ exp, bound: null, bearer: { memberId: sub, agency } }));

/** Of every token: none of ours is for whoever holds it. */
const toKey = z.strictObject({ jkt: z.string() });
const toCertificate = z.strictObject({ 'x5t#S256': z.string() });
const rolesOf = (scope: string): string[] => scope.split(' ').map((role) => role.toUpperCase());

const machinesClaims = z
  .object({
    sub: z.uuid(),
    exp: z.number(),
    client_id: z.uuid(),
    agency: z.string().max(100),
    /** Claim of ours: with which of its keys the client signed in. */
    client_key: z.string(),
    scope: z.string(),
    cnf: z.union([toKey, toCertificate]),
    session: z.undefined().optional(),
  })
  .refine(({ sub, client_id: client }) => sub === client)
  .transform(({ sub, exp, agency, client_key: key, scope, cnf: bound }) => ({
    exp,
    bound,
    bearer: { memberId: sub, agency, key, roles: rolesOf(scope) },
  }));

/** @param tools by which people sign in */
const personsClaims = (tools: readonly string[]) =>
  z
    .object({
      sub: z.uuid(),
      exp: z.number(),
      client_id: z.enum(tools),
      agency: z.string().max(100),
      /** Claim of ours: by which session it was got. */
      session: z.uuid(),
      scope: z.string(),
      cnf: toKey,
      client_key: z.undefined().optional(),
    })
    .transform(({ sub, exp, agency, session, scope, cnf: bound }) => ({
      exp,
      bound,
      bearer: { memberId: sub, agency, session, roles: rolesOf(scope) },
    }));

/**
 * Verifies access tokens (RFC 9068): the service's own, and in the demo the demo's. A token that verified is remembered
 * by its hash until it ends, at most 10,000 of them: what it proves does not change; whether its member is still active
 * is asked of the database every time.
 */
export class Tokens {
  private readonly verified = new LRUCache<string, Verified>({ max: 10_000 });
  private readonly ownClaims;

  /**
   * @param demo null outside the demo: then its tokens are nobody's
   * @param tools in which people sign in, besides the service's own: what others got was for them
   */
  constructor(
    private readonly demo: TrustedIssuer | null,
    private readonly keys: Pick<SigningKeys, 'verifyingKey'>,
    private readonly address: Pick<PublicAddress, 'issuer'>,
    tools: readonly string[],
  ) {
    this.ownClaims = z.union([machinesClaims, personsClaims([COMMAND_LINE, CONSOLE, ...tools])]);
  }

  /** @throws ServiceError UNAUTHENTICATED, whatever is wrong with it */
  async verify(token: string): Promise<Verified> {
    const hash = createHash('sha256').update(token).digest('base64url');
    const known = this.verified.get(hash);
    if (known) return known;
    const rules = await this.rulesOf(token);
    try {
      if (!rules) throw new Error('Nobody we know issued it.');
      const { exp, ...good } = rules.claims.parse(await claimsOf(token, rules));
      const verified = { ...good, bearer: { ...good.bearer, until: exp * 1000 }, hash };
      this.verified.set(hash, verified, { ttl: Math.max(1, exp * 1000 - Date.now()) });
      return verified;
    } catch {
      throw new ServiceError('UNAUTHENTICATED', 'The bearer token is missing, malformed or has expired.');
    }
  }

  /** What it says of itself, and nobody has verified, chooses by whose rules and key it is verified. */
  private async rulesOf(token: string): Promise<Rules | null> {
    const says = unverified(token);
    if (this.demo && says.iss === this.demo.issuer) return { ...this.demo, claims: demoClaims };
    const key = says.kid === undefined ? null : await this.keys.verifyingKey(says.kid);
    return key && { issuer: this.address.issuer, key, claims: this.ownClaims };
  }
}

type Rules = TrustedIssuer & { claims: z.ZodType<Omit<Verified, 'hash'> & { exp: number }> };

function unverified(token: string): { iss?: string | undefined; kid?: string | undefined } {
  try {
    return { iss: decodeJwt(token).iss, kid: decodeProtectedHeader(token).kid };
  } catch {
    return {};
  }
}

async function claimsOf(token: string, { issuer, key }: TrustedIssuer): Promise<unknown> {
  const { payload } = await jwtVerify(token, key, {
    algorithms: [ALGORITHM],
    issuer,
    audience: AUDIENCE,
    typ: TOKEN_TYPE,
    maxTokenAge: TOKEN_LIFE,
    clockTolerance: SKEW,
    requiredClaims: ['exp', 'iat', 'sub'],
  });
  return payload;
}
