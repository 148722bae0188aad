import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { tried } from './support/administration.js';
import { administrators } from './support/clients.js';
import { released } from './support/findings.js';
import { eventually } from './support/processes.js';
import { dispatching, Receiver, stateOf, untilActive, webhookAt } from './support/receivers.js';
import { agencyId } from './support/roster.js';
import { withClient } from './support/server.js';
import { endAll } from './support/webhooks.js';
import { numberAll, type WorkerProcess } from './support/workers.js';
import { startWorld, type World } from './support/world.js';

/* What goes wrong with one webhook loses nothing, tells nothing, and is no other's trouble. */

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
  for (const one of [receiver, other]) {
    one.respond = (response) => void response.writeHead(204).end();
    one.consents = true;
    one.arrived.length = 0;
  }
});
afterEach(() => endAll(world));

const toJapan = () => released(world, 'KR-FSC', ['JP-NPA']);
const active = async (more: Parameters<typeof webhookAt>[3] = {}, at = receiver) => {
  const webhook = await webhookAt(world, 'JP-NPA', at.url, more);
  await untilActive(world, webhook.id);
  return webhook;
};
const arrives = (count: number, at = receiver) =>
  eventually(`${count} arrive`, () => at.arrived.length >= count);

test('what the database did not take comes again, although it took what came after', async () => {
  const { id } = await active();
  await world.sql(`create function refuse_aside() returns trigger language plpgsql as $$
    begin raise exception 'not now'; end $$`);
  await world.sql(`create trigger refuse_aside before insert on webhook_aside for each row
    when (new.webhook_id = '${id}') execute function refuse_aside()`);
  // The first is to be put aside, and cannot be; meanwhile the second is on its way.
  receiver.respond = (response) =>
    receiver.arrived.length === 1
      ? void response.writeHead(500).end()
      : void setTimeout(() => response.writeHead(204).end(), 1_500);
  await Promise.all([toJapan(), toJapan()]);
  await arrives(2);
  await pause(500);
  await world.sql('drop trigger refuse_aside on webhook_aside');
  const [first] = receiver.positions();
  await eventually(
    'the first comes again',
    () => receiver.positions().filter((one) => one === first).length > 1,
  );
  const [head] = await world.sql<{ position: number }>(
    `select position::int from feed_head where feed = 'SHARING' and agency_id = $1`,
    [agencyId('JP-NPA')],
  );
  await eventually('all was told', async () => (await stateOf(world, id))?.position === head?.position);
});

test('what the recovery of its agency has closed is told as withdrawn, until its originator confirms', async () => {
  const { id: webhookId } = await active({ payload: 'FULL' });
  const finding = await toJapan();
  await arrives(1);
  const position = receiver.positions()[0] ?? 0;
  const { first } = await administrators(world, 'JP-NPA');
  const told = async (closed: boolean) => {
    await world.sql('update inbox set closed = $1 where finding_id = $2 and agency_id = $3', [
      closed,
      finding.id,
      agencyId('JP-NPA'),
    ]);
    const had = receiver.arrived.length;
    await eventually('it was noted', async () => (await stateOf(world, webhookId))?.position === position);
    expect(await tried(first, 'resendWebhook', { webhookId, position })).toBe('done');
    await arrives(had + 1);
    return receiver.arrived[had]?.body.data;
  };
  expect(await told(true)).toMatchObject({
    withdrawn: true,
    document: null,
    revisionId: null,
    marking: null,
  });
  expect(await told(false)).toMatchObject({ withdrawn: false, document: expect.any(Object) });
});

describe('another goes on', () => {
  const goesOn = async () => {
    const { id } = await active();
    await toJapan();
    await arrives(1);
    return id;
  };

  test('beside a dozen that nobody proves', async () => {
    other.consents = false;
    for (let n = 0; n < 12; n++) await webhookAt(world, 'KR-FSC', `${other.url}/${n}`);
    await eventually('a dozen are asked', () => other.asked >= 10);
    await goesOn();
  });

  test('beside one whose secret does not open, which goes on when it opens', async () => {
    const bad = await active({}, other);
    const [{ sealed } = { sealed: Buffer.alloc(0) }] = await world.sql<{ sealed: Buffer }>(
      'select sealed from webhook_secret where webhook_id = $1',
      [bad.id],
    );
    await world.sql(`update webhook_secret set sealed = 'changed' where webhook_id = $1`, [bad.id]);
    await eventually('it is said', () => worker.said().includes('does not open'));
    await goesOn();
    expect(other.arrived).toEqual([]);
    await world.sql('update webhook_secret set sealed = $2 where webhook_id = $1', [bad.id, sealed]);
    await arrives(1, other);
  });

  test('while somebody copies the database', async () => {
    const day = await world.sql<{ name: string }>(
      `select 'webhook_attempt_' || to_char((now() at time zone 'UTC')::date + 2, 'YYYYMMDD') as name`,
    );
    await world.sql(`drop table entente.${day[0]?.name}`);
    await withClient(world.database.ownerUrl, async (client) => {
      await client.query('begin; lock table entente.webhook_attempt in access share mode');
      worker.kill('SIGTERM');
      await worker.ended;
      worker = await dispatching(world, [receiver, other]);
      const id = await goesOn();
      await eventually(
        'it is noted',
        async () => (await stateOf(world, id))?.position === receiver.positions()[0],
      );
      await client.query('rollback');
    });
  });
});

test('one that is down because of what it refuses as such gets the rest', async () => {
  const { id } = await active({ inFlight: 1 });
  const refused = new Set<number | null>();
  receiver.respond = (response, { body: { data } }) => {
    if (refused.size < 5) refused.add(data.position);
    response.writeHead(refused.has(data.position) ? 413 : 204).end();
  };
  for (let n = 0; n < 7; n++) await toJapan();
  await eventually('it counts as down', async () => (await stateOf(world, id))?.failing === true);
  const releases = () =>
    new Set(
      receiver.arrived.flatMap(({ body }) => (body.type === 'finding.released' ? [body.data.position] : [])),
    );
  await eventually('the rest arrives', () => releases().size === 7);
  await eventually('it is up', async () => (await stateOf(world, id))?.failing === false);
  expect((await stateOf(world, id))?.aside).toBe(5);
});
