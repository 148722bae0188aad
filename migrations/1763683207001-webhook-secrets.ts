import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/**
 * What deliveries are signed with: a secret for each webhook, and keys of the service. Sealed under a key that is not
 * in the database, by the processes that have it: the database keeps, and says who may.
 */
export class WebhookSecrets1763683207001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(SECRETS);
    await runner.query(KEYS);
    await runner.query(SEALING);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table webhook_secret (
    id uuid primary key,
    webhook_id uuid not null references webhook,
    agency_id uuid not null references agency,
    -- Under which key it is sealed.
    key_id text not null,
    sealed bytea not null,
    made_at timestamptz not null default clock_timestamp(),
    made_by uuid not null references member,
    -- Signs until then; null for as long as the webhook is there.
    ends_at timestamptz
  );
  create index webhook_secret_webhook on webhook_secret (webhook_id);

  create table webhook_key (
    id uuid primary key,
    public_key text not null,
    key_id text not null,
    sealed bytea not null,
    made_at timestamptz not null default clock_timestamp(),
    ends_at timestamptz
  );
`;

const OWN = 'agency_id = (select acting()) and (select oversees())';

/** Sealed or not, of a secret the application reads when it was made. */
const POLICIES = `
  ${protect('webhook_secret', {})}
  ${protect('webhook_key', {})}
  grant select (id, webhook_id, agency_id, made_at, made_by, ends_at) on webhook_secret to entente_app;
  create policy app_select on webhook_secret for select to entente_app using (${OWN});
`;

const SECRETS = `
  -- Those before it sign for so many seconds more. Not by administer(): that keeps what is said.
  create function keep_webhook_secret(webhook uuid, secret uuid, key_id text, sealed bytea, overlap double precision)
    returns timestamptz language plpgsql ${DEFINER} as $$
  declare
    me member := acting_as('{AGENCY_ADMIN}');
    w webhook := open_webhook(jsonb_build_object('webhookId', keep_webhook_secret.webhook), me);
    ends timestamptz := clock_timestamp() + make_interval(secs => overlap);
    before int;
  begin
    update webhook_secret s set ends_at = ends
     where s.webhook_id = w.id and (s.ends_at is null or s.ends_at > ends);
    get diagnostics before = row_count;
    insert into webhook_secret (id, webhook_id, agency_id, key_id, sealed, made_by)
    values (secret, w.id, me.agency_id, keep_webhook_secret.key_id, keep_webhook_secret.sealed, me.id);
    if (select count(*) from webhook_secret s
         where s.webhook_id = w.id and (s.ends_at is null or s.ends_at > clock_timestamp())) > 4 then
      perform refuse('EN409', 'input.webhookId', 'Four secrets of this webhook sign already: let the older ones end.');
    end if;
    return case when before > 0 then ends end;
  end $$;
  ${gated('keep_webhook_secret(uuid, uuid, text, bytea, double precision)')}
`;

const KEYS = `
  create function webhook_keys() returns setof webhook_key language sql stable ${DEFINER} as $$
    select * from webhook_key where ends_at is null or ends_at > clock_timestamp() order by made_at
  $$;
  ${gated('webhook_keys()', 'entente_app, entente_worker')}

  -- False where there is one and the first was to be added: of two processes that begin, one does it.
  create function add_webhook_key(key uuid, public_key text, key_id text, sealed bytea, overlap double precision)
    returns boolean language plpgsql ${DEFINER} as $$
  begin
    lock table webhook_key in share row exclusive mode;
    if overlap is null and exists (select from webhook_keys()) then
      return false;
    end if;
    delete from webhook_key where ends_at < clock_timestamp();
    update webhook_key set ends_at = clock_timestamp() + make_interval(secs => overlap) where ends_at is null;
    insert into webhook_key (id, public_key, key_id, sealed)
    values (key, add_webhook_key.public_key, add_webhook_key.key_id, add_webhook_key.sealed);
    return true;
  end $$;
  ${gated('add_webhook_key(uuid, text, text, bytea, double precision)', 'entente_worker')}
`;

const SEALING = `
  -- Under which keys something lies that still signs.
  create function webhook_seals() returns setof text language sql stable ${DEFINER} as $$
    select key_id from webhook_keys()
    union select key_id from webhook_secret where ends_at is null or ends_at > clock_timestamp()
  $$;
  ${gated('webhook_seals()', 'entente_app, entente_worker')}

  create function webhook_sealed(under text) returns table (id uuid, sealed bytea) language sql stable ${DEFINER} as $$
    select k.id, k.sealed from webhook_key k where k.key_id = under
    union all select s.id, s.sealed from webhook_secret s where s.key_id = under
  $$;
  ${gated('webhook_sealed(text)', 'entente_worker')}

  create function reseal_webhook(what uuid, was text, key_id text, sealed bytea) returns void
    language plpgsql ${DEFINER} as $$
  begin
    update webhook_key k set key_id = reseal_webhook.key_id, sealed = reseal_webhook.sealed
     where k.id = what and k.key_id = was;
    update webhook_secret s set key_id = reseal_webhook.key_id, sealed = reseal_webhook.sealed
     where s.id = what and s.key_id = was;
  end $$;
  ${gated('reseal_webhook(uuid, text, text, bytea)', 'entente_worker')}

  -- What nobody can open any more signs nothing any more.
  create function forget_webhook_seals(under text) returns void language sql volatile ${DEFINER} as $$
    delete from webhook_key where key_id = under;
    delete from webhook_secret where key_id = under;
  $$;
  ${gated('forget_webhook_seals(text)', 'entente_worker')}
`;
