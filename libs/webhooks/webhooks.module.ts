import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '#access';
import { Database } from '#core';
import { KeyRing } from './key-ring.js';
import { checkSeals } from './service-keys.js';
import { WebhookCertificatesService } from './webhook-certificates.service.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';
import { WebhooksResolver } from './webhooks.resolver.js';
import { WebhooksService } from './webhooks.service.js';

/** What an agency's administrators say of its webhooks. Needs a `Database`. */
@Module({})
export class WebhooksModule {
  /**
   * @param keys under the first of them secrets are sealed; 32 bytes each
   * @throws WrongWebhookKey when they do not open what is there
   */
  static forRoot(keys: readonly Buffer[]): DynamicModule {
    const useFactory = async (database: Database): Promise<KeyRing> => {
      const ring = new KeyRing(keys);
      await checkSeals((text, values) => database.unentered(text, values), ring);
      return ring;
    };
    const ring = { provide: KeyRing, inject: [Database], useFactory };
    return {
      module: WebhooksModule,
      imports: [AccessModule],
      providers: [ring, WebhooksService, WebhookSecretsService, WebhookCertificatesService, WebhooksResolver],
      exports: [WebhookSecretsService],
    };
  }
}
