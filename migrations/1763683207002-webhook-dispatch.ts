import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/**
 * How far each webhook has what its agency's feed brings, which worker sends to it, what was put aside, and what was
 * tried. A worker leases webhooks; a fence stops the one before, by this database's clock.
 */
export class WebhookDispatch1763683207002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(PARTITIONS);
    await runner.query(BEGINNING);
    await runner.query(LEASES);
    await runner.query(OUTCOMES);
    await runner.query(BODIES);
    await runner.query(ASKED_FOR);
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table webhook_dispatch (
    webhook_id uuid primary key references webhook,
    agency_id uuid not null references agency,
    -- Everything of the SHARING feed up to here was delivered or put aside.
    position bigint not null,
    -- Where the feed stood when the webhook was registered.
    begins bigint not null,
    epoch uuid not null,
    holder uuid,
    fence bigint not null default 0,
    until timestamptz not null default '-infinity',
    -- Grows when somebody moves the position: its holder begins anew.
    moved int not null default 0,
    failing_since timestamptz,
    last_success_at timestamptz,
    proof_fault text
  ) with (fillfactor = 50);

  -- What waits for another attempt while the rest goes on, and what somebody asked for.
  create table webhook_aside (
    id uuid primary key,
    webhook_id uuid not null references webhook,
    agency_id uuid not null references agency,
    nature text not null check (nature in ('EVENT', 'RESEND', 'TEST')),
    position bigint,
    attempts int not null default 0,
    due timestamptz not null,
    check ((position is null) = (nature = 'TEST'))
  );
  create unique index webhook_aside_event on webhook_aside (webhook_id, position) where nature = 'EVENT';
  create index webhook_aside_webhook on webhook_aside (webhook_id, nature);

  create table webhook_attempt (
    id uuid not null default gen_random_uuid(),
    webhook_id uuid not null,
    agency_id uuid not null,
    at timestamptz not null default clock_timestamp(),
    type text not null,
    position bigint,
    nth int not null,
    status int,
    fault text,
    milliseconds int not null,
    address text,
    -- First 1,024 bytes.
    answer bytea not null,
    primary key (webhook_id, at, id)
  ) partition by range (at);
`;

const OWN = 'agency_id = (select acting()) and (select oversees())';

const POLICIES = `
  ${protect('webhook_dispatch', { select: OWN })}
  ${protect('webhook_aside', { select: OWN })}
  ${protect('webhook_attempt', { select: OWN })}
`;

/** A partition a day, dropped after 30: nothing is deleted row by row. As the owner, whose the tables are. */
const PARTITIONS = `
  create function keep_webhook_attempts() returns void language plpgsql
    security definer set search_path = pg_catalog, entente, pg_temp as $$
  declare
    today date := (clock_timestamp() at time zone 'UTC')::date;
    old text;
  begin
    perform pg_advisory_xact_lock(hashtext('keep_webhook_attempts'));
    for n in -1..2 loop
      if to_regclass('entente.webhook_attempt_' || to_char(today + n, 'YYYYMMDD')) is null then
        execute format('create table entente.%I partition of entente.webhook_attempt for values from (%L) to (%L)',
          'webhook_attempt_' || to_char(today + n, 'YYYYMMDD'), (today + n) || ' 00:00Z', (today + n + 1) || ' 00:00Z');
        execute format('alter table entente.%I enable row level security, force row level security',
          'webhook_attempt_' || to_char(today + n, 'YYYYMMDD'));
      end if;
    end loop;
    for old in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                where i.inhparent = 'entente.webhook_attempt'::regclass
                  and c.relname < 'webhook_attempt_' || to_char(today - 30, 'YYYYMMDD') loop
      execute format('drop table entente.%I', old);
    end loop;
  end $$;
  revoke all on function keep_webhook_attempts() from public;
  grant execute on function keep_webhook_attempts() to entente_worker;
  select keep_webhook_attempts();
