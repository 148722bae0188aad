import { Injectable } from '@nestjs/common';
import { Database, listKey, pageOf, pageRequest, type Caller, type Page, type PageArgs } from '#core';
import type { WebhookAttemptType, WebhookDomainType, WebhookType } from './webhook.type.js';

const REGISTERED = `registered_at as "registeredAt", registered_by as "registeredBy", ended_at as "endedAt"`;
const FROM = {
  webhook: `webhook join webhook_dispatch d on d.webhook_id = webhook.id
            left join (select webhook_id, subject as "certificateSubject", fingerprint as "certificateFingerprint",
                              ends_at as "certificateEndsAt" from webhook_certificate where used_from is not null) c
              on c.webhook_id = webhook.id`,
  webhook_domain: 'webhook_domain',
};
const LISTS = {
  webhook: `url, description, event_types as "eventTypes", payload, in_flight as "inFlight",
            per_second as "perSecond", state, reason, d.position::float8 as position,
            d.failing_since as "failingSince", d.last_success_at as "lastSuccessAt", d.proof_fault as "proofFault",
            "certificateSubject", "certificateFingerprint", "certificateEndsAt",
            (select count(*)::int from webhook_aside s where s.webhook_id = webhook.id) as waiting, ${REGISTERED}`,
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

  /** What is absent, or another's, has had no attempts. */
  async attempts(caller: Caller, webhookId: string, args: PageArgs): Promise<Page<WebhookAttemptType>> {
    const list = listKey('webhookAttempts', webhookId);
    const { first, after } = pageRequest(list, args);
    const rows = await this.database.read(caller, (reader) =>
      reader.rows<WebhookAttemptType & { key: string; bytes: Buffer }>(
        `select id, at, type, position::float8 as position, nth, status, fault, milliseconds, address,
                answer as bytes, micros(at)::text as key
           from webhook_attempt
          where agency_id = (select acting()) and webhook_id = $4
            and ($1::bigint is null or (at, id) < (instant($1), $2::uuid))
          order by at desc, id desc limit $3`,
        [after?.key ?? null, after?.id ?? null, first + 1, webhookId],
      ),
    );
    const told = rows.map(({ bytes, ...row }) => ({ ...row, answer: bytes.toString() }));
    return pageOf(list, first, told, ({ key, id }) => ({ key, id }));
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
        `select id, ${LISTS[table]}, micros(registered_at)::text as key from ${FROM[table]}
          where ${table}.agency_id = (select acting())
            and ($1::bigint is null or (registered_at, id) < (instant($1), $2::uuid))
          order by registered_at desc, id desc limit $3`,
        [after?.key ?? null, after?.id ?? null, first + 1],
      ),
    );
    return pageOf(list, first, rows, ({ key, id }) => ({ key, id }));
  }
}
