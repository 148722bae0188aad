import { randomUUID, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KeyRing } from '#webhooks';
import { administer, tried, type Administrators } from './support/administration.js';
import { authority, type Certified } from './support/certificates.js';
import { administrators } from './support/clients.js';
import { everything } from './support/everything.js';
import { draft } from './support/findings.js';
import { eventually } from './support/processes.js';
import { dispatching, Receiver, stateOf, untilActive, webhookAt } from './support/receivers.js';
import { agencyId } from './support/roster.js';
import { entente } from './support/two-processes.js';
import { endAll, registeredWebhook } from './support/webhooks.js';
import { numberAll, type WorkerProcess } from './support/workers.js';
import { startWorld, type World } from './support/world.js';

/* By which certificate this service proves itself to a webhook: to that one alone, by two, and its key to nobody. */

const DAY = 86_400_000;

let world: World;
let kr: Administrators;
let trust: Awaited<ReturnType<typeof authority>>;
let first: Certified;
beforeAll(async () => {
  world = await startWorld();
  kr = await administrators(world, 'KR-FSC');
  trust = await authority();
  first = await trust.certify('entente.example', { ends: Date.now() + 100 * DAY });
});
afterAll(() => world.close());

const pem = ({ certificate, key }: Certified) => ({ certificate, key });
const both = (webhookId: string, given: Certified) =>
  kr.both('setWebhookCertificate', { webhookId, ...pem(given) });

interface Shown {
  id: string;
  certificateSubject: string | null;
  certificateFingerprint: string | null;
  certificateEndsAt: string | null;
}
async function shown(id: string): Promise<Shown | undefined> {
  const { webhooks } = await kr.first.ask<{ webhooks: { nodes: Shown[] } }>(
    '{ webhooks(first: 100) { nodes { id certificateSubject certificateFingerprint certificateEndsAt } } }',
  );
  return webhooks.nodes.find((one) => one.id === id);
}
const kept = (id: string) =>
  world.sql<{ id: string; keyId: string; sealed: Buffer }>(
    `select id, key_id as "keyId", sealed from webhook_certificate where webhook_id = $1`,
    [id],
  );

describe('an endpoint that demands a certificate', () => {
  let directory: string;
  let receivers: Receiver[];
  let worker: WorkerProcess;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'entente-authority-'));
    const ca = join(directory, 'ca.pem');
    await writeFile(ca, trust.ca);
    const own = await trust.certify('127.0.0.1');
    const tls = { cert: own.certificate, key: own.key, ca: trust.ca, requestCert: true };
    receivers = [
      await Receiver.start({ ...tls, rejectUnauthorized: true }),
      await Receiver.start({ ...tls, rejectUnauthorized: false }),
    ];
    await numberAll(world);
    worker = await dispatching(world, receivers, { NODE_EXTRA_CA_CERTS: ca });
  });
  afterAll(async () => {
    worker.kill('SIGTERM');
    await worker.ended;
    await Promise.all(receivers.map((receiver) => receiver.close()));
    await rm(directory, { recursive: true });
  });

  test('is sent to by that certificate, and by the next; another endpoint of the agency sees none', async () => {
    const [demanding, asking] = receivers;
    if (!demanding || !asking) throw new Error('There are two.');
    const { id, secret } = await webhookAt(world, 'KR-FSC', demanding.url);
    const other = await webhookAt(world, 'KR-FSC', asking.url);
    await untilActive(world, other.id);
    const fault = async () =>
      (
        await world.sql<{ fault: string | null }>(
          'select proof_fault as fault from webhook_dispatch where webhook_id = $1',
          [id],
        )
      )[0]?.fault;
    await eventually('it was asked', async () => (await fault()) !== null);
    expect([await fault(), demanding.asked]).toEqual(['CLOSED', 0]);

    await both(id, first);
    await untilActive(world, id);
    /** The worker has what was changed within a second. */
    const drafting = (what: string, holds: () => boolean | Promise<boolean>) =>
      eventually(what, async () => {
        await draft(world, 'KR-FSC');
        await pause(200);
        return holds();
      });
    const came = (by: string) =>
      drafting(`a delivery by ${by}`, () => demanding.arrived.some((one) => one.by === by));
    await came('CN=entente.example');
    await both(id, await trust.certify('next.example'));
    await came('CN=next.example');
    expect(await tried(kr.first, 'removeWebhookCertificate', { webhookId: id })).toBe('done');
    await drafting('it is down', async () => (await stateOf(world, id))?.failing === true);
    expect(new Set(demanding.arrived.map(({ by }) => by))).toEqual(
      new Set(['CN=entente.example', 'CN=next.example']),
    );
    demanding.verifyAll(secret);
    await eventually('the other has more', () => asking.arrived.length > demanding.arrived.length);
    expect(new Set(asking.arrived.map(({ by }) => by))).toEqual(new Set([null]));
  }, 60_000);
});

