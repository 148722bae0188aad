import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { verify, verifyingKey } from '#signatures';
import { tried, type AdministrationName } from './support/administration.js';
import { administrators } from './support/clients.js';
import { act, released } from './support/findings.js';
import { eventually } from './support/processes.js';
import { dispatching, Receiver, stateOf, untilActive, webhookAt } from './support/receivers.js';
import { agencyId } from './support/roster.js';
import { endAll } from './support/webhooks.js';
import { numberAll, type WorkerProcess } from './support/workers.js';
import { startWorld, type World } from './support/world.js';

/* What arrives at an agency's system, when, and when nothing does. */

let world: World;
let receiver: Receiver;
let other: Receiver;
let worker: WorkerProcess;
beforeAll(async () => {
  world = await startWorld();
  [receiver, other] = [await Receiver.start(), await Receiver.start()];
  // The roster's entries, from before any webhook.
  await numberAll(world);
  worker = await dispatching(world, [receiver, other]);
});
afterAll(async () => {
  worker.kill('SIGTERM');
  await worker.ended;
  await Promise.all([receiver.close(), other.close(), world.close()]);
});
beforeEach(() => {
  receiver.respond = (response) => void response.writeHead(204).end();
  receiver.consents = true;
  receiver.arrived.length = 0;
});
afterEach(() => endAll(world));

const toJapan = (title?: string) => {
  const texts = [{ language: 'en', origin: 'original', title, body: 'A body.' }];
  return released(world, 'KR-FSC', ['JP-NPA'], title === undefined ? {} : { texts });
};
const recall = (findingId: string) =>
  act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId, reason: 'inaccurate' });
const active = async (more: Parameters<typeof webhookAt>[3] = {}) => {
  const webhook = await webhookAt(world, 'JP-NPA', receiver.url, more);
  await untilActive(world, webhook.id);
  return webhook;
};
const arrives = (count: number) => eventually(`${count} arrive`, () => receiver.arrived.length >= count);

test('a release arrives, signed by both keys, and tells of it no more than where it is in the feed', async () => {
  const { secret, id } = await active();
  await toJapan();
  await arrives(1);
  const [first] = receiver.arrived;
  if (!first) throw new Error('Nothing arrived.');
  const { body, headers, text } = first;
  expect(body).toEqual({
    id: headers['webhook-id'],
    type: 'finding.released',
    timestamp: expect.any(String),
    data: { epoch: expect.any(String), position: expect.any(Number) },
  });
  receiver.verifyAll(secret);
  const { keys } = (await (await fetch(`${world.url}/.well-known/entente-webhook-keys`)).json()) as {
    keys: { publicKey: string }[];
  };
  for (const key of [secret, keys[0]?.publicKey ?? ''])
    expect(verify(headers, Buffer.from(text), [verifyingKey(key)])).toMatchObject({ id: body.id });
  await eventually(
    'it is written down',
    async () => (await stateOf(world, id))?.position === body.data.position,
  );
  const attempts = await world.sql(
    `select type, position::int, nth, status, fault, address from webhook_attempt where webhook_id = $1`,
    [id],
  );
  expect(attempts).toEqual([
    {
      type: 'finding.released',
      position: body.data.position,
      nth: 1,
      status: 204,
      fault: null,
      address: '127.0.0.1',
    },
  ]);
});

describe('before the first delivery', () => {
  test('an endpoint that does not consent gets nothing, and is asked again', async () => {
    receiver.consents = false;
    const before = receiver.asked;
    const { id } = await webhookAt(world, 'JP-NPA', receiver.url);
    await eventually('it was asked', () => receiver.asked > before);
    await toJapan();
    await eventually('the reason is told', async () => {
      const [row] = await world.sql('select proof_fault from webhook_dispatch where webhook_id = $1', [id]);
      return row?.proof_fault === 'NO_CONSENT';
    });
    expect(await stateOf(world, id)).toMatchObject({ state: 'PENDING_PROOF' });
    expect(receiver.arrived).toEqual([]);
    receiver.consents = true;
    await untilActive(world, id);
    await arrives(1);
  });
});

