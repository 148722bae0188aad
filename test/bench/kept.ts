import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cliConfig } from '#core';
import {
  ententeDirectory,
  ownDirectory,
  waitForLock,
  type Postgres,
} from '../../apps/cli/embedded-postgres/index.js';
import { loadFindings, SEEN } from './load.js';
import { addFinding, noRows } from './rows.js';
import { DATABASE, demoAt, migrated, startSized, withClient, type BenchServer } from './server.js';
import { transferRows } from './transfers.js';

/** What stands in a database when a bench begins. */
export interface Data {
  findings: number;
  /** What one agency sees besides them. */
  transfers?: number;
}

const KEPT = 'entente_kept';
const MAKING = 'entente_making';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * A server with these data, which are made the first time and kept outside the checkout; a new schema is brought to them.
 * @param copied false for a bench that only asks: it is given what is kept, and not a copy of its own
 */
export async function startWith(data: Data, { copied = true } = {}): Promise<BenchServer> {
  const [directory, postgres] = await startKept(data);
  const run = (statement: string) =>
    withClient(postgres.superuserUrl, (superuser) => superuser.query(statement));
  try {
    await run(`drop database if exists ${DATABASE}`);
    if (copied)
      await run(`create database ${DATABASE} owner entente_owner template ${KEPT} strategy file_copy`);
    const demoDirectory = await demoAt(directory);
    return {
      ...(await migrated(postgres, copied ? DATABASE : KEPT)),
      demoDirectory,
      stop: async () => {
        await run(`drop database if exists ${DATABASE} with (force)`);
        await postgres.stop();
        await rm(demoDirectory, { recursive: true });
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** @throws Error while another process has a server with these data */
async function startKept(data: Data): Promise<[directory: string, Postgres]> {
  const home = await ententeDirectory(cliConfig());
  const shelf = await ownDirectory(join(home, 'bench-data'));
  const sized = described(data).replaceAll(' and ', '-').replaceAll(' ', '-');
  const name = `${sized}-${generator()}`;
  await clear(shelf, (other) => other.startsWith(`${sized}-`) && other !== name);
  const directory = join(shelf, name);
  // Stopped in order, unlike what is thrown away; and no more durable than that while it runs.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const postgres = await startSized({ home, directory, durable: true, say: () => undefined }, settings);
  try {
    await make(postgres, directory, data);
    return [directory, postgres];
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Makes what is not there yet, or goes on with what was stopped in the making. */
async function make(postgres: Postgres, directory: string, data: Data): Promise<void> {
  await withClient(postgres.superuserUrl, async (superuser) => {
    const { rowCount: there } = await superuser.query('select from pg_database where datname = $1', [KEPT]);
    if (there) return;
    say(`making ${described(data)}, once, in ${directory}`);
    const began = Date.now();
    const { superuserUrl } = await migrated(postgres, MAKING);
    await loadFindings(superuserUrl, data.findings, data.transfers ? [transferRows(data.transfers)] : []);
    await superuser.query(`alter database ${MAKING} rename to ${KEPT}`);
    const { rows } = await superuser.query<{ size: string }>(
      'select pg_size_pretty(pg_database_size($1)) as size',
      [KEPT],
    );
    say(`made in ${Math.round((Date.now() - began) / 1000)} s, ${rows[0]?.size}`);
  });
}

const described = (data: Data): string =>
  Object.entries(data)
    .map(([what, count]) => `${count} ${what}`)
    .join(' and ');

/** Removes what another generator made, unless a server runs on it. */
async function clear(shelf: string, stale: (name: string) => boolean): Promise<void> {
  for (const name of (await readdir(shelf)).filter(stale)) {
    const lock = await waitForLock(join(shelf, name, 'lock'), 0);
    if (!lock) continue;
    await rm(join(shelf, name), { recursive: true });
    lock.release();
  }
}

/** What it makes says which it is. */
function generator(): string {
  const rows = noRows();
  for (let n = 0; n < 20; n++) addFinding(rows, n);
  // Each document has a salt, which no seed gives.
  const revision = rows.revision.map(([id, finding, agency, , , ...listing]) => [
    id,
    finding,
    agency,
    listing,
  ]);
  const made = JSON.stringify([{ ...rows, revision }, SEEN, transferRows(5)]);
  return createHash('sha256').update(made).digest('hex').slice(0, 8);
}
