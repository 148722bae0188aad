import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AdministrationService, type AdministrationPayload } from '#access';
import type { Caller } from '#core';
import { givenCertificate } from './given-certificate.js';
import { KeyRing } from './key-ring.js';

interface SetCertificate {
  idempotencyKey: string;
  webhookId: string;
  certificate: string;
  key: string;
}

/** With which certificates this service proves itself to webhooks. */
@Injectable()
export class WebhookCertificatesService {
  constructor(
    private readonly administration: AdministrationService,
    private readonly ring: KeyRing,
  ) {}

  /**
   * What is said of it, and approved, is whose it is; its key is sealed before anything keeps it.
   * @throws ServiceError INVALID
   */
  set(caller: Caller, { idempotencyKey, webhookId, ...pem }: SetCertificate): Promise<AdministrationPayload> {
    const { certificate, key, subject, fingerprint, endsAt } = givenCertificate(pem.certificate, pem.key);
    const told = { idempotencyKey, webhookId, subject, fingerprint, endsAt };
    return this.administration.administer(
      caller,
      'setWebhookCertificate',
      'webhook.certificate-set',
      told,
      async (tx) => {
        const certificateId = randomUUID();
        const { keyId, sealed } = this.ring.seal(certificateId, key);
        await tx.manager.query('select keep_webhook_certificate($1, $2, $3, $4, $5, $6, $7, $8)', [
          ...[webhookId, certificateId, certificate, subject, fingerprint, endsAt, keyId, sealed],
        ]);
        return { certificateId };
      },
    );
  }
}
