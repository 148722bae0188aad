import { Injectable } from '@nestjs/common';
import { Database, invalid, listKey, pageOf, pageRequest, type Caller, type Page } from '#core';
import { read, separate, type Reading } from '#indicators';
import { LOOKUP_PAGE, MOST_MATCHES, MOST_VALUES } from './lookup-limits.js';
import { listedValues, type ListedValue } from './lists.queries.js';
import { seenInDatasets, seenValues, suspects, type Placed, type SeenValue } from './lookup.queries.js';
import type { LookupType } from './lookup.type.js';

/** A cursor of a look-up is a place among its values; the id that every cursor has says nothing. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
const PLACE = /^\d{1,5}$/;

interface Asked {
  values: string[];
  first?: number;
  after?: string;
}

type LookupPage = Page<LookupType> & { count: number };

/** Values against what the reader may see. */
@Injectable()
export class LookupService {
  constructor(private readonly database: Database) {}

  /** @throws ServiceError INVALID for no values and for more than may be */
  async page(caller: Caller, { values, ...args }: Asked): Promise<LookupPage> {
    const list = listKey('lookup', values);
    const { first, after } = pageRequest(list, args, { sortKey: PLACE, maximum: LOOKUP_PAGE });
    const pasted = separate(values, MOST_VALUES + 1);
    if (pasted.length === 0) throw invalid('values', 'Name at least one value.');
    if (pasted.length > MOST_VALUES)
      throw invalid('values', `More than ${MOST_VALUES} values: look them up in several.`);
    const begin = after ? Number(after.key) + 1 : 0;
    const shown = pasted.slice(begin, begin + first);
    const readings = shown.map(read);
    const known = await this.known(caller, readings);
    const rows = readings.map((reading, at) => new Lookup(reading, shown[at] ?? '', begin + at, known));
    const page = pageOf(list, first, rows, ({ place }) => ({ key: String(place), id: NO_ID }));
    return Object.assign(page, {
      count: pasted.length,
      pageInfo: { ...page.pageInfo, hasNextPage: begin + first < pasted.length },
    });
  }

  /** One batch for all of a page, and one for the lists. */
  private async known(caller: Caller, readings: readonly Reading[]): Promise<Known> {
    const accepted = readings.flatMap((reading) => reading.accepted);
    const values = [...new Set(accepted.map(({ value }) => value))];
    const [seen, loaded, listed] = await this.database.read(caller, (reader) =>
      Promise.all([seenValues(reader, values), seenInDatasets(reader, values), listedValues(reader, values)]),
    );
    const found = Map.groupBy(merged(seen, loaded), ({ value }) => value);
    // Of what more findings have than are told, those that are not may say so.
    const crowded = accepted
      .filter(({ value }) => (found.get(value)?.length ?? 0) > MOST_MATCHES)
      .flatMap(({ value, as }) => as.map(({ place }) => ({ place, value })));
    const told =
      crowded.length === 0 ? [] : await this.database.read(caller, (reader) => suspects(reader, crowded));
    return {
      seen: found,
      suspects: new Set(told.map(({ place, value }) => `${place}|${value}`)),
      listed: Map.groupBy(listed, ({ value }) => value),
    };
  }
}

/** Of documents and of datasets, newest first: a finding that has a key in both has it once, in all its roles. */
function merged(seen: readonly SeenValue[], loaded: readonly SeenValue[]): readonly SeenValue[] {
  if (loaded.length === 0) return seen;
  const nameOf = ({ value, place, findingId }: SeenValue) => JSON.stringify([value, place, findingId]);
  const found = new Map(seen.map((row) => [nameOf(row), row]));
  for (const row of loaded) {
    const roles = [...(found.get(nameOf(row))?.roles ?? []), ...row.roles];
    found.set(nameOf(row), { ...row, roles: [...new Set(roles)].sort() });
  }
  return [...found.values()].sort(
    (a, b) =>
      b.listedAt.getTime() - a.listedAt.getTime() ||
      (a.findingId < b.findingId ? 1 : a.findingId > b.findingId ? -1 : 0),
  );
}

interface Known {
  seen: ReadonlyMap<string, readonly SeenValue[]>;
  /** Keys that are a suspect's, of values that more findings have than are told. */
  suspects: ReadonlySet<string>;
  listed: ReadonlyMap<string, readonly ListedValue[]>;
}

/** What is known of a value as one of the things that it can be, in the order of those. */
const knownAs = <Row extends Placed>(
  { accepted }: Reading,
  known: ReadonlyMap<string, readonly Row[]>,
): Row[] =>
  accepted.flatMap(({ value, as }) =>
    (known.get(value) ?? []).filter((row) => as.some(({ place }) => place === row.place)),
  );

/** Of a pasted value, its candidates read when asked for: a dozen for each value, of which most clients ask none. */
class Lookup implements LookupType {
  readonly reason;
  readonly suspect;
  readonly matches;
  readonly lists;
  readonly moreMatches;

  constructor(
    private readonly reading: Reading,
    readonly value: string,
    readonly place: number,
    known: Known,
  ) {
    const found = knownAs(reading, known.seen).map((row) => ({ ...row, key: `${row.place}|${row.value}` }));
    this.reason = reading.reason;
    this.suspect =
      found.some(({ roles }) => roles.includes('suspect')) ||
      (known.suspects.size > 0 && reading.candidates.some(({ key }) => known.suspects.has(key)));
    this.matches = found.slice(0, MOST_MATCHES);
    this.lists = knownAs(reading, known.listed);
    this.moreMatches = found.length > MOST_MATCHES;
  }

  get candidates(): LookupType['candidates'] {
    return this.reading.candidates;
  }
}
