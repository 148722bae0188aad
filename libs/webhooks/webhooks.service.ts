import { Injectable } from '@nestjs/common';
import { Database, listKey, pageOf, pageRequest, type Caller, type Page, type PageArgs } from '#core';
import type { WebhookDomainType, WebhookType } from './webhook.type.js';

const REGISTERED = `registered_at as "registeredAt", registered_by as "registeredBy", ended_at as "endedAt"`;
const LISTS = {
  webhook: `url, description, event_types as "eventTypes", payload, in_flight as "inFlight",
            per_second as "perSecond", state, reason, ${REGISTERED}`,
  webhook_domain: `domain, ${REGISTERED}`,
};

/** What an agency has registered for its webhooks, newest first. Row security leaves its own. */
@Injectable()
export class WebhooksService {
  constructor(private readonly database: Database) {}

  webhooks(caller: Caller, args: PageArgs): Promise<Page<WebhookType>> {
    return this.page(caller, args, 'webhook');
  }

  domains(caller: Caller, args: PageArgs): Promise<Page<WebhookDomainType>> {
    return this.page(caller, args, 'webhook_domain');
  }

  private async page<Row extends { id: string }>(
    caller: Caller,
    args: PageArgs,
    table: keyof typeof LISTS,
  ): Promise<Page<Row>> {
    const list = listKey(table, null);
    const { first, after } = pageRequest(list, args);
    const rows = await this.database.read(caller, (reader) =>
      reader.rows<Row & { key: string }>(
        `select id, ${LISTS[table]}, micros(registered_at)::text as key from ${table}
          where agency_id = (select acting())
            and ($1::bigint is null or (registered_at, id) < (instant($1), $2::uuid))
          order by registered_at desc, id desc limit $3`,
        [after?.key ?? null, after?.id ?? null, first + 1],
      ),
    );
    return pageOf(list, first, rows, ({ key, id }) => ({ key, id }));
  }
}
