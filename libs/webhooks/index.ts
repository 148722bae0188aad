import { Webhook, WebhookDomain } from './webhook.entity.js';
import { WebhooksResolver } from './webhooks.resolver.js';

export { resolveByDns, type ClientCertificate } from './connections.js';
export { Sender } from './sender.js';
export { WebhooksModule } from './webhooks.module.js';

export const webhookEntities = [Webhook, WebhookDomain];
export const webhookResolvers = [WebhooksResolver];
