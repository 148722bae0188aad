import { Controller, Get, Header } from '@nestjs/common';
import { z } from 'zod';
import { Open } from '#access';
import { Database } from '#core';
import { documentSchema } from '#findings';

const DOCUMENT_SCHEMA = z.toJSONSchema(documentSchema, { io: 'input' });

@Controller()
export class ServiceController {
  constructor(private readonly database: Database) {}

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
}
