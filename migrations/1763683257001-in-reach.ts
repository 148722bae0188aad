import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated } from './policies.js';

/**
 * Whoever administers the hub ended operators' memberships, sessions and passkeys, alone: no act asked who stands above
 * whom. What an operator is and signs in by is for operators.
 */
export class InReach1763683257001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ABOVE);
    await runner.query(CARRIED_OUT);
    // The function is the gate's: it alone may replace it.
    await runner.query('set local role entente_gate');
    await runner.query(OPEN);
    await runner.query('reset role');
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const ABOVE = `
  -- Asked of the person: an operator may have another membership beside.
  create function leave_operators(target uuid, path text, me member) returns void language plpgsql stable ${DEFINER} as $$
  begin
    if target <> me.person_id and not me.roles @> array['OPERATOR']
       and exists (select from member where person_id = target and agency_id = me.agency_id and ended_at is null
                      and valid_until > clock_timestamp() and roles @> array['OPERATOR']) then
      perform refuse('EN403', path, 'Operators alone do this to an operator.');
    end if;
  end $$;
  ${gated('leave_operators(uuid, text, member)', '')}
`;

/**
 * As before, and then asked on whom it was done: what is not there, or not for who asks to know, is refused as before.
 * @param person of what the act came to, `done`
 */
const inReach = (name: string, path: string, person: string): string => `
  create function ${name}_in_reach(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    done uuid := ${name}(content, me);
  begin
    perform leave_operators((${person}), '${path}', me);
    return done;
  end $$;
  ${gated(`${name}_in_reach(jsonb, member)`, '')}
`;

const OF_MEMBER = `select person_id from member where id = done`;
const CARRIED_OUT = [
  inReach(
    'end_session',
    'input.sessionId',
    `select person_id from member join session on member_id = member.id where session.id = done`,
  ),
  inReach('remove_passkey', 'input.passkeyId', `select person_id from passkey where id = done`),
  inReach('hand_over', 'input.memberId', OF_MEMBER),
  inReach('confirm_access', 'input.subjectId', OF_MEMBER),
].join('\n');

/** As before, and of those it may reach. */
const OPEN = `
  create or replace function open_membership(target uuid, me member) returns member language plpgsql ${DEFINER} as $$
  declare
    m member;
  begin
    -- A machine's membership is administered as a system client, by acts of its own.
    select * into m from member where id = target and agency_id = me.agency_id and ended_at is null
       and person_id in (select id from person where issuer <> 'urn:entente:client') for update;
    if not found then
      perform refuse('EN404', 'input.memberId', 'No such member.');
    end if;
    if m.person_id = me.person_id then
      perform refuse('EN409', 'input.memberId', 'Another person changes your own membership.');
    end if;
    perform leave_operators(m.person_id, 'input.memberId', me);
    return m;
  end $$;
`;

const EVERYBODY = ['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'];
const ADMIN = ['AGENCY_ADMIN'];
const ONE = 'never';

// prettier-ignore
const ACTS = tellOf(
  { act: 'session.ended', roles: EVERYBODY, carriesOut: 'end_session_in_reach', takesTwo: ONE },
  { act: 'passkey.removed', roles: EVERYBODY, carriesOut: 'remove_passkey_in_reach', takesTwo: ONE },
  { act: 'member.handed-over', roles: [...ADMIN, 'OPERATOR'], carriesOut: 'hand_over_in_reach', takesTwo: ONE },
  { act: 'access.confirmed', roles: ADMIN, carriesOut: 'confirm_access_in_reach', takesTwo: ONE },
);
