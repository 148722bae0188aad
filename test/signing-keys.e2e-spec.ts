import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  SignJWT,
} from 'jose';
import { SigningKeys } from '#identity';
import type { Api } from '../apps/cli/child.js';
import { ask, newMachine, outcomeOf, tokenOf, type Machine } from './support/machine.js';
import { checkoutRoot } from '../apps/cli/checkout.js';
import { entente, production, startSecond } from './support/two-processes.js';
import { startWorld, type OwnWorld } from './support/world.js';

/* The keys with which the service signs tokens, at two API processes with one database. */

let world: OwnWorld;
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
  const { DATABASE_URL, ENTENTE_WEBHOOK_KEY } = production(world);
  const other = Buffer.alloc(32, 7).toString('base64');
  expect(api({ DATABASE_URL })).toEqual([1, expect.stringContaining('ENTENTE_AUTH_SECRET is not set')]);
  expect(api({ DATABASE_URL, ENTENTE_AUTH_SECRET: 'short' })).toEqual([
    1,
    expect.stringContaining('ENTENTE_AUTH_SECRET: 32 random bytes in base64'),
  ]);
  expect(api({ DATABASE_URL, ENTENTE_WEBHOOK_KEY, ENTENTE_AUTH_SECRET: other })).toEqual([
    1,
    expect.stringContaining('ENTENTE_AUTH_SECRET does not open the signing key'),
  ]);
});

describe('what somebody wrote into the table without the secret', () => {
  /** Instead of a key of the service: one of which the writer has the private part. */
  const planted = async (kid?: string) => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = await exportJWK(publicKey);
    return { jwk, privateKey, kid: kid ?? (await calculateJwkThumbprint(jwk)) };
  };
  /** A token as the service gives them, by another key. */
  const forged = async ({ kid, privateKey }: Awaited<ReturnType<typeof planted>>) =>
    new SignJWT(decodeJwt(await tokenOf(machine)))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
      .sign(privateKey);
  /** What the rows are worth to a process that has just started. */
  const fresh = async () => {
    const keys = new SigningKeys(world.doors, world.issuer.authSecret);
    const strangers = await keys.open();
    return { strangers, published: (await keys.jwks()).keys.map(({ kid }) => kid), keys };
  };
  const table = 'entente_auth.signing_key';
  /** The line with these words that an API process writes when it starts. */
  const saidAtStart = async (words: string): Promise<string> => {
    const env = { PORT: '0', ...production(world) };
    const api = spawn(process.execPath, ['dist/apps/api/main.js'], { cwd: checkoutRoot(), env });
    try {
      for await (const line of createInterface(api.stdout)) if (line.includes(words)) return line;
      throw new Error('It ended without a word of that.');
    } finally {
      api.kill();
    }
  };

  test('is no key that verifies: neither published nor believed, and the start says which', async () => {
    const key = await planted();
    const token = await forged(key);
    await world.sql(
      `insert into ${table} (kid, public, retires_at, mark) values ($1, $2, now() + interval '1 hour', $3)`,
      [key.kid, JSON.stringify(key.jwk), Buffer.alloc(32)],
    );
    await pause(1_100);
    for (const at of [world.url, second.url]) {
      expect(await published(at)).not.toContain(key.kid);
      expect(outcomeOf(await ask(machine, token, { at }))).toBe('UNAUTHENTICATED');
    }
    const started = await fresh();
    expect(started.strangers).toEqual([key.kid]);
    expect(await started.keys.verifyingKey(key.kid)).toBeNull();
    expect(await saidAtStart('not believed')).toContain(key.kid);
    await world.sql(`delete from ${table} where kid = $1`, [key.kid]);
  });

  test.each([
    ['a longer life', `retires_at = retires_at + interval '1 hour'`],
    ['another beginning', `made_at = made_at - interval '1 hour'`],
    ['another public part', `public = jsonb_set(public, '{x}', '"${'A'.repeat(43)}"')`],
    ['no mark', 'mark = null'],
  ])('is no key that retired, with %s', async (_, change) => {
    const [old] = (await fresh()).published;
    await new SigningKeys(world.doors, world.issuer.authSecret).rotate();
    expect((await fresh()).published).toContain(old);
    await world.sql(`update ${table} set ${change} where kid = $1`, [old]);
    const { published: left, strangers } = await fresh();
    expect(left).not.toContain(old);
    expect(strangers).toEqual([old]);
    await world.sql(`delete from ${table} where kid = $1`, [old]);
  });

  test('is no key that signs: whoever starts says that it was changed, and a new one mends it', async () => {
    const [{ kid } = { kid: '' }] = await world.sql<{ kid: string }>(
      `select kid from ${table} where retires_at is null`,
    );
    const key = await planted(kid);
    const token = await forged(key);
    await world.sql(`update ${table} set public = $2 where kid = $1`, [kid, JSON.stringify(key.jwk)]);
    const api = entente(['dist/apps/api/main.js'], production(world));
    expect([api.status, api.stderr]).toEqual([
      1,
      expect.stringContaining('somebody changed its public part'),
    ]);
    const third = new SigningKeys(world.doors, world.issuer.authSecret);
    await expect(third.open()).rejects.toThrow('somebody changed its public part');
    expect(await third.verifyingKey(kid)).toBeNull();
    expect(outcomeOf(await ask(machine, token))).toBe('UNAUTHENTICATED');
    expect(entente(['bin/entente.js', 'keys:rotate', '--stolen'], production(world)).status).toBe(0);
    expect(outcomeOf(await ask(machine, await tokenOf(machine)))).toBe('allowed');
  });
});

test('under another secret a new key signs, and nothing that was signed before is believed', async () => {
  const token = await tokenOf(machine);
  const [old] = await published(world.url);
  const env = { ...production(world), ENTENTE_AUTH_SECRET: Buffer.alloc(32, 9).toString('base64') };
  expect(entente(['bin/entente.js', 'keys:rotate'], env).status).toBe(0);
  const keys = new SigningKeys(world.doors, Buffer.alloc(32, 9));
  expect(await keys.open()).toEqual(expect.arrayContaining([old]));
  const kid = decodeProtectedHeader(token).kid ?? '';
  expect(await keys.verifyingKey(kid)).toBeNull();
});
