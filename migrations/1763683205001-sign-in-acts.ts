import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/** An agency's own OpenID provider, set by two of it; and sessions that are ended by hand. */
export class SignInActs1763683205001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(CARRIED_OUT);
    await runner.query(FOR_THE_SERVER);
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLE = `
  create table identity_provider (
    agency_id uuid primary key references agency,
    issuer text not null check (issuer ~ '^https?://' and length(issuer) <= 500),
    client_id text not null,
    -- AES-256-GCM under the service's secret, in base64.
    sealed_secret text not null,
    set_at timestamptz not null default clock_timestamp(),
    set_by uuid not null references member
  );
  ${protect('identity_provider', { select: 'agency_id = (select acting()) and (select oversees())' })}
  revoke select on identity_provider from entente_app;
  grant select (agency_id, issuer, client_id, set_at, set_by) on identity_provider to entente_app;
`;

const CARRIED_OUT = `
  -- One's own, or as administrator any of the agency's.
  create function end_session(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := (content ->> 'sessionId')::uuid;
  begin
    update session s set ended_at = clock_timestamp(), ended_by = me.id
     where s.id = target and s.agency_id = me.agency_id and session_runs(s)
       and (s.member_id = me.id or me.roles @> array['AGENCY_ADMIN']);
    if not found then
      perform refuse('EN404', 'input.sessionId', 'No such session.');
    end if;
    return target;
  end $$;
  ${gated('end_session(jsonb, member)', '')}

  -- By whom the provider that was signed them in, nobody knows; who decides goes on, to see what came of it.
  create function end_others_sessions(me member) returns void language sql volatile ${DEFINER} as $$
    update session set ended_at = clock_timestamp(), ended_by = me.id
     where agency_id = me.agency_id and ended_at is null and member_id <> me.id
  $$;
  ${gated('end_others_sessions(member)', '')}

  create function set_identity_provider(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  begin
    insert into identity_provider (agency_id, issuer, client_id, sealed_secret, set_by)
    values (me.agency_id, content ->> 'issuer', content ->> 'clientId', content ->> 'sealedSecret', me.id)
    on conflict (agency_id) do update
      set issuer = excluded.issuer, client_id = excluded.client_id, sealed_secret = excluded.sealed_secret,
          set_at = clock_timestamp(), set_by = excluded.set_by;
    perform end_others_sessions(me);
    -- What was asked for before was asked of another provider.
    update pending_act set expires_at = clock_timestamp()
     where agency_id = me.agency_id and act like 'identity-provider.%' and outcome is null
       and expires_at > clock_timestamp();
    return me.agency_id;
  end $$;
  ${gated('set_identity_provider(jsonb, member)', '')}

  create function remove_identity_provider(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  begin
    delete from identity_provider where agency_id = me.agency_id;
    if not found then
      perform refuse('EN404', '', 'Your agency has no provider.');
    end if;
    perform end_others_sessions(me);
    return me.agency_id;
  end $$;
  ${gated('remove_identity_provider(jsonb, member)', '')}
`;

const FOR_THE_SERVER = `
  create function identity_provider_of(agency_code text)
    returns table (agency_id uuid, issuer text, client_id text, sealed_secret text)
    language sql stable ${DEFINER} as $$
    select p.agency_id, p.issuer, p.client_id, p.sealed_secret
      from identity_provider p join agency on agency.id = p.agency_id
     where agency.code = agency_code and agency.suspended_at is null
  $$;
  ${gated('identity_provider_of(text)', 'entente_auth')}
`;

const EVERYBODY = ['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'];
const ADMINISTRATORS = ['AGENCY_ADMIN', 'OPERATOR'];

// prettier-ignore
const ACTS = tellOf(
  { act: 'session.ended', roles: EVERYBODY, carriesOut: 'end_session', takesTwo: 'never' },
  { act: 'identity-provider.set', roles: ADMINISTRATORS, carriesOut: 'set_identity_provider' },
  // Without one nobody of the agency signs in again: that is no less than another.
  { act: 'identity-provider.removed', roles: ADMINISTRATORS, carriesOut: 'remove_identity_provider' },
);
