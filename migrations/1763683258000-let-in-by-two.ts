import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated } from './policies.js';

/**
 * Where nobody else says who a person is, an administrator alone could invite an analyst, accept that by a passkey of its
 * own, and read content.
 */
export class LetInByTwo1763683258000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LETS_IN);
    await runner.query(WITHOUT_PROVIDER);
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** Every role reads content, or takes two by itself. */
const LETS_IN = `
  create function lets_in(content jsonb, me member) returns boolean language sql stable ${DEFINER} as $$
    select gives_trust(content, me) or not exists (select from identity_provider where agency_id = me.agency_id)
  $$;
  ${gated('lets_in(jsonb, member)', '')}
`;

const WITHOUT_PROVIDER = `
  -- One alone had given them, to be accepted at the provider.
  create function leave_provider(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    left_agency uuid := remove_identity_provider(content, me);
  begin
    update invitation set expires_at = clock_timestamp()
     where agency_id = left_agency and given_agency_id = left_agency and accepted_at is null and withdrawn_at is null
       and expires_at > clock_timestamp();
    return left_agency;
  end $$;
  ${gated('leave_provider(jsonb, member)', '')}
`;

const ADMINISTRATORS = ['AGENCY_ADMIN', 'OPERATOR'];
const ACTS = tellOf(
  { act: 'member.invited', roles: ADMINISTRATORS, carriesOut: 'invite_member', takesTwo: 'lets_in' },
  { act: 'identity-provider.removed', roles: ADMINISTRATORS, carriesOut: 'leave_provider' },
);
