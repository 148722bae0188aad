import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/**
 * The transfers that stand in each agency's inbox now, by who sent and who received, with the agency first in both keys:
 * a hop of a trace is a walk of one index for each address, and what is hidden costs what is not there costs. Triggers keep
 * it, as those of the seen indicators do.
 */
export class SeenTransfers1763683212000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(
      protect('seen_transfer', { select: 'agency_id = (select reader()) and until > now()' }),
    );
    await runner.query(KEEP);
    // To the owner row security hides every row; the gate's own policies hide none. Migrations run with it off.
    await runner.query('set local role entente_gate; set local row_security = on');
    await runner.query(
      `insert into seen_transfer (${COLUMNS}) ${made('i')} from inbox i join ${TRANSFERS} on x.revision_id = i.revision_id`,
    );
    await runner.query('set local row_security = off; reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLE = `
  -- Null in rows of a release before this one: then the document says it.
  alter table transfer add decimals int;
  create table seen_transfer (
    agency_id uuid not null,
    finding_id uuid not null,
    position int not null,
    revision_id uuid not null,
    transaction text,
    -- wallet|chain|address.
    sender text not null,
    receiver text not null,
    asset text not null,
    decimals int not null,
    amount numeric(78, 0) not null,
    -- From, and until before; of an unknown time all of it.
    happened_from timestamptz not null,
    happened_until timestamptz not null,
    -- As in the inbox; of what is closed, before all times.
    until timestamptz not null,
    primary key (agency_id, finding_id, position),
    -- What leaves an inbox is seen no more.
    foreign key (agency_id, finding_id) references inbox on delete cascade
  );
  -- What left an address since a time, and what reached it before one, in the order in which a trace reads them.
  create index seen_transfer_out on seen_transfer (agency_id, sender, asset, happened_until, finding_id, position);
  create index seen_transfer_in on seen_transfer (agency_id, receiver, asset, happened_from desc, finding_id, position);
  -- By address alone nobody asks.
  drop index transfer_sender;
  drop index transfer_receiver;
`;

const COLUMNS = `agency_id, finding_id, position, revision_id, transaction, sender, receiver, asset, decimals, amount,
  happened_from, happened_until, until`;

/** What is closed, until its originator has confirmed, is not seen. */
const seenUntil = (inbox: string) => `case when ${inbox}.closed then '-infinity' else ${inbox}.until end`;

/** The rows of one row of the inbox. */
const made = (inbox: string) => `
  select ${inbox}.agency_id, ${inbox}.finding_id, x.position, x.revision_id, x.transaction, x.sender, x.receiver, x.asset,
         x.decimals, x.amount, coalesce(x.happened_from, '-infinity'), coalesce(x.happened_until, 'infinity'), ${seenUntil(inbox)}`;

const TRANSFERS = `(
  select t.revision_id, t.position, t.transaction, t.sender, t.receiver, t.asset, t.amount, t.happened_from, t.happened_until,
         coalesce(t.decimals, (select (r.document -> 'transfers' -> t.position ->> 'decimals')::int
                                 from revision r where r.id = t.revision_id)) as decimals
    from transfer t) x`;

const KEEP = `
  create function keep_seen_transfers() returns trigger language plpgsql ${DEFINER} as $$
  begin
    if tg_op = 'UPDATE' and new.revision_id = old.revision_id then
      if (new.until, new.closed) is distinct from (old.until, old.closed) then
        update seen_transfer set until = ${seenUntil('new')}
         where agency_id = new.agency_id and finding_id = new.finding_id;
      end if;
      return null;
    end if;
    if tg_op = 'UPDATE' then
      delete from seen_transfer where agency_id = old.agency_id and finding_id = old.finding_id;
    end if;
    insert into seen_transfer (${COLUMNS}) ${made('new')} from ${TRANSFERS} where x.revision_id = new.revision_id;
    return null;
  end $$;
  create trigger keep_seen_transfers after insert or update of revision_id, until, closed on inbox
    for each row execute function keep_seen_transfers();
  ${gated('keep_seen_transfers()', '')}

  -- What a revision is given once it stands in an inbox.
  create function see_more_transfers() returns trigger language plpgsql ${DEFINER} as $$
  begin
    insert into seen_transfer (${COLUMNS})
      ${made('i')} from inbox i join ${TRANSFERS} on x.revision_id = i.revision_id
       where i.revision_id = any (array(select distinct revision_id from added))
      on conflict do nothing;
    return null;
  end $$;
  create trigger see_more_transfers after insert on transfer referencing new table as added
    for each statement execute function see_more_transfers();
  ${gated('see_more_transfers()', '')}
`;
