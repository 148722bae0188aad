import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate } from '../apps/cli/migrate.js';
import { accept, accepted } from './support/invitations.js';
import { cloneDatabase, type TestDatabase } from './support/server.js';
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
