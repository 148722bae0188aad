import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';
import { type Database, derived, type Reader, seal, unseal } from '#core';
import { isMark, mark } from './service-secret.js';
import { ALGORITHM, SKEW, TOKEN_LIFE } from './token-rules.js';

/** Seconds for which a key that signs no more verifies what it signed. */
const OVERLAP = TOKEN_LIFE + 2 * SKEW;
/** Milliseconds: a kid that nobody knows makes us ask the database at most so often. */
const ASK_AGAIN = 1_000;

interface Row {
  kid: string;
  public: JWK;
  sealed: Buffer | null;
  /** Microseconds since 1970. */
  madeAt: string;
  retiresAt: Date | null;
  mark: Buffer | null;
  /** The database's clock. */
  now: Date;
}

const ROWS = `select kid, public, sealed, (extract(epoch from made_at) * 1000000)::bigint::text as "madeAt",
    retires_at as "retiresAt", mark, clock_timestamp() as now
  from entente_auth.signing_key`;

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
 * verify what they signed until that has ended. Whoever writes to the table without the secret makes nobody believe a
 * key: the one that signs must open, and be the public part's; the others bear a mark over all that is said of them.
 */
export class SigningKeys {
  private readonly sealing: Buffer;
  private readonly marking: Buffer;
  private reading: Promise<void> | null = null;
  private verifying = new Map<string, Verifying>();
  private published: JWK[] = [];
  private signing: Signing | null = null;
  private strangers: readonly string[] = [];
  private asked = 0;

  /** @param secret 32 bytes */
  constructor(
    private readonly database: Database,
    secret: Buffer,
  ) {
    this.sealing = derived(secret, 'signing keys');
    this.marking = derived(secret, 'marks of signing keys');
  }

  /**
   * Makes the first key where there is none.
   * @returns ids of the keys in the database that do not bear the secret's mark: they are not believed
   * @throws WrongSecret when the secret does not open the key that signs
   * @throws Error when somebody changed that key
   */
  async open(): Promise<readonly string[]> {
    await this.refresh();
    if (!this.signing) {
      await this.add(async () => undefined);
      await this.refresh();
    }
    return this.strangers;
  }

  /**
   * A new key signs from now on, in every process; the one before verifies for as long as its tokens live. One that
   * does not open under this secret was made under another: nobody can vouch for it, and it verifies nothing more.
   * @param overlap seconds for which it does
   * @returns the id of the key that signs now: of two who rotate at once, one makes it
   */
  async rotate(overlap = OVERLAP): Promise<string> {
    const [before] = await this.rows('where retires_at is null');
    await this.add(async (reader) => {
      if (!before) return;
      const retiresAt = new Date(before.now.getTime() + overlap * 1000);
      const marked = this.opened(before) ? this.markOf({ ...before, retiresAt }) : null;
      await reader.rows(
        `update entente_auth.signing_key set sealed = null, retires_at = $2, mark = $3
          where kid = $1 and retires_at is null`,
        [before.kid, retiresAt, marked],
      );
    });
    // Not what somebody began to read before.
    await this.read();
    if (!this.signing) throw new Error('There is no signing key.');
    return this.signing.kid;
  }

  /**
   * Reads what the database has. Those who ask while it is read share the answer: strangers can ask, too.
   * @throws Error when the secret does not open the key that signs, or somebody changed it
   */
  refresh(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private async read(): Promise<void> {
    const rows = await this.rows(
      'where retires_at is null or retires_at > clock_timestamp() order by made_at',
    );
    const signing = rows.find(({ retiresAt }) => retiresAt === null);
    const opened = signing ? this.opened(signing) : null;
    const believed = rows.filter((row) => (row === signing ? opened : isMark(this.markOf(row), row.mark)));
    const entries = await Promise.all(
      believed.map(async ({ kid, public: jwk, retiresAt }): Promise<[string, Verifying]> => {
        const key = this.verifying.get(kid)?.key ?? (await importKey(jwk));
        return [kid, { key, retiresAt }];
      }),
    );
    this.verifying = new Map(entries);
    this.published = believed.map(({ kid, public: jwk }) => ({ ...jwk, kid, alg: ALGORITHM, use: 'sig' }));
    this.strangers = rows.filter((row) => !believed.includes(row)).map(({ kid }) => kid);
    this.asked = Date.now();
    this.signing = opened;
    if (signing && !opened) throw this.whyNot(signing);
  }

  private rows(where: string): Promise<Row[]> {
    return this.database.asAuthorizationServer((reader) => reader.rows<Row>(`${ROWS} ${where}`));
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

  /** The private part of the key that signs. Null if it does not open, or is another's than the public part. */
  private opened({ kid, public: jwk, sealed }: Row): Signing | null {
    if (!sealed) return null;
    if (this.signing?.kid !== kid) {
      const text = this.unsealed(kid, sealed);
      if (text === null) return null;
      const signing = { kid, jwk: JSON.parse(text) as JWK };
      return isPublicPart(jwk, signing.jwk) ? signing : null;
    }
    return isPublicPart(jwk, this.signing.jwk) ? this.signing : null;
  }

  private unsealed(kid: string, sealed: Buffer): string | null {
    try {
      return unseal(this.sealing, kid, sealed);
    } catch {
      return null;
    }
  }

  private whyNot({ kid, sealed }: Row): Error {
    if (sealed && this.unsealed(kid, sealed) !== null)
      return new Error(
        'The signing key in the database is not the one that was made: somebody changed its public part. ' +
          '`npx entente keys:rotate --stolen` makes a new one.',
      );
    return new WrongSecret(
      'ENTENTE_AUTH_SECRET does not open the signing key in the database: it is not the secret with which the key ' +
        'was made. Give that one; or, if it is lost, `npx entente keys:rotate` makes a new key under this one.',
    );
  }

  private markOf({ kid, public: { kty, crv, x }, madeAt, retiresAt }: Row): Buffer {
    return mark(this.marking, [kid, kty, crv, x, madeAt, retiresAt?.getTime()]);
  }

  /** @param first what is done in the same transaction before */
  private async add(first: (reader: Reader) => Promise<void>): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    const sealed = seal(this.sealing, kid, JSON.stringify(await exportJWK(privateKey)));
    await this.database.asAuthorizationServer(async (reader) => {
      await Promise.all([
        first(reader),
        reader.rows('delete from entente_auth.signing_key where retires_at < now()'),
        // Of two processes that make a key at once, one does.
        reader.rows(
          'insert into entente_auth.signing_key (kid, public, sealed) values ($1, $2, $3) on conflict do nothing',
          [kid, JSON.stringify(jwk), sealed],
        ),
      ]);
    });
  }
}

export class WrongSecret extends Error {}

const isPublicPart = (given: JWK, whole: JWK): boolean =>
  given.kty === whole.kty && given.crv === whole.crv && given.x === whole.x;

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new Error('A signing key is not an Ed25519 key.');
  return key;
}
