import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/** Who waited for a lock acts by the rights of now; and another provider leaves of all sessions the one that set it. */
export class ActingNow1763683215000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The functions are the gate's: it alone may replace them.
    await runner.query('set local role entente_gate');
    await runner.query(ACTING_AS);
    await runner.query(END_OTHERS_SESSIONS);
    await runner.query('reset role');
    await runner.query(NO_LONGER_ACTIVE);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** As before, and under the lock that every act of administration takes: what was ended meanwhile acts no more. */
const ACTING_AS = `
  create or replace function acting_as(needed text[]) returns member language plpgsql volatile ${DEFINER} as $$
  declare
    me member;
  begin
    select * into me from member where id = acting_member() and roles && needed;
    if not found then
      perform refuse('EN403', '', 'Your roles do not allow this.');
    end if;
    perform from agency where id = me.agency_id for no key update;
    perform from member join agency on agency.id = member.agency_id
     where member.id = me.id and member.ended_at is null and member.valid_until > clock_timestamp()
       and agency.suspended_at is null;
    if not found then
      raise exception using errcode = 'EN401', message = 'Sign in again: this membership or its agency is not active.';
    end if;
    return me;
  end $$;
`;

/** Whoever had the provider that was may also have signed in as who decides: that one goes on by this session alone. */
const END_OTHERS_SESSIONS = `
  create or replace function end_others_sessions(me member) returns void language sql volatile ${DEFINER} as $$
    update session set ended_at = clock_timestamp(), ended_by = me.id
     where agency_id = me.agency_id and ended_at is null and id is distinct from acting_session()
  $$;
`;

/** The places of those who are not to be answered any more: as before, and by which session each signed in. */
const NO_LONGER_ACTIVE = `
  create function no_longer_active(callers uuid[], keys text[], signed_in uuid[]) returns setof int
    language sql stable ${DEFINER} as $$
    select place::int from unnest(callers, keys, signed_in) with ordinality as asked (caller, key, session, place)
     where not exists (select from member join agency on agency.id = member.agency_id
                        where member.id = caller and member.ended_at is null and agency.suspended_at is null
                          and member.valid_from <= now() and member.valid_until > now())
        or key is not null and not exists (select from client_key k where k.client_id = caller and k.kid = key
                                              and k.revoked_at is null and k.valid_until > now())
        or session is not null and not exists (select from session s where s.id = asked.session and s.ended_at is null
                                                  and s.began_at > now() - interval '12 hours')
  $$;
  ${gated('no_longer_active(uuid[], text[], uuid[])')}
`;
