import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { KeyRing, serviceKeys } from '#webhooks';
import { ADMINISTRATION, tried, type Administrators } from './support/administration.js';
import { administrators } from './support/clients.js';
import { everything } from './support/everything.js';
import { withClient } from './support/server.js';
import { entente, production } from './support/two-processes.js';
import { startWorker } from './support/workers.js';
import { endAll, registeredWebhook } from './support/webhooks.js';
import { outcomeOf, startWorld, type World } from './support/world.js';

/* What deliveries are signed with: told once, kept sealed, replaced with an overlap, and sealed under another key. */

let world: World;
let kr: Administrators;
const other = Buffer.alloc(32, 9).toString('base64');
const own = () => ({
  DATABASE_WORKER_URL: world.database.workerUrl,
  ENTENTE_WEBHOOK_KEY: world.issuer.webhookKey.toString('base64'),
});
beforeAll(async () => {
  world = await startWorld();
  kr = await administrators(world, 'KR-FSC');
  const worker = await startWorker(world.database.workerUrl, own());
  worker.kill('SIGTERM');
  await worker.ended;
});
afterAll(() => world.close());
beforeEach(() => endAll(world));

interface Made {
  webhookId: string;
  secret: string;
  othersEndAt: string | null;
}
const input = (webhookId: string, more: object = {}) => ({
  idempotencyKey: randomUUID(),
  webhookId,
  ...more,
});
const make = async (webhookId: string, more?: object): Promise<Made> =>
  (await kr.first.ask<{ done: Made }>(ADMINISTRATION.makeWebhookSecret, { input: input(webhookId, more) }))
    .done;

