import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated } from './policies.js';

/** Who invites whom, and hands over what a leaving member had begun. */
export class Inviting1763683204001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MAY_GIVE);
    await runner.query(INVITE);
    await runner.query(HAND_OVER);
    await runner.query(
      tellOf(
        { act: 'member.invited', roles: BOTH, carriesOut: 'invite_member', takesTwo: 'gives_trust' },
        { act: 'invitation.withdrawn', roles: BOTH, carriesOut: 'withdraw_invitation', takesTwo: 'never' },
        { act: 'member.handed-over', roles: BOTH, carriesOut: 'hand_over', takesTwo: 'never' },
      ),
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const BOTH = ['AGENCY_ADMIN', 'OPERATOR'];

/** Stated once for invitations and for changes of a membership. */
const MAY_GIVE = `
  create function may_give(me member) returns text[] language sql immutable ${DEFINER} as $$
    select case when me.roles @> array['OPERATOR'] then array['OPERATOR', 'ANALYST', 'LIAISON']
                else array['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR'] end
  $$;
  ${gated('may_give(member)', '')}

  set local role entente_gate;
  create or replace function change_membership(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    m member := open_membership((content ->> 'memberId')::uuid, me);
    given text[] := array(select jsonb_array_elements_text(content -> 'roles'));
    made uuid;
  begin
    if not given <@ may_give(me) or m.roles @> array['OPERATOR'] and not me.roles @> array['OPERATOR'] then
      perform refuse('EN403', 'input.roles', 'These roles are not yours to give.');
    end if;
    perform end_membership(m.id, me);
    insert into member (agency_id, person_id, name, roles, valid_until)
    values (m.agency_id, m.person_id, m.name, given, m.valid_until) returning id into made;
    return made;
  end $$;
  reset role;
`;

const INVITE = `
  create function give_invitation(agency uuid, called text, given text[], until timestamptz, hash text, me member)
    returns uuid language plpgsql ${DEFINER} as $$
  declare
    made uuid;
  begin
    insert into invitation (agency_id, given_agency_id, given_by, name, roles, valid_until, code_hash)
    values (agency, me.agency_id, me.id, called, given, coalesce(until, 'infinity'), hash) returning id into made;
    return made;
  end $$;
  ${gated('give_invitation(uuid, text, text[], timestamptz, text, member)', '')}

  create function invite_member(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    given text[] := array(select jsonb_array_elements_text(content -> 'roles'));
    until timestamptz := (content ->> 'validUntil')::timestamptz;
  begin
    if not given <@ may_give(me) then
      perform refuse('EN403', 'input.roles', 'These roles are not yours to give.');
    end if;
    if until <= clock_timestamp() then
      perform refuse('EN422', 'input.validUntil', 'This time has passed.');
    end if;
    return give_invitation(me.agency_id, content ->> 'name', given, until, content -> 'codeHashes' ->> 0, me);
  end $$;
  ${gated('invite_member(jsonb, member)', '')}

  create function withdraw_invitation(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    i invitation;
  begin
    select * into i from invitation where id = (content ->> 'invitationId')::uuid
       and me.agency_id in (agency_id, given_agency_id) for update;
    if not found then
      perform refuse('EN404', 'input.invitationId', 'No such invitation.');
    end if;
    if i.accepted_at is not null or i.withdrawn_at is not null then
      perform refuse('EN409', 'input.invitationId', 'This invitation was accepted or withdrawn.');
    end if;
    update invitation set withdrawn_at = clock_timestamp() where id = i.id;
    return i.id;
  end $$;
  ${gated('withdraw_invitation(jsonb, member)', '')}
`;

/**
 * Who keeps a draft is who is asked about it; who wrote it stays who wrote it, and does not release it. Pending acts are
 * not handed over: who asks and who approves are two persons because each of them did.
 */
const HAND_OVER = `
  alter table sheet add kept_by uuid references member;

  create function hand_over(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    leaving uuid := (content ->> 'memberId')::uuid;
    taking member;
  begin
    -- Also of a membership that has ended: what it had begun is still there.
    perform from member where id = leaving and agency_id = me.agency_id and not machine;
    if not found then
      perform refuse('EN404', 'input.memberId', 'No such member.');
    end if;
    select * into taking from member where id = (content ->> 'toMemberId')::uuid and agency_id = me.agency_id
       and id <> leaving and not machine and ended_at is null and valid_until > clock_timestamp() for share;
    if not found then
      perform refuse('EN404', 'input.toMemberId', 'No such member.');
    end if;
    if not taking.roles @> array['CONTRIBUTOR'] then
      perform refuse('EN422', 'input.toMemberId', 'Drafts are handed to a CONTRIBUTOR.');
    end if;
    update sheet set kept_by = taking.id
     where agency_id = me.agency_id and state <> 'RELEASED' and coalesce(kept_by, drafted_by) = leaving;
    return leaving;
  end $$;
  ${gated('hand_over(jsonb, member)', '')}
`;