`;

const BEGINNING = `
  -- What happens from now on, and nothing from before.
  create function begin_webhook() returns trigger language plpgsql ${DEFINER} as $$
  declare
    head bigint := coalesce((select position from feed_head where agency_id = new.agency_id and feed = 'SHARING'), 0);
  begin
    insert into webhook_dispatch (webhook_id, agency_id, position, begins, epoch)
    values (new.id, new.agency_id, head, head, feed_epoch());
    return null;
  end $$;
  create trigger begin_webhook after insert on webhook for each row execute function begin_webhook();
  ${gated('begin_webhook()', '')}

  set local row_security = on;
  set local role entente_gate;
  insert into webhook_dispatch (webhook_id, agency_id, position, begins, epoch)
    select w.id, w.agency_id, coalesce(h.position, 0), coalesce(h.position, 0), feed_epoch()
      from webhook w left join feed_head h on h.agency_id = w.agency_id and h.feed = 'SHARING';
  reset role;
  set local row_security = off;

  -- What becomes of a webhook concerns the systems that read content, too: another webhook may tell of this one.
  create or replace function feeds_of(act text) returns text[] language sql immutable parallel safe
    return case split_part(act, '.', 1) when 'finding' then array['SHARING']
                when 'arrangement' then array['SHARING', 'ADMINISTRATION']
                when 'agency' then array['SHARING', 'ADMINISTRATION']
                else case when act in ('webhook.failing', 'webhook.recovered', 'webhook.disabled')
                          then array['SHARING', 'ADMINISTRATION'] else array['ADMINISTRATION'] end end;
`;

const LEASES = `
  -- The webhooks that the caller sends to for so many seconds more: those it had, and some that nobody has.
  create function lease_webhooks(me uuid, seconds double precision, most int)
    returns table (id uuid, "agencyId" uuid, url text, "eventTypes" text[], payload text, "inFlight" int,
      "perSecond" int, state text, fence bigint, "position" float8, epoch uuid, moved int, "failingSince" timestamptz,
      secrets jsonb)
    language sql volatile ${DEFINER} as $$
    with free as (
      select d.webhook_id from webhook_dispatch d join webhook w on w.id = d.webhook_id
        join agency a on a.id = w.agency_id
       where w.ended_at is null and w.state in ('ACTIVE', 'PENDING_PROOF') and a.suspended_at is null
         and (d.holder = me or d.until < clock_timestamp() or d.until > clock_timestamp() + interval '1 minute')
       order by d.holder is not distinct from me desc, d.until
       limit most for update of d skip locked
    ), leased as (
      update webhook_dispatch d
         set holder = me, until = clock_timestamp() + make_interval(secs => least(seconds, 30)),
             fence = d.fence + (d.holder is distinct from me or d.until < clock_timestamp())::int,
             -- After a restore positions are others: from the end of the feed as it is now.
             epoch = feed_epoch(),
             position = case when d.epoch = feed_epoch() then d.position else coalesce(
               (select h.position from feed_head h where h.agency_id = d.agency_id and h.feed = 'SHARING'), 0) end
        from free where free.webhook_id = d.webhook_id
      returning d.*
    )
    select w.id, w.agency_id, w.url, w.event_types, w.payload, w.in_flight, w.per_second, w.state, l.fence,
           l.position::float8, l.epoch, l.moved, l.failing_since,
           coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'keyId', s.key_id,
                                                         'sealed', encode(s.sealed, 'base64')) order by s.made_at)
                       from webhook_secret s where s.webhook_id = w.id
                        and (s.ends_at is null or s.ends_at > clock_timestamp())), '[]')
      from leased l join webhook w on w.id = l.webhook_id
  $$;
  ${gated('lease_webhooks(uuid, double precision, int)', 'entente_worker')}

  create function release_webhooks(me uuid) returns void language sql volatile ${DEFINER} as $$
    update webhook_dispatch set until = '-infinity' where holder = me
  $$;
  ${gated('release_webhooks(uuid)', 'entente_worker')}

  -- Whether whoever has this fence still has the lease; held until commit.
  create function holds_webhook(webhook uuid, mine bigint) returns boolean language plpgsql ${DEFINER} as $$
  begin
    perform from webhook_dispatch d where d.webhook_id = webhook and d.fence = mine for update;
    return found;
  end $$;
  ${gated('holds_webhook(uuid, bigint)', '')}

  create function webhook_put_aside(webhooks uuid[]) returns table ("webhookId" uuid, id uuid, nature text,
      "position" float8, attempts int, due timestamptz, type text, "subjectId" uuid, "recordedAt" timestamptz)
    language sql stable ${DEFINER} as $$
    select s.webhook_id, s.id, s.nature, s.position::float8, s.attempts, s.due, e.act, e.subject_id, e.recorded_at
      from webhook_aside s
      left join feed_position p on p.agency_id = s.agency_id and p.feed = 'SHARING' and p.position = s.position
      left join entry e on e.id = p.entry_id
     where s.webhook_id = any (webhooks) order by s.webhook_id, s.position limit 20000
  $$;
  ${gated('webhook_put_aside(uuid[])', 'entente_worker')}
