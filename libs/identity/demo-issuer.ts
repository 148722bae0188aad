import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import { ALGORITHM, AUDIENCE, TOKEN_LIFE, TOKEN_TYPE, type TrustedIssuer } from './tokens.js';

/** The demo's issuer: the `iss` of its tokens and of the persons of its roster. */
export const DEMO_ISSUER = 'urn:entente:demo';

const FILE = 'demo-signing-key.json';

/**
 * Signs tokens for the demo's members, and can be opened in demo mode alone. Its key is made at the first start and
 * stays in the demo's own folder, so that the command line and the API of one demo share it.
 */
export class DemoIssuer {
  private constructor(
    private readonly privateKey: CryptoKey,
    readonly trusted: TrustedIssuer,
  ) {}

  static async open(directory: string): Promise<DemoIssuer> {
    const jwk = await ensureKey(directory);
    const { d: _secret, ...publicJwk } = jwk;
    const key = await importKey(publicJwk);
    return new DemoIssuer(await importKey(jwk), { issuer: DEMO_ISSUER, key });
  }

  /** An access token of a membership, good for five minutes. */
  mint(memberId: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE })
      .setIssuer(DEMO_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(memberId)
      .setIssuedAt()
      .setExpirationTime(`${TOKEN_LIFE}s`)
      .sign(this.privateKey);
  }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new Error('The demo signing key is not an Ed25519 key.');
  return key;
}

async function ensureKey(directory: string): Promise<JWK> {
  const file = join(directory, FILE);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(jwk), { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
  return jwk;
}
