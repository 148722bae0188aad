import { Webhook, WebhookDomain } from './webhook.entity.js';
import { WebhooksResolver } from './webhooks.resolver.js';

export { DispatchStore } from './dispatch-store.js';
export { runDispatcher } from './dispatcher.js';
export { KeyRing } from './key-ring.js';
export { addServiceKey, checkSeals, rewrap, serviceKeys } from './service-keys.js';
export { WebhookSecretsService } from './webhook-secrets.service.js';
export { WebhooksModule } from './webhooks.module.js';

export const webhookEntities = [Webhook, WebhookDomain];
export const webhookResolvers = [WebhooksResolver];