describe('a full payload', () => {
  test('has the document as it was written', async () => {
    const { secret } = await active({ payload: 'FULL' });
    const finding = await toJapan('Planted for the payload');
    await arrives(1);
    expect(receiver.arrived[0]?.body.data).toMatchObject({
      subjectId: finding.id,
      withdrawn: false,
      document: { texts: [{ title: 'Planted for the payload' }] },
    });
    receiver.verifyAll(secret);
  });

  test('of what was recalled before it could leave is a tombstone, on every further attempt', async () => {
    receiver.respond = (response) => void response.writeHead(500).end();
    const { id } = await active({ payload: 'FULL' });
    const finding = await toJapan('Planted to be recalled');
    await arrives(1);
    await recall(finding.id);
    const had = receiver.arrived.length;
    receiver.respond = (response) => void response.writeHead(204).end();
    await eventually('both arrive', () => receiver.arrived.length >= had + 2);
    for (const { text, body } of receiver.arrived.slice(had)) {
      expect(text).not.toContain('Planted');
      expect(body.data).toMatchObject({ subjectId: finding.id, withdrawn: true, document: null });
    }
    expect(receiver.arrived.slice(had).map(({ body }) => body.type)).toEqual([
      'finding.released',
      'finding.recalled',
    ]);
    await eventually('nothing waits', async () => (await stateOf(world, id))?.aside === 0);
  });
});

test('one delivery that fails is put aside, and the others go on', async () => {
  const { id } = await active();
  const bad = await toJapan();
  await arrives(1);
  const position = receiver.arrived[0]?.body.data.position ?? 0;
  let failing = true;
  receiver.respond = (response, { body }) =>
    void response.writeHead(failing && body.data.position === position + 1 ? 500 : 204).end();
  await recall(bad.id);
  await arrives(2);
  await toJapan();
  await arrives(3);
  expect(receiver.positions()).toEqual([position, position + 1, position + 2]);
  expect(await stateOf(world, id)).toMatchObject({ failing: false });
  failing = false;
  await arrives(4);
  expect(receiver.positions().at(-1)).toBe(position + 1);
  const ids = receiver.arrived.map((one) => one.id);
  expect(ids[3]).toBe(ids[1]);
});

test('what concerns a finding waits behind what failed of it, and of another finding overtakes', async () => {
  await active();
  let failing = true;
  receiver.respond = (response, { body }) => {
    const isFirst = body.data.position === receiver.arrived[0]?.body.data.position;
    response.writeHead(failing && isFirst ? 500 : 204).end();
  };
  const bad = await toJapan();
  await arrives(1);
  const [first] = receiver.positions();
  const [released, recalled, ofAnother] = [0, 1, 2].map((n) => (first ?? 0) + n);
  await recall(bad.id);
  await toJapan();
  await eventually('the other finding is told', () => receiver.positions().includes(ofAnother ?? 0));
  expect(new Set(receiver.positions())).toEqual(new Set([released, ofAnother]));
  failing = false;
  await eventually('the recall is told', () => receiver.positions().includes(recalled ?? 0));
  expect(receiver.positions().slice(-2)).toEqual([released, recalled]);
});

test('410 disables, and its agency is told in its feed and by its other webhook', async () => {
  const { id } = await active();
  const told = await webhookAt(world, 'JP-NPA', other.url, { eventTypes: ['webhook.disabled'] });
  await untilActive(world, told.id);
  receiver.respond = (response) => void response.writeHead(410).end();
  await toJapan();
  await eventually('it is disabled', async () => (await stateOf(world, id))?.state === 'DISABLED');
  expect(await stateOf(world, id)).toMatchObject({ reason: 'GONE' });
  await eventually('the other is told', () => other.arrived.length > 0);
  expect(other.arrived.map(({ body }) => body.type)).toEqual(['webhook.disabled']);
  const [entry] = await world.sql(
    `select agency_id, act from entry where subject_id = $1 and act = 'webhook.disabled'`,
    [id],
  );
  expect(entry).toEqual({ agency_id: agencyId('JP-NPA'), act: 'webhook.disabled' });
});

