import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { chanceOf, type Chance } from './support/chance.js';
import { hangUp, list, mutation, one } from './support/over-http.js';
import { eventually } from './support/processes.js';
import { newTenant, type Operation, type Tenant } from './support/tenants.js';
import {
  act,
  between,
  connectionsOf,
  failingRead,
  notLetIn,
  NOTHING,
  read,
} from './support/through-doors.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * A few connections, many agencies, and everything that may go wrong between `begin` and the next use of a connection:
 * whoever asks gets its own rows or an error, and afterwards every connection is there, with nothing left on it.
 */

const SEED = jest.getSeed();
const OPERATIONS_IN_ALL = 10_000;
const TENANTS = 8;
/** Operations of one agency at the same time. */
const AT_ONCE = 3;
const READS = 4;
const ACTS = 2;

let world: OwnWorld;
let tenants: Tenant[];
let suspended: Tenant;
beforeAll(async () => {
  world = await startWorld({ pool: READS });
  tenants = await Promise.all(Array.from({ length: TENANTS }, () => newTenant(world)));
  suspended = await newTenant(world, { suspended: true });
}, 60_000);
afterAll(() => world.close());

/** What is done, how often of a hundred, and how it may end beside UNAVAILABLE. */
const OPERATIONS: Record<string, { share: number; run: Operation; ends: string[] }> = {
  read: { share: 38, run: read, ends: ['done'] },
  act: { share: 14, run: act, ends: ['done', 'thrown'] },
  failingRead: { share: 12, run: failingRead, ends: ['thrown'] },
  notLetIn: { share: 8, run: notLetIn, ends: ['UNAUTHENTICATED', 'FORBIDDEN'] },
  between: { share: 8, run: between, ends: ['done'] },
  list: { share: 7, run: list, ends: ['done'] },
  one: { share: 4, run: one, ends: ['done', 'NOT_FOUND id'] },
  mutation: { share: 4, run: mutation, ends: ['done', 'INVALID', 'NOT_FOUND', 'UNAUTHENTICATED'] },
  hangUp: { share: 5, run: hangUp, ends: ['gone'] },
};

const LOTS = Object.entries(OPERATIONS).flatMap(([name, { share }]) => Array<string>(share).fill(name));

/** @param count adds one to what came of a kind of operation */
async function operate(
  chance: Chance,
  tenant: Tenant,
  count: (name: string, outcome: string) => void,
): Promise<void> {
  const others = tenants.filter((one) => one !== tenant);
  for (let n = 0; n < OPERATIONS_IN_ALL / TENANTS / AT_ONCE; n++) {
    const name = chance.pick(LOTS);
    const outcome = await OPERATIONS[name]?.run({
      world,
      chance,
      tenant,
      other: chance.pick(others),
      suspended,
    });
    count(name, String(outcome));
  }
}

const OURS = `from pg_stat_activity where datname = current_database() and usename = 'entente_app'`;

/** Ends one connection of the application now and then, whatever it is at. @returns how many it ended */
async function terminate(chance: Chance, running: () => boolean): Promise<number> {
  let ended = 0;
  while (running()) {
    const [victim] = await world.sql<{ state: string }>(
      `select state, pg_terminate_backend(pid) ${OURS} order by state = 'idle', random() limit 1`,
    );
    if (victim && victim.state !== 'idle') ended++;
    await pause(chance.below(80));
  }
  return ended;
}