describe("a webhook's secret", () => {
  test('is told once, and is nowhere in the database', async () => {
    const { id } = await registeredWebhook(world, 'KR-FSC');
    const asked = { input: input(id) };
    const { done } = await kr.first.ask<{ done: Made }>(ADMINISTRATION.makeWebhookSecret, asked);
    expect(done).toEqual({
      webhookId: id,
      secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
      othersEndAt: null,
    });
    expect(outcomeOf(await kr.first.query(ADMINISTRATION.makeWebhookSecret, asked))).toBe(
      'CONFLICT input.idempotencyKey',
    );
    const bytes = Buffer.from(done.secret.slice(6), 'base64');
    const all = await everything(world);
    expect(all).toContain('webhook.secret-made');
    for (const form of [done.secret.slice(6), bytes.toString('hex')]) expect(all).not.toContain(form);
  });

  test('opens under the key of the configuration, as itself alone', async () => {
    const { id } = await registeredWebhook(world, 'KR-FSC');
    const { secret } = await make(id);
    const [row] = await world.sql<{ id: string; keyId: string; sealed: Buffer }>(
      `select id, key_id as "keyId", sealed from webhook_secret where webhook_id = $1`,
      [id],
    );
    if (!row) throw new Error('The secret was not kept.');
    const ring = new KeyRing([world.issuer.webhookKey]);
    expect(ring.open(row.id, row)).toBe(secret);
    expect(() => ring.open(randomUUID(), row)).toThrow();
    expect(() => new KeyRing([Buffer.alloc(32)]).open(row.id, row)).toThrow(
      'ENTENTE_WEBHOOK_KEY does not open',
    );
  });

  test('replaced, signs for as long as was said, and no longer', async () => {
    const { id } = await registeredWebhook(world, 'KR-FSC');
    await make(id);
    const { othersEndAt } = await make(id, { overlapHours: 2 });
    expect(Math.abs(Date.parse(othersEndAt ?? '') - Date.now() - 2 * 3_600_000)).toBeLessThan(60_000);
    const ends = () =>
      world.sql<{ end: Date | null }>(
        `select ends_at as end from webhook_secret where webhook_id = $1 order by made_at`,
        [id],
      );
    expect(await ends()).toEqual([{ end: new Date(othersEndAt ?? '') }, { end: null }]);
    await make(id, { overlapHours: 0 });
    const [first, second, third] = await ends();
    for (const before of [first, second])
      expect(before?.end?.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    expect(third?.end).toBeNull();
  });

  test('four sign at a time', async () => {
    const { id } = await registeredWebhook(world, 'KR-FSC');
    for (let n = 0; n < 4; n++) await make(id);
    expect(await tried(kr.first, 'makeWebhookSecret', { webhookId: id })).toBe('CONFLICT input.webhookId');
  });

  test("of another agency's webhook is made by nobody here", async () => {
    const { id } = await registeredWebhook(world, 'JP-NPA');
    expect(await tried(kr.first, 'makeWebhookSecret', { webhookId: id })).toBe('NOT_FOUND input.webhookId');
  });
});

const published = async () =>
  (
    (await (await fetch(`${world.url}/.well-known/entente-webhook-keys`)).json()) as {
      keys: { publicKey: string; endsAt: string | null; algorithm: string }[];
    }
  ).keys;

describe("the service's key", () => {
  test('is made by the first worker, and published', async () => {
    const [key, ...more] = await published();
    expect([key, more]).toEqual([
      {
        id: expect.any(String),
        publicKey: expect.stringMatching(/^whpk_/),
        endsAt: null,
        algorithm: 'ed25519',
      },
      [],
    ]);
    const { webhookKeys } = await kr.first.ask<{ webhookKeys: object[] }>('{ webhookKeys { publicKey } }');
    expect(webhookKeys).toEqual([{ publicKey: key?.publicKey }]);
  });

  test('is replaced by a command, and the one before signs for a while', async () => {
    const [before] = await published();
    const { status, stdout } = entente(['bin/entente.js', 'webhooks:rotate-key', '--days', '3'], own());
    expect(status).toBe(0);
    const [old, young, ...more] = await published();
    expect(more).toEqual([]);
    expect(old?.publicKey).toBe(before?.publicKey);
    expect(Math.abs(Date.parse(old?.endsAt ?? '') - Date.now() - 3 * 86_400_000)).toBeLessThan(60_000);
    expect(young?.endsAt).toBeNull();
    expect(stdout).toContain(young?.publicKey);
    await world.sql(`update webhook_key set ends_at = now() - interval '1 second' where ends_at is not null`);
    expect((await published()).map(({ publicKey }) => publicKey)).toEqual([young?.publicKey]);
  });

  test('whose public half somebody changed is believed by nobody', async () => {
    const [{ was } = { was: '' }] = await world.sql<{ was: string }>(
      'select public_key as was from webhook_key',
    );
    await world.sql(`update webhook_key set public_key = 'whpk_' || repeat('A', 43) || '='`);
    expect((await fetch(`${world.url}/.well-known/entente-webhook-keys`)).status).toBe(500);
    await world.sql('update webhook_key set public_key = $1', [was]);
    expect(await published()).toHaveLength(1);
  });
});

describe('the key of the configuration', () => {
  test('no process starts without it, or with another', async () => {
    const started = (script: string, env: Record<string, string>) => {
      const { status, stderr } = entente([script], env);
      return [status, stderr];
    };
    const { ENTENTE_WEBHOOK_KEY: _, ...without } = production(world);
    const { DATABASE_WORKER_URL } = own();
    for (const [script, env] of [
      ['dist/apps/api/main.js', without],
      ['dist/apps/worker/main.js', { DATABASE_WORKER_URL }],
    ] as const) {
      expect(started(script, env)).toEqual([1, expect.stringContaining('ENTENTE_WEBHOOK_KEY is not set')]);
      expect(started(script, { ...env, ENTENTE_WEBHOOK_KEY: 'short' })).toEqual([
        1,
        expect.stringContaining('ENTENTE_WEBHOOK_KEY: 32 random bytes in base64'),
      ]);
      expect(started(script, { ...env, ENTENTE_WEBHOOK_KEY: other })).toEqual([
        1,
        expect.stringContaining('ENTENTE_WEBHOOK_KEY does not open'),
      ]);
    }
  });

  test('must open every secret, not the key of the service alone', async () => {
    const { id } = await registeredWebhook(world, 'KR-FSC');
    await make(id);
    await world.sql(`update webhook_secret set key_id = 'another' where webhook_id = $1`, [id]);
    const { status, stderr } = entente(['dist/apps/worker/main.js'], own());
    expect([status, stderr]).toEqual([1, expect.stringContaining('ENTENTE_WEBHOOK_KEY does not open')]);
    await world.sql('delete from webhook_secret where webhook_id = $1', [id]);
  });

  test('replaced by another, everything opens under that alone; lost, what lay under it ends', async () => {
    const { id } = await registeredWebhook(world, 'KR-FSC');
    const { secret } = await make(id);
    const rewrap = (key: string, words: string[] = [], before?: string) =>
      entente(['bin/entente.js', 'webhooks:rewrap', ...words], {
        DATABASE_WORKER_URL: own().DATABASE_WORKER_URL,
        ENTENTE_WEBHOOK_KEY: key,
        ...(before !== undefined && { ENTENTE_WEBHOOK_KEY_BEFORE: before }),
      });
    expect(rewrap(other)).toMatchObject({ status: 1, stderr: expect.stringContaining('does not open') });
    expect(rewrap(other, [], own().ENTENTE_WEBHOOK_KEY)).toMatchObject({ status: 0 });
    const row = async () =>
      (
        await world.sql<{ id: string; keyId: string; sealed: Buffer }>(
          `select id, key_id as "keyId", sealed from webhook_secret where webhook_id = $1`,
          [id],
        )
      )[0];
    const kept = await row();
    if (!kept) throw new Error('The secret is gone.');
    const ring = new KeyRing([Buffer.from(other, 'base64')]);
    expect(ring.open(kept.id, kept)).toBe(secret);
    await withClient(world.database.workerUrl, async (client) => {
      const ask = async <Row>(text: string, values: readonly unknown[]) =>
        (await client.query<Row & object>(text, [...values])).rows;
      expect(await serviceKeys(ask, ring)).toHaveLength(1);
    });
    expect(rewrap(own().ENTENTE_WEBHOOK_KEY, ['--forget'])).toMatchObject({ status: 0 });
    expect(await row()).toBeUndefined();
    expect(await published()).toEqual([]);
  });
});
