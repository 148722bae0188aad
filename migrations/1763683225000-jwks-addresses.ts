import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/**
 * A system client's keys by the address of a JWKS (RFC 7517), instead of single ones or beside them. The address stands
 * where a key does: two persons give it, one revokes it, and every token that was got by a key found there names it and
 * ends with it.
 */
export class JwksAddresses1763683225000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ADDRESS);
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(GIVEN);
    await runner.query('drop function active_client(uuid)');
    await runner.query('reset role');
    await runner.query(GIVE_ADDRESS);
    await runner.query(FOR_THE_SERVER);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const ADDRESS = `
  alter table client_key alter algorithm drop not null, alter jwk drop not null, add jwks_uri text,
    add constraint key_or_address check (
      case when jwks_uri is null then algorithm is not null and jwk is not null
           else algorithm is null and jwk is null and use = 'TOKENS' and length(jwks_uri) <= 2000 end);
`;

/** As before, and by either of the two. */
const GIVEN = `
  create or replace function register_client(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    client uuid := gen_random_uuid();
    until timestamptz := coalesce((content ->> 'validUntil')::timestamptz, 'infinity');
    someone uuid;
    key record;
  begin
    if until <= clock_timestamp() then
      perform refuse('EN422', 'input.validUntil', 'This time has passed.');
    end if;
    insert into person (issuer, subject) values ('urn:entente:client', client::text) returning id into someone;
    insert into member (id, agency_id, person_id, name, roles, machine, valid_until)
    values (client, me.agency_id, someone, content ->> 'name',
            array(select jsonb_array_elements_text(content -> 'roles')), true, until);
    insert into system_client (id, agency_id, registered_by) values (client, me.agency_id, me.id);
    for key in select value, ordinality
                 from jsonb_array_elements(coalesce(content -> 'keys', '[]')) with ordinality loop
      perform give_key(client, key.value, format('input.keys[%s]', key.ordinality - 1), me);
    end loop;
    if content ? 'jwksUri' then
      perform give_jwks_address(client, content ->> 'jwksUri', me);
    end if;
    return client;
  end $$;

  create or replace function add_client_key(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    client uuid := open_client(content, me);
  begin
    if content ? 'jwksUri' then
      perform give_jwks_address(client, content ->> 'jwksUri', me);
    else
      perform give_key(client, content -> 'key', 'input.key', me);
    end if;
    return client;
  end $$;
`;

const GIVE_ADDRESS = `
  -- Its id is as a key's, and says nothing: an address that was revoked may be given again, by two.
  create function give_jwks_address(client uuid, uri text, me member) returns void language plpgsql ${DEFINER} as $$
  begin
    if exists (select from client_key where client_id = client and jwks_uri = uri and revoked_at is null) then
      perform refuse('EN409', 'input.jwksUri', 'This system client has this address already.');
    end if;
    if (select count(*) from client_key where client_id = client and jwks_uri is not null and revoked_at is null) > 1 then
      perform refuse('EN409', 'input.jwksUri', 'A system client has at most 2 JWKS addresses: revoke one first.');
    end if;
    insert into client_key (agency_id, kid, client_id, jwks_uri)
    values (me.agency_id,
            translate(encode(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'base64'), '+/=', '-_'), client, uri);
  end $$;
  ${gated('give_jwks_address(uuid, text, member)', '')}
`;

const FOR_THE_SERVER = `
  -- As before; and where the others of its keys are, each address with the id that stands for whatever key is there.
  create function active_client(client uuid)
    returns table (roles text[], agency_code text, keys jsonb, addresses jsonb) language sql stable ${DEFINER} as $$
    select member.roles, agency.code, given.keys, given.addresses
      from system_client join member using (id) join agency on agency.id = member.agency_id,
           lateral (select coalesce(jsonb_agg(jwk || jsonb_build_object('kid', kid, 'alg', algorithm, 'use', 'sig'))
                             filter (where jwk is not null), '[]') as keys,
                           coalesce(jsonb_agg(jsonb_build_object('id', kid, 'uri', jwks_uri) order by added_at desc, kid)
                             filter (where jwks_uri is not null), '[]') as addresses
                      from client_key k
                     where k.client_id = member.id and k.use = 'TOKENS' and k.revoked_at is null
                       and k.valid_until > now()) as given
     where system_client.id = client and member.machine and member.ended_at is null
       and member.valid_from <= now() and member.valid_until > now() and agency.suspended_at is null
  $$;
  ${gated('active_client(uuid)', 'entente_auth')}

  -- Whether its agency ever gave this key by itself: then it is what was said of it there, at an address too.
  create function client_key_was_given(client uuid, thumbprint text) returns boolean
    language sql stable ${DEFINER} as $$
    select exists (select from client_key k join member m on m.agency_id = k.agency_id
                    where m.id = client and k.kid = thumbprint)
  $$;
  ${gated('client_key_was_given(uuid, text)', 'entente_auth')}
`;
