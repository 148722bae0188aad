import { Controller, Get, Header } from '@nestjs/common';
import { z } from 'zod';
import { Open } from '#access';
import { Database } from '#core';
import { documentSchema } from '#findings';
import { WebhookSecretsService } from '#webhooks';

const DOCUMENT_SCHEMA = z.toJSONSchema(documentSchema, { io: 'input' });

@Controller()
export class ServiceController {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhookSecretsService,
  ) {}

  /** Up, and the database answers. */
  @Get('health')
  @Open()
  async health(): Promise<{ status: 'ok' }> {
    await this.database.ping();
    return { status: 'ok' };
  }

  /** JSON Schema of a finding's document, as every way in checks it. */
  @Get('schemas/finding/1')
  @Open()
  @Header('content-type', 'application/schema+json')
  @Header('cache-control', 'public, max-age=3600')
  documentSchema(): unknown {
    return DOCUMENT_SCHEMA;
  }

  /** With which receivers verify `v1a`. */
  @Get('.well-known/entente-webhook-keys')
  @Open()
  @Header('cache-control', 'public, max-age=300')
  async webhookKeys(): Promise<unknown> {
    const keys = await this.webhooks.publicKeys();
    return { keys: keys.map((key) => ({ ...key, algorithm: 'ed25519' })) };
  }
}
