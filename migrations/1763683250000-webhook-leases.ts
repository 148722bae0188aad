import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/**
 * A webhook tells nothing of what its agency's recovery has closed; one that goes elsewhere is another lease; its rows are
 * locked in one order; and what keeps its tables waits for nobody.
 */
export class WebhookLeases1763683250000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('set local role entente_gate');
    for (const replaced of [BODY, CHANGES, IN_ORDER, ACKNOWLEDGE]) await runner.query(replaced);
    await runner.query('reset role');
    await runner.query(PUT_ASIDE);
    await runner.query(KEPT);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const BODY = `
  -- As before; what is closed, until its originator has confirmed, is not told; and the revision is that of the document.
  create or replace function webhook_body(webhook uuid, mine bigint, at bigint)
    returns table ("subjectType" text, "subjectId" uuid, "revisionId" uuid, withdrawn boolean, marking text,
      state text, document text)
    language sql volatile ${DEFINER} as $$
    select e.subject_type, e.subject_id, case when not gone then coalesce(i.revision_id, e.revision_id) end, gone,
           i.marking, i.state,
           case when not gone and i.marking in ('TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER')
                     and i.state not in ('DRAFT', 'IN_REVIEW') then r.document::text end
      from webhook_dispatch d
      join webhook w on w.id = d.webhook_id and w.state = 'ACTIVE' and w.ended_at is null and w.payload = 'FULL'
      join agency a on a.id = w.agency_id and a.suspended_at is null
      join feed_position p on p.agency_id = w.agency_id and p.feed = 'SHARING' and p.position = at
      join entry e on e.id = p.entry_id
      left join inbox i on e.subject_type = 'finding' and i.agency_id = w.agency_id and i.finding_id = e.subject_id
        and i.until > clock_timestamp() and not i.closed
      left join revision r on r.id = i.revision_id
      cross join lateral (select e.subject_type = 'finding' and i.finding_id is null as gone) g
     where d.webhook_id = webhook and d.fence = mine
  $$;
`;

const CHANGES = `
  -- As before; to another URL it is another's lease: what is on its way to the one before decides nothing about this one.
  create or replace function change_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
    elsewhere boolean := coalesce(content ->> 'url' <> w.url, false);
  begin
    if elsewhere then
      perform be_under_own_domain(content ->> 'url', me);
      update webhook_dispatch d set fence = d.fence + 1, until = '-infinity', failing_since = null where d.webhook_id = w.id;
    end if;
    update webhook
       set url = coalesce(content ->> 'url', w.url),
           description = coalesce(content ->> 'description', w.description),
           event_types = case when content ? 'eventTypes'
             then array(select jsonb_array_elements_text(content -> 'eventTypes')) else w.event_types end,
           payload = coalesce(content ->> 'payload', w.payload),
           in_flight = coalesce((content ->> 'inFlight')::int, w.in_flight),
           per_second = coalesce((content ->> 'perSecond')::int, w.per_second),
           proven_at = case when elsewhere then null else w.proven_at end,
           state = case when elsewhere and w.state = 'ACTIVE' then 'PENDING_PROOF' else w.state end
     where id = w.id;
    return w.id;
  end $$;

  -- As before; for how long it has been down is counted anew.
  create or replace function resume_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
  begin
    if w.state not in ('PAUSED', 'DISABLED') then
      perform refuse('EN409', 'input.webhookId', 'This webhook is neither paused nor disabled.');
    end if;
    if not under_own_domain(w.url, me.agency_id) then
      perform refuse('EN409', 'input.webhookId', 'Its host is under none of the domains your agency registered.');
    end if;
    update webhook set state = case when proven_at is null then 'PENDING_PROOF' else 'ACTIVE' end, reason = null
     where id = w.id;
    update webhook_dispatch d set failing_since = null where d.webhook_id = w.id;
    return w.id;
  end $$;

  -- As before; and the systems of the agency are told, as of any other that is disabled.
  create or replace function end_webhook_domain(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := (content ->> 'domainId')::uuid;
    disabled uuid;
  begin
    update webhook_domain set ended_at = clock_timestamp()
     where id = target and agency_id = me.agency_id and ended_at is null;
    if not found then
      perform refuse('EN404', 'input.domainId', 'No such domain.');
    end if;
    for disabled in
      update webhook set state = 'DISABLED', reason = 'DOMAIN_ENDED'
       where agency_id = me.agency_id and ended_at is null and not under_own_domain(url, me.agency_id)
         and reason is distinct from 'DOMAIN_ENDED'
      returning id loop
      perform tell_of_webhook(disabled, 'webhook.disabled');
    end loop;
    return target;
  end $$;
`;

