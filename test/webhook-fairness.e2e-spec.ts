import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { append } from '#ledger';
import { draft } from './support/findings.js';
import { eventually } from './support/processes.js';
import { dispatching, Receiver, untilActive, webhookAt } from './support/receivers.js';
import { memberId } from './support/roster.js';
import { numberAll, type WorkerProcess } from './support/workers.js';
import { startWorld, type OwnWorld } from './support/world.js';

/* One endpoint of ten hangs, drips, never ends or fails: the others get everything, and their delays are printed. */

const OTHERS = 9;
const EVENTS = 40;

let world: OwnWorld;
let receivers: Receiver[];
let finding: string;
let worker: WorkerProcess;
beforeAll(async () => {
  world = await startWorld();
  receivers = [];
  for (let n = 0; n <= OTHERS; n++) receivers.push(await Receiver.start());
  finding = (await draft(world, 'KR-FSC')).id;
  await numberAll(world);
  worker = await dispatching(world, receivers);
  for (const { url } of receivers)
    await untilActive(world, (await webhookAt(world, 'KR-FSC', url, { inFlight: 4 })).id);
});
afterAll(async () => {
  worker.kill('SIGTERM');
  await worker.ended;
  await Promise.all(receivers.map((receiver) => receiver.close()));
  await world.close();
});

const author = { id: memberId('KR-FSC', 'CONTRIBUTOR'), needed: ['CONTRIBUTOR'] };

/** @returns delays of the others, in milliseconds from the act's answer to the arrival, sorted */
async function round(answer: (response: ServerResponse) => void): Promise<number[]> {
  const [bad, ...others] = receivers;
  if (bad) bad.respond = answer;
  for (const { arrived } of others) arrived.length = 0;
  const acted: number[] = [];
  for (let n = 0; n < EVENTS; n++) {
    await world.doors.act(author, (tx) =>
      append(tx, { act: 'finding.revised', subject: { type: 'finding', id: finding } }),
    );
    acted.push(performance.now());
    await pause(30);
  }
  const revised = ({ arrived }: Receiver) => arrived.filter(({ body }) => body.type === 'finding.revised');
  await eventually(
    'the others have everything',
    () => others.every((one) => revised(one).length >= EVENTS),
    30,
  );
  return others.flatMap((one) => revised(one).map(({ at }, n) => at - (acted[n] ?? 0))).sort((a, b) => a - b);
}

const WAYS: [string, (response: ServerResponse) => void][] = [
  ['undisturbed', (response) => void response.writeHead(204).end()],
  ['hangs', () => undefined],
  [
    'drips',
    (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 200);
      response.once('close', () => clearInterval(drip));
    },
  ],
  [
    'never ends',
    (response) => {
      response.writeHead(200);
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    },
  ],
  ['answers 500', (response) => void response.writeHead(500).end()],
];

test('the others get everything meanwhile', async () => {
  for (const [way, answer] of WAYS) {
    const delays = await round(answer);
    const at = (share: number) => Math.round(delays[Math.floor(delays.length * share)] ?? 0);
    process.stdout.write(`${way}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`);
    expect(delays).toHaveLength(OTHERS * EVENTS);
  }
}, 150_000);