`;

const OUTCOMES = `
  -- What came of attempts, and how far that brings the webhook. False when another holds the lease: nothing is written.
  create function settle_webhook(webhook uuid, mine bigint, through bigint, tried jsonb, aside jsonb, done uuid[])
    returns boolean language plpgsql ${DEFINER} as $$
  declare
    agency uuid;
  begin
    if not holds_webhook(webhook, mine) then
      return false;
    end if;
    update webhook_dispatch d
       set position = greatest(d.position, through),
           last_success_at = case when exists (select from jsonb_to_recordset(tried) as t (status int, fault text)
                                                where t.fault is null and t.status between 200 and 299)
                                  then clock_timestamp() else d.last_success_at end
     where d.webhook_id = webhook returning d.agency_id into agency;
    insert into webhook_attempt (webhook_id, agency_id, type, position, nth, status, fault, milliseconds, address, answer)
      select webhook, agency, t.type, t.position, t.nth, t.status, t.fault, t.milliseconds, t.address,
             decode(t.answer, 'base64')
        from jsonb_to_recordset(tried) as t (type text, position bigint, nth int, status int, fault text,
                                             milliseconds int, address text, answer text);
    delete from webhook_aside s where s.webhook_id = webhook and s.id = any (done);
    update webhook_aside s set attempts = t.attempts, due = t.due
      from jsonb_to_recordset(aside) as t (id uuid, attempts int, due timestamptz)
     where s.id = t.id and s.webhook_id = webhook;
    insert into webhook_aside (id, webhook_id, agency_id, nature, position, attempts, due)
      select t.id, webhook, agency, 'EVENT', t.position, t.attempts, t.due
        from jsonb_to_recordset(aside) as t (id uuid, position bigint, attempts int, due timestamptz, nature text)
       where t.nature = 'EVENT' and not t.id = any (done)
      on conflict do nothing;
    return true;
  end $$;
  ${gated('settle_webhook(uuid, bigint, bigint, jsonb, jsonb, uuid[])', 'entente_worker')}

  -- To the ledger of its agency, as nobody's act.
  create function tell_of_webhook(webhook uuid, what text) returns void language sql volatile ${DEFINER} as $$
    insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
      select agency_id, what, agency_id, 'webhook', id, clock_timestamp() from webhook w where w.id = webhook
  $$;
  ${gated('tell_of_webhook(uuid, text)', '')}

  create function webhook_fails(webhook uuid, mine bigint, failing boolean) returns boolean
    language plpgsql ${DEFINER} as $$
  begin
    if not holds_webhook(webhook, mine) then
      return false;
    end if;
    update webhook_dispatch d set failing_since = case when failing then clock_timestamp() end
     where d.webhook_id = webhook and (d.failing_since is null) = failing;
    if found then
      perform tell_of_webhook(webhook, case when failing then 'webhook.failing' else 'webhook.recovered' end);
    end if;
    return true;
  end $$;
  ${gated('webhook_fails(uuid, bigint, boolean)', 'entente_worker')}

  create function disable_webhook(webhook uuid, mine bigint, why text) returns boolean
    language plpgsql ${DEFINER} as $$
  begin
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
  ${gated('disable_webhook(uuid, bigint, text)', 'entente_worker')}

  -- Of the URL that was asked, if it is that still. 'fault' says why it did not consent; null that it did.
  create function prove_webhook(webhook uuid, mine bigint, url text, fault text) returns boolean
    language plpgsql ${DEFINER} as $$
  begin
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
  ${gated('prove_webhook(uuid, bigint, text, text)', 'entente_worker')}
