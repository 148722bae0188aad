import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/**
 * What stands in each agency's inbox now, by indicator and by incident, with the agency first in every key: asked for
 * what is hidden, the database touches what it touches for what is not there (docs/decisions/007). Triggers keep both, so
 * that no act that writes the inbox can forget them.
 */
export class Seen1763683208000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(KEEP);
    // To the owner row security hides every row; the gate's own policies hide none. Migrations run with it off.
    await runner.query('set local role entente_gate; set local row_security = on');
    await runner.query(BACK_FILL);
    await runner.query('set local row_security = off; reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table seen_indicator (
    agency_id uuid not null,
    finding_id uuid not null,
    -- Of the first of several with one key in one finding.
    position int not null,
    -- The key is place|value. A value is one look-up, whatever the chains it could be on.
    place text not null,
    value text not null,
    roles text[] not null,
    -- As in the inbox.
    revision_id uuid not null,
    listed_at timestamptz not null,
    until timestamptz not null,
    primary key (agency_id, finding_id, position),
    -- What leaves an inbox is seen no more.
    foreign key (agency_id, finding_id) references inbox on delete cascade
  );
  create index seen_indicator_value on seen_indicator (agency_id, value, listed_at desc, finding_id desc);
  create table seen_incident (
    agency_id uuid not null,
    finding_id uuid not null,
    incident_id uuid not null,
    revision_id uuid not null,
    listed_at timestamptz not null,
    until timestamptz not null,
    primary key (agency_id, finding_id, incident_id),
    foreign key (agency_id, finding_id) references inbox on delete cascade
  );
  create index seen_incident_list on seen_incident (agency_id, incident_id, listed_at desc, finding_id desc);
  -- An author may go on naming the incidents of its own earlier revisions.
  create index revision_incident_own on revision_incident (agency_id, incident_id);
  -- By key alone nobody asks any more.
  drop index finding_indicator_key;
  drop index claim_incident;
`;

const SEEN = 'agency_id = (select reader()) and until > now()';

const POLICIES = [
  protect('seen_indicator', { select: SEEN }),
  protect('seen_incident', { select: SEEN }),
].join('\n');

/** What is closed, until its originator has confirmed, is not seen. */
const seenUntil = (inbox: string) => `case when ${inbox}.closed then '-infinity' else ${inbox}.until end`;

/** The rows of one row of the inbox. */
const made = (inbox: string) => ({
  indicators: `
    select ${inbox}.agency_id, ${inbox}.finding_id, min(x.position), indicator_place(x.key), indicator_value(x.key),
           array_agg(distinct x.role order by x.role), ${inbox}.revision_id, ${inbox}.listed_at, ${seenUntil(inbox)}`,
  incidents: `
    select ${inbox}.agency_id, ${inbox}.finding_id, x.incident_id, ${inbox}.revision_id, ${inbox}.listed_at, ${seenUntil(inbox)}`,
});

const KEEP = `
  create function indicator_place(key text) returns text language sql immutable parallel safe
    return split_part(key, '|', 1) || '|' || split_part(key, '|', 2);
  -- A value may hold a bar of its own.
  create function indicator_value(key text) returns text language sql immutable parallel safe
    return substr(key, length(split_part(key, '|', 1) || split_part(key, '|', 2)) + 3);
  grant execute on function indicator_place(text), indicator_value(text) to entente_gate;

  create function keep_seen() returns trigger language plpgsql ${DEFINER} as $$
  begin
    if tg_op = 'UPDATE' and new.revision_id = old.revision_id then
      if (new.listed_at, new.until, new.closed) is distinct from (old.listed_at, old.until, old.closed) then
        update seen_indicator set listed_at = new.listed_at, until = ${seenUntil('new')}
         where agency_id = new.agency_id and finding_id = new.finding_id;
        update seen_incident set listed_at = new.listed_at, until = ${seenUntil('new')}
         where agency_id = new.agency_id and finding_id = new.finding_id;
      end if;
      return null;
    end if;
    if tg_op = 'UPDATE' then
      delete from seen_indicator where agency_id = old.agency_id and finding_id = old.finding_id;
      delete from seen_incident where agency_id = old.agency_id and finding_id = old.finding_id;
    end if;
    insert into seen_indicator (agency_id, finding_id, position, place, value, roles, revision_id, listed_at, until)
      ${made('new').indicators} from finding_indicator x where x.revision_id = new.revision_id group by x.key;
    insert into seen_incident (agency_id, finding_id, incident_id, revision_id, listed_at, until)
      ${made('new').incidents} from revision_incident x where x.revision_id = new.revision_id;
    return null;
  end $$;
  create trigger keep_seen after insert or update of revision_id, listed_at, until, closed on inbox
    for each row execute function keep_seen();
  ${gated('keep_seen()', '')}

  -- What a revision is given once it stands in an inbox.
  create function see_more() returns trigger language plpgsql ${DEFINER} as $$
  begin
    if tg_table_name = 'finding_indicator' then
      delete from seen_indicator s using added, inbox i
       where i.revision_id = added.revision_id and s.agency_id = i.agency_id and s.finding_id = i.finding_id;
      insert into seen_indicator (agency_id, finding_id, position, place, value, roles, revision_id, listed_at, until)
        ${made('i').indicators} from inbox i join finding_indicator x on x.revision_id = i.revision_id
         where i.revision_id = any (array(select distinct revision_id from added))
         group by i.agency_id, i.finding_id, x.key;
    else
      insert into seen_incident (agency_id, finding_id, incident_id, revision_id, listed_at, until)
        ${made('i').incidents} from added x join inbox i on i.revision_id = x.revision_id
        on conflict do nothing;
    end if;
    return null;
  end $$;
  create trigger see_more after insert on finding_indicator referencing new table as added
    for each statement execute function see_more();
  create trigger see_more after insert on revision_incident referencing new table as added
    for each statement execute function see_more();
  ${gated('see_more()', '')}
`;

const BACK_FILL = `
  insert into seen_indicator (agency_id, finding_id, position, place, value, roles, revision_id, listed_at, until)
    ${made('i').indicators} from inbox i join finding_indicator x on x.revision_id = i.revision_id
     group by i.agency_id, i.finding_id, x.key;
  insert into seen_incident (agency_id, finding_id, incident_id, revision_id, listed_at, until)
    ${made('i').incidents} from inbox i join revision_incident x on x.revision_id = i.revision_id;
`;
