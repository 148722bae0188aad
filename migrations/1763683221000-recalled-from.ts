import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated } from './policies.js';

/** To whom a recall came too late: of each agency, up to where its systems may have been told of the finding. */
export class RecalledFrom1763683221000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INDEXES);
    await runner.query(RECALLED_FROM);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const INDEXES = `
  create index entry_subject on entry (agency_id, subject_id, recorded_at);
  create index feed_position_entry on feed_position (entry_id);
`;

const RECALLED_FROM = `
  -- The agencies from which its author last took a finding back. Of each the last act of the author's before, whose entry
  -- the agency's feed had: by its time, and by its place in the author's own feed. How long another's feed is, is nobody
  -- else's to learn. Asked after the commit: what is numbered later carries no content. An own entry that is numbered a moment later gets the next place.
  create function recalled_from(target uuid) returns table ("agencyId" uuid, "position" float8, "recordedAt" timestamptz)
    language sql stable ${DEFINER} as $$
    with recall as (
      select e.agency_id as author, e.recorded_at as at
        from finding f join entry e on e.agency_id = f.agency_id and e.subject_id = f.id
       where f.id = target and f.agency_id = (select reader()) and e.act = 'finding.recalled'
       order by e.recorded_at desc limit 1
    ), gone as (
      select e.agency_id, recall.* from recall
        join agency on agency.id <> recall.author
        join entry e on e.agency_id = agency.id and e.subject_id = target and e.recorded_at = recall.at
    )
    select gone.agency_id, coalesce(p.position, h.position + 1)::float8, told.recorded_at
      from gone
      left join lateral (
        select e.recorded_at, e.act from entry e
         where e.agency_id = gone.agency_id and e.subject_id = target and e.recorded_at < gone.at
           and e.actor_agency_id = gone.author and not exists (select from unnumbered u where u.entry_id = e.id)
         order by e.recorded_at desc limit 1) as told on true
      left join entry own on own.agency_id = gone.author and own.subject_id = target
        and own.recorded_at = told.recorded_at and own.act = told.act
      left join feed_position p on p.entry_id = own.id and p.feed = 'SHARING'
      left join feed_head h on own.id is not null and h.agency_id = gone.author and h.feed = 'SHARING'
     order by gone.agency_id
  $$;
  ${gated('recalled_from(uuid)')}
`;