test('one that is down is asked with one delivery at a time, burns no attempt, and gets everything in order', async () => {
  const { id } = await active({ inFlight: 1 });
  receiver.respond = (response) => void response.writeHead(503).end();
  for (let n = 0; n < 12; n++) await toJapan();
  await eventually('it counts as down', async () => (await stateOf(world, id))?.failing === true);
  const [{ most } = { most: 0 }] = await world.sql<{ most: number }>(
    'select max(attempts)::int as most from webhook_aside where webhook_id = $1',
    [id],
  );
  expect(most).toBe(1);
  receiver.respond = (response) => void response.writeHead(204).end();
  const had = receiver.arrived.length;
  const releases = () =>
    new Set(
      receiver.arrived
        .slice(had)
        .flatMap(({ body }) => (body.type === 'finding.released' ? [body.data.position] : [])),
    ).size;
  await eventually('everything arrives', () => releases() === 12, 40);
  await eventually('it is up', async () => (await stateOf(world, id))?.failing === false);
  const acts = await world.sql<{ act: string }>(
    'select act from entry where subject_id = $1 and member_id is null order by recorded_at',
    [id],
  );
  expect(acts.map(({ act: name }) => name)).toEqual(['webhook.failing', 'webhook.recovered']);
}, 60_000);

test('of one webhook nothing can be written down: another goes on, and itself as soon as it can', async () => {
  const { id } = await active();
  const free = await webhookAt(world, 'JP-NPA', other.url);
  await untilActive(world, free.id);
  other.arrived.length = 0;
  await world.sql(`create function refuse_attempt() returns trigger language plpgsql as $$
    begin raise exception 'not now'; end $$`);
  await world.sql(`create trigger refuse_attempt before insert on webhook_attempt for each row
    when (new.webhook_id = '${id}') execute function refuse_attempt()`);
  for (let n = 0; n < 3; n++) await toJapan();
  await arrives(3);
  await eventually('the other has them', () => other.arrived.length >= 3);
  const [first = 0] = other.positions();
  const stand = async (of: string) => (await stateOf(world, of))?.position;
  await eventually('and that is written down', async () => (await stand(free.id)) === (first ?? 0) + 2);
  expect(other.positions()).toEqual([0, 1, 2].map((n) => (first ?? 0) + n));
  expect(await stand(id)).toBe((first ?? 0) - 1);
  await world.sql('drop trigger refuse_attempt on webhook_attempt');
  await eventually('it goes on', async () => (await stand(id)) === (first ?? 0) + 2);
  expect(receiver.positions()).toEqual(expect.arrayContaining(other.positions()));
});

describe('what is on its way when', () => {
  /** Answered after a second, and so under way for that long. */
  const underWay = async () => {
    const webhook = await active();
    receiver.respond = (response) => void setTimeout(() => response.writeHead(204).end(), 1_000);
    await toJapan();
    await arrives(1);
    return webhook.id;
  };
  /** What was released then arrives, and nothing twice. */
  const onlyTheNext = async (id: string) => {
    const before = receiver.positions()[0] ?? 0;
    await toJapan();
    await eventually('all was told', async () => (await stateOf(world, id))?.position === before + 1);
    expect(receiver.positions()).toEqual([before, before + 1]);
  };

  test('its worker is stopped is told once', async () => {
    const id = await underWay();
    worker.kill('SIGTERM');
    await worker.ended;
    worker = await dispatching(world, [receiver, other]);
    await onlyTheNext(id);
  });

  test('it is paused and goes on is told once', async () => {
    const id = await underWay();
    await world.sql(`update webhook set state = 'PAUSED' where id = $1`, [id]);
    await pause(1_500);
    await world.sql(`update webhook set state = 'ACTIVE' where id = $1`, [id]);
    await onlyTheNext(id);
  });
});

