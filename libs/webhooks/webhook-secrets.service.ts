import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { conflict, Database, once, type Caller } from '#core';
import { append, type Ask } from '#ledger';
import { KeyRing } from './key-ring.js';
import { serviceKeys, type ServiceKey } from './service-keys.js';
import { newSecret } from '#signatures';
import type { WebhookSecretPayload } from './webhook.type.js';

interface MakeSecret {
  idempotencyKey: string;
  webhookId: string;
  overlapHours: number;
}

/** What an agency's receivers verify with. */
@Injectable()
export class WebhookSecretsService {
  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
  ) {}

  /**
   * Makes a secret, which signs from now on; those before it sign for a while, too. Told here, and never again.
   * @throws ServiceError CONFLICT for the same key a second time
   */
  make(caller: Caller, input: MakeSecret): Promise<WebhookSecretPayload> {
    const { webhookId, overlapHours } = input;
    const id = randomUUID();
    const secret = newSecret();
    const { keyId, sealed } = this.ring.seal(id, secret);
    return this.database.act(caller, async (tx) => {
      let othersEndAt: Date | null = null;
      const made = await once(tx, 'makeWebhookSecret', input, async () => {
        const [kept] = await tx.manager.query<{ ends: Date | null }[]>(
          'select keep_webhook_secret($1, $2, $3, $4, $5) as ends',
          [webhookId, id, keyId, sealed, overlapHours * 3_600],
        );
        othersEndAt = kept?.ends ?? null;
        const details = { webhookId, overlapHours };
        await append(tx, {
          act: 'webhook.secret-made',
          subject: { type: 'webhook', id: webhookId },
          details,
        });
        return id;
      });
      if (made !== id)
        throw conflict('A secret is told once, and this one was: make another.', 'input.idempotencyKey');
      return { webhookId, secret, othersEndAt };
    });
  }

  /** With which signatures of v1a verify, for anybody. */
  publicKeys(): Promise<ServiceKey[]> {
    return this.publicOf((text, values) => this.database.unentered(text, values));
  }

  /** The same, for a caller. */
  publicKeysFor(caller: Caller): Promise<ServiceKey[]> {
    return this.database.read(caller, (reader) => this.publicOf((text, values) => reader.rows(text, values)));
  }

  private async publicOf(ask: Ask): Promise<ServiceKey[]> {
    const keys = await serviceKeys(ask, this.ring);
    return keys.map(({ id, publicKey, endsAt }) => ({ id, publicKey, endsAt }));
  }
}