describe('a certificate', () => {
  test('takes two, is shown by subject and end, and its key is nowhere', async () => {
    const { id: webhookId } = await registeredWebhook(world, 'KR-FSC');
    const input = { webhookId, ...pem(first) };
    const { pendingAct } = await administer(kr.first, 'setWebhookCertificate', input);
    expect(await shown(webhookId)).toMatchObject({ certificateSubject: null, certificateEndsAt: null });
    expect(JSON.parse(pendingAct?.content ?? '')).toMatchObject({ webhookId, subject: 'CN=entente.example' });
    const named = { pendingActId: pendingAct?.id, hash: pendingAct?.hash };
    expect(await tried(kr.first, 'approveAct', named)).toBe('CONFLICT input.pendingActId');
    expect(await tried(kr.second, 'approveAct', named)).toBe('done');
    expect(await shown(webhookId)).toEqual({
      id: webhookId,
      certificateSubject: 'CN=entente.example',
      certificateFingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      certificateEndsAt: expect.stringMatching(/^20/),
    });
    const [row] = await kept(webhookId);
    if (!row) throw new Error('The certificate was not kept.');
    const opened = createPrivateKey(new KeyRing([world.issuer.webhookKey]).open(row.id, row));
    expect(opened.equals(createPrivateKey(first.key))).toBe(true);
    const all = await everything(world);
    expect(all).toContain('webhook.certificate-set');
    const der = opened.export({ type: 'pkcs8', format: 'der' });
    const { d = '' } = opened.export({ format: 'jwk' });
    for (const form of [
      ...first.key.split('\n').filter((line) => !line.startsWith('-') && line !== ''),
      ...[der.toString('hex'), d, Buffer.from(d, 'base64url').toString('hex')],
    ])
      expect(all).not.toContain(form);
  });

  test('of which the newer was approved first is the one that stays', async () => {
    const { id: webhookId } = await registeredWebhook(world, 'KR-FSC');
    const [older, newer] = [await trust.certify('older.example'), await trust.certify('newer.example')];
    const ask = async (given: Certified) => {
      const input = { webhookId, ...pem(given) };
      const { pendingAct } = await administer(kr.first, 'setWebhookCertificate', input);
      return { pendingActId: pendingAct?.id, hash: pendingAct?.hash };
    };
    const asked = [await ask(older), await ask(newer)];
    expect(await tried(kr.second, 'approveAct', asked[1] ?? {})).toBe('done');
    expect(await tried(kr.second, 'approveAct', asked[0] ?? {})).toBe('CONFLICT input.webhookId');
    expect(await shown(webhookId)).toMatchObject({ certificateSubject: 'CN=newer.example' });
    expect(await kept(webhookId)).toHaveLength(1);
  });

  test('waits for approval with four others at most', async () => {
    const { id } = await registeredWebhook(world, 'KR-FSC');
    const input = { webhookId: id, ...pem(first) };
    for (let n = 0; n < 5; n++) expect(await tried(kr.first, 'setWebhookCertificate', input)).toBe('pending');
    expect(await tried(kr.first, 'setWebhookCertificate', input)).toBe('CONFLICT input.webhookId');
    await world.sql(
      `update webhook_certificate set given_at = now() - interval '73 hours' where webhook_id = $1`,
      [id],
    );
    expect(await tried(kr.first, 'setWebhookCertificate', input)).toBe('pending');
    expect(await kept(id)).toHaveLength(1);
  });

  test("is not set for another agency's webhook, nor by a key that said something else", async () => {
    const { id } = await registeredWebhook(world, 'JP-NPA');
    const input = { webhookId: id, ...pem(first) };
    expect(await tried(kr.first, 'setWebhookCertificate', input)).toBe('NOT_FOUND input.webhookId');
    expect(await tried(kr.first, 'removeWebhookCertificate', { webhookId: id })).toBe(
      'NOT_FOUND input.webhookId',
    );
    const own = await registeredWebhook(world, 'KR-FSC');
    const same = { idempotencyKey: randomUUID(), webhookId: own.id };
    expect(await tried(kr.first, 'setWebhookCertificate', { ...same, ...pem(first) })).toBe('pending');
    expect(await tried(kr.first, 'setWebhookCertificate', { ...same, ...pem(first) })).toBe('pending');
    expect(await kept(own.id)).toHaveLength(1);
    const another = await trust.certify('another.example');
    expect(await tried(kr.first, 'setWebhookCertificate', { ...same, ...pem(another) })).toBe(
      'CONFLICT input.idempotencyKey',
    );
  });

  test('may have an RSA key', async () => {
    const { id } = await registeredWebhook(world, 'KR-FSC');
    await both(id, await trust.certify('rsa.example', { bits: 2_048 }));
    expect(await shown(id)).toMatchObject({ certificateSubject: 'CN=rsa.example' });
  });

  test('goes with its webhook', async () => {
    const { id } = await registeredWebhook(world, 'KR-FSC');
    expect(await tried(kr.first, 'removeWebhookCertificate', { webhookId: id })).toBe(
      'CONFLICT input.webhookId',
    );
    await both(id, first);
    await administer(kr.first, 'endWebhook', { webhookId: id });
    expect(await kept(id)).toEqual([]);
  });

  test('is sealed anew with the secrets, and what nobody opens any more is forgotten', async () => {
    await endAll(world);
    const { id } = await registeredWebhook(world, 'KR-FSC');
    await both(id, first);
    const own = world.issuer.webhookKey;
    const next = Buffer.alloc(32, 9);
    const rewrap = (key: Buffer, words: string[] = [], before?: Buffer) =>
      entente(['bin/entente.js', 'webhooks:rewrap', ...words], {
        DATABASE_WORKER_URL: world.database.workerUrl,
        ENTENTE_WEBHOOK_KEY: key.toString('base64'),
        ...(before && { ENTENTE_WEBHOOK_KEY_BEFORE: before.toString('base64') }),
      }).status;
    expect(rewrap(next)).toBe(1);
    expect(rewrap(next, [], own)).toBe(0);
    const [row] = await kept(id);
    if (!row) throw new Error('The certificate is gone.');
    expect(new KeyRing([next]).open(row.id, row)).toContain('PRIVATE KEY');
    expect(rewrap(own, ['--forget'])).toBe(0);
    expect(await shown(id)).toMatchObject({ certificateSubject: null });
  }, 60_000);
});

