import { equal } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { openDatabase, type Caller } from '#core';
import { DatasetsService, indicatorRows } from '#datasets';
import { memberId } from './agencies.js';
import { benchValue } from './indicators.js';
import { startServer, withClient } from './server.js';

const ROWS = 1_000_000;
/** One of so many rows says what one before said. */
const DUPLICATE = 10;
const BATCH = 2_000;
const SEED = 'import';
/** Of the rate of COPY. */
const WANTED = 0.6;
/** The sides take turns, each a part of the rows at a time. */
const TURNS = 10;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Sent {
  line: number;
  json: string;
}

/** The rows of a part, as a client sends them, in batches. */
function batchesOf(first: number, count: number): Sent[][] {
  const rows = Array.from({ length: count }, (_, at): Sent => {
    const n = first + at;
    const { place, value } = benchValue(SEED, n % DUPLICATE === DUPLICATE - 1 ? n - 1 : n);
    const [type, chain] = place.split('|');
    return {
      line: n + 2,
      json: JSON.stringify({ type, ...(chain !== '' && { chain }), value, role: 'suspect' }),
    };
  });
  return Array.from({ length: Math.ceil(count / BATCH) }, (_, at) =>
    rows.slice(at * BATCH, (at + 1) * BATCH),
  );
}

/**
 * A million indicators, of which a tenth are duplicates, into a dataset, through the service as a mutation calls it.
 * What is measured is the writing: the transaction, the statement, de-duplication, the hash, row security; the reading
 * before it (each row checked, normalised, made canonical) is timed apart, and told. Against COPY of the finished rows,
 * without duplicates, into a table with the same indexes, as a superuser.
 */
export default async function importing(): Promise<void> {
  const server = await startServer();
  try {
    const database = await openDatabase({ url: server.appUrl, pool: 2, entities: [] });
    const datasets = new DatasetsService(database);
    const caller: Caller = { id: memberId(0, 'CONTRIBUTOR'), needed: ['CONTRIBUTOR'] };
    const { id } = await datasets.open(caller, { idempotencyKey: randomUUID(), kind: 'INDICATORS' });
    const took = { ours: 0, reading: 0, copy: 0 };
    await withClient(server.superuserUrl, async (superuser) => {
      await superuser.query(BARE);
      let number = 0;
      const part = ROWS / TURNS;
      for (let turn = 0; turn < TURNS; turn++) {
        const batches = batchesOf(turn * part, part);
        took.ours += await timed(async () => {
          for (const rows of batches) await datasets.load(caller, { datasetId: id, number: ++number, rows });
        });
        took.reading += await timed(async () => void batches.map((rows) => indicatorRows(rows)));
        const finished = await superuser.query<{ line: string }>(FINISHED, [
          id,
          turn * part,
          (turn + 1) * part,
        ]);
        const lines = finished.rows.map(({ line }) => line).join('');
        took.copy += await timed(() => copied(superuser, lines));
        const said = Object.entries(took).map(([what, seconds]) => `${what} ${seconds.toFixed(1)} s`);
        say(`${(turn + 1) * part} rows: ${said.join(', ')}`);
      }
      const { rows } = await superuser.query<{ n: string }>('select count(*) as n from bare');
      equal(Number(rows[0]?.n), ROWS - ROWS / DUPLICATE);
    });
    const { hash, count } = await datasets.seal(caller, {
      idempotencyKey: randomUUID(),
      datasetId: id,
      batches: ROWS / BATCH,
    });
    equal(count, ROWS - ROWS / DUPLICATE);
    say(`sealed ${count} rows as ${hash}, ${Math.round(process.memoryUsage().rss / 1024 ** 2)} MB`);
    await database.close();
    say(`with the reading ${(took.copy / took.ours).toFixed(2)} of COPY`);
    const ratio = took.copy / (took.ours - took.reading);
    say(JSON.stringify({ bench: 'import', ratio: Number(ratio.toFixed(2)) }));
    if (ratio < WANTED) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}

const BARE = `create table bare (like dataset_indicator including all)`;

const FINISHED = `
  select concat_ws(E'\\t', i.dataset_id, i.ordinal, i.place, i.value, i.role, i.body) || E'\\n' as line
    from dataset_indicator i join dataset d on d.id = i.dataset_id
   where d.id = $1 and i.ordinal > (d.number << 32) + $2::bigint and i.ordinal <= (d.number << 32) + $3::bigint
   order by i.ordinal`;

async function copied(client: Client, lines: string): Promise<void> {
  const stream = client.query(
    copyFrom('copy bare (dataset_id, ordinal, place, value, role, body) from stdin'),
  );
  stream.end(lines);
  await once(stream, 'finish');
}

/** Seconds. */
async function timed(fn: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await fn();
  return (performance.now() - begun) / 1000;
}
