import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated } from './policies.js';

/**
 * A standing authority takes two persons, and neither was asked for a fresh proof. And a suspension let lapse what was
 * pending, but no authority that waited, no invitation and no recovery: suspended, an agency could stop none.
 */
export class Suspended1763683256000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FRESHLY);
    await runner.query(STOPPED);
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(STOP);
    await runner.query(SUSPEND);
    await runner.query('reset role');
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** As a pending act is asked for and approved: by a person, after a proof of the last ten minutes. */
const freshly = (name: string): string => `
  create function ${name}_freshly(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  begin
    perform fresh_proof(me);
    return ${name}(content, me);
  end $$;
  ${gated(`${name}_freshly(jsonb, member)`, '')}
`;
const FRESHLY = freshly('ask_standing_authority') + freshly('approve_standing_authority');

const STOPPED = `
  -- The recovery that has begun, if there is one: over, and its codes with it.
  create function end_open_recovery(target uuid) returns uuid language plpgsql ${DEFINER} as $$
  declare
    stopped uuid;
  begin
    update recovery set stopped_at = clock_timestamp()
     where agency_id = target and stopped_at is null and recovered_at is null and expires_at > clock_timestamp()
     returning id into stopped;
    update invitation set withdrawn_at = clock_timestamp()
     where recovery_id = stopped and accepted_at is null and withdrawn_at is null;
    return stopped;
  end $$;
  ${gated('end_open_recovery(uuid)', '')}
`;

/** As before. */
const STOP = `
  create or replace function stop_recovery(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := (content ->> 'agencyId')::uuid;
  begin
    -- Its own people, or an operator; no machine.
    if me.machine or target <> me.agency_id and not me.roles @> array['OPERATOR'] then
      perform refuse('EN404', 'input.agencyId', 'No recovery of this agency.');
    end if;
    if end_open_recovery(target) is null then
      perform refuse('EN404', 'input.agencyId', 'No recovery of this agency.');
    end if;
    return target;
  end $$;
`;

/** As before; and what waits for somebody to say yes lapses, whatever it is. */
const SUSPEND = `
  create or replace function suspend_agency(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := suspend_agency((content ->> 'agencyId')::uuid, me);
    happened timestamptz := clock_timestamp();
  begin
    update pending_act set expires_at = happened
     where act = 'agency.recovery-begun' and pending_act.content ->> 'agencyId' = target::text and outcome is null
       and expires_at > happened;
    update standing_authority set lapses_at = happened
     where agency_id = target and approved_at is null and ended_at is null and lapses_at > happened;
    -- Nobody of it could stop it meanwhile: begun anew, it has its 72 hours again.
    if end_open_recovery(target) is not null then
      insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
        select told, 'agency.recovery-stopped', me.agency_id, case when told = me.agency_id then me.id end, 'agency', target,
               happened
          from (select me.agency_id union select unnest(told_of_recovery(target, me))) as whose (told);
    end if;
    update invitation set expires_at = happened
     where agency_id = target and accepted_at is null and withdrawn_at is null and expires_at > happened;
    return target;
  end $$;
`;

const ACTS = tellOf(
  {
    act: 'standing-authority.asked',
    roles: ['AGENCY_ADMIN'],
    carriesOut: 'ask_standing_authority_freshly',
    takesTwo: 'never',
  },
  {
    act: 'standing-authority.approved',
    roles: ['RELEASER'],
    carriesOut: 'approve_standing_authority_freshly',
    takesTwo: 'never',
  },
);
