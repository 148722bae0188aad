import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/**
 * Datasets: indicators or transfers in larger numbers than a document holds. Batches go in by their numbers, and a
 * dataset is sealed under one hash, which documents name; from then on it stays as it is.
 */
export class Datasets1763683214000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(SEEN);
    await runner.query(POLICIES);
    await runner.query(KEEP);
    await runner.query(OPEN);
    await runner.query(BATCH);
    await runner.query(LOAD);
    await runner.query(SEAL);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table dataset (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    -- Within the database alone: it tells the order in which agencies opened them.
    number bigint not null generated always as identity,
    kind text not null check (kind in ('INDICATORS', 'TRANSFERS')),
    -- Random, so that the hash tells nothing of the rows.
    salt text not null,
    -- Of the rows so far: each row's hash is that of the one before and its own bytes.
    chain text not null,
    hash text,
    batches int not null default 0,
    received int not null default 0,
    taken int not null default 0,
    duplicates int not null default 0,
    refused int not null default 0,
    opened_by uuid not null references member,
    opened_at timestamptz not null default clock_timestamp(),
    -- What was not sealed by then is given up.
    ends_at timestamptz not null,
    sealed_by uuid references member,
    sealed_at timestamptz,
    check (num_nulls(hash, sealed_by, sealed_at) in (0, 3)),
    unique (agency_id, hash)
  );
  create index dataset_abandoned on dataset (agency_id, ends_at) where hash is null;
  create table dataset_batch (
    dataset_id uuid not null references dataset,
    number int not null,
    digest text not null,
    received int not null,
    taken int not null,
    duplicates int not null,
    refused int not null,
    primary key (dataset_id, number)
  );
  create table dataset_indicator (
    -- Written under the lock of its dataset alone. A foreign key would look for that once for each row.
    dataset_id uuid not null,
    -- The number of its dataset above its position among all that was sent, from 1. No other index begins with the
    -- dataset but that in which a value is looked up: planned while the table is empty, one would be as good as the other.
    ordinal bigint not null unique,
    -- As of seen_indicator.
    place text not null,
    value text not null,
    role text not null,
    -- RFC 8785, the exact bytes that were hashed.
    body text not null,
    primary key (dataset_id, value, place, role)
  );
  create table dataset_transfer (
    -- As of dataset_indicator.
    dataset_id uuid not null,
    -- As of dataset_indicator.
    ordinal bigint not null unique,
    -- SHA-256 of the dataset and the row.
    digest bytea primary key,
    chain text not null,
    transaction text,
    sender text not null,
    receiver text not null,
    asset text not null,
    decimals int not null,
    amount numeric(78, 0) not null check (amount >= 0),
    happened_from timestamptz,
    happened_until timestamptz,
    body text not null
  );
  create index dataset_transfer_sender on dataset_transfer (dataset_id, sender);
  create index dataset_transfer_receiver on dataset_transfer (dataset_id, receiver);
  create table dataset_refusal (
    dataset_id uuid not null references dataset,
    position int not null,
    -- Where the sender has it.
    line int not null,
    reason text not null,
    primary key (dataset_id, position)
  );
  create table revision_dataset (
    revision_id uuid not null references revision,
    agency_id uuid not null references agency,
    dataset_id uuid not null references dataset,
    primary key (revision_id, dataset_id)
  );
`;

/**
 * One row for each reader, finding and dataset, and none for each row of it: a release of a million rows to fifty
 * agencies writes fifty. Whatever asks for rows of datasets begins here, with the reader.
 */
const SEEN = `
  create table seen_dataset (
    agency_id uuid not null,
    finding_id uuid not null,
    dataset_id uuid not null references dataset,
    kind text not null,
    hash text not null,
    -- As in the inbox.
    revision_id uuid not null,
    listed_at timestamptz not null,
    until timestamptz not null,
    primary key (agency_id, finding_id, dataset_id),
    foreign key (agency_id, finding_id) references inbox on delete cascade
  );
  create index seen_dataset_of on seen_dataset (agency_id, dataset_id);
  create index seen_dataset_hash on seen_dataset (agency_id, hash);
  create index seen_dataset_list on seen_dataset (agency_id, kind, listed_at desc, finding_id desc);