test('its agency learns once, 30 days before, that it ends', async () => {
  await endAll(world);
  const { id, url } = await registeredWebhook(world, 'KR-FSC');
  for (const path of ['/too', '/later'])
    await kr.both('registerWebhook', { url: `${url}${path}`, description: 'Our system' });
  const others = await world.sql<{ id: string; url: string }>(
    'select id, url from webhook where ended_at is null and id <> $1 order by url desc',
    [id],
  );
  const [too, later] = others.map((one) => one.id);
  if (too === undefined || later === undefined) throw new Error('There are three.');
  const ends = Date.now() + 29 * DAY;
  for (const one of [id, too]) await both(one, await trust.certify('soon.example', { ends }));
  await both(later, await trust.certify('later.example', { ends: ends + 2 * DAY }));
  const rows = () =>
    world.sql<{ subject: string }>(
      `select subject_id as subject from entry where act = 'webhook.certificate-ends' and agency_id = $1`,
      [agencyId('KR-FSC')],
    );
  /** A worker tells before it takes any. */
  const taken = () => world.sql('select from webhook_dispatch where webhook_id = $1 and until > now()', [id]);
  for (let n = 0; n < 2; n++) {
    const worker = await dispatching(world, []);
    await eventually('it took them', async () => (await taken()).length > 0);
    worker.kill('SIGTERM');
    await worker.ended;
  }
  const told = (await rows()).map(({ subject }) => subject);
  expect(told.sort()).toEqual([id, too].sort());
});

describe('what is no certificate, or not with this key, is refused', () => {
  const encrypted = () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString();
  const CERTIFICATE = 'INVALID input.certificate';
  const KEY = 'INVALID input.key';
  test.each<[string, () => Promise<object>, string]>([
    ['nothing', async () => ({ certificate: '' }), CERTIFICATE],
    ['text', async () => ({ certificate: 'a certificate' }), CERTIFICATE],
    ['an empty block', async () => ({ certificate: block('') }), CERTIFICATE],
    ['not base64 of one', async () => ({ certificate: block('AAAA') }), CERTIFICATE],
    ['cut off', async () => ({ certificate: first.certificate.slice(0, -40) }), CERTIFICATE],
    ['a key pasted along', async () => ({ certificate: `${first.certificate}\n${first.key}` }), CERTIFICATE],
    ['a key in its place', async () => ({ certificate: first.key }), CERTIFICATE],
    ['five', async () => ({ certificate: `${first.certificate}\n`.repeat(5) }), CERTIFICATE],
    ['too long', async () => ({ certificate: block('A'.repeat(30_000)) }), CERTIFICATE],
    [
      'one that has not begun',
      async () =>
        pem(await trust.certify('x.example', { begins: Date.now() + DAY, ends: Date.now() + 2 * DAY })),
      CERTIFICATE,
    ],
    ['one that has ended', async () => pem(await trust.expired('entente.example')), CERTIFICATE],
    [
      'a subject that turns text round',
      async () => pem(await trust.certify('a\u202eb.example')),
      CERTIFICATE,
    ],
    ['the key of another', async () => ({ key: (await trust.certify('x.example')).key }), KEY],
    ['no key', async () => ({ key: '' }), KEY],
    ['a certificate for a key', async () => ({ key: first.certificate }), KEY],
    ['an encrypted key', async () => ({ key: encrypted() }), KEY],
    ['a short key', async () => pem(await trust.certify('short.example', { bits: 1_024 })), KEY],
  ])('%s', async (_, make, outcome) => {
    const { id: webhookId } = await registeredWebhook(world, 'KR-FSC');
    const input = { webhookId, ...pem(first), ...(await make()) };
    expect(await tried(kr.first, 'setWebhookCertificate', input)).toBe(outcome);
    expect(await kept(webhookId)).toEqual([]);
  });
});

const block = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
