import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/** Invitations: how a person becomes a member, by a code that is shown once and accepted once. */
export class Invitations1763683204000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(protect('invitation', { select: OVERSEEN }));
    await runner.query(GOOD);
    await runner.query(ACCEPT);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLE = `
  create table invitation (
    id uuid primary key default gen_random_uuid(),
    -- Of which agency it makes a member.
    agency_id uuid not null references agency,
    -- Which agency gave it: the same, or the hub for the first administrators of one it brings in.
    given_agency_id uuid not null references agency,
    -- By whose act it came to be; null for the first operators of the hub.
    given_by uuid references member,
    name text not null,
    roles text[] not null,
    -- Of the membership.
    valid_until timestamptz not null default 'infinity',
    -- SHA-256 of 256 random bits, in hex. The code itself is nowhere.
    code_hash text not null unique check (code_hash ~ '^[0-9a-f]{64}$'),
    given_at timestamptz not null default clock_timestamp(),
    good_from timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null default clock_timestamp() + interval '7 days',
    accepted_at timestamptz,
    accepted_as uuid references member,
    withdrawn_at timestamptz,
    constraint accepted_by_somebody check (num_nulls(accepted_at, accepted_as) in (0, 2)),
    constraint accepted_or_withdrawn check (num_nonnulls(accepted_at, withdrawn_at) <= 1),
    constraint known_roles check (roles <@ array['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'AGENCY_ADMIN',
      'AUDITOR', 'OPERATOR'] and cardinality(roles) > 0),
    constraint separate_roles check (
      (roles @> array['AGENCY_ADMIN'])::int + (roles @> array['AUDITOR'])::int + (roles @> array['OPERATOR'])::int <= 1
      and not (roles && array['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'] and roles && array['CONTRIBUTOR', 'RELEASER']))
  );
  create index invitation_agency on invitation (agency_id, given_at desc, id desc);
  create index invitation_given on invitation (given_agency_id, given_at desc, id desc);
`;

/** Whoever oversees the agency it is for, or the one that gave it. */
const OVERSEEN =
  '(agency_id = (select acting()) or given_agency_id = (select acting())) and (select oversees())';

/** One that may be accepted at this moment; who gave it must still be a member, as with a pending act. */
const GOOD = `
  create function good_invitation(hash text) returns setof invitation language sql stable ${DEFINER} as $$
    select i.* from invitation i join agency a on a.id = i.agency_id join agency giver on giver.id = i.given_agency_id
     where i.code_hash = hash and i.accepted_at is null and i.withdrawn_at is null
       and i.good_from <= clock_timestamp() and i.expires_at > clock_timestamp() and i.valid_until > clock_timestamp()
       and a.suspended_at is null and giver.suspended_at is null
       and (i.given_by is null or exists (select from member m where m.id = i.given_by and m.ended_at is null
                                            and m.valid_until > clock_timestamp()))
  $$;
  ${gated('good_invitation(text)', '')}

  -- What whoever serves sign-in may show to who has the code, and ask of the identity that will accept it.
  create function invitation_of(hash text)
    returns table (agency_id uuid, agency_code text, name text, roles text[], expires_at timestamptz)
    language sql stable ${DEFINER} as $$
    select i.agency_id, a.code, i.name, i.roles, i.expires_at
      from good_invitation(hash) as i join agency a on a.id = i.agency_id
  $$;
  ${gated('invitation_of(text)', 'entente_auth')}
`;

/**
 * Called by whoever serves sign-in, of an identity it has just verified. One refusal for every ground: who has a code
 * learns of it whether it is good, and nothing else.
 */
const ACCEPT = `
  create function accept_invitation(hash text, issuer text, subject text) returns uuid language plpgsql ${DEFINER} as $$
  declare
    i invitation;
    someone uuid;
    made uuid;
  begin
    -- Of two at a time the second finds it used.
    perform from invitation where code_hash = hash for update;
    select * into i from good_invitation(hash);
    if found and accept_invitation.issuer <> 'urn:entente:client' then
      insert into person (issuer, subject) values (accept_invitation.issuer, accept_invitation.subject)
        on conflict do nothing;
      -- Locked: by two invitations at a time a person still comes in once.
      select person.id into someone from person
       where person.issuer = accept_invitation.issuer and person.subject = accept_invitation.subject for update;
      -- Nobody invites oneself, and nobody has two memberships of one agency whose roles are kept apart.
      if not exists (select from member where person_id = someone and agency_id in (i.agency_id, i.given_agency_id)
                       and ended_at is null and valid_until > clock_timestamp()) then
        insert into member (agency_id, person_id, name, roles, valid_until)
        values (i.agency_id, someone, i.name, i.roles, i.valid_until) returning member.id into made;
        update invitation set accepted_at = clock_timestamp(), accepted_as = made where invitation.id = i.id;
        insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
          select told, 'invitation.accepted', i.agency_id, case when told = i.agency_id then made end, 'invitation', i.id,
                 clock_timestamp()
            from (select i.agency_id union select i.given_agency_id) as whose (told);
        return made;
      end if;
    end if;
    perform refuse('EN404', 'code', 'This invitation is not good: it was used or withdrawn, has run out, or is not for you.');
  end $$;
  ${gated('accept_invitation(text, text, text)', 'entente_auth')}
`;
