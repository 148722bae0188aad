import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase, toServiceError } from '#core';
import { draft, released } from './support/findings.js';
import { memberId } from './support/roster.js';
import { eventually } from './support/processes.js';
import { startWorld, type OwnWorld } from './support/world.js';

let world: OwnWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const LIST = '{ findings { nodes { id } } }';

test('when the server ends connections in use, requests fail as UNAVAILABLE and the service goes on', async () => {
  const { id } = await released(world, 'KR-FSC', ['JP-NPA']);
  const analyst = world.as('JP-NPA', 'ANALYST');
  const codes = new Set<string>();
  let answered = 0;
  const ask = async (until: number): Promise<void> => {
    while (Date.now() < until) {
      const { data, errors } = await analyst.query<{ findings: { nodes: { id: string }[] } } | null>(LIST);
      for (const { extensions } of errors) codes.add(extensions.code);
      if (errors.length === 0) expect(data?.findings.nodes).toEqual([{ id }]);
      answered++;
    }
  };
  const until = Date.now() + 2_000;
  const asking = Array.from({ length: 8 }, () => ask(until));
  let ended = 0;
  while (Date.now() < until) {
    const rows = await world.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'entente_app'`,
    );
    ended += rows.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await Promise.all(asking);
  expect(ended).toBeGreaterThan(20);
  expect(answered).toBeGreaterThan(50);
  // INTERNAL would be an error nobody thought of.
  expect([...codes].filter((code) => code !== 'UNAVAILABLE')).toEqual([]);
  expect(codes).toContain('UNAVAILABLE');
  await analyst.ask(LIST);
  await draft(world, 'JP-NPA');
});

test('a read that throws before it asks gives its connection back', async () => {
  const database = await openDatabase({ url: world.database.appUrl, pool: 2, entities: [] });
  const caller = { id: memberId('JP-NPA', 'ANALYST'), needed: ['ANALYST'] };
  const refuse = () => {
    throw new Error('no such filter');
  };
  for (let i = 0; i < 4; i++) await expect(database.read(caller, refuse)).rejects.toThrow('no such filter');
  expect(await database.read(caller, (reader) => reader.rows('select 1 as n'))).toEqual([{ n: 1 }]);
  await database.close();
});

test('an act whose connection ends between two statements is UNAVAILABLE, too', async () => {
  const caller = { id: memberId('JP-NPA', 'CONTRIBUTOR'), needed: ['CONTRIBUTOR'] };
  const acting = world.doors.act(caller, async ({ manager }) => {
    const [{ pid } = { pid: 0 }] = await manager.query<{ pid: number }[]>('select pg_backend_pid() as pid');
    await world.sql('select pg_terminate_backend($1)', [pid]);
    await eventually('the connection has ended', () => manager.queryRunner?.isReleased ?? true);
    await manager.query('select 1');
  });
  const error = await acting.catch((thrown: unknown) => thrown);
  expect(toServiceError(error, () => undefined).code).toBe('UNAVAILABLE');
});
