import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated } from './policies.js';

/**
 * System clients behind the one door of administration. Until now one administrator alone let a machine in, or gave it
 * a key, and so could read what an analyst of the agency reads.
 */
export class ClientActs1763683203001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The functions are the gate's: it alone may drop them.
    await runner.query('set local role entente_gate');
    await runner.query(DOORS_OF_THEIR_OWN);
    await runner.query('reset role');
    await runner.query(ON_A_CLIENT);
    await runner.query(CARRIED_OUT);
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const DOORS_OF_THEIR_OWN = `
  drop function register_client(text, text[], jsonb, timestamptz), add_client_key(uuid, jsonb),
    revoke_client_key(uuid, text), end_client(uuid), open_client(uuid), give_key(uuid, jsonb, text),
    be_administrator();
`;

const ON_A_CLIENT = `
  -- Locked: of two acts on one client the second sees what the first did.
  create function open_client(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    m member;
  begin
    select * into m from member
     where id = (content ->> 'clientId')::uuid and agency_id = me.agency_id and machine for update;
    if not found then
      perform refuse('EN404', 'input.clientId', 'No such system client.');
    end if;
    if m.ended_at is not null then
      perform refuse('EN409', 'input.clientId', 'This system client has ended.');
    end if;
    return m.id;
  end $$;
  ${gated('open_client(jsonb, member)', '')}

  create function give_key(client uuid, key jsonb, path text, me member) returns void language plpgsql ${DEFINER} as $$
  begin
    if (key ->> 'validUntil')::timestamptz <= clock_timestamp() then
      perform refuse('EN422', path || '.validUntil', 'This time has passed.');
    end if;
    insert into client_key (agency_id, kid, client_id, algorithm, jwk, valid_until)
    values (me.agency_id, key ->> 'kid', client, key ->> 'algorithm', key -> 'jwk',
            coalesce((key ->> 'validUntil')::timestamptz, 'infinity'))
    on conflict do nothing;
    if not found then
      perform refuse('EN409', path, 'Your agency registered this key before: make a new one.');
    end if;
    if (select count(*) from client_key where client_id = client and revoked_at is null
          and valid_until > clock_timestamp()) > 5 then
      perform refuse('EN409', path, 'A system client has at most 5 keys: revoke one first.');
    end if;
  end $$;
  ${gated('give_key(uuid, jsonb, text, member)', '')}
`;

const CARRIED_OUT = `
  create function register_client(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
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
    for key in select value, ordinality from jsonb_array_elements(content -> 'keys') with ordinality loop
      perform give_key(client, key.value, format('input.keys[%s]', key.ordinality - 1), me);
    end loop;
    return client;
  end $$;
  ${gated('register_client(jsonb, member)', '')}

  create function add_client_key(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    client uuid := open_client(content, me);
  begin
    perform give_key(client, content -> 'key', 'input.key', me);
    return client;
  end $$;
  ${gated('add_client_key(jsonb, member)', '')}

  create function revoke_client_key(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    client uuid := open_client(content, me);
  begin
    update client_key set revoked_at = clock_timestamp()
     where client_id = client and kid = content ->> 'kid' and revoked_at is null;
    if not found then
      perform refuse('EN404', 'input.kid', 'No such key of this system client.');
    end if;
    return client;
  end $$;
  ${gated('revoke_client_key(jsonb, member)', '')}

  -- What hangs on it ends with it: tokens at enter(), keys that wait for a second person here.
  create function end_client(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    client uuid := open_client(content, me);
  begin
    update member set ended_at = clock_timestamp() where id = client;
    update pending_act set expires_at = clock_timestamp()
     where agency_id = me.agency_id and pending_act.act = 'client.key-added'
       and pending_act.content ->> 'clientId' = client::text and outcome is null and expires_at > clock_timestamp();
    return client;
  end $$;
  ${gated('end_client(jsonb, member)', '')}
`;

const ADMIN = ['AGENCY_ADMIN'];

// What lets in takes two: nothing else is said of it.
const ACTS = tellOf(
  { act: 'client.registered', roles: ADMIN, carriesOut: 'register_client' },
  { act: 'client.key-added', roles: ADMIN, carriesOut: 'add_client_key' },
  { act: 'client.key-revoked', roles: ADMIN, carriesOut: 'revoke_client_key', takesTwo: 'never' },
  { act: 'client.ended', roles: ADMIN, carriesOut: 'end_client', takesTwo: 'never' },
);
