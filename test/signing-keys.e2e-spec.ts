import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import type { Api } from '../apps/cli/child.js';
import { ask, newMachine, outcomeOf, tokenOf, type Machine } from './support/machine.js';
import { production, startSecond } from './support/two-processes.js';
import { startWorld, type World } from './support/world.js';

/* The keys with which the service signs tokens, at two API processes with one database. */

let world: World;
let second: Api;
let machine: Machine;
beforeAll(async () => {
  world = await startWorld();
  second = await startSecond(world);
  machine = await newMachine(world, 'KR-FSC');
});
afterAll(async () => {
  await second.stop();
  await world.close();
});

const entente = (command: string[], env: Record<string, string>) =>
  spawnSync(process.execPath, command, {
    cwd: join(import.meta.dirname, '..'),
    env: { HOME: '/nonexistent', PORT: '0', ...env },
    encoding: 'utf8',
  });
const published = async (at: string): Promise<string[]> => {
  const { keys } = (await (await fetch(`${at}/oauth/jwks`)).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
};

test('they change over: the new one signs at once in every process, what the old one signed stays good until it ends', async () => {
  const [old] = await published(world.url);
  const [asked, unasked] = [await tokenOf(machine), await tokenOf(machine)];
  expect(outcomeOf(await ask(machine, asked))).toBe('allowed');
  const { status, stdout } = entente(['bin/entente.js', 'keys:rotate'], production(world));
  expect(status).toBe(0);
  const [, young] = /signing with the key ([\w-]+) from now on/.exec(stdout) ?? [];
  expect(young).not.toBe(old);
  for (const at of [world.url, second.url]) {
    const token = await tokenOf(machine, { at });
    expect(decodeProtectedHeader(token).kid).toBe(young);
    expect(await published(at)).toEqual([old, young]);
    for (const one of [token, asked, unasked])
      expect(outcomeOf(await ask(machine, one, { at }))).toBe('allowed');
  }
  // The private part of what signs no more is gone.
  const rows = await world.sql('select kid from entente_auth.signing_key where sealed is not null');
  expect(rows).toEqual([{ kid: young }]);

  const late = await tokenOf(machine);
  entente(['bin/entente.js', 'keys:rotate', '--stolen'], production(world));
  await pause(1_100);
  expect(await published(second.url)).not.toContain(young);
  expect(outcomeOf(await ask(machine, late, { at: second.url }))).toBe('UNAUTHENTICATED');
});

test('they are not in the database without the secret, and the API does not start with another', () => {
  const api = (env: Record<string, string>) => {
    const { status, stderr } = entente(['dist/apps/api/main.js'], env);
    return [status, stderr];
  };
  const { DATABASE_URL } = production(world);
  const other = Buffer.alloc(32, 7).toString('base64');
  expect(api({ DATABASE_URL })).toEqual([1, expect.stringContaining('ENTENTE_AUTH_SECRET is not set')]);
  expect(api({ DATABASE_URL, ENTENTE_AUTH_SECRET: 'short' })).toEqual([
    1,
    expect.stringContaining('ENTENTE_AUTH_SECRET: 32 random bytes in base64'),
  ]);
  expect(api({ DATABASE_URL, ENTENTE_AUTH_SECRET: other })).toEqual([
    1,
    expect.stringContaining('ENTENTE_AUTH_SECRET does not open the signing key'),
  ]);
});
