import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/**
 * What came of deliveries is written for all webhooks of a worker at once. `settle_webhook` stays for workers of the
 * version before.
 */
export class Settlements1763683220000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SETTLE);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const SETTLE = `
  -- Answers those whose lease is held still; of others nothing is written. One that somebody has locked, as a replay
  -- does, is taken for one of those: no other waits for it.
  create function settle_webhooks(settled jsonb, tried jsonb, aside jsonb, done uuid[]) returns setof uuid
    language plpgsql ${DEFINER} as $$
  declare
    held uuid[] := array(
      select d.webhook_id from webhook_dispatch d
        join jsonb_to_recordset(settled) as s (webhook uuid, fence bigint) on s.webhook = d.webhook_id and s.fence = d.fence
       for update of d skip locked);
  begin
    update webhook_dispatch d
       set position = greatest(d.position, s.through),
           last_success_at = case when s.succeeded then clock_timestamp() else d.last_success_at end
      from jsonb_to_recordset(settled) as s (webhook uuid, through bigint, succeeded boolean)
     where d.webhook_id = s.webhook and d.webhook_id = any (held);
    insert into webhook_attempt (webhook_id, agency_id, type, position, nth, status, fault, milliseconds, address, answer)
      select d.webhook_id, d.agency_id, t.type, t.position, t.nth, t.status, t.fault, t.milliseconds, t.address,
             decode(t.answer, 'base64')
        from jsonb_to_recordset(tried) as t (webhook uuid, type text, position bigint, nth int, status int, fault text,
                                             milliseconds int, address text, answer text)
        join webhook_dispatch d on d.webhook_id = t.webhook
       where t.webhook = any (held);
    if cardinality(done) > 0 then
      delete from webhook_aside s where s.webhook_id = any (held) and s.id = any (done);
    end if;
    if jsonb_array_length(aside) > 0 then
      update webhook_aside s set attempts = t.attempts, due = t.due
        from jsonb_to_recordset(aside) as t (webhook uuid, id uuid, attempts int, due timestamptz)
       where s.id = t.id and s.webhook_id = t.webhook and s.webhook_id = any (held);
      insert into webhook_aside (id, webhook_id, agency_id, nature, position, attempts, due)
        select t.id, d.webhook_id, d.agency_id, 'EVENT', t.position, t.attempts, t.due
          from jsonb_to_recordset(aside) as t (webhook uuid, id uuid, position bigint, attempts int, due timestamptz,
                                               nature text)
          join webhook_dispatch d on d.webhook_id = t.webhook
         where t.nature = 'EVENT' and t.webhook = any (held) and not t.id = any (done)
        on conflict do nothing;
    end if;
    return query select unnest(held);
  end $$;
  ${gated('settle_webhooks(jsonb, jsonb, jsonb, uuid[])', 'entente_worker')}
`;
