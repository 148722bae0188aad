import { deepStrictEqual } from 'node:assert/strict';
import type { Client } from 'pg';
import { openDatabase, type Caller, type Reader } from '#core';
import { textsOf } from '#findings';
import { compile, newestHits, parseQuery } from '#search';
import { agencyId, CODES, memberId } from './agencies.js';
import { DATA } from './data.js';
import { startWith } from './kept.js';
import { Random } from './random.js';
import { speech } from './rows.js';
import { withClient, type BenchServer } from './server.js';

const WARM_UP = 60;
const QUERIES = 400;
/** Words of two characters: pg_trgm reads its whole index for each. */
const SHORT = 24;
const PAGE = 21;
/** At most so many times the p95 of the same index without row security. */
const WANTED = 10;
/** At least so many times as fast as pg_trgm. */
const FASTER = 10;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

export interface Asked {
  agency: number;
  query: string;
}

/**
 * Full text as the service asks for it, under row security, against the same index asked by a superuser, one query after
 * the other; and both indexes without row security, ours and trigrams, for everything that has a word of two characters.
 * Both sides must find the same.
 */
export default async function search(): Promise<void> {
  const server = await startWith(DATA.search);
  try {
    const ratio = await measure(server);
    if (ratio > WANTED) process.exitCode = 1;
    say(JSON.stringify({ bench: 'search', ratio: Math.ceil(ratio * 100) / 100 }));
  } finally {
    await server.stop();
  }
}

async function measure(server: BenchServer): Promise<number> {
  const database = await openDatabase({ url: server.appUrl, pool: 2, entities: [] });
  try {
    return await withClient(server.superuserUrl, async (superuser) => {
      const ours = ({ agency, query }: Asked) => {
        const caller: Caller = { id: memberId(agency, 'ANALYST'), needed: ['ANALYST'] };
        const read = <T>(fn: (reader: Reader) => Promise<T>) => database.read(caller, fn);
        return newestHits(read, { wanted: compile(parseQuery(query)), filter: {} }, null, PAGE);
      };
      const random = new Random(9);
      const draw = (query: () => string): Asked => ({
        agency: random.int(0, CODES.length - 1),
        query: query(),
      });
      const asked = Array.from({ length: WARM_UP + QUERIES }, () => draw(() => speech.query(random)));
      const [ourTimes, plainTimes] = await compare(asked, ours, (one) => plain(superuser, one));
      report('row security', ourTimes);
      report('without', plainTimes);
      say('making the trigrams');
      await trigrams(superuser);
      const short = Array.from({ length: SHORT }, () => draw(() => speech.short(random)));
      const [shortTimes, trigramTimes] = await compare(
        short,
        (one) => all(superuser, PAIRS, compile(parseQuery(one.query)).everything),
        (one) => all(superuser, LIKE, `%${one.query}%`),
        4,
      );
      report('two characters', shortTimes);
      report('trigrams', trigramTimes);
      const faster = at(trigramTimes, 0.5) / at(shortTimes, 0.5);
      say(`${faster.toFixed(1)} times as fast as trigrams (at least ${FASTER} is wanted)`);
      if (faster < FASTER) process.exitCode = 1;
      return at(ourTimes, 0.95) / at(plainTimes, 0.95);
    });
  } finally {
    await database.close();
  }
}

type Ask = (asked: Asked) => Promise<{ id: string }[]>;

/** Milliseconds of each, sorted; the first ones warm up. @throws Error where the two find different findings */
async function compare(
  asked: readonly Asked[],
  one: Ask,
  other: Ask,
  warmUp = WARM_UP,
): Promise<[number[], number[]]> {
  const took: [number[], number[]] = [[], []];
  let found = 0;
  for (const [n, question] of asked.entries()) {
    const answers = [];
    for (const [side, ask] of [one, other].entries()) {
      const start = performance.now();
      answers.push(await ask(question));
      if (n >= warmUp) took[side === 0 ? 0 : 1].push(performance.now() - start);
    }
    const [ours = [], theirs = []] = answers.map((rows) => rows.map(({ id }) => id));
    deepStrictEqual(ours, theirs, question.query);
    found += ours.length;
  }
  say(`same ${found} findings for ${asked.length} queries`);
  return [took[0].sort((a, b) => a - b), took[1].sort((a, b) => a - b)];
}

/** The same index, asked by a superuser for the same list. */
export async function plain(superuser: Client, { agency, query }: Asked): Promise<{ id: string }[]> {
  const { rows } = await superuser.query<{ id: string }>({
    name: 'plain',
    text: `select i.finding_id as id from search_text t join inbox i on i.revision_id = t.revision_id
            where not t.own and not t.split and t.words @@ $1::tsquery and i.agency_id = $2 and i.until > now()
            order by i.listed_at desc, i.finding_id desc limit ${PAGE}`,
    values: [compile(parseQuery(query)).everything, agencyId(agency)],
  });
  return rows;
}

const TRIGRAMS = `create extension pg_trgm; create table plain_text (revision_id uuid primary key, text text not null)`;

/** The texts themselves under pg_trgm. */
async function trigrams(superuser: Client): Promise<void> {
  await superuser.query(TRIGRAMS);
  let last: string | undefined;
  do {
    const { rows } = await superuser.query<{ id: string; document: Parameters<typeof textsOf>[0] }>(
      `select id, document from revision where $1::uuid is null or id > $1 order by id limit 5000`,
      [last ?? null],
    );
    const texts = rows.map(({ document }) =>
      textsOf(document)
        .map(({ text }) => text.normalize('NFKC').toLowerCase())
        .join('\n'),
    );
    await superuser.query('insert into plain_text select * from unnest($1::uuid[], $2::text[])', [
      rows.map(({ id }) => id),
      texts,
    ]);
    last = rows.at(-1)?.id;
  } while (last !== undefined);
  await superuser.query('create index on plain_text using gin (text gin_trgm_ops); analyze plain_text');
}

const PAIRS = `select revision_id from search_text where not own and not split and words @@ $1::tsquery`;
const LIKE = 'select revision_id from plain_text where text like $1';

/** Everything that one index finds, as a number and a mark of which they are. */
async function all(superuser: Client, found: string, value: string): Promise<{ id: string }[]> {
  const { rows } = await superuser.query<{ id: string }>(
    `select count(*) || ' ' || coalesce(bit_xor(hashtext(revision_id::text)), 0) as id from (${found}) found`,
    [value],
  );
  return rows;
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(sorted.length * share)] ?? NaN;

const report = (what: string, sorted: readonly number[]): void =>
  say(
    `${what.padEnd(14)} p50 ${at(sorted, 0.5).toFixed(1)} ms, p95 ${at(sorted, 0.95).toFixed(1)} ms, most ${(sorted.at(-1) ?? NaN).toFixed(1)} ms`,
  );
