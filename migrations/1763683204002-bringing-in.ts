import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/**
 * How an agency comes in: one that is in proposes it and vouches for it, two operators bring it in, and with it come
 * invitations for its first administrators. From then on nobody outside it adds a member to it.
 */
export class BringingIn1763683204002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(PROPOSE);
    await runner.query(BRING_IN);
    await runner.query(DESCRIBE);
    await runner.query(CONCERNED);
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table agency_proposal (
    id uuid primary key default gen_random_uuid(),
    -- Which agency vouches.
    agency_id uuid not null references agency,
    proposed_by uuid not null references member,
    proposed_at timestamptz not null default clock_timestamp(),
    code text not null check (code ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$' and length(code) <= 40),
    names jsonb not null,
    jurisdiction text check (jurisdiction ~ '^[A-Z]{2}$'),
    contact_points jsonb not null,
    -- SHA-256 of the agency's public key, in hex: its partners compare it with what it tells them itself.
    key_fingerprint text not null check (key_fingerprint ~ '^[0-9a-f]{64}$'),
    -- Names of its first administrators: one alone could widen nothing.
    administrators text[] not null check (cardinality(administrators) >= 2),
    brought_in_as uuid unique references agency,
    withdrawn_at timestamptz,
    constraint brought_in_or_withdrawn check (num_nonnulls(brought_in_as, withdrawn_at) <= 1)
  );
  create index agency_proposal_agency on agency_proposal (agency_id, proposed_at desc, id desc);
  create table agency_contact (
    agency_id uuid not null references agency,
    kind text not null check (kind in ('email', 'phone', 'url', 'post')),
    value text not null,
    valid_from timestamptz not null default '-infinity',
    valid_until timestamptz not null default 'infinity',
    primary key (agency_id, kind, value, valid_from)
  );
  -- Its code is written down here, for the partners of the agency may not know the one that vouched.
  create table vouching (
    agency_id uuid primary key references agency,
    vouched_by uuid not null references agency,
    voucher_code text not null,
    key_fingerprint text not null,
    vouched_at timestamptz not null
  );
`;

const KNOWN = 'agency_id = any (array(select known_agencies()))';
const POLICIES = [
  `create function operates() returns boolean language sql stable ${DEFINER} as $$
     select exists (select from member where id = (select acting_member()) and roles @> array['OPERATOR'])
   $$;
   ${gated('operates()')}`,
  protect('agency_proposal', {
    select: '(agency_id = (select acting()) and (select oversees())) or (select operates())',
  }),
  protect('agency_contact', { select: KNOWN }),
  protect('vouching', { select: KNOWN }),
].join('\n');

const PROPOSE = `
  -- Whether an agency has this code already is asked when it is brought in, of those who know of every agency.
  create function propose_agency(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    made uuid;
  begin
    insert into agency_proposal (agency_id, proposed_by, code, names, jurisdiction, contact_points, key_fingerprint,
                                 administrators)
    values (me.agency_id, me.id, content ->> 'code', content -> 'names', content ->> 'jurisdiction',
            content -> 'contactPoints', content ->> 'keyFingerprint',
            array(select jsonb_array_elements_text(content -> 'administrators'))) returning id into made;
    return made;
  end $$;
  ${gated('propose_agency(jsonb, member)', '')}

  create function open_proposal(target uuid) returns agency_proposal language plpgsql ${DEFINER} as $$
  declare
    p agency_proposal;
  begin
    select * into p from agency_proposal where id = target for update;
    if p.brought_in_as is not null or p.withdrawn_at is not null then
      perform refuse('EN409', 'input.proposalId', 'This agency was brought in, or its proposal withdrawn.');
    end if;
    return p;
  end $$;
  ${gated('open_proposal(uuid)', '')}

  create function withdraw_proposal(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := (content ->> 'proposalId')::uuid;
  begin
    perform from agency_proposal where id = target and (agency_id = me.agency_id or me.roles @> array['OPERATOR']);
    if not found then
      perform refuse('EN404', 'input.proposalId', 'No such proposal.');
    end if;
    perform open_proposal(target);
    update agency_proposal set withdrawn_at = clock_timestamp() where id = target;
    return target;
  end $$;
  ${gated('withdraw_proposal(jsonb, member)', '')}
`;

const BRING_IN = `
  create function bring_in_agency(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    p agency_proposal := open_proposal((content ->> 'proposalId')::uuid);
    hashes text[] := array(select jsonb_array_elements_text(content -> 'codeHashes'));
    made uuid;
    since timestamptz := clock_timestamp();
    voucher agency;
  begin
    if p.id is null then
      perform refuse('EN404', 'input.proposalId', 'No such proposal.');
    end if;
    if cardinality(hashes) <> cardinality(p.administrators) then
      perform refuse('EN409', 'input.proposalId', 'Each of its administrators needs a code.');
    end if;
    select * into voucher from agency where id = p.agency_id;
    if voucher.suspended_at is not null then
      perform refuse('EN409', 'input.proposalId', 'The agency that vouched is suspended.');
    end if;
    insert into agency (code) values (p.code) on conflict (code) do nothing returning id into made;
    if made is null then
      perform refuse('EN409', 'input.proposalId', 'An agency has this code.');
    end if;
    insert into agency_name (agency_id, language, name, valid_from)
      select made, n ->> 'language', n ->> 'name', since from jsonb_array_elements(p.names) as n;
    insert into agency_jurisdiction (agency_id, jurisdiction, valid_from)
      select made, p.jurisdiction, since where p.jurisdiction is not null;
    insert into agency_contact (agency_id, kind, value, valid_from)
      select made, c ->> 'kind', c ->> 'value', since from jsonb_array_elements(p.contact_points) as c;
    insert into vouching (agency_id, vouched_by, voucher_code, key_fingerprint, vouched_at)
    values (made, voucher.id, voucher.code, p.key_fingerprint, p.proposed_at);
    for i in 1 .. cardinality(hashes) loop
      perform give_invitation(made, p.administrators[i], array['AGENCY_ADMIN'], null, hashes[i], me);
    end loop;
    update agency_proposal set brought_in_as = made where id = p.id;
    return made;
  end $$;
  ${gated('bring_in_agency(jsonb, member)', '')}
`;

/** Dated rows: what was said of an agency stays, with the time in which it was said. */
const DESCRIBE = `
  create function name_agency(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    since timestamptz := clock_timestamp();
  begin
    update agency_name n set valid_until = since from jsonb_array_elements(content -> 'names') as said
     where n.agency_id = me.agency_id and n.language = said ->> 'language' and n.valid_until > since;
    insert into agency_name (agency_id, language, name, valid_from)
      select me.agency_id, said ->> 'language', said ->> 'name', since
        from jsonb_array_elements(content -> 'names') as said;
    return me.agency_id;
  end $$;
  ${gated('name_agency(jsonb, member)', '')}

  create function set_contacts(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    since timestamptz := clock_timestamp();
  begin
    update agency_contact set valid_until = since where agency_id = me.agency_id and valid_until > since;
    insert into agency_contact (agency_id, kind, value, valid_from)
      select me.agency_id, said ->> 'kind', said ->> 'value', since
        from jsonb_array_elements(content -> 'contactPoints') as said;
    return me.agency_id;
  end $$;
  ${gated('set_contacts(jsonb, member)', '')}

  create function set_jurisdiction(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := (content ->> 'agencyId')::uuid;
    since timestamptz := clock_timestamp();
  begin
    -- Locked: of two at a time the second sees what the first said.
    perform from agency where id = target for no key update;
    if not found then
      perform refuse('EN404', 'input.agencyId', 'No such agency.');
    end if;
    update agency_jurisdiction set valid_until = since where agency_id = target and valid_until > since;
    insert into agency_jurisdiction (agency_id, jurisdiction, valid_from)
      select target, content ->> 'jurisdiction', since where content ->> 'jurisdiction' is not null;
    return target;
  end $$;
  ${gated('set_jurisdiction(jsonb, member)', '')}
`;

const CONCERNED = `
  create function agency_and_voucher(subject uuid, me member) returns uuid[] language sql stable ${DEFINER} as $$
    select array(select subject union select vouched_by from vouching where agency_id = subject
                   and vouched_by <> me.agency_id)
  $$;
  ${gated('agency_and_voucher(uuid, member)', '')}
`;

const ADMIN = ['AGENCY_ADMIN'];
const HUB = ['OPERATOR'];
const ALL = 'agency_and_partners';

// prettier-ignore
const ACTS = tellOf(
  { act: 'agency-proposal.made', roles: [...ADMIN, ...HUB], carriesOut: 'propose_agency', takesTwo: 'never' },
  { act: 'agency-proposal.withdrawn', roles: [...ADMIN, ...HUB], carriesOut: 'withdraw_proposal', takesTwo: 'never' },
  { act: 'agency.brought-in', roles: HUB, carriesOut: 'bring_in_agency', concerns: 'agency_and_voucher' },
  { act: 'agency.named', roles: [...ADMIN, ...HUB], carriesOut: 'name_agency', takesTwo: 'never', concerns: ALL },
  { act: 'agency.contacts-set', roles: [...ADMIN, ...HUB], carriesOut: 'set_contacts', takesTwo: 'never', concerns: ALL },
  { act: 'agency.jurisdiction-set', roles: HUB, carriesOut: 'set_jurisdiction', concerns: ALL },
);
