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

/* One endpoint of twenty hangs, drips, never ends or fails: the others get everything. How soon, `npm run bench fairness` says. */

const OTHERS = 19;
const EVENTS = 40;

const WAYS: [string, (response: ServerResponse) => void][] = [
  ['hangs', () => undefined],
  [
    'drips',
    (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 1_000);
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

let world: OwnWorld;
let others: Receiver[];
/** One for each way: what one had under way is not there for the next. */
let bad: Receiver[];
let finding: string;
let worker: WorkerProcess;
beforeAll(async () => {
  world = await startWorld();
  others = await Promise.all(Array.from({ length: OTHERS }, () => Receiver.start()));
  bad = await Promise.all(WAYS.map(() => Receiver.start()));
  finding = (await draft(world, 'KR-FSC')).id;
  await numberAll(world);
  worker = await dispatching(world, [...others, ...bad]);
  const webhooks = await Promise.all(others.map(registered));
  for (const id of webhooks) await untilActive(world, id);
}, 60_000);
afterAll(async () => {
  worker.kill('SIGTERM');
  await worker.ended;
  await Promise.all([...others, ...bad].map((receiver) => receiver.close()));
  await world.close();
});

const registered = async ({ url }: Receiver) => (await webhookAt(world, 'KR-FSC', url, { inFlight: 4 })).id;
const author = { id: memberId('KR-FSC', 'CONTRIBUTOR'), needed: ['CONTRIBUTOR'] };
const revised = ({ arrived }: Receiver) => arrived.filter(({ body }) => body.type === 'finding.revised');

test.each(WAYS.map(([way, answer], n) => ({ way, answer, n })))(
  'the others get everything while one $way',
  async ({ answer, n }) => {
    const one = bad[n];
    if (!one) throw new Error('There is one for each way.');
    const id = await registered(one);
    await untilActive(world, id);
    one.respond = answer;
    for (const { arrived } of others) arrived.length = 0;
    for (let event = 0; event < EVENTS; event++) {
      await world.doors.act(author, (tx) =>
        append(tx, { act: 'finding.revised', subject: { type: 'finding', id: finding } }),
      );
      await pause(30);
    }
    await eventually('they have', () => others.every((other) => revised(other).length >= EVENTS), 30);
    expect(revised(one).length).toBeGreaterThan(0);
    await world.sql('update webhook set ended_at = now() where id = $1', [id]);
  },
  60_000,
);
