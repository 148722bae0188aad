import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate } from '../apps/cli/migrate.js';
import { accept, accepted } from './support/invitations.js';
import { cloneDatabase, withClient, type TestDatabase } from './support/server.js';
import { startWorld, type OwnWorld } from './support/world.js';

/* From an empty database to two operators: by the command, as whoever sets the service up would. */

let database: TestDatabase;
let world: OwnWorld;
beforeAll(async () => {
  database = await cloneDatabase({ empty: true });
  await migrate({ ownerUrl: database.ownerUrl, say: () => undefined });
  world = await startWorld({ database });
});
afterAll(() => world.close());

/** Runs the command as it is built. */
const run = (args: readonly string[], env: object = { DATABASE_OWNER_URL: database.ownerUrl }) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const command = join(import.meta.dirname, '..', 'dist', 'apps', 'cli', 'main.js');
    const child = spawn(process.execPath, [command, 'agency:bootstrap', ...args], {
      env: { ...env, HOME: '/nonexistent' },
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (err += part));
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
  });

const HUB = ['HUB', '--name', 'en=The hub', '--name', 'ko=허브'];
const TWO = ['--operator', 'Kim', '--operator', 'Lee'];
const agencies = () => world.sql('select code from agency');

describe('agency:bootstrap refuses', () => {
  test.each<[what: string, args: string[], env: object | undefined, says: string]>([
    [
      'an operator without a name',
      [...HUB, ...TWO, '--operator', ' '],
      undefined,
      'is no name of an operator',
    ],
    ['no name', ['HUB', ...TWO], undefined, '--name'],
    ['a name that is none', ['HUB', '--name', 'The hub', ...TWO], undefined, 'language=name'],
    ['a code that is none', ['the hub', '--name', 'en=The hub', ...TWO], undefined, 'A code is'],
    ['no login of the owner', [...HUB, ...TWO], {}, 'DATABASE_OWNER_URL is not set'],
    ['one operator', [...HUB, '--operator', 'Kim'], undefined, 'at least two operators'],
    [
      'the same one twice',
      [...HUB, '--operator', 'Kim', '--operator', 'Kim'],
      undefined,
      'two different ones',
    ],
  ])('%s', async (_, args, env, says) => {
    const { code, out, err } = await run(args, env);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(says);
    expect(await agencies()).toEqual([]);
  });

  test("the application's login", async () => {
    const { code, out } = await run([...HUB, ...TWO], { DATABASE_OWNER_URL: database.appUrl });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(await agencies()).toEqual([]);
  });
});

test('makes the hub once, two at a time too, and two operators by codes that are shown once', async () => {
  const both = await Promise.all([run([...HUB, ...TWO]), run([...HUB, ...TWO])]);
  const [done, refused] = both.toSorted((a, b) => Number(a.code) - Number(b.code));
  expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is an agency') });
  expect(await agencies()).toEqual([{ code: 'HUB' }]);
  const codes = [...(done?.out ?? '').matchAll(/^([\w-]{43}) {2}(\w+)$/gm)].map(
    ([, code = '', name = '']) => ({
      code,
      name,
    }),
  );
  expect(codes.map(({ name }) => name)).toEqual(['Kim', 'Lee']);
  const [kim, lee] = codes;
  const who = randomUUID();
  const first = world.member(await accept(world, kim?.code ?? '', who));
  expect(await first.ask('{ viewer { name roles agency { code names { language name } } } }')).toEqual({
    viewer: {
      name: 'Kim',
      roles: ['OPERATOR'],
      agency: {
        code: 'HUB',
        names: [
          { language: 'en', name: 'The hub' },
          { language: 'ko', name: '허브' },
        ],
      },
    },
  });
  expect(await accepted(world, lee?.code ?? '', who)).toMatch(/^NOT_FOUND/);
  expect(await accepted(world, lee?.code ?? '', randomUUID())).toBe('done');
  expect(await world.sql('select roles from member')).toEqual([
    { roles: ['OPERATOR'] },
    { roles: ['OPERATOR'] },
  ]);
});

describe('a hub with fewer than two active operators', () => {
  const again = (...operators: string[]) =>
    run(['HUB', ...operators.flatMap((name) => ['--operator', name])]);
  const codeIn = (out: string) => /^([\w-]{43}) {2}Min$/m.exec(out)?.[1] ?? '';
  const ended = () =>
    world.sql(
      `update member set ended_at = now() where id = (select id from member where ended_at is null order by id limit 1)`,
    );

  test('is there not while it has two, nor under another code', async () => {
    expect(await again('Min')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('they invite others'),
    });
    expect(await run(['OTHER', '--operator', 'Min'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('There is no hub'),
    });
  });

  test('is given as many as are missing, by codes of which the last one is good; its ledger says so', async () => {
    await ended();
    const before = await world.sql('select id from invitation');
    for (const names of [
      ['Min', 'Jo'],
      ['Min', 'Min'],
    ])
      expect(await again(...names)).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('short of 1'),
      });
    expect(await world.sql('select id from invitation')).toEqual(before);
    const first = await again('Min');
    const second = await again('Min');
    expect(await accepted(world, codeIn(first.out), randomUUID())).toMatch(/^NOT_FOUND/);
    expect(await accepted(world, codeIn(second.out), randomUUID())).toBe('done');
    expect(await again('Min')).toMatchObject({ code: 1, out: '' });
    expect(await world.sql(`select act from entry where act like 'agency.%' order by recorded_at`)).toEqual([
      { act: 'agency.bootstrapped' },
      { act: 'agency.operators-invited' },
      { act: 'agency.operators-invited' },
    ]);
  });

  test('was left so by whoever owns the database: one who is gone is ended as the gate, and counts no more', async () => {
    const [gone] = await world.sql<{ id: string }>('select id from member where ended_at is null limit 1');
    const end = `update entente.member set ended_at = now() where id = '${gone?.id ?? ''}'`;
    await withClient(database.ownerUrl, async (owner) => {
      await owner.query('set role entente_gate');
      await owner.query(end);
    });
    expect(await again('Min')).toMatchObject({ code: 0 });
  });
});