test(`${OPERATIONS_IN_ALL} operations of ${TENANTS} agencies, while clients go away and connections end`, async () => {
  const came = new Map<string, number>();
  const count = (name: string, outcome: string) => {
    const key = `${name} ${outcome}`;
    came.set(key, (came.get(key) ?? 0) + 1);
  };
  let running = true;
  const terminating = terminate(chanceOf(SEED), () => running);
  const lanes = tenants.flatMap((tenant, n) =>
    Array.from({ length: AT_ONCE }, (_, lane) =>
      operate(chanceOf(SEED + 1 + n * AT_ONCE + lane), tenant, count),
    ),
  );
  const ended = await Promise.all(lanes)
    .catch((error: unknown) => {
      throw new Error(`--seed=${SEED}: ${String(error)}`, { cause: error });
    })
    .finally(() => (running = false))
    .then(() => terminating);

  expect([...came.values()].reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(OPERATIONS_IN_ALL);
  // Each kind came to each of its ends, and to no other but this: try again in a moment.
  const ends = Object.entries(OPERATIONS).flatMap(([name, kind]) => kind.ends.map((end) => `${name} ${end}`));
  const busy = Object.keys(OPERATIONS).map((name) => `${name} UNAVAILABLE`);
  expect([...came.keys()]).toEqual(expect.arrayContaining(ends));
  expect([...came.keys()].filter((key) => ![...ends, ...busy].includes(key))).toEqual([]);
  expect(ended).toBeGreaterThan(50);
  expect(came.get('read UNAVAILABLE')).toBeGreaterThan(0);
  expect(came.get('read UNAVAILABLE')).toBeLessThan((came.get('read done') ?? 0) / 2);
}, 300_000);

test('afterwards no connection is at work, in a transaction, or one too many', async () => {
  await eventually('all are idle', async () => {
    const rows = await world.sql<{ state: string }>(`select state ${OURS}`);
    return rows.every(({ state }) => state === 'idle');
  });
  expect((await world.sql(`select ${OURS}`)).length).toBeLessThanOrEqual(READS + ACTS);
  const { pool } = connectionsOf(world);
  expect([pool.totalCount - pool.idleCount, pool.waitingCount]).toEqual([0, 0]);
});

test('every connection is there, and nothing is left on it', async () => {
  const { pool, source } = connectionsOf(world);
  const readers = await Promise.all(Array.from({ length: READS }, () => pool.connect()));
  const runners = Array.from({ length: ACTS }, () => source.createQueryRunner());
  try {
    await Promise.all(runners.map((runner) => runner.connect()));
    const text = `select (${NOTHING}) as settings, (select count(*)::int from inbox) as n, pg_backend_pid() as pid`;
    const found = [
      ...(await Promise.all(readers.map(async (client) => (await client.query<Left>(text)).rows))),
      ...(await Promise.all(runners.map((runner) => runner.manager.query<Left[]>(text)))),
    ].flat();
    expect(found.map(({ settings, n }) => ({ settings, n }))).toEqual(
      Array(READS + ACTS).fill({ settings: '', n: 0 }),
    );
    expect(new Set(found.map(({ pid }) => pid)).size).toBe(READS + ACTS);
  } finally {
    for (const client of readers) client.release();
    await Promise.all(runners.map((runner) => runner.release()));
  }
});

interface Left {
  settings: string;
  n: number;
  pid: number;
}

test('the service answers all of them, and what was written is theirs', async () => {
  const chance = chanceOf(SEED);
  for (const tenant of tenants) {
    const turn = { world, chance, tenant, other: suspended, suspended };
    for (const name of ['read', 'list', 'between']) expect(await OPERATIONS[name]?.run(turn)).toBe('done');
  }
  const marks = new Map([...tenants, suspended].map(({ id, mark }) => [id, `of ${mark}`]));
  const written = await world.sql<{ agency: string; titles: string }>(
    'select distinct agency_id as agency, titles from revision',
  );
  expect(new Map(written.map(({ agency, titles }) => [agency, titles]))).toEqual(marks);
  expect(written).toHaveLength(marks.size);
  const strangers = `select from entry join member on member.id = entry.member_id where member.agency_id <> entry.agency_id`;
  expect(await world.sql(strangers)).toEqual([]);
  expect(
    await world.sql(
      `select from idempotency_key k join member m on m.id = k.member_id where k.agency_id <> m.agency_id`,
    ),
  ).toEqual([]);
});
