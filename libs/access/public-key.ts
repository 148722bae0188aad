import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { z } from 'zod';
import { sha256 } from '#core';

/** To get tokens, or to sign what is posted to `/inbound`. No key serves for both. */
const KEY_USES = ['TOKENS', 'INBOUND'] as const;

const member = (longest: number) =>
  z
    .string()
    .regex(/^[\w-]+$/, 'Base64url, without padding.')
    .max(longest);

/** A public key as a client's agency gives it: RFC 7517, and only these members, so that no private part can come in. */
export const publicKeySchema = z
  .strictObject({
    kty: z.enum(['EC', 'OKP', 'RSA']).meta({ description: 'Of which kind.' }),
    crv: z
      .enum(['P-256', 'Ed25519'])
      .optional()
      .meta({ description: 'The curve: P-256 of EC, Ed25519 of OKP.' }),
    x: member(43).optional().meta({ description: 'Of EC and OKP.' }),
    y: member(43).optional().meta({ description: 'Of EC.' }),
    n: member(683).optional().meta({ description: 'Of RSA: 2048 to 4096 bits.' }),
    e: z.literal('AQAB').optional().meta({ description: 'Of RSA: AQAB.' }),
    validUntil: z.date().optional().meta({ description: 'When it ends; with the client if not said.' }),
    use: z
      .enum(KEY_USES)
      .meta({ id: 'KeyUse', description: 'TOKENS: to get tokens. INBOUND: to sign what is posted.' })
      .optional()
      .meta({ description: 'What it is for; to get tokens if not said.' }),
  })
  .meta({
    id: 'PublicKey',
    description: 'A public key: a JSON Web Key (RFC 7517) without its private part.',
  });

/** A key as it is kept. */
export interface GivenKey {
  kid: string;
  algorithm: 'ES256' | 'EdDSA' | 'PS256';
  jwk: Record<string, string>;
  validUntil?: Date | undefined;
  use?: (typeof KEY_USES)[number] | undefined;
}

const MEMBERS = { EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x'], RSA: ['e', 'kty', 'n'] } as const;
const CURVE = { EC: 'P-256', OKP: 'Ed25519', RSA: undefined };
const ALGORITHM = { EC: 'ES256', OKP: 'EdDSA', RSA: 'PS256' } as const;
/** Of RSA. A longer one costs whoever verifies. */
const BITS = { least: 2048, most: 4096 };

/** @returns null for what is no public key that we take */
export function givenKey({ validUntil, use, ...given }: z.output<typeof publicKeySchema>): GivenKey | null {
  const { kty } = given;
  const names: readonly string[] = MEMBERS[kty];
  const jwk = Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (Object.keys(jwk).join() !== names.join() || given.crv !== CURVE[kty] || !isKey(jwk)) return null;
  // RFC 7638: the members that make the key, in order, and no space.
  const kid = Buffer.from(sha256(JSON.stringify(jwk)), 'hex').toString('base64url');
  return { kid, algorithm: ALGORITHM[kty], jwk, validUntil, use };
}

/** Whether it is one: a point of its curve, a modulus of a size that we take. */
function isKey(jwk: JsonWebKey): boolean {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: jwk, format: 'jwk' });
    const bits = asymmetricKeyDetails?.modulusLength;
    return bits === undefined || (bits >= BITS.least && bits <= BITS.most);
  } catch {
    return false;
  }
}
