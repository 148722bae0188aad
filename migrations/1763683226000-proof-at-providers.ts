import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/**
 * How the service proves itself at an agency's provider: by a secret, as until now, or by its own signing key, and then
 * no secret is kept. And how strong a sign-in the agency wants of its provider (`acr`).
 */
export class ProofAtProviders1763683226000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(SET);
    await runner.query('drop function identity_provider_of(text)');
    await runner.query('reset role');
    await runner.query(FOR_THE_SERVER);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const COLUMNS = `
  alter table identity_provider alter sealed_secret drop not null,
    add by_key boolean not null generated always as (sealed_secret is null) stored,
    -- Of these the provider must say one, of each sign-in; none: whatever it says will do.
    add acr_values text[] not null default '{}' check (cardinality(acr_values) <= 10);
  grant select (by_key, acr_values) on identity_provider to entente_app;
`;

/** As before, with what is new. */
const SET = `
  create or replace function set_identity_provider(content jsonb, me member) returns uuid
    language plpgsql ${DEFINER} as $$
  declare
    wanted text[] := array(select jsonb_array_elements_text(coalesce(content -> 'acrValues', '[]')));
  begin
    insert into identity_provider (agency_id, issuer, client_id, sealed_secret, acr_values, set_by)
    values (me.agency_id, content ->> 'issuer', content ->> 'clientId', content ->> 'sealedSecret', wanted, me.id)
    on conflict (agency_id) do update
      set issuer = excluded.issuer, client_id = excluded.client_id, sealed_secret = excluded.sealed_secret,
          acr_values = excluded.acr_values, set_at = clock_timestamp(), set_by = excluded.set_by;
    perform end_others_sessions(me);
    -- What was asked for before was asked of another provider.
    update pending_act set expires_at = clock_timestamp()
     where agency_id = me.agency_id and act like 'identity-provider.%' and outcome is null
       and expires_at > clock_timestamp();
    return me.agency_id;
  end $$;
`;

const FOR_THE_SERVER = `
  create function identity_provider_of(agency_code text)
    returns table (agency_id uuid, issuer text, client_id text, sealed_secret text, acr_values text[])
    language sql stable ${DEFINER} as $$
    select p.agency_id, p.issuer, p.client_id, p.sealed_secret, p.acr_values
      from identity_provider p join agency on agency.id = p.agency_id
     where agency.code = agency_code and agency.suspended_at is null
  $$;
  ${gated('identity_provider_of(text)', 'entente_auth')}
`;