/** The webhook before its lease, and no stronger than what an outcome that names it waits for. */
const IN_ORDER = `
  create or replace function open_webhook(content jsonb, me member) returns webhook language plpgsql ${DEFINER} as $$
  declare
    w webhook;
  begin
    select * into w from webhook where id = (content ->> 'webhookId')::uuid and agency_id = me.agency_id
       and ended_at is null for no key update;
    if not found then
      perform refuse('EN404', 'input.webhookId', 'No such webhook.');
    end if;
    return w;
  end $$;

  create or replace function disable_webhook(webhook uuid, mine bigint, why text) returns boolean
    language plpgsql ${DEFINER} as $$
  begin
    perform from webhook w where w.id = webhook for no key update;
    if not holds_webhook(webhook, mine) then
      return false;
    end if;
    update webhook w set state = 'DISABLED', reason = why where w.id = webhook and w.state = 'ACTIVE';
    if found then
      update webhook_dispatch d set failing_since = null where d.webhook_id = webhook;
      perform tell_of_webhook(webhook, 'webhook.disabled');
    end if;
    return true;
  end $$;

  create or replace function prove_webhook(webhook uuid, mine bigint, url text, fault text) returns boolean
    language plpgsql ${DEFINER} as $$
  begin
    perform from webhook w where w.id = webhook for no key update;
    if not holds_webhook(webhook, mine) then
      return false;
    end if;
    update webhook_dispatch d set proof_fault = fault where d.webhook_id = webhook;
    if fault is null then
      update webhook w set state = 'ACTIVE', proven_at = clock_timestamp()
       where w.id = webhook and w.url = prove_webhook.url and w.state = 'PENDING_PROOF';
    end if;
    return true;
  end $$;
`;

const PUT_ASIDE = `
  -- What was put aside of those that begin, and of all what somebody asked for. Of each a bounded part: none takes another's.
  create function webhook_waiting(webhooks uuid[], beginning uuid[]) returns table ("webhookId" uuid, id uuid,
      nature text, "position" float8, attempts int, due timestamptz, type text, "subjectId" uuid, "recordedAt" timestamptz)
    language sql stable ${DEFINER} as $$
    select s.webhook_id, s.id, s.nature, s.position::float8, s.attempts, s.due, e.act, e.subject_id, e.recorded_at
      from unnest(webhooks) as wanted (id)
      cross join lateral (
        (select * from webhook_aside a where a.webhook_id = wanted.id and a.nature <> 'EVENT' limit 200)
        union all
        (select * from webhook_aside a where a.webhook_id = wanted.id and a.nature = 'EVENT'
            and wanted.id = any (beginning) order by a.position limit 5000)) as s
      left join feed_position p on p.agency_id = s.agency_id and p.feed = 'SHARING' and p.position = s.position
      left join entry e on e.id = p.entry_id
     order by s.webhook_id, s.position
  $$;
  ${gated('webhook_waiting(uuid[], uuid[])', 'entente_worker')}
`;

const ACKNOWLEDGE = `
  -- As before; of another revision it is news only where that is the one that the agency has now: said of two in turn,
  -- each would be news to the originator for ever.
  create or replace function acknowledge_finding(target uuid, said text, revision uuid)
    returns table (at timestamptz, author_id uuid, is_new boolean) language plpgsql ${DEFINER} as $$
  declare
    me uuid := reader();
    whose uuid;
    since timestamptz;
    kept acknowledgement;
  begin
    if said = 'STORED' then
      select r.author_id into whose from release r
       where r.agency_id = me and r.finding_id = target and r.revision_id = revision
         and r.until > clock_timestamp() and not r.closed;
    else
      select f.agency_id, gone.at into whose, since
        from finding f cross join lateral (
          select w.at from withdrawn w where w.agency_id = me and w.finding_id = f.id
          union all
          select i.until from inbox i where i.agency_id = me and i.finding_id = f.id and i.until <= clock_timestamp()
           limit 1) as gone
       where f.id = target and f.agency_id <> me;
    end if;
    if whose is null then
      perform refuse('EN404', 'input.findingId', 'No such finding.');
    end if;
    insert into acknowledgement as a (agency_id, finding_id, said, author_id, revision_id)
    values (me, target, acknowledge_finding.said, whose, revision)
    on conflict on constraint acknowledgement_pkey do update
      set revision_id = excluded.revision_id, at = excluded.at
      where a.revision_id is distinct from excluded.revision_id
            and exists (select from inbox i where i.agency_id = me and i.finding_id = target
                           and i.revision_id = excluded.revision_id)
         or a.at < since
    returning * into kept;
    if found then
      return query select kept.at, whose, true;
    else
      return query select a.at, whose, false from acknowledgement a
        where a.agency_id = me and a.finding_id = target and a.said = acknowledge_finding.said;
    end if;
  end $$;
`;

/** Behind a lock that is waited for, as while the database is copied, every outcome would wait; it is tried again. */
const KEPT = `alter function keep_webhook_attempts() set lock_timeout = '200ms'`;
