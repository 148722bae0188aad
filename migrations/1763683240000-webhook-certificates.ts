import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/**
 * With which certificate this service proves itself to a webhook that asks for one. Its key is sealed by the process that
 * takes it, as secrets are, and stays beside what a second person has still to approve: a new key of the configuration
 * reaches it there, too.
 */
export class WebhookCertificates1763683240000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(POLICY);
    await runner.query(CARRIED_OUT);
    await runner.query(FOR_THE_WORKER);
    await runner.query('set local role entente_gate');
    await runner.query(BESIDE_SECRETS);
    await runner.query('reset role');
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLE = `
  create table webhook_certificate (
    id uuid primary key,
    webhook_id uuid not null references webhook,
    agency_id uuid not null references agency,
    -- PEM, with those between it and its authority.
    certificate text not null,
    subject text not null,
    fingerprint text not null,
    ends_at timestamptz not null,
    key_id text not null,
    sealed bytea not null,
    given_at timestamptz not null default clock_timestamp(),
    given_by uuid not null references member,
    -- When a second person approved it; null until then.
    used_from timestamptz,
    -- When its agency learned that it ends.
    told_at timestamptz
  );
  create unique index webhook_certificate_used on webhook_certificate (webhook_id) where used_from is not null;
`;

/** The sealed key the application writes by a function, and never reads. */
const POLICY = `
  ${protect('webhook_certificate', {})}
  grant select (id, webhook_id, agency_id, subject, fingerprint, ends_at, used_from) on webhook_certificate
    to entente_app;
  create policy app_select on webhook_certificate for select to entente_app
    using (agency_id = (select acting()) and (select oversees()));
`;

const CARRIED_OUT = `
  -- Not by administer(): that keeps what is said. Its act names what was kept.
  create function keep_webhook_certificate(webhook uuid, made uuid, certificate text, subject text, fingerprint text,
      ends_at timestamptz, key_id text, sealed bytea) returns void language plpgsql ${DEFINER} as $$
  declare
    me member := acting_as('{AGENCY_ADMIN}');
    w webhook := open_webhook(jsonb_build_object('webhookId', keep_webhook_certificate.webhook), me);
  begin
    -- What nobody approved in time has lapsed.
    delete from webhook_certificate c
     where c.webhook_id = w.id and c.used_from is null and c.given_at < clock_timestamp() - interval '72 hours';
    if (select count(*) from webhook_certificate c where c.webhook_id = w.id and c.used_from is null) >= 5 then
      perform refuse('EN409', 'input.webhookId', 'Five certificates of this webhook wait for approval already.');
    end if;
    insert into webhook_certificate (id, webhook_id, agency_id, certificate, subject, fingerprint, ends_at, key_id,
                                     sealed, given_by)
    values (made, w.id, me.agency_id, keep_webhook_certificate.certificate, keep_webhook_certificate.subject,
            keep_webhook_certificate.fingerprint, keep_webhook_certificate.ends_at, keep_webhook_certificate.key_id,
            keep_webhook_certificate.sealed, me.id);
  end $$;
  ${gated('keep_webhook_certificate(uuid, uuid, text, text, text, timestamptz, text, bytea)')}

  create function set_webhook_certificate(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
    chosen uuid := (content ->> 'certificateId')::uuid;
  begin
    -- The approval of another took this one away.
    if not exists (select from webhook_certificate c
                    where c.id = chosen and c.webhook_id = w.id and c.ends_at > clock_timestamp()) then
      perform refuse('EN409', 'input.webhookId', 'This certificate has ended, or another was set since: give one anew.');
    end if;
    delete from webhook_certificate c where c.webhook_id = w.id and c.id <> chosen;
    update webhook_certificate set used_from = clock_timestamp() where id = chosen;
    return w.id;
  end $$;
  ${gated('set_webhook_certificate(jsonb, member)', '')}

  create function remove_webhook_certificate(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
  begin
    delete from webhook_certificate where webhook_id = w.id;
    if not found then
      perform refuse('EN409', 'input.webhookId', 'This webhook has no certificate.');
    end if;
    return w.id;
  end $$;
  ${gated('remove_webhook_certificate(jsonb, member)', '')}
`;

const FOR_THE_WORKER = `
  create function webhook_certificates(webhooks uuid[])
    returns table ("webhookId" uuid, id uuid, certificate text, "keyId" text, sealed bytea)
    language sql stable ${DEFINER} as $$
    select c.webhook_id, c.id, c.certificate, c.key_id, c.sealed
      from webhook_certificate c where c.webhook_id = any (webhooks) and c.used_from is not null
  $$;
  ${gated('webhook_certificates(uuid[])', 'entente_worker')}

  -- Once for each, 30 days before.
  create function tell_of_ending_certificates() returns void language sql volatile ${DEFINER} as $$
    with ending as (
      update webhook_certificate c set told_at = clock_timestamp()
        from webhook w
       where w.id = c.webhook_id and w.ended_at is null and c.used_from is not null and c.told_at is null
         and c.ends_at < clock_timestamp() + interval '30 days'
      returning c.webhook_id)
    select tell_of_webhook(webhook_id, 'webhook.certificate-ends') from ending
  $$;
  ${gated('tell_of_ending_certificates()', 'entente_worker')}
`;

/** As before, and certificates with the rest. */
const BESIDE_SECRETS = `
  create or replace function end_webhook(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    w webhook := open_webhook(content, me);
  begin
    update webhook set ended_at = clock_timestamp() where id = w.id;
    delete from webhook_certificate where webhook_id = w.id;
    return w.id;
  end $$;

  create or replace function webhook_seals() returns setof text language sql stable ${DEFINER} as $$
    select key_id from webhook_keys()
    union select key_id from webhook_secret where ends_at is null or ends_at > clock_timestamp()
    union select key_id from webhook_certificate
  $$;

  create or replace function webhook_sealed(under text) returns table (id uuid, sealed bytea)
    language sql stable ${DEFINER} as $$
    select k.id, k.sealed from webhook_key k where k.key_id = under
    union all select s.id, s.sealed from webhook_secret s where s.key_id = under
    union all select c.id, c.sealed from webhook_certificate c where c.key_id = under
  $$;

  create or replace function reseal_webhook(what uuid, was text, key_id text, sealed bytea) returns void
    language plpgsql ${DEFINER} as $$
  begin
    update webhook_key k set key_id = reseal_webhook.key_id, sealed = reseal_webhook.sealed
     where k.id = what and k.key_id = was;
    update webhook_secret s set key_id = reseal_webhook.key_id, sealed = reseal_webhook.sealed
     where s.id = what and s.key_id = was;
    update webhook_certificate c set key_id = reseal_webhook.key_id, sealed = reseal_webhook.sealed
     where c.id = what and c.key_id = was;
  end $$;

  create or replace function forget_webhook_seals(under text) returns void language sql volatile ${DEFINER} as $$
    delete from webhook_key where key_id = under;
    delete from webhook_secret where key_id = under;
    delete from webhook_certificate where key_id = under;
  $$;
`;

const ADMIN = ['AGENCY_ADMIN'];

// prettier-ignore
const ACTS = tellOf(
  { act: 'webhook.certificate-set', roles: ADMIN, carriesOut: 'set_webhook_certificate' },
  { act: 'webhook.certificate-removed', roles: ADMIN, carriesOut: 'remove_webhook_certificate', takesTwo: 'never' },
);
