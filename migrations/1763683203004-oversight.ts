import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated } from './policies.js';

/**
 * An operator alone could put out the hub's auditors and administrators; and an agency that had accepted no
 * arrangement found nothing of its suspension in its ledger.
 */
export class Oversight1763683203004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ENDS_OVERSIGHT);
    await runner.query(CONCERNED);
    await runner.query(ACTS);
    await runner.query('set local role entente_gate');
    await runner.query('drop function partners_of(uuid, member)');
    await runner.query('reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** Other roles are another membership: with them, too, an operator would put out who watches it. */
const ENDS_OVERSIGHT = `
  create function ends_oversight(content jsonb, me member) returns boolean language sql stable ${DEFINER} as $$
    select me.roles @> array['OPERATOR'] and exists (
      select from member where id = (content ->> 'memberId')::uuid and agency_id = me.agency_id
         and roles && array['AGENCY_ADMIN', 'AUDITOR'])
  $$;
  ${gated('ends_oversight(jsonb, member)', '')}

  create function moves_trust(content jsonb, me member) returns boolean language sql stable ${DEFINER} as $$
    select gives_trust(content, me) or ends_oversight(content, me)
  $$;
  ${gated('moves_trust(jsonb, member)', '')}
`;

const CONCERNED = `
  create function agency_and_partners(subject uuid, me member) returns uuid[] language sql stable ${DEFINER} as $$
    select array(
      select subject where subject <> me.agency_id
      union
      select other.agency_id
        from arrangement_party mine join arrangement_party other using (arrangement_id)
       where mine.agency_id = subject and other.agency_id <> me.agency_id
         and mine.accepted_at is not null and other.accepted_at is not null)
  $$;
  ${gated('agency_and_partners(uuid, member)', '')}
`;

const HUB = ['OPERATOR'];
const EITHER = ['AGENCY_ADMIN', 'OPERATOR'];
const TOLD = 'agency_and_partners';

// prettier-ignore
const ACTS = tellOf(
  { act: 'membership.changed', roles: EITHER, carriesOut: 'change_membership', takesTwo: 'moves_trust' },
  { act: 'membership.ended', roles: EITHER, carriesOut: 'end_membership', takesTwo: 'ends_oversight' },
  { act: 'agency.suspended', roles: HUB, carriesOut: 'suspend_agency', takesTwo: 'never', concerns: TOLD },
  { act: 'agency.reinstated', roles: HUB, carriesOut: 'reinstate_agency', concerns: TOLD },
);
