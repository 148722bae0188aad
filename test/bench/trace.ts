import { deepEqual } from 'node:assert/strict';
import { Client } from 'pg';
import { CONTENT_ROLES } from '#access';
import { openDatabase, type Caller, type Database } from '#core';
import { TraceService } from '#search';
import { agencyId, memberId } from './agencies.js';
import { DATA } from './data.js';
import { startWith } from './kept.js';
import { Random } from './random.js';
import { ASKER, FAN_OUT } from './transfers.js';

/** Transfers; another number by `npm run bench trace -- 30000`. */
const TRANSFERS = Number(process.argv[3] ?? DATA.trace.transfers);
const HOPS = 5;
const ADDRESSES = TRANSFERS / FAN_OUT;
const ROUNDS = 60;
const WARM_UP = 15;
const WANTED = 1.3;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * The frontier of a trace, hop by hop, under row security, in the order of time and past no known service; against the best
 * of three recursive statements that find the same transfers in one go, as a superuser, with the reader's filter written into
 * each of their steps. One trace at a time, in turn.
 */
export default async function trace(): Promise<void> {
  const server = await startWith({ ...DATA.trace, transfers: TRANSFERS }, { copied: false });
  try {
    const database = await openDatabase({ url: server.appUrl, pool: 1, entities: [] });
    const superuser = new Client({
      connectionString: server.superuserUrl,
      options: '-c search_path=entente,pg_catalog -c jit=off',
    });
    await superuser.connect();
    try {
      const { rows } = await superuser.query<{ n: string }>('select count(*) as n from seen_transfer');
      deepEqual(Number(rows[0]?.n), TRANSFERS);
      say(`${TRANSFERS} transfers between ${ADDRESSES} addresses in the inbox of one agency`);
      const ratio = await measure(database, superuser);
      say(JSON.stringify({ bench: 'trace', ratio: Number(ratio.toFixed(2)) }));
      if (ratio > WANTED) process.exitCode = 1;
    } finally {
      await superuser.end();
      await database.close();
    }
  } finally {
    await server.stop();
  }
}

const MINE = `s.agency_id = '${agencyId(ASKER)}' and s.until > now() and s.asset = 'ETH'`;
const COLUMNS = `s.finding_id, s.position, s.revision_id, s.transaction, s.sender, s.receiver, s.asset, s.decimals,
  s.amount::text, s.happened_from, s.happened_until`;

/** Three ways to say the same. */
const RECURSIVE: Record<string, string> = {
  'by address and depth': `
    with recursive reached (address, depth) as (
      select $1::text, 0
      union
      select s.receiver, depth + 1 from reached join seen_transfer s on ${MINE} and s.sender = reached.address
       where depth < ${HOPS})
    select ${COLUMNS} from (select distinct address from reached where depth < ${HOPS}) as reached
      join seen_transfer s on ${MINE} and s.sender = reached.address`,
  'by transfer and depth': `
    with recursive moved as (
      select s.*, 1 as depth from seen_transfer s where ${MINE} and s.sender = $1
      union
      select s.*, depth + 1 from moved join seen_transfer s on ${MINE} and s.sender = moved.receiver
       where depth < ${HOPS})
    select distinct ${COLUMNS} from moved s`,
  'by path': `
    with recursive moved as (
      select s.*, array[s.sender, s.receiver] as path from seen_transfer s where ${MINE} and s.sender = $1
      union all
      select s.*, path || s.receiver from moved join seen_transfer s on ${MINE} and s.sender = moved.receiver
       where array_length(path, 1) <= ${HOPS} and s.receiver <> all (path))
    select distinct ${COLUMNS} from moved s`,
};

interface Row {
  finding_id: string;
  position: number;
}

async function measure(database: Database, superuser: Client): Promise<number> {
  const service = new TraceService(database);
  const caller: Caller = { id: memberId(ASKER, 'ANALYST'), needed: CONTENT_ROLES };
  const limits = { fanOut: 1_000, nodes: 5_000, transfers: 20_000, seconds: 10 };
  const input = { direction: 'OUT' as const, hops: HOPS, asset: 'ETH', window: {}, limits };
  const random = new Random(7);
  const start = (): string =>
    `wallet|ethereum|0x${random
      .int(0, ADDRESSES - 1)
      .toString(16)
      .padStart(40, '0')}`;
  const ours = async (from: string): Promise<string[]> => {
    const walk = await service.walk(caller, { ...input, from });
    return [...walk.followed.keys()];
  };
  const theirs = async (name: string, from: string): Promise<string[]> => {
    const { rows } = await superuser.query<Row>({ name, text: RECURSIVE[name] ?? '', values: [from] });
    return rows.map(({ finding_id: finding, position }) => `${finding} document ${position}`);
  };
  const names = Object.keys(RECURSIVE);
  for (let n = 0; n < 5; n++) {
    const from = start();
    const found = (await ours(from)).sort();
    for (const name of names.slice(0, 2)) deepEqual((await theirs(name, from)).sort(), found);
    if (n === 0) say(`the same ${found.length} transfers by the frontier and by the recursive statements`);
  }
  const took: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const from = start();
    const sides: Record<string, () => Promise<unknown>> = {
      frontier: () => ours(from),
      'whole trace': () => service.trace(caller, { ...input, from }),
      ...Object.fromEntries(names.map((name) => [name, () => theirs(name, from)])),
    };
    for (const [side, run] of Object.entries(sides)) {
      const begun = performance.now();
      await run();
      if (round >= WARM_UP) (took[side] ??= []).push(performance.now() - begun);
    }
  }
  for (const [side, times] of Object.entries(took))
    say(`${side.padEnd(22)} median ${median(times).toFixed(1)} ms`);
  const best = Math.min(...names.map((name) => median(took[name] ?? [])));
  return median(took.frontier ?? []) / best;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