`;

/** One's own until it is given up, and what one's inbox names. */
const READABLE = `agency_id = (select reader()) and (hash is not null or ends_at > now())
  or exists (select from seen_dataset s where s.agency_id = (select reader()) and s.dataset_id = dataset.id and s.until > now())`;

/** A value and no `exists`: that may be planned as a walk through the datasets of all agencies, to be hashed. */
const ofReadable = (table: string) =>
  protect(table, { select: `(select true from dataset d where d.id = ${table}.dataset_id)` });

/** How it came about is its own agency's to know. */
const ofOwn = (table: string) =>
  protect(table, {
    select: `(select d.agency_id = (select reader()) from dataset d where d.id = ${table}.dataset_id)`,
  });

const POLICIES = [
  protect('dataset', { select: READABLE }),
  protect('seen_dataset', { select: 'agency_id = (select reader()) and until > now()' }),
  ofReadable('dataset_indicator'),
  ofReadable('dataset_transfer'),
  ofOwn('dataset_batch'),
  ofOwn('dataset_refusal'),
  protect('revision_dataset', {
    select: 'agency_id = (select reader())',
    insert: `agency_id = (select reader())
      and exists (select from sheet s where s.revision_id = revision_dataset.revision_id
                     and s.agency_id = (select reader()) and s.state = 'DRAFT')
      and exists (select from dataset d where d.id = revision_dataset.dataset_id
                     and d.agency_id = (select reader()) and d.hash is not null)`,
  }),
].join('\n');

/** What is closed, until its originator has confirmed, is not seen. */
const UNTIL = `case when new.closed then '-infinity' else new.until end`;

const KEEP = `
  create function keep_seen_dataset() returns trigger language plpgsql ${DEFINER} as $$
  begin
    if tg_op = 'UPDATE' and new.revision_id = old.revision_id then
      update seen_dataset set listed_at = new.listed_at, until = ${UNTIL}
       where agency_id = new.agency_id and finding_id = new.finding_id;
      return null;
    end if;
    if tg_op = 'UPDATE' then
      delete from seen_dataset where agency_id = old.agency_id and finding_id = old.finding_id;
    end if;
    insert into seen_dataset (agency_id, finding_id, dataset_id, kind, hash, revision_id, listed_at, until)
    select new.agency_id, new.finding_id, d.id, d.kind, d.hash, new.revision_id, new.listed_at, ${UNTIL}
      from revision_dataset x join dataset d on d.id = x.dataset_id where x.revision_id = new.revision_id;
    return null;
  end $$;
  create trigger keep_seen_dataset after insert or update of revision_id, listed_at, until, closed on inbox
    for each row execute function keep_seen_dataset();
  ${gated('keep_seen_dataset()', '')}
