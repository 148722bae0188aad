import { Injectable } from '@nestjs/common';
import { Database, invalid, PAGE_DEFAULT, PAGE_MAXIMUM, type Caller, type Reader } from '#core';
import { feedHead, feedSlice, type FeedEntry, type FeedHead, type FeedName } from '#ledger';
import { anyPlaceOf, checkPlace, feedCursor, placeOf, type FeedPlace } from './cursor.js';
import type { FeedEventType, FeedRangeType, FeedType } from './feed.type.js';

/** Positions that one answer looks through for the types it is to have. */
const WINDOW = 1_000;
const MOST_TYPES = 50;
const TYPE = /^[a-z]+(-[a-z]+)*\.[a-z]+([_-][a-z]+)*$/;

/** What is asked of a feed, checked. */
export interface Wanted {
  feed: FeedName;
  /** Null for the beginning. */
  after: FeedPlace | null;
  first: number;
  types: readonly string[] | undefined;
}

export interface FeedQuestion {
  of: FeedName;
  after?: string | null;
  first?: number | null;
  types?: readonly string[] | null;
}

/** @throws ServiceError INVALID */
export function wantedOf({ of, after, first, types }: FeedQuestion): Wanted {
  const most = first ?? PAGE_DEFAULT;
  if (!Number.isInteger(most) || most < 1 || most > PAGE_MAXIMUM)
    throw invalid('first', `\`first\` is from 1 to ${PAGE_MAXIMUM}.`);
  if (types && (types.length < 1 || types.length > MOST_TYPES))
    throw invalid('types', `Name one to ${MOST_TYPES} types.`);
  const wrong = types?.findIndex((type) => type.length > 80 || !TYPE.test(type)) ?? -1;
  if (wrong >= 0) throw invalid(`types[${wrong}]`, 'A type is like finding.released.');
  return {
    feed: of,
    after: after == null ? null : placeOf(after, of, 'after'),
    first: most,
    types: types ?? undefined,
  };
}

/** A stretch of a feed, and whose it is. */
export interface Stretch extends FeedType {
  agencyId: string;
}

type Told = FeedEntry & { withdrawn: boolean };

/** Reads a feed under the rights that its reader has at that moment, and remembers how far it acknowledged. */
@Injectable()
export class FeedService {
  constructor(private readonly database: Database) {}

  /** @throws ServiceError CONFLICT for a cursor of an earlier epoch */
  read(caller: Caller, wanted: Wanted): Promise<Stretch> {
    const { feed, after, first, types } = wanted;
    return this.database.read(caller, async (reader) => {
      const ask = <Row>(text: string, values: readonly unknown[]) => reader.rows<Row>(text, values);
      const slice = { feed, after: after?.position ?? 0, first, types, window: types ? WINDOW : first };
      const [entries, head, own] = await Promise.all([
        feedSlice<{ withdrawn: boolean }>(ask, slice, WITHDRAWN),
        feedHead(ask, feed),
        ownPlace(reader, feed),
      ]);
      if (after) checkPlace(after, head, 'after');
      return stretch(wanted, head, entries, own);
    });
  }

  /**
   * Moves the caller's own cursor forward, never back within an epoch.
   * @returns where it stands then
   * @throws ServiceError INVALID, or CONFLICT for one of an earlier epoch
   */
  async acknowledge(
    caller: Caller,
    cursor: string,
    readers: (feed: FeedName) => Caller['needed'],
  ): Promise<string> {
    const place = anyPlaceOf(cursor, 'input.cursor');
    const { feed } = place;
    return this.database.act({ ...caller, needed: readers(feed) }, async ({ manager, viewer }) => {
      checkPlace(
        place,
        await feedHead((text, values) => manager.query(text, [...values]), feed),
        'input.cursor',
      );
      const [kept] = await manager.query<{ position: number }[]>(
        `insert into feed_cursor as c (agency_id, member_id, feed, epoch, position) values ($1, $2, $3, $4, $5)
         on conflict (agency_id, member_id, feed) do update
           set epoch = excluded.epoch, acknowledged_at = clock_timestamp(),
               position = case when c.epoch = excluded.epoch then greatest(c.position, excluded.position)
                               else excluded.position end
         returning position::float8 as position`,
        [viewer.agencyId, viewer.memberId, feed, place.epoch, place.position],
      );
      return feedCursor({ ...place, position: kept?.position ?? place.position });
    });
  }
}

/** Of an act on a finding that its reader may not see any more. */
const WITHDRAWN = `, e.subject_type = 'finding' and not in_inbox(e.subject_id) as withdrawn`;

interface Own {
  agencyId: string;
  epoch: string | null;
  position: number | null;
}

async function ownPlace(reader: Reader, feed: FeedName): Promise<Own> {
  const rows = await reader.rows<Own>(
    `select mine.agency_id as "agencyId", c.epoch, c.position::float8 as position
       from (select acting() as agency_id, acting_member() as member_id) mine
       left join feed_cursor c on c.agency_id = mine.agency_id and c.member_id = mine.member_id and c.feed = $1`,
    [feed],
  );
  if (!rows[0]) throw new Error('Nobody was entered.');
  return rows[0];
}

function stretch({ feed, after, first, types }: Wanted, head: FeedHead, entries: Told[], own: Own): Stretch {
  const { epoch } = head;
  const begin = after?.position ?? 0;
  const at = (position: number): string => feedCursor({ feed, epoch, position });
  // Cut off by its size it ends with its last event; else it was looked through to its end.
  const last = entries.length === first ? entries.at(-1)?.position : undefined;
  const through = last ?? Math.min(head.position, begin + (types ? WINDOW : first));
  return {
    agencyId: own.agencyId,
    epoch,
    after: begin,
    through,
    total: head.position,
    events: entries.map((entry) => told(entry, at(entry.position))),
    skipped: between(begin, through, entries),
    endCursor: at(through),
    hasNextPage: through < head.position,
    acknowledged: own.epoch === epoch && own.position !== null ? at(own.position) : null,
  };
}

/** Of what was withdrawn no more is told than that something happened to it. */
const told = ({ entryId: _, ...entry }: Told, cursor: string): FeedEventType =>
  entry.withdrawn ? { ...entry, cursor, actorAgencyId: null, revisionId: null } : { ...entry, cursor };

/** The positions behind `begin`, through `end`, at which there is no entry. */
function between(begin: number, end: number, entries: readonly FeedEntry[]): FeedRangeType[] {
  const ranges: FeedRangeType[] = [];
  let covered = begin;
  for (const { position } of [...entries, { position: end + 1 }]) {
    if (position > covered + 1) ranges.push({ from: covered + 1, to: position - 1 });
    covered = position;
  }
  return ranges;
}
