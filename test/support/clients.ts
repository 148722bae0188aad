import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { administratorsOf, type Administrators } from './administration.js';
import type { Code } from './roster.js';
import type { World } from './world.js';

/** A key of P-256, its public half as the API takes it. */
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty = '', crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return { privateKey: privateKey.export({ format: 'jwk' }), publicKey: { kty, crv, x, y } };
}

/** A new system client whose keys are at this address, which no administrator could register. */
export async function publishes(
  world: World,
  code: Code,
  uri: string,
): Promise<{ id: string; address: string }> {
  const two = await administrators(world, code);
  const jwksUri = `https://keys.example/${randomUUID()}`;
  await two.both('registerSystemClient', { name: 'A machine', roles: ['ANALYST'], jwksUri });
  const [row] = await world.sql<{ id: string; address: string }>(
    'update client_key set jwks_uri = $2 where jwks_uri = $1 returning client_id as id, kid as address',
    [jwksUri, uri],
  );
  if (!row) throw new Error('A system client was registered without its address.');
  return row;
}

export interface Registered {
  id: string;
  /** Thumbprints of its keys, oldest first. */
  keys: { kid: string }[];
}

const known = new WeakMap<World, Map<Code, Promise<Administrators>>>();

/** Two administrators of an agency, the same two for each call. */
export function administrators(world: World, code: Code): Promise<Administrators> {
  const ofWorld = known.get(world) ?? new Map<Code, Promise<Administrators>>();
  known.set(world, ofWorld);
  const two = ofWorld.get(code) ?? administratorsOf(world, code);
  ofWorld.set(code, two);
  return two;
}

/** A new system client of an agency, by two of its administrators. */
export async function registered(
  world: World,
  code: Code,
  { roles = ['ANALYST'], keys = [newKey().publicKey], ...more }: RegisterOptions = {},
): Promise<Registered> {
  const two = await administrators(world, code);
  await two.both('registerSystemClient', { name: 'A machine', roles, keys, ...more });
  const rows = await world.sql<{ id: string; kid: string }>(
    `select client_id as id, kid from client_key
      where client_id = (select client_id from client_key where kid = $1) order by added_at, kid`,
    [await calculateJwkThumbprint(keys[0] ?? {})],
  );
  const [first] = rows;
  if (!first) throw new Error('A system client was registered without its keys.');
  return { id: first.id, keys: rows.map(({ kid }) => ({ kid })) };
}

interface RegisterOptions {
  name?: string;
  roles?: string[];
  keys?: JWK[];
  validUntil?: string;
}
