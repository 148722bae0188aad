import { derived, sha256, seal, unseal } from '#core';

export interface Sealed {
  /** Of the key under which it lies. */
  keyId: string;
  sealed: Buffer;
}

/** The keys under which secrets of webhooks lie: the first seals, and each opens what it sealed. */
export class KeyRing {
  private readonly keys = new Map<string, Buffer>();
  readonly first: string;

  /** @param keys 32 bytes each, at least one */
  constructor(keys: readonly Buffer[]) {
    for (const key of keys) this.keys.set(nameOf(key), derived(key, 'webhook secrets'));
    const [first] = this.keys.keys();
    if (first === undefined) throw new Error('There is no key for secrets of webhooks.');
    this.first = first;
  }

  /** @param id of what is sealed: it opens as that alone */
  seal(id: string, text: string): Sealed {
    return { keyId: this.first, sealed: seal(this.key(this.first), id, text) };
  }

  /** @throws Error for what lies under another key, is another's, or was changed */
  open(id: string, { keyId, sealed }: Sealed): string {
    return unseal(this.key(keyId), id, sealed);
  }

  has(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  private key(keyId: string): Buffer {
    const key = this.keys.get(keyId);
    if (!key) throw new WrongWebhookKey();
    return key;
  }
}

export class WrongWebhookKey extends Error {
  constructor() {
    super(
      'ENTENTE_WEBHOOK_KEY does not open what webhooks are signed with: it is not the key under which that lies in ' +
        'the database. Give that one, also as ENTENTE_WEBHOOK_KEY_BEFORE until `npx entente webhooks:rewrap` has run; ' +
        'or, if it is lost, `npx entente webhooks:rewrap --forget` ends every secret that lies under it.',
    );
  }
}

/** What stands in the database of a key: not to be turned back, and the same in every process. */
const nameOf = (key: Buffer): string =>
  sha256(derived(key, 'name of a webhook key').toString('base64')).slice(0, 16);
