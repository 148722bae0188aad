import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/**
 * The feeds of an agency: its entries, numbered without a gap after they were committed. One sequencer at a time does
 * it; a lease says which, by this database's clock, and a fence stops the one before.
 */
export class Feed1763683206000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ROLE_IS_THERE);
    await runner.query(TABLES);
    await runner.query(UNNUMBERED);
    await runner.query(SEQUENCER);
    await runner.query(READING);
    await runner.query(POLICIES);
    await runner.query(ENTRIES_SO_FAR);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** A role is of the whole server, and the owner may not make any. */
const ROLE_IS_THERE = `
  do $$ begin
    if not exists (select from pg_roles where rolname = 'entente_worker') then
      raise exception 'The role entente_worker is not there: run \`npx entente migrate\` once with DATABASE_SETUP_URL, DATABASE_URL and DATABASE_WORKER_URL.';
    end if;
    execute format('grant connect on database %I to entente_worker', current_database());
  end $$;
  grant usage on schema entente to entente_worker;
`;

const TABLES = `
  -- One row. 'moves' grows with every batch, so that whoever waits can ask which feeds moved since.
  create table sequencer (
    one boolean primary key default true check (one),
    epoch uuid not null default gen_random_uuid(),
    holder uuid,
    fence bigint not null default 0,
    until timestamptz not null default '-infinity',
    moves bigint not null default 0
  );
  -- What waits for its numbers. Rows come and go: clean up often.
  create table unnumbered (
    entry_id uuid primary key references entry,
    agency_id uuid not null references agency,
    act text not null,
    recorded_at timestamptz not null
  ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
          autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000);
  create table feed_head (
    agency_id uuid not null references agency,
    feed text not null,
    position bigint not null,
    moved bigint not null,
    primary key (agency_id, feed)
  ) with (fillfactor = 50);
  create table feed_position (
    agency_id uuid not null references agency,
    feed text not null,
    position bigint not null,
    entry_id uuid not null references entry,
    primary key (agency_id, feed, position)
  );
  -- How far a consumer says that it has what its feed brings.
  create table feed_cursor (
    agency_id uuid not null references agency,
    member_id uuid not null references member,
    feed text not null,
    epoch uuid not null,
    position bigint not null,
    acknowledged_at timestamptz not null default clock_timestamp(),
    primary key (agency_id, member_id, feed)
  );
`;

/**
 * Which feeds an act goes to. What becomes of findings, arrangements and agencies concerns those who read content;
 * arrangements, agencies and everything else those who administer. Each has positions of its own, so that neither
 * sees by a gap what only the other may read.
 */
const UNNUMBERED = `
  create function feeds_of(act text) returns text[] language sql immutable parallel safe
    return case split_part(act, '.', 1) when 'finding' then array['SHARING']
                when 'arrangement' then array['SHARING', 'ADMINISTRATION']
                when 'agency' then array['SHARING', 'ADMINISTRATION']
                else array['ADMINISTRATION'] end;
  grant execute on function feeds_of(text) to entente_app, entente_gate, entente_worker;

  create function await_number() returns trigger language plpgsql ${DEFINER} as $$
  begin
    insert into unnumbered (entry_id, agency_id, act, recorded_at)
      select id, agency_id, act, recorded_at from added;
    return null;
  end $$;
  create trigger await_number after insert on entry referencing new table as added
    for each statement execute function await_number();
  ${gated('await_number()', '')}
`;

const SEQUENCER = `
  -- Makes the caller the one sequencer, or keeps it that. Answers its fence; nothing while another holds the lease.
  create function take_lead(me uuid, seconds double precision) returns bigint language sql volatile ${DEFINER} as $$
    update sequencer
       set holder = me, until = clock_timestamp() + make_interval(secs => least(take_lead.seconds, 5)),
           fence = fence + (holder is distinct from me)::int
     -- A lease that ends later than any can is of a clock that was set back since.
     where holder = me or until < clock_timestamp() or until > clock_timestamp() + interval '6 seconds'
    returning fence
  $$;
  ${gated('take_lead(uuid, double precision)', 'entente_worker')}

  -- Gives up the lease, so that another need not wait for its end.
  create function stand_down(me uuid) returns void language sql volatile ${DEFINER} as $$
    update sequencer set until = '-infinity' where holder = me
  $$;
  ${gated('stand_down(uuid)', 'entente_worker')}

  -- One batch, in the order of the entries' times. The lock on the fence is held until commit: whoever takes the lease
  -- meanwhile waits for it, and then stops this one. Entries of a suspended agency wait until it is back.
  create function number_entries(mine bigint, most int) returns int language plpgsql ${DEFINER} as $$
  declare
    turn bigint;
    done int;
  begin
    -- Asked fifty times a second: where there is nothing to do, nothing is locked, and so nothing written.
    if not exists (select from unnumbered join agency on agency.id = unnumbered.agency_id
                    where agency.suspended_at is null) then
      return 0;
    end if;
    perform from sequencer where fence = mine for update;
    if not found then
      return null;
    end if;
    select moves + 1 into turn from sequencer;
    with taken as (
      delete from unnumbered where entry_id = any (array(
        select u.entry_id from unnumbered u join agency on agency.id = u.agency_id
         where agency.suspended_at is null order by u.recorded_at, u.entry_id limit most))
      returning entry_id, agency_id, act, recorded_at
    ), placed as (
      select agency_id, feed, entry_id,
             row_number() over (partition by agency_id, feed order by recorded_at, entry_id) as nth
        from taken cross join lateral unnest(feeds_of(act)) as feed
    ), grown as (
      select agency_id, feed, count(*) as by from placed group by agency_id, feed
    ), moved as (
      insert into feed_head (agency_id, feed, position, moved)
        select agency_id, feed, by, turn from grown order by agency_id, feed
        on conflict (agency_id, feed) do update
          set position = feed_head.position + excluded.position, moved = excluded.moved
        returning agency_id, feed, position
    ), numbered as (
      insert into feed_position (agency_id, feed, position, entry_id)
        select agency_id, feed, moved.position - grown.by + placed.nth, entry_id
          from placed join moved using (agency_id, feed) join grown using (agency_id, feed)
    )
    select count(*) into done from taken;
    if done > 0 then
      update sequencer set moves = turn;
    end if;
    return done;
  end $$;
  ${gated('number_entries(bigint, int)', 'entente_worker')}

  -- After a restore positions may be given again, to other entries: cursors from before must not be taken for new ones.
  create function begin_epoch() returns uuid language sql volatile ${DEFINER} as $$
    update sequencer set epoch = gen_random_uuid() returning epoch
  $$;
  ${gated('begin_epoch()', 'entente_owner')}
`;