`;

const BODIES = `
  -- What an event tells this webhook, under the rights that its agency has at this moment. No row: nothing may go.
  create function webhook_body(webhook uuid, mine bigint, at bigint)
    returns table ("subjectType" text, "subjectId" uuid, "revisionId" uuid, withdrawn boolean, marking text,
      state text, document text)
    language sql volatile ${DEFINER} as $$
    select e.subject_type, e.subject_id, case when not gone then e.revision_id end, gone, i.marking, i.state,
           case when not gone and i.marking in ('TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER')
                     and i.state not in ('DRAFT', 'IN_REVIEW') then r.document::text end
      from webhook_dispatch d
      join webhook w on w.id = d.webhook_id and w.state = 'ACTIVE' and w.ended_at is null and w.payload = 'FULL'
      join agency a on a.id = w.agency_id and a.suspended_at is null
      join feed_position p on p.agency_id = w.agency_id and p.feed = 'SHARING' and p.position = at
      join entry e on e.id = p.entry_id
      left join inbox i on e.subject_type = 'finding' and i.agency_id = w.agency_id and i.finding_id = e.subject_id
        and i.until > clock_timestamp()
      left join revision r on r.id = i.revision_id
      cross join lateral (select e.subject_type = 'finding' and i.finding_id is null as gone) g
     where d.webhook_id = webhook and d.fence = mine
  $$;
  ${gated('webhook_body(uuid, bigint, bigint)', 'entente_worker')}
`;

const ASKED_FOR = `
  create function test_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
  begin
    perform be_active(w);
    insert into webhook_aside (id, webhook_id, agency_id, nature, due)
    values (gen_random_uuid(), w.id, w.agency_id, 'TEST', clock_timestamp());
    return w.id;
  end $$;

  create function be_active(w webhook) returns void language plpgsql ${DEFINER} as $$
  begin
    if w.state <> 'ACTIVE' then
      perform refuse('EN409', 'input.webhookId', 'This webhook is not active.');
    end if;
    if (select count(*) from webhook_aside s where s.webhook_id = w.id and s.nature <> 'EVENT') >= 100 then
      perform refuse('EN409', 'input.webhookId', 'A hundred deliveries that were asked for wait already.');
    end if;
  end $$;
  ${gated('be_active(webhook)', '')}
  ${gated('test_webhook(jsonb, member)', '')}

  create function resend_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
    wanted bigint := (content ->> 'position')::bigint;
  begin
    perform be_active(w);
    -- What it never had may be from before the webhook: that is a replay.
    if not exists (select from webhook_dispatch d where d.webhook_id = w.id and wanted between d.begins + 1 and d.position) then
      perform refuse('EN404', 'input.position', 'No such delivery.');
    end if;
    insert into webhook_aside (id, webhook_id, agency_id, nature, position, due)
    values (gen_random_uuid(), w.id, w.agency_id, 'RESEND', wanted, clock_timestamp());
    return w.id;
  end $$;
  ${gated('resend_webhook(jsonb, member)', '')}

  -- Behind which position a replay begins: that, or the last one before a time.
  create function replayed_from(content jsonb, me member) returns bigint language sql stable ${DEFINER} as $$
    select coalesce((content ->> 'afterPosition')::bigint,
      (select coalesce(max(p.position), 0) from feed_position p join entry e on e.id = p.entry_id
        where p.agency_id = me.agency_id and p.feed = 'SHARING' and e.recorded_at < (content ->> 'since')::timestamptz))
  $$;
  ${gated('replayed_from(jsonb, member)', '')}

  create function replay_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
    behind bigint := replayed_from(content, me);
  begin
    update webhook_dispatch d
       set position = behind, begins = least(d.begins, behind), moved = d.moved + 1, fence = d.fence + 1,
           until = '-infinity'
     where d.webhook_id = w.id and d.position >= behind;
    if not found then
      perform refuse('EN409', 'input', 'The webhook has not come that far.');
    end if;
    delete from webhook_aside s where s.webhook_id = w.id and s.nature = 'EVENT' and s.position > behind;
    return w.id;
  end $$;
  ${gated('replay_webhook(jsonb, member)', '')}

  create function replays_from_before(content jsonb, me member) returns boolean language sql stable ${DEFINER} as $$
    select exists (select from webhook_dispatch d where d.webhook_id = (content ->> 'webhookId')::uuid
                      and d.agency_id = me.agency_id and replayed_from(content, me) < d.begins)
  $$;
  ${gated('replays_from_before(jsonb, member)', '')}
`;

const ADMIN = ['AGENCY_ADMIN'];

// prettier-ignore
const ACTS = tellOf(
  { act: 'webhook.tested', roles: ADMIN, carriesOut: 'test_webhook', takesTwo: 'never' },
  { act: 'webhook.resent', roles: ADMIN, carriesOut: 'resend_webhook', takesTwo: 'never' },
  { act: 'webhook.replayed', roles: ADMIN, carriesOut: 'replay_webhook', takesTwo: 'replays_from_before' },
);
