import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';
import type { Database } from '#core';
import { derived, seal, unseal } from './service-secret.js';
import { ALGORITHM, SKEW, TOKEN_LIFE } from './token-rules.js';

/** Seconds for which a key that signs no more verifies what it signed. */
const OVERLAP = TOKEN_LIFE + 2 * SKEW;
/** Milliseconds: a kid that nobody knows makes us ask the database at most so often. */
const ASK_AGAIN = 1_000;

interface Row {
  kid: string;
  public: JWK;
  sealed: Buffer | null;
  retiresAt: Date | null;
}

interface Verifying {
  key: CryptoKey;
  retiresAt: Date | null;
}

/** The private key that signs now. */
export interface Signing {
  kid: string;
  jwk: JWK;
}

/**
 * The service's own keys for tokens, kept in the database under a secret that is not in it. One signs; those before it
 * verify what they signed until that has ended.
 */
export class SigningKeys {
  private readonly sealing: Buffer;
  private reading: Promise<void> | null = null;
  private verifying = new Map<string, Verifying>();
  private published: JWK[] = [];
  private signing: Signing | null = null;
  private asked = 0;

  /** @param secret 32 bytes */
  constructor(
    private readonly database: Database,
    secret: Buffer,
  ) {
    this.sealing = derived(secret, 'signing keys');
  }

  /**
   * Makes the first key where there is none.
   * @throws Error when the secret does not open the key that signs
   */
  async open(): Promise<void> {
    await this.refresh();
    if (this.signing) return;
    await this.add('');
    await this.refresh();
  }

  /**
   * A new key signs from now on, in every process; the one before verifies for as long as its tokens live.
   * @param overlap seconds for which it does
   * @returns the new key's id
   */
  async rotate(overlap = OVERLAP): Promise<string> {
    const kid = await this.add(`
      with retired as (
        update entente_auth.signing_key set sealed = null, retires_at = clock_timestamp() + interval '${overlap} s'
         where retires_at is null)
      delete from entente_auth.signing_key where retires_at < now()`);
    // Not what somebody began to read before.
    await this.read();
    return kid;
  }

  /**
   * Reads what the database has. Those who ask while it is read share the answer: strangers can ask, too.
   * @throws Error when the secret does not open the key that signs
   */
  refresh(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private async read(): Promise<void> {
    const rows = await this.database.asAuthorizationServer((reader) =>
      reader.rows<Row>(
        `select kid, public, sealed, retires_at as "retiresAt" from entente_auth.signing_key
          where retires_at is null or retires_at > clock_timestamp() order by made_at`,
      ),
    );
    const entries = await Promise.all(
      rows.map(async ({ kid, public: jwk, retiresAt }): Promise<[string, Verifying]> => {
        const key = this.verifying.get(kid)?.key ?? (await importKey(jwk));
        return [kid, { key, retiresAt }];
      }),
    );
    this.verifying = new Map(entries);
    this.published = rows.map(({ kid, public: jwk }) => ({ ...jwk, kid, alg: ALGORITHM, use: 'sig' }));
    this.asked = Date.now();
    this.signing = this.openSigning(rows);
  }

  /** The key that signs now, as the database has it. */
  async forSigning(): Promise<Signing> {
    await this.refresh();
    if (!this.signing) throw new Error('There is no signing key.');
    return this.signing;
  }

  /** RFC 7517: every key that verifies now. */
  async jwks(): Promise<{ keys: JWK[] }> {
    await this.refresh();
    return { keys: this.published };
  }

  /** Null for a key that is not ours, or not any more. */
  async verifyingKey(kid: string): Promise<CryptoKey | null> {
    if (!this.verifying.has(kid) && Date.now() - this.asked > ASK_AGAIN) await this.refresh();
    const known = this.verifying.get(kid);
    if (!known || (known.retiresAt !== null && known.retiresAt.getTime() <= Date.now())) return null;
    return known.key;
  }

  private openSigning(rows: readonly Row[]): Signing | null {
    const row = rows.find(({ retiresAt }) => retiresAt === null);
    if (!row?.sealed) return null;
    if (this.signing?.kid === row.kid) return this.signing;
    return { kid: row.kid, jwk: JSON.parse(this.unsealed(row.kid, row.sealed)) as JWK };
  }

  private unsealed(kid: string, sealed: Buffer): string {
    try {
      return unseal(this.sealing, kid, sealed);
    } catch (cause) {
      throw new WrongSecret(
        'ENTENTE_AUTH_SECRET does not open the signing key in the database: it is not the secret with which the key ' +
          'was made. Give that one; or, if it is lost, `npx entente keys:rotate` makes a new key under this one.',
        { cause },
      );
    }
  }

  /** @param before what is done in the same transaction, first */
  private async add(before: string): Promise<string> {
    const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    const sealed = seal(this.sealing, kid, JSON.stringify(await exportJWK(privateKey)));
    await this.database.asAuthorizationServer(async (reader) => {
      const first = before === '' ? null : reader.rows(before);
      // Of two processes that make the first key at once, one does.
      const made = reader.rows(
        'insert into entente_auth.signing_key (kid, public, sealed) values ($1, $2, $3) on conflict do nothing',
        [kid, JSON.stringify(jwk), sealed],
      );
      await Promise.all([first, made]);
    });
    return kid;
  }
}

export class WrongSecret extends Error {}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new Error('A signing key is not an Ed25519 key.');
  return key;
}
