import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/** Where an agency wants its events sent, and under which of its domains that may be. */
export class Webhooks1763683207000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(DOMAINS);
    await runner.query(ON_A_WEBHOOK);
    await runner.query(CARRIED_OUT);
    await runner.query(TAKES_TWO);
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table webhook_domain (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    domain text not null check (domain = lower(domain) and domain ~ '^[a-z0-9-]+([.][a-z0-9-]+)+$'),
    registered_at timestamptz not null default clock_timestamp(),
    registered_by uuid not null references member,
    ended_at timestamptz
  );
  -- Begins with the agency: that another has registered the same domain is nobody's to learn.
  create unique index webhook_domain_open on webhook_domain (agency_id, domain) where ended_at is null;
  create index webhook_domain_agency on webhook_domain (agency_id, registered_at desc, id desc);

  create table webhook (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    url text not null check (length(url) <= 2000),
    description text not null,
    -- Of the feed; none for all.
    event_types text[] not null,
    payload text not null check (payload in ('THIN', 'FULL')),
    in_flight int not null check (in_flight between 1 and 64),
    per_second int not null check (per_second between 1 and 1000),
    state text not null check (state in ('PENDING_PROOF', 'ACTIVE', 'PAUSED', 'DISABLED')),
    reason text,
    -- Of this URL.
    proven_at timestamptz,
    registered_at timestamptz not null default clock_timestamp(),
    registered_by uuid not null references member,
    ended_at timestamptz,
    constraint active_is_proven check (state <> 'ACTIVE' or proven_at is not null),
    constraint disabled_for_a_reason check ((state = 'DISABLED') = (reason is not null))
  );
  create index webhook_agency on webhook (agency_id, registered_at desc, id desc);
