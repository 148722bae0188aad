import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADMINISTRATION } from './support/administration.js';
import { administrators } from './support/clients.js';
import { chanceOf } from './support/chance.js';
import { act, attempt, draft, newest, recipients, submit } from './support/findings.js';
import { eventually } from './support/processes.js';
import { dispatching, Receiver, stateOf, untilActive, webhookAt } from './support/receivers.js';
import { agencyId } from './support/roster.js';
import { startSpokenWorld } from './support/spoken.js';
import { numberAll, type WorkerProcess } from './support/workers.js';
import type { World } from './support/world.js';

/* P9: no content of a finding begins to leave after its recall was acknowledged: not late, not again, not by a replay. */

const FINDINGS = 2_000;
/** Findings that live at a time. */
const WRITERS = 20;

let world: World;
let receivers: Receiver[];
let workers: WorkerProcess[];
beforeAll(async () => {
  // In a process of its own: what arrives is timed here, and waits for nothing else.
  world = await startSpokenWorld({ LOG_LEVEL: 'warn', AGENCY_AT_ONCE: '1000', DATABASE_POOL: '40' });
  receivers = [await Receiver.start(), await Receiver.start()];
  await numberAll(world);
  workers = [await dispatching(world, receivers), await dispatching(world, receivers)];
});
afterAll(async () => {
  for (const worker of workers) {
    worker.kill('SIGTERM');
    await worker.ended;
  }
  await Promise.all([...receivers.map((receiver) => receiver.close()), world.close()]);
});

/** Where the feed stands. */
const head = async (): Promise<number> => {
  const [row] = await world.sql<{ head: number }>(
    `select position::int as head from feed_head where agency_id = $1 and feed = 'SHARING'`,
    [agencyId('JP-NPA')],
  );
  return row?.head ?? 0;
};

const release = (input: object) => act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', input);
const recall = (findingId: string) =>
  attempt(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId, reason: 'inaccurate' });

test('recalled between release and delivery, during retries and during a replay', async () => {
  const chance = chanceOf(9);
  const webhooks: { id: string; secret: string }[] = [];
  for (const { url } of receivers)
    webhooks.push(await webhookAt(world, 'JP-NPA', url, { payload: 'FULL', inFlight: 64 }));
  for (const { id } of webhooks) await untilActive(world, id);
  const begins = await head();
  // Some are refused, and come again; what comes again was built again.
  for (const receiver of receivers)
    receiver.respond = (response) =>
      void setTimeout(() => response.writeHead(chance.happens(0.1) ? 500 : 204).end(), chance.below(30));
  /** When each recall was acknowledged, on the clock by which deliveries are timed. */
  const acknowledged = new Map<string, number>();
  const one = async (at: number) => {
    const own = chanceOf(1_000 + at);
    const texts = [{ language: 'en', origin: 'original', title: `Planted ${at}.`, body: 'A body.' }];
    const finding = await submit(world, 'KR-FSC', await draft(world, 'KR-FSC', { texts }));
    const releasing = release({ revisionId: newest(finding), recipients: recipients(['JP-NPA']) });
    if (own.happens(0.5)) {
      await releasing;
      await pause(own.below(120));
    }
    // Half of them while the release is under way: refused until that is committed.
    while ((await recall(finding.id)) !== 'done') await pause(5);
    // What was here before the answer is read before it counts: a busy process hears of neither at once.
    for (let n = 0; n < 3; n++) await turn();
    acknowledged.set(finding.id, performance.now());
    await releasing;
  };
  let replays = 0;
  const round = { isDone: false };
  const { first } = await administrators(world, 'JP-NPA');
  const replaying = (async () => {
    while (!round.isDone) {
      await pause(500);
      // A little way back, so that each also comes to what is released now.
      const afterPosition = Math.max(begins, (await head()) - chance.below(200));
      const input = { idempotencyKey: `replay-${replays}`, webhookId: webhooks[1]?.id, afterPosition };
      const { errors } = await first.query(ADMINISTRATION.replayWebhook, { input });
      if (errors.length === 0) replays += 1;
    }
  })();
  let next = 0;
  const writer = async () => {
    while (next < FINDINGS) await one(next++);
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: WRITERS }, writer));
  const took = (performance.now() - begun) / 1_000;
  round.isDone = true;
  await replaying;
  for (const receiver of receivers) receiver.respond = (response) => void response.writeHead(204).end();
  for (const { id } of webhooks)
    await eventually(
      'everything is delivered',
      async () => (await stateOf(world, id))?.position === (await head()),
      60,
    );
  process.stdout.write(`${FINDINGS} recalled in ${took.toFixed(0)} s, ${replays} replays\n`);
  expect(acknowledged.size).toBe(FINDINGS);
  expect(replays).toBeGreaterThan(5);
  for (const [n, receiver] of receivers.entries()) {
    const ofOurs = receiver.arrived.flatMap((arrived) => {
      const at = acknowledged.get(arrived.body.data.subjectId ?? '');
      return at === undefined ? [] : [{ arrived, at }];
    });
    const content = ofOurs.filter(({ arrived }) => arrived.text.includes('Planted'));
    const seen = new Set(content.map(({ arrived }) => arrived.body.data.subjectId));
    // A delivery that had begun arrives a moment after its first byte left.
    const late = content.filter(({ arrived, at }) => arrived.at > at);
    process.stdout.write(
      `${content.length} deliveries with content, of ${seen.size} findings; ${ofOurs.length - content.length} without\n`,
    );
    expect(seen.size).toBeGreaterThan(FINDINGS / 20);
    expect(seen.size).toBeLessThan(FINDINGS);
    expect(ofOurs.length - content.length).toBeGreaterThan(FINDINGS);
    expect(late.map(({ arrived, at }) => arrived.at - at)).toEqual([]);
    receiver.verifyAll(webhooks[n]?.secret ?? '');
  }
}, 300_000);
