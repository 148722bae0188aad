import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated } from './policies.js';

/** An arrangement was proposed to a suspended agency, to which nothing is addressed. */
export class ActiveParties1763683257000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROPOSE);
    await runner.query(ACT);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** To one that is suspended as to one that is not there: nobody is told by a proposal which it is. */
const PROPOSE = `
  create function propose_to_active(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    made uuid := propose_arrangement(content, me);
  begin
    if exists (select from arrangement_party p join agency on agency.id = p.agency_id
                where p.arrangement_id = made and agency.suspended_at is not null) then
      if content ->> 'amends' is not null then
        perform refuse('EN409', 'input.amends', 'A party of this arrangement is not active.');
      end if;
      perform refuse('EN404', 'input.parties', 'No such agency.');
    end if;
    return made;
  end $$;
  ${gated('propose_to_active(jsonb, member)', '')}
`;

const ACT = tellOf({
  act: 'arrangement.proposed',
  roles: ['AGENCY_ADMIN'],
  carriesOut: 'propose_to_active',
  takesTwo: 'never',
  concerns: 'parties_of',
});
