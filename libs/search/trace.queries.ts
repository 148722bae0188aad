import type { Reader } from '#core';
import { SEEN } from '#findings';
import { LISTED_FOR } from './lists.queries.js';
import { DATASETS } from './datasets-seen.js';
import { MOST_ASSETS, MOST_FAN_OUT } from './trace-limits.js';
import { compare, type ToldTransfer } from './trace-transfer.js';
import type { Direction, State } from './trace-walk.js';

type Row = Omit<ToldTransfer, 'amount' | 'from' | 'until'> & {
  of: number;
  amount: string;
  /** Infinity where it is not known. */
  from: Date | number;
  until: Date | number;
};

/** How the transfers of an address are read: by an index, the first that the money can have taken first. */
const SIDES = {
  OUT: {
    at: 'sender',
    since: 's.happened_until > wanted.since',
    order: 's.happened_until, s.finding_id, s.position',
    ofDataset: { since: 't.latest > wanted.since', order: 'latest, ordinal' },
  },
  IN: {
    at: 'receiver',
    since: 's.happened_from < wanted.since',
    order: 's.happened_from desc, s.finding_id, s.position',
    ofDataset: { since: 't.earliest < wanted.since', order: 'earliest desc, ordinal' },
  },
};

/** Whose addresses are a service's: the trace does not go on behind them, for there the money is mixed with others'. */
const SERVICE = `exists (select from (
    select e.list_id from reference_list_entry e
     where ${LISTED_FOR} and e.value = named.value and e.place = named.place and e.until is null offset 0) e
    join reference_list l on l.id = e.list_id where l.kind = 'SERVICE')`;

type Side = (typeof SIDES)[Direction];

const hopOf = ({ at, since, order }: Side, wanted: string): string => `
  select (wanted.n - 1)::int as of, found.*
    from (${wanted}) as wanted
   cross join lateral (
     select few.* from (
       select s.finding_id as "findingId", s.revision_id as "revisionId", null as dataset, s.position, s.transaction, s.sender, s.receiver,
              s.asset, s.decimals, s.amount::text as amount, s.happened_from as "from", s.happened_until as until
         from seen_transfer s
        where ${SEEN} and s.${at} = wanted.address and s.asset = wanted.asset and ${since}
        order by ${order} limit ${MOST_FAN_OUT + 1}) as few
      limit $4) as found
   limit $5`;

/** The same of datasets: who sees none is done after one look. */
const hopOfDatasets = ({ at, ofDataset: { since, order } }: Side, wanted: string): string => `
  with named as materialized (${DATASETS.TRANSFERS})
  select found.of, found.finding_id as "findingId", found.revision_id as "revisionId", found.hash as dataset,
         (found.ordinal & 4294967295)::int as position, found.transaction, found.sender, found.receiver, found.asset,
         found.decimals, found.amount::text as amount, found.earliest as "from", found.latest as until
    from (
      select (wanted.n - 1)::int as of, few.*
        from (${wanted}) as wanted
       cross join lateral (
         select s.finding_id, s.revision_id, s.hash, t.* from named s
          cross join lateral (
            select t.* from dataset_transfer t
             where t.dataset_id = s.dataset_id and t.${at} = wanted.address and t.asset = wanted.asset and ${since}
             order by ${order} limit ${MOST_FAN_OUT + 1}) as t
          order by ${order}, s.finding_id limit $4) as few
       where exists (select from named)
       limit $5) as found`;

const ALL = `select * from unnest($1::text[], $2::text[], $3::timestamptz[]) with ordinality as named (address, asset, since, n)`;

const BUT_SERVICES = `
  select named.* from (
    select named.*, split_part(address, '|', 1) || '|' || split_part(address, '|', 2) as place, split_part(address, '|', 3) as value
      from (${ALL}) as named offset 0) as named
   where not ${SERVICE}`;

/** Of the documents, and of the datasets. */
const statementsOf = (side: Side, wanted: string) =>
  [hopOf(side, wanted), hopOfDatasets(side, wanted)] as const;
const HOP = { OUT: statementsOf(SIDES.OUT, BUT_SERVICES), IN: statementsOf(SIDES.IN, BUT_SERVICES) };
const FIRST = { OUT: statementsOf(SIDES.OUT, ALL), IN: statementsOf(SIDES.IN, ALL) };

export type HopRow = ToldTransfer & { of: number };

/** How much is read at most: of each address, and of all; and whether of datasets. */
interface Most {
  fanOut: number;
  rows: number;
  datasets: boolean;
}

