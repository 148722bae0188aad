import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { WebhooksResolver } from './webhooks.resolver.js';
import { WebhooksService } from './webhooks.service.js';

/** What an agency's administrators say of its webhooks. Needs a `Database`. */
@Module({ imports: [AccessModule], providers: [WebhooksService, WebhooksResolver] })
export class WebhooksModule {}