`;

const OWN = 'agency_id = (select acting()) and (select oversees())';
const POLICIES = [protect('webhook_domain', { select: OWN }), protect('webhook', { select: OWN })].join('\n');

const DOMAINS = `
  -- The name in a URL as the service writes it; null for what is no webhook's URL.
  create function host_of(url text) returns text language sql immutable return
    substring(url from '^https://([a-z0-9.-]+)(?::8443)?(?:[/?]|$)');
  ${gated('host_of(text)', '')}

  create function under_own_domain(url text, agency uuid) returns boolean language sql stable ${DEFINER} as $$
    select exists (select from webhook_domain d where d.agency_id = agency and d.ended_at is null
                      and right('.' || host_of(url), length(d.domain) + 1) = '.' || d.domain)
  $$;
  ${gated('under_own_domain(text, uuid)', '')}

  create function register_webhook_domain(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    made uuid;
  begin
    insert into webhook_domain (agency_id, domain, registered_by)
    values (me.agency_id, content ->> 'domain', me.id) on conflict do nothing returning id into made;
    if made is null then
      perform refuse('EN409', 'input.domain', 'Your agency has registered this domain.');
    end if;
    if (select count(*) from webhook_domain where agency_id = me.agency_id and ended_at is null) > 20 then
      perform refuse('EN409', 'input.domain', 'An agency has at most 20 domains: end one first.');
    end if;
    return made;
  end $$;
  ${gated('register_webhook_domain(jsonb, member)', '')}

  -- What lies under it and under no other of the agency's domains is disabled with it.
  create function end_webhook_domain(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := (content ->> 'domainId')::uuid;
  begin
    update webhook_domain set ended_at = clock_timestamp()
     where id = target and agency_id = me.agency_id and ended_at is null;
    if not found then
      perform refuse('EN404', 'input.domainId', 'No such domain.');
    end if;
    update webhook set state = 'DISABLED', reason = 'DOMAIN_ENDED'
     where agency_id = me.agency_id and ended_at is null and not under_own_domain(url, me.agency_id);
    return target;
  end $$;
  ${gated('end_webhook_domain(jsonb, member)', '')}
`;

const ON_A_WEBHOOK = `
  create function open_webhook(content jsonb, me member) returns webhook language plpgsql ${DEFINER} as $$
  declare
    w webhook;
  begin
    select * into w from webhook where id = (content ->> 'webhookId')::uuid and agency_id = me.agency_id
       and ended_at is null for update;
    if not found then
      perform refuse('EN404', 'input.webhookId', 'No such webhook.');
    end if;
    return w;
  end $$;
  ${gated('open_webhook(jsonb, member)', '')}

  create function be_under_own_domain(url text, me member) returns void language plpgsql ${DEFINER} as $$
  begin
    if host_of(url) is null then
      perform refuse('EN422', 'input.url', 'This is no URL of a webhook.');
    end if;
    if not under_own_domain(url, me.agency_id) then
      perform refuse('EN409', 'input.url', 'This host is under none of the domains your agency registered.');
    end if;
  end $$;
  ${gated('be_under_own_domain(text, member)', '')}
`;

const CARRIED_OUT = `
  create function register_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    made uuid;
  begin
    perform be_under_own_domain(content ->> 'url', me);
    insert into webhook (agency_id, url, description, event_types, payload, in_flight, per_second, state, registered_by)
    values (me.agency_id, content ->> 'url', content ->> 'description',
            array(select jsonb_array_elements_text(content -> 'eventTypes')), content ->> 'payload',
            (content ->> 'inFlight')::int, (content ->> 'perSecond')::int, 'PENDING_PROOF', me.id)
    returning id into made;
    if (select count(*) from webhook where agency_id = me.agency_id and ended_at is null) > 20 then
      perform refuse('EN409', 'input', 'An agency has at most 20 webhooks: end one first.');
    end if;
    return made;
  end $$;
  ${gated('register_webhook(jsonb, member)', '')}

  -- Another URL is proven anew; one that is paused or disabled stays that.
  create function change_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
    elsewhere boolean := coalesce(content ->> 'url' <> w.url, false);
  begin
    if elsewhere then
      perform be_under_own_domain(content ->> 'url', me);
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
  ${gated('change_webhook(jsonb, member)', '')}

  create function pause_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
  begin
    if w.state not in ('ACTIVE', 'PENDING_PROOF') then
      perform refuse('EN409', 'input.webhookId', 'This webhook is paused or disabled.');
    end if;
    update webhook set state = 'PAUSED' where id = w.id;
    return w.id;
  end $$;
  ${gated('pause_webhook(jsonb, member)', '')}

  create function resume_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
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
    return w.id;
  end $$;
  ${gated('resume_webhook(jsonb, member)', '')}

  create function end_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
  begin
    update webhook set ended_at = clock_timestamp() where id = w.id;
    return w.id;
  end $$;
  ${gated('end_webhook(jsonb, member)', '')}
`;

const TAKES_TWO = `
  -- Where it goes, and how much: the rest one may change.
  create function widens_webhook(content jsonb, me member) returns boolean language sql stable ${DEFINER} as $$
    select exists (select from webhook w where w.id = (content ->> 'webhookId')::uuid and w.agency_id = me.agency_id
                      and (content ->> 'url' <> w.url or content ->> 'payload' = 'FULL' and w.payload <> 'FULL'))
  $$;
  ${gated('widens_webhook(jsonb, member)', '')}
`;

const ADMIN = ['AGENCY_ADMIN'];

// prettier-ignore
const ACTS = tellOf(
  { act: 'webhook-domain.registered', roles: ADMIN, carriesOut: 'register_webhook_domain' },
  { act: 'webhook-domain.ended', roles: ADMIN, carriesOut: 'end_webhook_domain', takesTwo: 'never' },
  { act: 'webhook.registered', roles: ADMIN, carriesOut: 'register_webhook' },
  { act: 'webhook.changed', roles: ADMIN, carriesOut: 'change_webhook', takesTwo: 'widens_webhook' },
  { act: 'webhook.paused', roles: ADMIN, carriesOut: 'pause_webhook', takesTwo: 'never' },
  { act: 'webhook.resumed', roles: ADMIN, carriesOut: 'resume_webhook', takesTwo: 'never' },
  { act: 'webhook.ended', roles: ADMIN, carriesOut: 'end_webhook', takesTwo: 'never' },
);
