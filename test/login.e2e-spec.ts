import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { saved } from '../apps/cli/ledger-fetch.js';
import { approvedExport, fetchExport, readExport } from './support/ledger-exports.js';
import { browserOf, clickMember } from './support/person.js';
import { memberId } from './support/roster.js';
import { startWorld, type OwnWorld } from './support/world.js';

/* `entente login`, as somebody types it, with a browser of ours beside it. */

let world: OwnWorld;
let home: string;
beforeAll(async () => {
  world = await startWorld();
  home = await mkdtemp(join(tmpdir(), 'entente-home-'));
});
afterAll(async () => {
  await rm(home, { recursive: true });
  await world.close();
});

const entente = (...words: string[]) =>
  spawn(process.execPath, ['bin/entente.js', ...words], {
    cwd: join(import.meta.dirname, '..'),
    env: { HOME: home },
  });

async function said(...words: string[]): Promise<{ status: number | null; out: string; wrong: string }> {
  const child = entente(...words);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, wrong, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, out, wrong };
}

const file = () => join(home, '.config', 'entente', 'signed-in.json');

/** Types `entente login`, and says in a browser who it is. */
async function login(member: string): Promise<void> {
  const login = entente('login', '--api', world.url);
  let told = '';
  const shown = new Promise<void>((resolve) => {
    login.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      if (told.includes('shows the code')) resolve();
    });
  });
  const ended = new Promise<number | null>((resolve) => login.once('exit', resolve));
  await shown;
  const [, address = ''] = /open (\S+)/.exec(told) ?? [];
  const [, code = ''] = /the code (\S+)/.exec(told) ?? [];
  const browser = browserOf(world);
  const confirm = await browser.submit(await browser.open(address), 'user_code');
  expect(confirm.text).toContain(code);
  await clickMember(browser, await browser.submit(confirm, 'confirm', 'yes'), member);
  expect(await ended).toBe(0);
  expect(told).toContain('signed in');
}

test('login, ask, logout', async () => {
  await login('KR-FSC/ANALYST');

  const { mode } = await stat(file());
  expect(mode & 0o777).toBe(0o600);
  expect((await stat(join(file(), '..'))).mode & 0o777).toBe(0o700);

  const ask = () => said('ask', '{ viewer { memberId roles } }');
  const mine = { data: { viewer: { memberId: memberId('KR-FSC', 'ANALYST'), roles: ['ANALYST'] } } };
  expect(JSON.parse((await ask()).out)).toMatchObject(mine);

  // Its five minutes are over: it gets another by itself.
  const kept = JSON.parse(await readFile(file(), 'utf8')) as { until: number; accessToken: string };
  await writeFile(file(), JSON.stringify({ ...kept, until: 0 }));
  expect(JSON.parse((await ask()).out)).toMatchObject(mine);
  const later = JSON.parse(await readFile(file(), 'utf8')) as { accessToken: string };
  expect(later.accessToken).not.toBe(kept.accessToken);

  expect(await said('logout')).toMatchObject({ status: 0, out: 'entente: signed out\n' });
  expect(await ask()).toMatchObject({
    status: 1,
    out: '',
    wrong: expect.stringContaining('Nobody is signed in'),
  });
  await writeFile(file(), JSON.stringify({ ...later, until: 0 }), { mode: 0o600 });
  expect(await ask()).toMatchObject({ status: 1, wrong: expect.stringContaining('signed in no more') });
}, 300_000);

test('an export of the ledger is saved and found whole, or not at all', async () => {
  await login('KR-FSC/AUDITOR');
  const id = await approvedExport(world, 'KR-FSC');
  const ledger = join(home, 'ledger.ndjson');
  const { entries } = readExport(await (await fetchExport(world, memberId('KR-FSC', 'AUDITOR'), id)).text());
  const fetched = () => said('ledger:fetch', id, ledger);
  expect(await fetched()).toEqual({
    status: 0,
    out: `entente: ${entries.length} entries, whole\n`,
    wrong: '',
  });
  expect(readExport(await readFile(ledger, 'utf8')).entries).toEqual(entries);
  expect((await stat(ledger)).mode & 0o777).toBe(0o600);
  // What is there is not written over.
  expect(await fetched()).toMatchObject({
    status: 1,
    out: '',
    wrong: expect.stringContaining('is there already'),
  });
  expect(await said('ledger:fetch', randomUUID(), join(home, 'other'))).toEqual({
    status: 1,
    out: '',
    wrong: 'entente: No such ledger export.\n',
  });
  await said('logout');
}, 300_000);

test.each([
  ['cut off', (text: string) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)],
  ['cut off in a line', (text: string) => text.slice(0, -30)],
  ['with another line', (text: string) => text.replace('"act":"', '"act":"x')],
])('an export that came %s is said not to be whole', async (_, changed) => {
  const id = await approvedExport(world, 'KR-FSC');
  const whole = await (await fetchExport(world, memberId('KR-FSC', 'AUDITOR'), id)).text();
  const ledger = join(home, randomUUID());
  expect(
    await saved([Buffer.from(whole.slice(0, 700)), Buffer.from(whole.slice(700))], ledger),
  ).not.toBeNull();
  expect(await saved([Buffer.from(changed(whole))], join(home, randomUUID()))).toBeNull();
});