const READING = `
  create function feed_epoch() returns uuid language sql stable ${DEFINER} as $$
    select epoch from sequencer
  $$;
  ${gated('feed_epoch()', 'entente_app, entente_worker')}

  -- What the feed tells of a finding that was taken back from its reader, or has run out, is that it was there.
  set local row_security = on;
  create function in_inbox(finding uuid) returns boolean language sql stable as $$
    select exists (select from inbox i where i.agency_id = (select reader()) and i.finding_id = in_inbox.finding
                      and i.until > now())
  $$;
  set local row_security = off;
  grant execute on function in_inbox(uuid) to entente_app;

  -- For a process in which callers wait: which feeds moved since, and not what came. Each caller reads that itself.
  create function feeds_moved(since bigint) returns table (moves bigint, agency_id uuid, feed text)
    language sql stable ${DEFINER} as $$
    select sequencer.moves, feed_head.agency_id, feed_head.feed
      from sequencer left join feed_head on feed_head.moved > since and since >= 0
  $$;
  ${gated('feeds_moved(bigint)')}

  -- Which of these callers, each with the key it signed in with, are not to be answered any more.
  create function no_longer_active(callers uuid[], keys text[]) returns setof uuid language sql stable ${DEFINER} as $$
    select caller from unnest(callers, keys) as asked (caller, key)
     where not exists (select from member join agency on agency.id = member.agency_id
                        where member.id = caller and member.ended_at is null and agency.suspended_at is null
                          and member.valid_from <= now() and member.valid_until > now())
        or key is not null and not exists (select from client_key k where k.client_id = caller and k.kid = key
                                              and k.revoked_at is null and k.valid_until > now())
  $$;
  ${gated('no_longer_active(uuid[], text[])')}
`;

/** Of one's own agency, those feeds that one's roles let one read. */
const MINE = `agency_id = (select acting())
  and (feed = 'SHARING' and (select reader()) is not null or feed = 'ADMINISTRATION' and (select oversees()))`;

const OWN_CURSOR = `agency_id = (select acting()) and member_id = (select acting_member())`;

const POLICIES = `
  ${protect('sequencer', {})}
  ${protect('unnumbered', {})}
  ${protect('feed_head', { select: MINE })}
  ${protect('feed_position', { select: MINE })}
  ${protect('feed_cursor', {
    select: OWN_CURSOR,
    insert: OWN_CURSOR,
    update: { columns: 'epoch, position, acknowledged_at', of: OWN_CURSOR },
  })}
  -- As before, and what a reader shares is for every reader.
  alter policy app_select on entry using (agency_id = (select acting())
    and ((select oversees()) and (not (select operates()) or subject_type in ('agency', 'agency-proposal', 'arrangement',
             'invitation', 'membership', 'pending-act', 'identity-provider', 'session'))
      or (select reader()) is not null and 'SHARING' = any (feeds_of(act))));

  -- The worker: which entries there are, and how far everybody is. Not who acted, and not what administration said.
  grant select (id, agency_id, act, actor_agency_id, subject_type, subject_id, revision_id, recorded_at)
    on entry to entente_worker;
  create policy worker_select on entry for select to entente_worker using (true);
  ${['feed_head', 'feed_position', 'feed_cursor']
    .map(
      (table) => `grant select on ${table} to entente_worker;
        create policy worker_select on ${table} for select to entente_worker using (true);`,
    )
    .join('\n')}
`;

/** The ledger has entries from before there were feeds: the sequencer numbers them first. */
const ENTRIES_SO_FAR = `
  set local row_security = on;
  set local role entente_gate;
  insert into sequencer default values;
  insert into unnumbered (entry_id, agency_id, act, recorded_at) select id, agency_id, act, recorded_at from entry;
  reset role;
  set local row_security = off;
`;
