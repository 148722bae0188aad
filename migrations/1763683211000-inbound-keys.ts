import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/**
 * Keys with which a system client signs what it posts, beside those with which it gets tokens. They are rows of the
 * same table, so that two persons give one, one revokes it, and no key serves for both.
 */
export class InboundKeys1763683211000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(USE);
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(GIVEN);
    await runner.query(FOR_TOKENS);
    await runner.query('reset role');
    await runner.query(FOR_SIGNATURES);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const USE = `
  alter table client_key add use text not null default 'TOKENS' check (use in ('TOKENS', 'INBOUND')),
    add constraint inbound_algorithm check (use = 'TOKENS' or algorithm in ('ES256', 'EdDSA'));
`;

/** As before, with what the key is for. */
const GIVEN = `
  create or replace function give_key(client uuid, key jsonb, path text, me member) returns void
    language plpgsql ${DEFINER} as $$
  declare
    used_for text := coalesce(key ->> 'use', 'TOKENS');
  begin
    if (key ->> 'validUntil')::timestamptz <= clock_timestamp() then
      perform refuse('EN422', path || '.validUntil', 'This time has passed.');
    end if;
    insert into client_key (agency_id, kid, client_id, algorithm, jwk, use, valid_until)
    values (me.agency_id, key ->> 'kid', client, key ->> 'algorithm', key -> 'jwk', used_for,
            coalesce((key ->> 'validUntil')::timestamptz, 'infinity'))
    on conflict do nothing;
    if not found then
      perform refuse('EN409', path, 'Your agency registered this key before: make a new one.');
    end if;
    if (select count(*) from client_key where client_id = client and use = used_for and revoked_at is null
          and valid_until > clock_timestamp()) > 5 then
      perform refuse('EN409', path, 'A system client has at most 5 keys for one use: revoke one first.');
    end if;
  end $$;
`;

/** As before, of keys for tokens alone. */
const FOR_TOKENS = `
  create or replace function enter_by_key(caller uuid, needed text[], key text)
    returns table (member_id uuid, agency_id uuid, roles text[], reads boolean)
    language plpgsql ${DEFINER} as $$
  begin
    if not exists (select from client_key k where k.client_id = caller and k.kid = key and k.use = 'TOKENS'
                     and k.revoked_at is null and k.valid_until > now()) then
      raise exception using errcode = 'EN401', message = 'Sign in again: this key is not active.';
    end if;
    return query select * from enter(caller, needed);
  end $$;

  create or replace function active_client(client uuid) returns table (roles text[], agency_code text, keys jsonb)
    language sql stable ${DEFINER} as $$
    select member.roles, agency.code,
           (select coalesce(jsonb_agg(jwk || jsonb_build_object('kid', kid, 'alg', algorithm, 'use', 'sig')), '[]')
              from client_key where client_id = member.id and client_key.use = 'TOKENS' and revoked_at is null
               and valid_until > now())
      from system_client join member using (id) join agency on agency.id = member.agency_id
     where system_client.id = client and member.machine and member.ended_at is null
       and member.valid_from <= now() and member.valid_until > now() and agency.suspended_at is null
  $$;
`;

const FOR_SIGNATURES = `
  -- With which keys a signature of this client may be verified, and whose budget pays. Nothing of one that is not active.
  create function inbound_keys(client uuid) returns table (kid text, jwk jsonb, agency_code text)
    language sql stable ${DEFINER} as $$
    select k.kid, k.jwk, agency.code
      from client_key k join member on member.id = k.client_id join agency on agency.id = member.agency_id
     where k.client_id = client and k.use = 'INBOUND' and k.revoked_at is null and k.valid_until > now()
       and member.machine and member.ended_at is null
       and member.valid_from <= now() and member.valid_until > now() and agency.suspended_at is null
  $$;
  ${gated('inbound_keys(uuid)')}

  -- enter() by a signature: the key that made it must be one of the client's own, and good, at this moment.
  create function enter_by_signature(caller uuid, needed text[], key text)
    returns table (member_id uuid, agency_id uuid, roles text[], reads boolean)
    language plpgsql ${DEFINER} as $$
  begin
    if not exists (select from client_key k where k.client_id = caller and k.kid = key and k.use = 'INBOUND'
                     and k.revoked_at is null and k.valid_until > now()) then
      raise exception using errcode = 'EN401', message = 'No signature is by a key that is known.';
    end if;
    return query select * from enter(caller, needed);
  end $$;
  ${gated('enter_by_signature(uuid, text[], text)')}

  -- Once an hour, so that acts of one client do not wait for each other.
  create function inbound_key_used(used text) returns void language sql volatile ${DEFINER} as $$
    update client_key set last_used_at = clock_timestamp()
     where client_id = acting_member() and kid = used and use = 'INBOUND'
       and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 hour')
  $$;
  ${gated('inbound_key_used(text)')}
`;
