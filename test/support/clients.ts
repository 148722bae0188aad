import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Code } from './roster.js';
import type { World } from './world.js';

/** The mutations that administer system clients. What they answer is called as the others call theirs. */
export const CLIENT_ACTS = Object.fromEntries(
  (['registerSystemClient', 'addSystemClientKey', 'revokeSystemClientKey', 'endSystemClient'] as const).map(
    (name) => {
      const input = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
      return [
        name,
        `mutation Act($input: ${input}!) { ${name}(input: $input) { finding: client { id keys { kid } } } }`,
      ];
    },
  ),
) as Record<
  'registerSystemClient' | 'addSystemClientKey' | 'revokeSystemClientKey' | 'endSystemClient',
  string
>;

/** A key of P-256, its public half as the API takes it. */
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  return { privateKey: privateKey.export({ format: 'jwk' }), publicKey: { kty, crv, x, y } };
}

export interface Registered {
  id: string;
  /** Thumbprints of its keys, oldest first. */
  keys: { kid: string }[];
}

/** A new system client of an agency, by its administrator. */
export async function registered(
  world: World,
  code: Code,
  { roles = ['ANALYST'], keys = [newKey().publicKey], ...more }: RegisterOptions = {},
): Promise<Registered> {
  const { registerSystemClient } = await world
    .as(code, 'AGENCY_ADMIN')
    .ask<{ registerSystemClient: { finding: Registered } }>(CLIENT_ACTS.registerSystemClient, {
      input: { idempotencyKey: randomUUID(), name: 'A machine', roles, keys, ...more },
    });
  return registerSystemClient.finding;
}

interface RegisterOptions {
  name?: string;
  roles?: string[];
  keys?: object[];
  validUntil?: string;
}