/** Whether any: to plan the statement that asks them takes milliseconds, to find out what it would find none. */
export async function seesTransfers(reader: Reader): Promise<boolean> {
  const [row] = await reader.rows<{ sees: boolean }>(`select exists (${DATASETS.TRANSFERS}) as sees`);
  return row?.sees ?? false;
}

/**
 * What goes on from each of these, in their order: one more than `fanOut` of each and than `rows` of all, at most. A walk of
 * seen_transfer_out (_in) for each, and of dataset_transfer_out (_in) for each and each dataset that is seen: an address of
 * 100,000 transfers costs no more than one of 1,001. What stands on a list of services has none; at the first hop it has,
 * for there it is where the trace was told to begin.
 */
export async function nextHop(
  reader: Reader,
  direction: Direction,
  states: readonly State[],
  { fanOut, rows: most, datasets }: Most,
): Promise<HopRow[]> {
  const [ofDocuments, ofDatasets] = (states.every(({ hop }) => hop === 0) ? FIRST : HOP)[direction];
  const sign = direction === 'OUT' ? 1 : -1;
  const values = [
    states.map(({ address }) => address),
    states.map(({ asset }) => asset),
    states.map(({ since }) => instant(sign * since)),
    fanOut + 1,
    most + 1,
  ];
  const found = await Promise.all([
    reader.rows<Row>(ofDocuments, values),
    datasets ? reader.rows<Row>(ofDatasets, values) : [],
  ]);
  const rows = found
    .flat()
    .map((row) => ({ ...row, amount: BigInt(row.amount), from: Number(row.from), until: Number(row.until) }));
  const first = direction === 'OUT' ? (row: HopRow) => row.until : (row: HopRow) => -row.from;
  return [...Map.groupBy(rows, ({ of }) => of)]
    .sort(([a], [b]) => a - b)
    .flatMap(([, each]) => each.sort((a, b) => compare(first(a), first(b))).slice(0, fanOut + 1))
    .slice(0, most + 1);
}

/** All that came to these, whenever. */
export const inflows = (reader: Reader, states: readonly State[], most: Most): Promise<HopRow[]> =>
  nextHop(
    reader,
    'IN',
    states.map((state) => ({ ...state, since: -Infinity, hop: 0 })),
    most,
  );

const instant = (at: number): string =>
  Number.isFinite(at) ? new Date(at).toISOString() : at > 0 ? 'infinity' : '-infinity';

/** The assets that left an address, or came to it: each is one step of the index. */
export async function assetsAt(reader: Reader, direction: Direction, address: string): Promise<string[]> {
  const { at } = SIDES[direction];
  const stepping = (first: string, next: string) => `
    with recursive known as (
      select ${first} as asset
      union all select ${next} from known where known.asset is not null)
    select asset from known where asset is not null limit ${MOST_ASSETS}`;
  const seen = (behind: string) => `(select s.asset from seen_transfer s
      where ${SEEN} and s.${at} = $1 ${behind} order by s.asset limit 1)`;
  const loaded = (behind: string) => `(select t.asset from dataset_transfer t
      where t.dataset_id = s.dataset_id and t.${at} = $1 ${behind} order by t.asset limit 1)`;
  const found = await Promise.all([
    reader.rows<{ asset: string }>(stepping(seen(''), seen('and s.asset > known.asset')), [address]),
    reader.rows<{ asset: string }>(
      `select distinct asset from (${DATASETS.TRANSFERS}) s
        cross join lateral (${stepping(loaded(''), loaded('and t.asset > known.asset'))}) as found`,
      [address],
    ),
  ]);
  const assets = new Set(found.flat().map(({ asset }) => asset));
  return [...assets].sort().slice(0, MOST_ASSETS);
}

/** Whose addresses these are in visible findings: each role once. */
export const rolesAt = (
  reader: Reader,
  values: readonly string[],
): Promise<{ key: string; role: string }[]> =>
  reader.rows(
    `select distinct found.place || '|' || wanted.value as key, role
       from unnest($1::text[]) as wanted (value)
      cross join lateral (
        select s.place, s.roles from seen_indicator s
         where ${SEEN} and s.value = wanted.value
         order by s.listed_at desc, s.finding_id desc limit 100) as found
      cross join lateral unnest(found.roles) as role
     union
     select d.place || '|' || wanted.value, d.role
       from unnest($1::text[]) as wanted (value)
      cross join (${DATASETS.INDICATORS}) s
      cross join lateral (
        select d.place, d.role from dataset_indicator d
         where d.dataset_id = s.dataset_id and d.value = wanted.value offset 0) as d
      order by 1, 2`,
    [values],
  );
