import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { addFinding, COLUMNS, noRows, TABLES, type Table, type Value } from './rows.js';
import { withClient } from './server.js';
import { putBack, setAside } from './set-aside.js';

/** Findings that one transaction brings in. */
const BATCH = 1_000;

/** Past triggers and foreign keys. */
const PAST = `set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '512MB'`;

/**
 * Loads findings as they stand after draft, review and release, with their projections: past the application and the
 * triggers, because the acts one by one would take an hour; the rows are those of the acts (test/bench-data.e2e-spec.ts).
 * What an earlier call was stopped in goes on where that ended.
 * @param superuserUrl a migrated database with the bench's roster, and without findings
 * @param more statements that add what stands beside the findings
 */
export const loadFindings = (
  superuserUrl: string,
  count: number,
  more: readonly string[] = [],
): Promise<void> =>
  withClient(superuserUrl, async (superuser) => {
    await superuser.query(PAST);
    await setAside(
      superuser,
      [...TABLES, 'seen_indicator', 'seen_incident', 'seen_transfer'],
      [...SEEN, ...more],
    );
    const { rows } = await superuser.query<{ batch: number }>('select batch from bench.loaded');
    const loaded = new Set(rows.map(({ batch }) => batch));
    const all = Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) => batch);
    const lacking = all.filter((batch) => !loaded.has(batch));
    if (count <= BATCH) await loadBatches({ superuserUrl, batches: lacking, count });
    else await inThreads(superuserUrl, lacking, count);
    await putBack(superuser);
    await superuser.query('vacuum analyze');
  });

/** What the triggers keep of each inbox, for all rows at once (migrations/1763683208000-seen.ts). Nothing here is closed. */
export const SEEN = [
  `insert into seen_indicator (agency_id, finding_id, position, place, value, roles, revision_id, listed_at, until)
   select i.agency_id, i.finding_id, x.position, indicator_place(x.key), indicator_value(x.key), x.roles, i.revision_id,
          i.listed_at, i.until
     from inbox i join (
       select revision_id, key, min(position) as position, array_agg(distinct role order by role) as roles
         from finding_indicator group by revision_id, key) x on x.revision_id = i.revision_id`,
  `insert into seen_incident (agency_id, finding_id, incident_id, revision_id, listed_at, until)
   select i.agency_id, i.finding_id, x.incident_id, i.revision_id, i.listed_at, i.until
     from inbox i join revision_incident x on x.revision_id = i.revision_id`,
];

export interface Part {
  superuserUrl: string;
  batches: readonly number[];
  /** Of all parts: the last batch may be smaller. */
  count: number;
}

/** One for each core: making the rows takes as long as writing them. */
async function inThreads(superuserUrl: string, batches: readonly number[], count: number): Promise<void> {
  const threads = availableParallelism();
  const parts = Array.from({ length: threads }, (_, n) => batches.filter((__, at) => at % threads === n));
  await Promise.all(
    parts.map(async (part) => {
      const workerData: Part = { superuserUrl, batches: part, count };
      // Rejects with what the thread throws.
      await once(new Worker(join(import.meta.dirname, 'load-thread.js'), { workerData }), 'exit');
    }),
  );
}

export const loadBatches = ({ superuserUrl, batches, count }: Part): Promise<void> =>
  withClient(superuserUrl, async (superuser) => {
    await superuser.query(PAST);
    for (const batch of batches) {
      const rows = noRows();
      for (let n = batch * BATCH; n < Math.min((batch + 1) * BATCH, count); n++) addFinding(rows, n);
      await superuser.query('begin');
      for (const table of TABLES) await copy(superuser, table, rows[table]);
      await superuser.query('insert into bench.loaded values ($1)', [batch]);
      await superuser.query('commit');
    }
  });

async function copy(superuser: Client, table: Table, rows: readonly Value[][]): Promise<void> {
  const stream = superuser.query(copyFrom(`copy ${table} (${COLUMNS[table].join(', ')}) from stdin`));
  stream.end(rows.map((row) => `${row.map(field).join('\t')}\n`).join(''));
  await finished(stream);
}

const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** As COPY reads it: https://www.postgresql.org/docs/18/sql-copy.html, text format. */
function field(value: Value): string {
  if (value === null) return '\\N';
  if (value instanceof Date) return value.toISOString();
  return String(value).replace(/[\\\t\n\r]/g, (character) => ESCAPED[character] ?? '');
}
