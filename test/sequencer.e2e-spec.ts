import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkServerAndLogin } from '#core';
import { append, feedHead, feedSlice } from '#ledger';
import { chanceOf, type Chance } from './support/chance.js';
import { draft } from './support/findings.js';
import { eventually } from './support/processes.js';
import { agencyId, memberId, type Code } from './support/roster.js';
import { openPool, withClient } from './support/server.js';
import { numberAll, startWorker } from './support/workers.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * P5: no event is skipped by any reader, whatever order transactions commit in, and whatever is killed.
 */

let world: OwnWorld;
let findings: string[];
beforeAll(async () => {
  world = await startWorld({ pool: 60 });
  findings = [];
  for (let n = 0; n < 6; n++) findings.push((await draft(world, 'KR-FSC')).id);
  await numberAll(world);
});
afterAll(() => world.close());

const AUTHOR = { id: memberId('KR-FSC', 'CONTRIBUTOR'), needed: ['CONTRIBUTOR'] };
const OTHERS: Code[] = ['JP-NPA', 'US-TFI', 'CN-CAMLMAC'];

/** An act on a finding: locked, timed by a clock that may step back, held open a while. @returns its mark */
async function act(chance: Chance, findingId: string, concerned: readonly Code[]): Promise<string> {
  const mark = randomUUID();
  await world.doors.act(AUTHOR, async (tx) => {
    const [rows] = await tx.manager.query<[{ at: string }[], number]>(
      `update finding set last_at = greatest(clock_timestamp() - make_interval(secs => $2), last_at + interval '1 microsecond')
        where id = $1 returning last_at::text as at`,
      [findingId, chance.happens(0.2) ? chance.below(7_200) : 0],
    );
    await append(tx, {
      act: 'finding.revised',
      subject: { type: 'finding', id: findingId },
      revisionId: mark,
      concerned: concerned.map(agencyId),
      ...(rows[0] && { at: rows[0].at }),
    });
    await pause(chance.below(chance.happens(0.1) ? 100 : 10));
  });
  return mark;
}

interface Numbered {
  agency: string;
  feed: string;
  position: number;
  mark: string;
  subject: string;
  at: string;
}

const numbered = (): Promise<Numbered[]> =>
  world.sql(
    `select p.agency_id as agency, p.feed, p.position::int as position, e.revision_id as mark,
            e.subject_id as subject, micros(e.recorded_at)::text as at
       from feed_position p join entry e on e.id = p.entry_id order by p.agency_id, p.feed, p.position`,
  );

const waiting = async (): Promise<number> =>
  (await world.sql<{ n: number }>('select count(*)::int as n from unnumbered'))[0]?.n ?? 0;

