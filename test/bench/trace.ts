import { deepEqual } from 'node:assert/strict';
import { Client } from 'pg';
import { CONTENT_ROLES } from '#access';
import { openDatabase, type Caller, type Database } from '#core';
import { TraceService } from '#search';
import { agencyId, memberId } from './agencies.js';
import { loadFindings } from './load.js';
import { Random } from './random.js';
import { startServer, withClient } from './server.js';

/** Transfers; another number by `npm run bench trace -- 30000`. */
const TRANSFERS = Number(process.argv[3] ?? 3_000_000);
/** From each address so many go, to others at random: five hops are 3,905 transfers. */
const FAN_OUT = 5;
const HOPS = 5;
const ADDRESSES = TRANSFERS / FAN_OUT;
const FINDINGS = 200;
const ASKER = 0;
const SEED = 'transfers';
const BATCH = 100_000;
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
  const server = await startServer();
  try {
    await withClient(server.ownerUrl, (owner) => loadFindings(owner, FINDINGS));
    await withClient(server.superuserUrl, loadTransfers);
    const database = await openDatabase({ url: server.appUrl, pool: 1, entities: [] });
    const superuser = new Client({
      connectionString: server.superuserUrl,
      options: '-c search_path=entente,pg_catalog -c jit=off',
    });
    await superuser.connect();
    try {
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

/** Of an address by its number: as many hex digits as an address of Ethereum has. */
const address = (number: string): string => `'wallet|ethereum|0x' || lpad(to_hex(${number}), 40, '0')`;

/** Past the triggers, as they would have left it: what one agency sees, spread over its inbox. The same in every run. */
async function loadTransfers(superuser: Client): Promise<void> {
  await superuser.query("set session_replication_role = replica; set work_mem = '64MB'");
  const { rows: indexes } = await superuser.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes where indexname in ('seen_transfer_out', 'seen_transfer_in')`,
  );
  for (const { name } of indexes) await superuser.query(`drop index ${name}`);
  const receiver = `(('x' || substr(md5('${SEED} ' || n), 1, 7))::bit(28)::int % ${ADDRESSES})`;
  for (let done = 0; done < TRANSFERS; done += BATCH)
    await superuser.query(
      `insert into seen_transfer (agency_id, finding_id, position, revision_id, transaction, sender, receiver, asset,
                                  decimals, amount, happened_from, happened_until, until)
       select i.agency_id, i.finding_id, 1000 + n, i.revision_id, 'transaction|ethereum|0x' || md5('transaction ' || n),
              ${address(`n % ${ADDRESSES}`)}, ${address(receiver)}, 'ETH', 18, 1 + n % 1000,
              timestamptz '2018-01-01Z', timestamptz '2018-01-02Z', i.until
         from generate_series($2::int, $3::int - 1) as n
         join (select i.*, row_number() over (order by finding_id) - 1 as place, count(*) over () as all
                 from inbox i where agency_id = $1) i on i.place = n % i.all`,
      [agencyId(ASKER), done, Math.min(done + BATCH, TRANSFERS)],
    );
  for (const { definition } of indexes) await superuser.query(definition);
  await superuser.query('vacuum analyze seen_transfer');
  const { rows } = await superuser.query<{ n: string }>(
    'select count(*) as n from seen_transfer where position >= 1000',
  );
  deepEqual(Number(rows[0]?.n), TRANSFERS);
  say(`${TRANSFERS} transfers between ${ADDRESSES} addresses in the inbox of one agency`);
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
