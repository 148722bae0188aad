import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/**
 * Step-up: what is dangerous takes a person who proved who it is in the last ten minutes (`fresh_proof()`): to ask for
 * what takes two, to approve it, to end the session of somebody else.
 */
export class StepUp1763683213001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROVED_ANEW);
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query('drop function running_session(uuid)');
    await runner.query(ADMINISTER);
    await runner.query(DECIDE);
    await runner.query(END_SESSION);
    await runner.query('reset role');
    await runner.query(RUNNING);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const PROVED_ANEW = `
  -- False where that is not the session's member any more, or it is over.
  create function prove_session(target uuid, holder uuid, by_passkey uuid) returns boolean
    language plpgsql ${DEFINER} as $$
  begin
    update session s set proved_at = clock_timestamp(), used_at = clock_timestamp(), passkey_id = by_passkey
     where s.id = target and s.member_id = holder and session_runs(s);
    return found;
  end $$;
  ${gated('prove_session(uuid, uuid, uuid)', 'entente_auth')}
`;

const ADMINISTER = `
  create or replace function administer(act text, content jsonb)
    returns table (subject uuid, pending boolean, concerned uuid[]) language plpgsql ${DEFINER} as $$
  declare
    a administrative_act := act_named(act);
    me member := acting_as(a.roles);
    made uuid;
  begin
    -- One act of administration of an agency at a time: what is wider is asked and done under one lock.
    perform from agency where id = me.agency_id for no key update;
    if not needs_two(a, content, me) then
      made := carry_out(a, content, me);
      return query select made, false, concerned_by(a, made, me);
      return;
    end if;
    perform fresh_proof(me);
    begin
      perform carry_out(a, content, me);
      -- No EN000: that would stand for every EN code.
      raise exception using errcode = 'EN999';
    exception when sqlstate 'EN999' then null;
    end;
    insert into pending_act (agency_id, act, content, hash, requested_by, requester_id)
    values (me.agency_id, a.act, administer.content,
            encode(sha256(convert_to(administer.content::text, 'UTF8')), 'hex'), me.id, me.person_id) returning id into made;
    return query select made, true, '{}'::uuid[];
  end $$;
`;

const DECIDE = `
  create or replace function decide_act(target uuid, named_hash text, approved boolean)
    returns table (act text, content jsonb, subject uuid, concerned uuid[]) language plpgsql ${DEFINER} as $$
  declare
    p pending_act;
    a administrative_act;
    me member;
    made uuid;
  begin
    select * into p from pending_act where id = target and agency_id = acting() for update;
    if not found then
      perform refuse('EN404', 'input.pendingActId', 'No such pending act.');
    end if;
    a := act_named(p.act);
    me := acting_as(a.roles);
    if p.outcome is not null or p.expires_at <= clock_timestamp() then
      perform refuse('EN409', 'input.pendingActId', 'This act was decided or has lapsed.');
    end if;
    if named_hash <> p.hash then
      perform refuse('EN409', 'input.hash', 'This is not the hash of what was asked for: read it again.');
    end if;
    perform from agency where id = me.agency_id for no key update;
    if approved then
      if me.person_id = p.requester_id then
        perform refuse('EN409', 'input.pendingActId', 'A second person approves: you asked for this yourself.');
      end if;
      if not exists (select from member where id = p.requested_by and ended_at is null
                       and valid_until > clock_timestamp() and roles && a.roles) then
        perform refuse('EN409', 'input.pendingActId', 'Who asked for this may no longer do it.');
      end if;
      perform fresh_proof(me);
      made := carry_out(a, p.content, me);
    end if;
    update pending_act set decided_by = me.id, decider_id = me.person_id, decided_at = clock_timestamp(),
                           outcome = case when approved then 'DONE' else 'REFUSED' end
     where id = p.id;
    return query select p.act, p.content, coalesce(made, p.id), concerned_by(a, made, me);
  end $$;
`;

const END_SESSION = `
  -- One's own, or as administrator any of the agency's: that takes a fresh proof.
  create or replace function end_session(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    over session;
  begin
    update session s set ended_at = clock_timestamp(), ended_by = me.id
     where s.id = (content ->> 'sessionId')::uuid and s.agency_id = me.agency_id and session_runs(s)
       and (s.member_id = me.id or me.roles @> array['AGENCY_ADMIN']) returning * into over;
    if not found then
      perform refuse('EN404', 'input.sessionId', 'No such session.');
    end if;
    if over.member_id <> me.id then
      perform fresh_proof(me);
    end if;
    return over.id;
  end $$;
`;

const RUNNING = `
  create function running_session(target uuid)
    returns table (member_id uuid, agency_code text, began_at timestamptz, proved_at timestamptz)
    language sql stable ${DEFINER} as $$
    select s.member_id, agency.code, s.began_at, s.proved_at
      from session s join member on member.id = s.member_id join agency on agency.id = member.agency_id
     where s.id = target and session_runs(s) and member.ended_at is null and member.valid_from <= now()
       and member.valid_until > now() and agency.suspended_at is null
  $$;
  ${gated('running_session(uuid)', 'entente_auth')}
`;