test('20 writers, sequencers killed, leases dropped, backends ended, clocks set back: each act once, in order, without a gap', async () => {
  const chance = chanceOf(5);
  const until = performance.now() + 12_000;
  const acknowledged: { mark: string; agencies: Code[] }[] = [];
  const writers = Array.from({ length: 20 }, async (_, n) => {
    const own = chanceOf(100 + n);
    while (performance.now() < until) {
      const concerned = own.happens(0.5) ? own.some(OTHERS) : [];
      const mark = await act(own, own.pick(findings), concerned);
      acknowledged.push({ mark, agencies: ['KR-FSC', ...concerned] });
      await pause(own.below(80));
    }
  });

  /** What a consumer had at each position: it may never become another. */
  const seen = new Map<number, string>();
  const consumer = (async () => {
    while (performance.now() < until) {
      const rows = await world.sql<{ position: number; id: string }>(
        `select position::int, entry_id as id from feed_position
          where agency_id = $1 and feed = 'SHARING' and position > $2 order by position`,
        [agencyId('KR-FSC'), seen.size],
      );
      for (const { position, id } of rows) {
        expect(position).toBe(seen.size + 1);
        seen.set(position, id);
      }
      await pause(30);
    }
  })();

  const workers = [1, 2, 3].map(() => startWorker(world.database.workerUrl));
  const done: Record<string, number> = {};
  const faults: Record<string, () => Promise<unknown>> = {
    'a sequencer killed': async () => {
      const at = chance.below(workers.length);
      const killed = await workers[at];
      workers[at] = startWorker(world.database.workerUrl);
      killed?.kill('SIGKILL');
    },
    'a backend ended': () =>
      world.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'entente_worker'`,
      ),
    'the lease dropped': () => world.sql(`update sequencer set until = '-infinity'`),
    'another took the lease': () =>
      world.sql(`update sequencer set holder = gen_random_uuid(), fence = fence + 1, until = '-infinity'`),
    'the clock set back': () =>
      world.sql(`update sequencer set until = clock_timestamp() + interval '1 hour'`),
  };
  while (performance.now() < until) {
    const name = chance.pick(Object.keys(faults));
    await faults[name]?.();
    done[name] = (done[name] ?? 0) + 1;
    await pause(50 + chance.below(150));
  }
  await Promise.all([...writers, consumer]);
  await eventually('everything is numbered', async () => (await waiting()) === 0);
  for (const worker of await Promise.all(workers)) {
    worker.kill('SIGTERM');
    await worker.ended;
  }
  process.stdout.write(`${acknowledged.length} acts; ${JSON.stringify(done)}\n`);

  const rows = await numbered();
  const feeds = Map.groupBy(rows, ({ agency, feed }) => `${agency} ${feed}`);
  for (const feed of feeds.values())
    expect(feed.map(({ position }) => position)).toEqual(feed.map((_, n) => n + 1));
  const marks = (code: Code) => rows.filter((row) => row.agency === agencyId(code)).map(({ mark }) => mark);
  for (const code of ['KR-FSC', ...OTHERS] as const) {
    const own = acknowledged.filter(({ agencies }) => agencies.includes(code)).map(({ mark }) => mark);
    const wanted = new Set(own);
    expect(
      marks(code)
        .filter((mark) => wanted.has(mark))
        .sort(),
    ).toEqual(own.sort());
  }
  for (const feed of feeds.values())
    for (const ofOne of Map.groupBy(feed, ({ subject }) => subject).values())
      expect(ofOne.map(({ at }) => at)).toEqual(
        ofOne.map(({ at }) => at).sort((a, b) => Number(BigInt(a) - BigInt(b))),
      );
  const final = rows.filter((row) => row.agency === agencyId('KR-FSC') && row.feed === 'SHARING');
  expect(final.length).toBeGreaterThan(acknowledged.length);
  const kept = await world.sql<{ position: number; id: string }>(
    `select position::int, entry_id as id from feed_position where agency_id = $1 and feed = 'SHARING' and position <= $2
      order by position`,
    [agencyId('KR-FSC'), seen.size],
  );
  expect(kept.map(({ id }) => id)).toEqual([...seen.values()]);
}, 60_000);

test('a second worker takes over within 5 s of a kill', async () => {
  const chance = chanceOf(1);
  const first = await startWorker(world.database.workerUrl);
  await eventually('the first leads', () => first.said().includes('leading'));
  const second = await startWorker(world.database.workerUrl);
  const mark = await act(chance, findings[0] ?? '', []);
  await eventually('it is numbered', async () => (await numbered()).some((row) => row.mark === mark));
  expect(second.said()).not.toContain('leading');

  first.kill('SIGKILL');
  const killed = performance.now();
  const later = await act(chance, findings[0] ?? '', []);
  await eventually('the second numbers', async () => (await numbered()).some((row) => row.mark === later));
  const took = performance.now() - killed;
  process.stdout.write(`takeover ${Math.round(took)} ms after the kill\n`);
  expect(took).toBeLessThan(5_000);
  second.kill('SIGTERM');
  await second.ended;
});

test('one that stops gives up its lease', async () => {
  const worker = await startWorker(world.database.workerUrl);
  await eventually('it leads', () => worker.said().includes('leading'));
  worker.kill('SIGTERM');
  await worker.ended;
  const [lease] = await world.sql<{ over: boolean }>(
    'select until < clock_timestamp() as over from sequencer',
  );
  expect(lease?.over).toBe(true);
});

describe('the fence', () => {
  const asWorker = <T>(use: (ask: (sql: string, values?: unknown[]) => Promise<unknown>) => Promise<T>) =>
    withClient(world.database.workerUrl, (client) =>
      use(
        async (sql, values) =>
          Object.values((await client.query<Record<string, unknown>>(sql, values)).rows[0] ?? {})[0],
      ),
    );

  test('of one whose lease another took lets it number nothing', async () => {
    await asWorker(async (ask) => {
      const [me, other] = [randomUUID(), randomUUID()];
      const fence = await ask('select take_lead($1, 0)', [me]);
      expect(await ask('select number_entries($1, 10)', [fence])).toEqual(expect.any(Number));
      await pause(5);
      const next = await ask('select take_lead($1, 3)', [other]);
      await act(chanceOf(2), findings[0] ?? '', []);
      expect(await ask('select number_entries($1, 10)', [fence])).toBeNull();
      expect(await waiting()).toBe(1);
      expect(await ask('select take_lead($1, 3)', [me])).toBeNull();
      expect(await ask('select number_entries($1, 10)', [next])).toBe(1);
      await ask('select stand_down($1)', [other]);
    });
  });

  test('is taken from whoever has a lease that ends later than any can: of a clock that was set back', async () => {
    await asWorker(async (ask) => {
      const me = randomUUID();
      await world.sql(
        `update sequencer set holder = gen_random_uuid(), until = now() + interval '5 seconds'`,
      );
      expect(await ask('select take_lead($1, 3)', [me])).toBeNull();
      await world.sql(`update sequencer set until = now() + interval '1 hour'`);
      expect(await ask('select take_lead($1, 3)', [me])).toEqual(expect.any(String));
      await ask('select stand_down($1)', [me]);
    });
  });

  test('is held from before the batch until it is committed: the next to lead waits for it', async () => {
    const pool = openPool(world.database.workerUrl);
    const [one, two] = [await pool.connect(), await pool.connect()];
    const { rows } = await one.query<{ fence: string }>('select take_lead($1, 0) as fence', [randomUUID()]);
    await act(chanceOf(3), findings[0] ?? '', []);
    await one.query('begin');
    let led = false;
    const stillWaits = async (): Promise<void> => {
      await pause(200);
      expect(led).toBe(false);
    };
    await withClient(world.database.ownerUrl, async (holdup) => {
      // In the middle of it: it has not come to where feeds stand.
      await holdup.query('begin; set local role entente_gate; select from feed_head for update');
      const numbering = one.query('select number_entries($1, 10)', [rows[0]?.fence]);
      await pause(100);
      const taking = two.query('select take_lead($1, 0)', [randomUUID()]).then(() => (led = true));
      await stillWaits();
      await holdup.query('commit');
      await numbering;
      await stillWaits();
      await one.query('commit');
      await taking;
    });
    for (const client of [one, two]) client.release();
    await pool.end();
  });
});

test('the feed of a suspended agency does not move; when it is back, everything comes in its order', async () => {
  const heads = () =>
    world.sql(`select position::int from feed_head where agency_id = $1 and feed = 'SHARING'`, [
      agencyId('JP-NPA'),
    ]);
  await numberAll(world);
  await world.sql('update agency set suspended_at = now() where id = $1', [agencyId('JP-NPA')]);
  const before = await heads();
  const marks = [
    await act(chanceOf(4), findings[1] ?? '', ['JP-NPA', 'US-TFI']),
    await act(chanceOf(4), findings[1] ?? '', ['JP-NPA']),
  ];
  const count = (await numbered()).length;
  const pool = openPool(world.database.workerUrl);
  const { rows } = await pool.query<{ fence: string }>('select take_lead(gen_random_uuid(), 0) as fence');
  await pool.query('select number_entries($1, 100)', [rows[0]?.fence]);
  await pool.end();
  expect(await heads()).toEqual(before);
  expect((await numbered()).length).toBe(count + 3);
  await world.sql('update agency set suspended_at = null where id = $1', [agencyId('JP-NPA')]);
  await numberAll(world);
  const came = (await numbered()).filter(
    ({ agency, mark }) => agency === agencyId('JP-NPA') && marks.includes(mark),
  );
  expect(came.map(({ mark }) => mark)).toEqual(marks);
});

describe("the worker's login", () => {
  test('reads entries and cursors, without members and details, and no other table; it writes none', async () => {
    const may = await world.sql<{ what: string }>(
      `select format('%s %s', privilege, relname) as what from pg_class, unnest(array['select', 'insert', 'update', 'delete']) privilege
        where relnamespace = 'entente'::regnamespace and relkind in ('r', 'v', 'p')
          and (has_table_privilege('entente_worker', oid, privilege)
               or privilege <> 'delete' and has_any_column_privilege('entente_worker', oid, privilege)) order by 1`,
    );
    expect(may.map(({ what }) => what)).toEqual([
      'select entry',
      'select feed_cursor',
      'select feed_head',
      'select feed_position',
    ]);
    await withClient(world.database.workerUrl, async (client) => {
      await expect(client.query('select details from entry')).rejects.toMatchObject({ code: '42501' });
      await expect(client.query('select member_id from entry')).rejects.toMatchObject({ code: '42501' });
      await expect(client.query(`select enter($1, '{ANALYST}')`, [AUTHOR.id])).rejects.toMatchObject({
        code: '42501',
      });
    });
  });

  test('reads a slice of an agency’s feed in its own transaction, as a dispatcher does', async () => {
    await numberAll(world);
    await withClient(world.database.workerUrl, async (client) => {
      const ask = async <Row>(text: string, values: readonly unknown[]) =>
        (await client.query<Row & object>(text, [...values])).rows;
      const agency = agencyId('US-TFI');
      const { position } = await feedHead(ask, 'SHARING', agency);
      const slice = { feed: 'SHARING', after: 1, first: 3, window: 100, agencyId: agency } as const;
      const read = await feedSlice(ask, slice);
      expect(read.map((entry) => entry.position)).toEqual([2, 3, 4]);
      const own = await numbered();
      for (const entry of read)
        expect(own).toContainEqual(
          expect.objectContaining({
            agency,
            feed: 'SHARING',
            position: entry.position,
            subject: entry.subjectId,
          }),
        );
      expect(position).toBe(own.filter((row) => row.agency === agency && row.feed === 'SHARING').length);
    });
  });

  test('is the only one a worker starts with, and no API does', async () => {
    const { workerUrl, appUrl, ownerUrl } = world.database;
    await expect(checkServerAndLogin(workerUrl, 'worker')).resolves.toBeUndefined();
    await expect(checkServerAndLogin(appUrl, 'worker')).rejects.toThrow(
      'The worker refuses to start as database login "entente_app": it is not the login of the worker.',
    );
    await expect(checkServerAndLogin(ownerUrl, 'worker')).rejects.toThrow('it owns the tables');
    await expect(checkServerAndLogin(workerUrl)).rejects.toThrow('it is not the login of the API');
    const worker = await startWorker(appUrl);
    await worker.ended;
    expect(worker.said()).toContain('refuses to start');
    expect(worker.process.exitCode).toBe(1);
  });
});
