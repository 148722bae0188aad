import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { administer, administratorsOf } from './support/administration.js';
import { administrators } from './support/clients.js';
import { released } from './support/findings.js';
import { eventually } from './support/processes.js';
import { dispatching, Receiver, stateOf, untilActive, webhookAt } from './support/receivers.js';
import { agencyId } from './support/roster.js';
import { startSpokenWorld } from './support/spoken.js';
import type { WorkerProcess } from './support/workers.js';
import type { World } from './support/world.js';

/*
 * P6 and P7 for webhooks: once the suspension of an agency is answered, no delivery with content begins, and within a
 * second none at all; let in again, it gets what is its own from where it was, and nothing that was not.
 */

const FINDINGS = 240;
const ROUNDS = 4;
const AGENCY = { agencyId: agencyId('JP-NPA') };

let world: World;
let full: Receiver;
let thin: Receiver;
let worker: WorkerProcess;
beforeAll(async () => {
  // In a process of its own: what arrives is timed here, and waits for nothing else.
  world = await startSpokenWorld({ LOG_LEVEL: 'warn', AGENCY_AT_ONCE: '1000', AGENCY_BUDGET: '1000000' });
  [full, thin] = [await Receiver.start(), await Receiver.start()];
  worker = await dispatching(world, [full, thin]);
}, 60_000);
afterAll(async () => {
  worker.kill('SIGTERM');
  await worker.ended;
  await Promise.all([full.close(), thin.close(), world.close()]);
});

const head = async (): Promise<number> => {
  const [row] = await world.sql<{ head: number }>(
    `select position::int as head from feed_head where agency_id = $1 and feed = 'SHARING'`,
    [AGENCY.agencyId],
  );
  return row?.head ?? 0;
};

test('of a suspended agency', async () => {
  const webhooks = [
    await webhookAt(world, 'JP-NPA', full.url, { payload: 'FULL', inFlight: 64 }),
    await webhookAt(world, 'JP-NPA', thin.url, { payload: 'THIN', inFlight: 8, perSecond: 60 }),
  ];
  for (const { id } of webhooks) await untilActive(world, id);
  const begins = await head();
  const texts = [{ language: 'en', origin: 'original', title: 'Planted.', body: 'A body.' }];
  const release = () => released(world, 'KR-FSC', ['JP-NPA'], { texts });
  for (let n = 0; n < FINDINGS; n += 8) await Promise.all(Array.from({ length: 8 }, release));
  const everything = async () => {
    for (const { id } of webhooks)
      await eventually(
        'everything is delivered',
        async () => (await stateOf(world, id))?.position === (await head()),
        60,
      );
  };
  const untilNumbered = () =>
    eventually('all is numbered', async () => (await world.sql('select from unnumbered')).length === 0);
  await untilNumbered();
  await everything();
  const { first } = await administrators(world, 'JP-NPA');
  const hub = await administratorsOf(world, 'HUB');

  for (let round = 0; round < ROUNDS; round++) {
    for (const { id: webhookId } of webhooks)
      await administer(first, 'replayWebhook', { webhookId, afterPosition: begins });
    const [before, beforeThin] = [full.arrived.length, thin.arrived.length];
    await eventually(
      'both are under way',
      () => full.arrived.length > before + 8 && thin.arrived.length > beforeThin + 8,
    );
    await administer(hub.first, 'suspendAgency', AGENCY);
    // What was here before the answer is read before it counts.
    for (let n = 0; n < 3; n++) await turn();
    const answered = performance.now();
    const gap = await released(world, 'KR-FSC', ['US-TFI']);
    await pause(1_500);
    const late = full.arrived.filter(({ at, text }) => at > answered && text.includes('Planted'));
    expect(late.map(({ at }) => at - answered)).toEqual([]);
    const last = Math.max(...[...thin.arrived, ...full.arrived].map(({ at }) => at)) - answered;
    process.stdout.write(`the last delivery came ${last.toFixed(0)} ms after the suspension's answer\n`);
    expect(last).toBeLessThan(1_000);
    expect(thin.arrived.length - beforeThin).toBeLessThan(FINDINGS);

    await hub.both('reinstateAgency', AGENCY);
    await untilNumbered();
    await everything();
    const own = Array.from({ length: (await head()) - begins }, (_, n) => begins + n + 1);
    for (const [receiver, since] of [
      [full, before],
      [thin, beforeThin],
    ] as const) {
      const positions = receiver.arrived.slice(since).map(({ body }) => body.data.position);
      expect([...new Set(positions)].sort((a, b) => Number(a) - Number(b))).toEqual(own);
      expect(receiver.arrived.map(({ text }) => text).join()).not.toContain(gap.id);
    }
    // From where they were: at most what was on its way comes twice.
    expect(full.arrived.length - before).toBeLessThanOrEqual(own.length + 64);
  }
}, 240_000);
