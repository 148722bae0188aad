import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import { z } from 'zod';
import { derived } from '#core';
import { ALGORITHM, AUDIENCE, TOKEN_LIFE, TOKEN_TYPE } from './token-rules.js';
import type { TrustedIssuer } from './tokens.js';

/** The demo's issuer: the `iss` of its tokens and of the persons of its roster. */
export const DEMO_ISSUER = 'urn:entente:demo';

const KEY_FILE = 'signing-key.json';
const MEMBERS_FILE = 'members.json';
const SECRET_FILE = 'auth-secret.json';

/** Who may be signed in as in the demo. */
const membersSchema = z.array(
  z.object({
    /** Code of the agency: KR-FSC. */
    agency: z.string(),
    /** In small letters: analyst. */
    role: z.string(),
    memberId: z.uuid(),
    /** Of the person, at the demo's issuer: the same for each of its memberships. */
    subject: z.string(),
  }),
);
export type DemoMember = z.output<typeof membersSchema>[number];

/**
 * Signs tokens for the demo's members. It lives in the demo's own folder (a key made there at the first start, and
 * the list of members), which the command line and the API of one demo share, and which nothing opens outside demo
 * mode.
 */
export class DemoIssuer {
  private constructor(
    private readonly privateKey: CryptoKey,
    readonly trusted: TrustedIssuer,
    readonly members: readonly DemoMember[],
    /** For the service's own keys, where nobody gave it one: 32 bytes. */
    readonly authSecret: Buffer,
  ) {}

  /** For secrets of webhooks, in the same case: 32 bytes. */
  get webhookKey(): Buffer {
    return derived(this.authSecret, 'key of webhooks in the demo');
  }

  /** Makes the folder's key and secret, if it has none, and writes who may be signed in as. */
  static async create(directory: string, members: readonly DemoMember[]): Promise<void> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeNew(join(directory, MEMBERS_FILE), JSON.stringify(members));
    await writeOnce(join(directory, SECRET_FILE), async () => randomBytes(32).toString('base64'));
    await writeOnce(join(directory, KEY_FILE), async () => {
      const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
      return exportJWK(privateKey);
    });
  }

  /** @throws Error when there is no demo in this folder */
  static async open(directory: string): Promise<DemoIssuer> {
    const read = async (file: string): Promise<unknown> =>
      JSON.parse(await readFile(join(directory, file), 'utf8'));
    const files = [read(KEY_FILE), read(MEMBERS_FILE), read(SECRET_FILE)];
    const [jwk, members, secret] = await Promise.all(files).catch((error: unknown) => {
      throw new Error(`There is no demo in ${directory}: start one with \`npm start\`.`, { cause: error });
    });
    const { d: _secret, ...publicJwk } = jwk as JWK;
    const trusted = { issuer: DEMO_ISSUER, key: await importKey(publicJwk) };
    const authSecret = Buffer.from(z.string().parse(secret), 'base64');
    return new DemoIssuer(await importKey(jwk as JWK), trusted, membersSchema.parse(members), authSecret);
  }

  /** @returns the membership of who has this role in this agency, if the demo has one */
  memberId(agency: string, role: string): string | undefined {
    return this.members.find((member) => member.agency === agency && member.role === role)?.memberId;
  }

  /** An access token of a membership. @param life in seconds; five minutes, as of every token, if left out */
  mint(memberId: string, life = TOKEN_LIFE): Promise<string> {
    const agency = this.members.find((member) => member.memberId === memberId)?.agency;
    return new SignJWT(agency === undefined ? {} : { agency })
      .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE })
      .setIssuer(DEMO_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(memberId)
      .setIssuedAt()
      .setExpirationTime(`${life}s`)
      .sign(this.privateKey);
  }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new Error('The demo signing key is not an Ed25519 key.');
  return key;
}

async function writeOnce(file: string, make: () => Promise<unknown>): Promise<void> {
  if (await readFile(file).catch(() => null)) return;
  await writeNew(file, JSON.stringify(await make()));
}

/** Whole or not at all, whoever reads meanwhile. */
async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(`${file}.${process.pid}`, text, { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
}