`;

/** Rows of an abandoned dataset that go at a time: nobody waits for more. */
const CLEARED = 20_000;

const OPEN = `
  -- What the acting agency began and gave up goes, some of it each time.
  create function clear_abandoned() returns void language plpgsql ${DEFINER} as $$
  declare
    gone uuid[] := array(select id from dataset where agency_id = (select reader()) and hash is null
                          and ends_at <= now() order by ends_at limit 10 for update skip locked);
    left_over int := ${CLEARED};
    cleared int;
    emptied text;
  begin
    foreach emptied in array array['dataset_indicator', 'dataset_transfer', 'dataset_refusal', 'dataset_batch'] loop
      execute format('with part as (select ctid from %I where dataset_id = any ($1) limit $2)
                      delete from %I where ctid = any (array(select ctid from part))', emptied, emptied)
        using gone, left_over;
      get diagnostics cleared = row_count;
      left_over := left_over - cleared;
    end loop;
    if left_over > 0 then
      delete from dataset where id = any (gone);
    end if;
  end $$;
  ${gated('clear_abandoned()', '')}

  create function open_dataset(kind text, salt text, chain text) returns uuid language plpgsql ${DEFINER} as $$
  declare
    me member := acting_as(array['CONTRIBUTOR']);
    made uuid;
  begin
    perform clear_abandoned();
    insert into dataset (agency_id, kind, salt, chain, opened_by, ends_at)
    values ((select reader()), open_dataset.kind, open_dataset.salt, open_dataset.chain, me.id,
            clock_timestamp() + interval '7 days')
    returning id into made;
    return made;
  end $$;
  ${gated('open_dataset(text, text, text)')}
`;

const BATCH = `
  -- Locks a dataset of the acting agency's that has not been given up.
  create function lock_dataset(target uuid) returns dataset language plpgsql ${DEFINER} as $$
  declare
    d dataset;
  begin
    perform acting_as(array['CONTRIBUTOR']);
    select * into d from dataset where id = target and agency_id = (select reader())
       and (hash is not null or ends_at > clock_timestamp()) for update;
    if not found then
      perform refuse('EN404', 'input.datasetId', 'No such dataset.');
    end if;
    return d;
  end $$;
  ${gated('lock_dataset(uuid)', '')}

  -- The dataset, for a batch that is its next; null for one that is in it.
  create function next_batch(target uuid, wanted text, nth int, bytes text) returns dataset language plpgsql ${DEFINER} as $$
  declare
    d dataset := lock_dataset(target);
    before text := (select digest from dataset_batch where dataset_id = target and number = nth);
  begin
    if d.kind <> wanted then
      perform refuse('EN409', 'input.datasetId', 'This dataset is of another kind.');
    end if;
    if before = bytes then
      return null;
    end if;
    if before is not null then
      perform refuse('EN409', 'input.number', 'Another batch was sent under this number.');
    end if;
    if d.hash is not null then
      perform refuse('EN409', 'input.datasetId', 'This dataset is sealed.');
    end if;
    if nth <> d.batches + 1 then
      perform refuse('EN409', 'input.number', format('The next batch is number %s.', d.batches + 1));
    end if;
    return d;
  end $$;
  ${gated('next_batch(uuid, text, int, text)', '')}

  -- What became of a batch whose rows are in: counted, and its new rows in the chain.
  create function close_batch(d dataset, nth int, bytes text, sent int, added text[], duplicates int, refused int)
    returns void language plpgsql ${DEFINER} as $$
  declare
    head text := d.chain;
    one text;
  begin
    foreach one in array added loop
      head := encode(sha256(convert_to(head || E'\\n' || one, 'UTF8')), 'hex');
    end loop;
    insert into dataset_batch (dataset_id, number, digest, received, taken, duplicates, refused)
    values (d.id, nth, bytes, sent, cardinality(added), close_batch.duplicates, close_batch.refused);
    update dataset set chain = head, batches = nth, received = dataset.received + sent,
           taken = dataset.taken + cardinality(added), duplicates = dataset.duplicates + close_batch.duplicates,
           refused = dataset.refused + close_batch.refused
     where id = d.id;
  end $$;
  ${gated('close_batch(dataset, int, text, int, text[], int, int)', '')}

  -- nth: of each, its place in the batch.
  create function refuse_rows(d dataset, nth int[], lines int[], reasons text[]) returns void language plpgsql ${DEFINER} as $$
  begin
    insert into dataset_refusal (dataset_id, position, line, reason)
    select d.id, d.received + r.nth, r.line, r.reason from unnest(nth, lines, reasons) as r (nth, line, reason);
  end $$;
  ${gated('refuse_rows(dataset, int[], int[], text[])', '')}
`;

const LOAD = `
  create function ordinal_of(d dataset, place int) returns bigint language sql immutable parallel safe
    return (d.number << 32) + d.received + place;
  grant execute on function ordinal_of(dataset, int) to entente_gate;

  -- The same key in the same role is a duplicate if it says the same in whatever spelling, and refused if it says something else: which
  -- of two is right nobody here can tell.
  create function load_indicators(target uuid, nth int, bytes text, sent int, places int[], lines int[], keys text[],
      vals text[], roles text[], bodies text[], refused int[], refused_lines int[], reasons text[])
    returns void language plpgsql ${DEFINER} as $$
  declare
    d dataset := next_batch(target, 'INDICATORS', nth, bytes);
    new int[];
    added text[];
    others int[] := '{}';
  begin
    if d.id is null then
      return;
    end if;
    with written as (
      insert into dataset_indicator (dataset_id, ordinal, place, value, role, body)
      select target, ordinal_of(d, g.place), g.key, g.val, g.role, g.body
        from unnest(places, keys, vals, roles, bodies) as g (place, key, val, role, body)
      on conflict (dataset_id, value, place, role) do nothing returning ordinal, body
    )
    select coalesce(array_agg((ordinal - ordinal_of(d, 0))::int order by ordinal), '{}'),
           coalesce(array_agg(body order by ordinal), '{}') into new, added from written;
    perform refuse_rows(d, refused, refused_lines, reasons);
    if cardinality(new) < cardinality(places) then
      others := array(select g.place
        from (select u.* from unnest(places, keys, vals, roles, bodies) as u (place, key, val, role, body)
                left join unnest(new) as n (place) on n.place = u.place
               where n.place is null offset 0) as g
        join dataset_indicator x on x.dataset_id = target and x.value = g.val and x.place = g.key and x.role = g.role
       where x.body::jsonb - 'value' <> g.body::jsonb - 'value' order by g.place);
      perform refuse_rows(d, others, array(select lines[array_position(places, one)] from unnest(others) as one),
        array_fill('An earlier row has this key in this role, and says something else.'::text, array[cardinality(others)]));
    end if;
    perform close_batch(d, nth, bytes, sent, added,
      cardinality(places) - cardinality(new) - cardinality(others), cardinality(refused) + cardinality(others));
  end $$;
  ${gated('load_indicators(uuid, int, text, int, int[], int[], text[], text[], text[], text[], int[], int[], text[])')}

  create function load_transfers(target uuid, nth int, bytes text, sent int, places int[], chains text[],
      transactions text[], senders text[], receivers text[], assets text[], decimals int[], amounts text[], begins timestamptz[],
      ends timestamptz[], bodies text[], refused int[], refused_lines int[], reasons text[])
    returns void language plpgsql ${DEFINER} as $$
  declare
    d dataset := next_batch(target, 'TRANSFERS', nth, bytes);
    added text[];
  begin
    if d.id is null then
      return;
    end if;
    with written as (
      insert into dataset_transfer (dataset_id, ordinal, digest, chain, transaction, sender, receiver, asset, decimals, amount,
                                    happened_from, happened_until, body)
      select target, ordinal_of(d, g.place), sha256(convert_to(target::text || g.body, 'UTF8')), g.chain,
             g.transaction, g.sender, g.receiver, g.asset, g.scale, g.amount::numeric, g.begins, g.ends, g.body
        from unnest(places, chains, transactions, senders, receivers, assets, decimals, amounts, begins, ends, bodies)
          as g (place, chain, transaction, sender, receiver, asset, scale, amount, begins, ends, body)
      on conflict (digest) do nothing returning ordinal, body
    )
    select coalesce(array_agg(body order by ordinal), '{}') into added from written;
    perform refuse_rows(d, refused, refused_lines, reasons);
    perform close_batch(d, nth, bytes, sent, added,
      cardinality(places) - cardinality(added), cardinality(refused));
  end $$;
  ${gated(`load_transfers(uuid, int, text, int, int[], text[], text[], text[], text[], text[], int[], text[], timestamptz[],
    timestamptz[], text[], int[], int[], text[])`)}
`;

const SEAL = `
  -- Who seals says how many batches there are: none is missing.
  create function seal_dataset(target uuid, expected int) returns text language plpgsql ${DEFINER} as $$
  declare
    d dataset := lock_dataset(target);
  begin
    if d.hash is not null then
      perform refuse('EN409', 'input.datasetId', 'This dataset is sealed.');
    end if;
    if d.batches <> expected then
      perform refuse('EN409', 'input.batches', format('%s batches have been sent.', d.batches));
    end if;
    if d.taken = 0 then
      perform refuse('EN409', 'input.datasetId', 'No row was taken: there is nothing to seal.');
    end if;
    update dataset set hash = chain, sealed_by = acting_member(), sealed_at = clock_timestamp() where id = target;
    return d.chain;
  end $$;
  ${gated('seal_dataset(uuid, int)')}
`;
