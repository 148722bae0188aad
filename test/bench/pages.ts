import type { Client } from 'pg';
import { cursorOf, listKey, type Position } from '#core';
import { agencyId, CODES } from './agencies.js';

/** One page of one agency's list: where it begins. Null for the first. */
export interface BenchPage {
  agency: number;
  after: Position | null;
}

const SIZE = 20;
const LIST = listKey('findings', {});

/** Every full page of every agency's list: the position of each twentieth row. */
export async function everyPage(superuser: Client): Promise<BenchPage[]> {
  const pages: BenchPage[] = [];
  for (const agency of CODES.keys()) {
    const { rows } = await superuser.query<Position & { n: string }>(
      `select n, micros(listed_at)::text as key, finding_id as id
         from (select *, row_number() over (order by listed_at desc, finding_id desc) as n
                 from inbox where agency_id = $1) as listed
        where n % ${SIZE} = 0 order by n`,
      [agencyId(agency)],
    );
    const ends = rows.map(({ key, id }) => ({ key, id }));
    // The last of these may have less than a page behind it.
    for (const after of [null, ...ends.slice(0, -1)]) pages.push({ agency, after });
  }
  return pages;
}

export const cursorAt = (after: Position | null): string | null => after && cursorOf(LIST, after);
