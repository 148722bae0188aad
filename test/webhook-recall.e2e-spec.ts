import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADMINISTRATION } from './support/administration.js';
import { administrators } from './support/clients.js';
import { chanceOf } from './support/chance.js';
import { act, released } from './support/findings.js';
import { eventually } from './support/processes.js';
import { dispatching, Receiver, stateOf, untilActive, webhookAt } from './support/receivers.js';
import { numberAll, type WorkerProcess } from './support/workers.js';
import { startWorld, type World } from './support/world.js';

/* P9: no content of a finding begins to leave after its recall was acknowledged: not late, not again, not by a replay. */

const FINDINGS = 120;

let world: World;
let receiver: Receiver;
let workers: WorkerProcess[];
beforeAll(async () => {
  world = await startWorld({ pool: 12 });
  receiver = await Receiver.start();
  await numberAll(world);
  workers = [await dispatching(world, [receiver]), await dispatching(world, [receiver])];
});
afterAll(async () => {
  for (const worker of workers) {
    worker.kill('SIGTERM');
    await worker.ended;
  }
  await Promise.all([receiver.close(), world.close()]);
});

test('recalled between release and delivery, during retries and during a replay', async () => {
  const chance = chanceOf(9);
  const { id, secret } = await webhookAt(world, 'JP-NPA', receiver.url, { payload: 'FULL', inFlight: 16 });
  await untilActive(world, id);
  // Some are refused, and come again; what comes again was built again.
  receiver.respond = (response) =>
    void setTimeout(() => response.writeHead(chance.happens(0.1) ? 500 : 204).end(), chance.below(30));
  /** When each recall was acknowledged, on the clock by which deliveries are timed. */
  const acknowledged = new Map<string, number>();
  const one = async (n: number) => {
    const own = chanceOf(1_000 + n);
    const texts = [{ language: 'en', origin: 'original', title: `Planted ${n}.`, body: 'A body.' }];
    const finding = await released(world, 'KR-FSC', ['JP-NPA'], { texts });
    await pause(own.below(120));
    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: finding.id, reason: 'inaccurate' });
    acknowledged.set(finding.id, performance.now());
  };
  let replays = 0;
  const round = { isDone: false };
  const { first } = await administrators(world, 'JP-NPA');
  const [{ begins } = { begins: 0 }] = await world.sql<{ begins: number }>(
    'select begins::int from webhook_dispatch where webhook_id = $1',
    [id],
  );
  const replaying = (async () => {
    while (!round.isDone) {
      await pause(2_000);
      const input = { idempotencyKey: `replay-${replays}`, webhookId: id, afterPosition: begins };
      const { errors } = await first.query(ADMINISTRATION.replayWebhook, { input });
      if (errors.length === 0) replays += 1;
    }
  })();
  for (let n = 0; n < FINDINGS; n += 6) await Promise.all(Array.from({ length: 6 }, (_, of) => one(n + of)));
  round.isDone = true;
  await replaying;
  receiver.respond = (response) => void response.writeHead(204).end();
  await eventually(
    'everything is delivered',
    async () => {
      const [{ head } = { head: 0 }] = await world.sql<{ head: number }>(
        `select h.position::int as head from feed_head h join webhook w using (agency_id) where w.id = $1 and feed = 'SHARING'`,
        [id],
      );
      return (await stateOf(world, id))?.position === head;
    },
    40,
  );
  const ofOurs = receiver.arrived.flatMap((arrived) => {
    const at = acknowledged.get(arrived.body.data.subjectId ?? '');
    return at === undefined ? [] : [{ arrived, at }];
  });
  const content = ofOurs.filter(({ arrived }) => arrived.text.includes('Planted'));
  // A delivery that had begun arrives a moment after its first byte left.
  const late = content.filter(({ arrived, at }) => arrived.at > at);
  process.stdout.write(
    `${FINDINGS} recalled, ${replays} replays; ${content.length} deliveries with content, ${ofOurs.length - content.length} without\n`,
  );
  expect(acknowledged.size).toBe(FINDINGS);
  expect(content.length).toBeGreaterThan(10);
  expect(ofOurs.length - content.length).toBeGreaterThan(FINDINGS);
  expect(replays).toBeGreaterThan(1);
  expect(late.map(({ arrived, at }) => arrived.at - at)).toEqual([]);
  receiver.verifyAll(secret);
}, 150_000);