describe('what its administrators ask for', () => {
  const asks = async (name: AdministrationName, input: object) =>
    tried((await administrators(world, 'JP-NPA')).first, name, input);

  test('a test arrives, and is nothing of the feed', async () => {
    const { id: webhookId, secret } = await active();
    expect(await asks('testWebhook', { webhookId })).toBe('done');
    await arrives(1);
    expect(receiver.arrived[0]?.body).toMatchObject({ type: 'webhook.test', data: { position: null } });
    receiver.verifyAll(secret);
    expect(await asks('pauseWebhook', { webhookId })).toBe('done');
    expect(await asks('testWebhook', { webhookId })).toBe('CONFLICT input.webhookId');
  });

  test('one delivery once more, with the same id; never one from before the webhook', async () => {
    const { id: webhookId } = await active();
    await toJapan();
    await arrives(1);
    const [first] = receiver.arrived;
    const position = first?.body.data.position ?? 0;
    await eventually(
      'it is written down',
      async () => (await stateOf(world, webhookId))?.position === position,
    );
    expect(await asks('resendWebhook', { webhookId, position })).toBe('done');
    await arrives(2);
    expect(receiver.arrived[1]?.id).toBe(first?.id);
    for (const at of [position - 1, position + 1])
      expect(await asks('resendWebhook', { webhookId, position: at })).toBe('NOT_FOUND input.position');
  });

  test('a replay begins where it is told; from before the webhook it takes two', async () => {
    const { id: webhookId } = await active();
    for (let n = 0; n < 3; n++) await toJapan();
    await arrives(3);
    const [begin = 0] = receiver.positions();
    await eventually(
      'it is written down',
      async () => (await stateOf(world, webhookId))?.position === (begin ?? 0) + 2,
    );
    expect(await asks('replayWebhook', { webhookId, afterPosition: begin })).toBe('done');
    await arrives(5);
    expect(receiver.positions().slice(3)).toEqual([(begin ?? 0) + 1, (begin ?? 0) + 2]);
    expect(await asks('replayWebhook', { webhookId, afterPosition: (begin ?? 0) - 2 })).toBe('pending');
    expect(await asks('replayWebhook', { webhookId, since: '2018-01-01T00:00:00Z' })).toBe('pending');
    const two = await administrators(world, 'JP-NPA');
    await two.both('replayWebhook', { webhookId, afterPosition: (begin ?? 0) - 2 });
    await arrives(9);
    expect(receiver.positions().slice(5)).toEqual([-1, 0, 1, 2].map((n) => (begin ?? 0) + n));
  });

  test('pause stops deliveries, resume goes on with what came meanwhile', async () => {
    const { id: webhookId } = await active();
    expect(await asks('pauseWebhook', { webhookId })).toBe('done');
    await pause(1_500);
    await toJapan();
    await pause(500);
    expect(receiver.arrived).toEqual([]);
    await world.sql(`update webhook set state = 'ACTIVE' where id = $1`, [webhookId]);
    await arrives(1);
  });

  test('attempts are told, newest first, to those who administer alone', async () => {
    const { id } = await active();
    receiver.respond = (response) => void response.writeHead(400).end('x'.repeat(2_000));
    await toJapan();
    await arrives(1);
    const { first } = await administrators(world, 'JP-NPA');
    const ask = `query ($id: ID!) { webhookAttempts(webhookId: $id) { nodes { type nth status answer address } } }`;
    type Told = { webhookAttempts: { nodes: object[] } };
    await eventually(
      'it is told',
      async () => (await first.ask<Told>(ask, { id })).webhookAttempts.nodes.length > 0,
    );
    expect((await first.ask<Told>(ask, { id })).webhookAttempts.nodes.at(-1)).toEqual({
      ...{ type: 'finding.released', nth: 1, status: 400, address: '127.0.0.1' },
      answer: 'x'.repeat(1_024),
    });
    const other = (await administrators(world, 'KR-FSC')).first;
    expect((await other.ask<Told>(ask, { id })).webhookAttempts.nodes).toEqual([]);
  });
});
