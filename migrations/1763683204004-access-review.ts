import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/**
 * What an administrator looks through now and then: who and what may come in, until when, and when it last did. And
 * what the operator reads of the hub's ledger: acts about partners and members, none on findings.
 */
export class AccessReview1763683204004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(USED);
    await runner.query(CONFIRM);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  -- A membership is never edited: when it was last used stands beside it.
  create table member_use (
    member_id uuid primary key references member,
    agency_id uuid not null references agency,
    last_used_at timestamptz not null
  );
  alter table client_key add last_used_at timestamptz;
  create table access_confirmation (
    agency_id uuid not null references agency,
    -- A membership, a person's or a machine's; and which of the machine's keys, if not all of it.
    subject_id uuid not null references member,
    kid text not null default '',
    confirmed_by uuid not null references member,
    confirmed_at timestamptz not null,
    primary key (agency_id, subject_id, kid)
  );
`;

const OVERSEEN = 'agency_id = (select acting()) and (select oversees())';

const POLICIES = [
  protect('member_use', { select: OVERSEEN }),
  protect('access_confirmation', { select: OVERSEEN }),
  `alter policy app_select on entry using (${OVERSEEN} and (not (select operates())
     or subject_type in ('agency', 'agency-proposal', 'arrangement', 'invitation', 'membership', 'pending-act')));`,
].join('\n');

/** Whoever gives tokens says so; once an hour it is written, so that no request waits for a write. */
const USED = `
  create function member_used(holder uuid) returns void language sql volatile ${DEFINER} as $$
    insert into member_use as u (member_id, agency_id, last_used_at)
      select id, agency_id, clock_timestamp() from member where id = holder
    on conflict (member_id) do update set last_used_at = excluded.last_used_at
      where u.last_used_at < excluded.last_used_at - interval '1 hour'
  $$;
  ${gated('member_used(uuid)', 'entente_auth')}

  create function client_key_used(client uuid, used text) returns void language sql volatile ${DEFINER} as $$
    update client_key set last_used_at = clock_timestamp()
     where client_id = client and kid = used
       and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 hour')
  $$;
  ${gated('client_key_used(uuid, text)', 'entente_auth')}
`;

const CONFIRM = `
  create function confirm_access(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    m member;
  begin
    select * into m from member where id = (content ->> 'subjectId')::uuid and agency_id = me.agency_id
       and ended_at is null and valid_until > clock_timestamp();
    if not found then
      perform refuse('EN404', 'input.subjectId', 'No such member or system client.');
    end if;
    if m.person_id = me.person_id then
      perform refuse('EN409', 'input.subjectId', 'Another person confirms your own access.');
    end if;
    if content ? 'kid' and not exists (select from client_key where client_id = m.id and kid = content ->> 'kid'
                                          and revoked_at is null and valid_until > clock_timestamp()) then
      perform refuse('EN404', 'input.kid', 'No such key of this system client.');
    end if;
    insert into access_confirmation as c (agency_id, subject_id, kid, confirmed_by, confirmed_at)
    values (me.agency_id, m.id, coalesce(content ->> 'kid', ''), me.id, clock_timestamp())
    on conflict (agency_id, subject_id, kid) do update
      set confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at;
    return m.id;
  end $$;
  ${gated('confirm_access(jsonb, member)', '')}
  ${tellOf({ act: 'access.confirmed', roles: ['AGENCY_ADMIN'], carriesOut: 'confirm_access', takesTwo: 'never' })}
`;
