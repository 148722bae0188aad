import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { append } from '#ledger';
import { chanceOf } from './support/chance.js';
import { draft } from './support/findings.js';
import { eventually } from './support/processes.js';
import { dispatching, Receiver, stateOf, untilActive, webhookAt } from './support/receivers.js';
import { agencyId, memberId } from './support/roster.js';
import { numberAll } from './support/workers.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * Nothing is lost: whichever dispatchers are killed, each event reaches each endpoint at least once, what concerns one
 * finding in its order, and what comes again is bounded by what was under way.
 */

/** Deliveries that were made and not yet written down, at most, with those under way. */
const WINDOW = 64;
const FINDINGS = 8;

let world: OwnWorld;
let receivers: Receiver[];
let findings: string[];
beforeAll(async () => {
  world = await startWorld({ pool: 20 });
  receivers = [await Receiver.start(), await Receiver.start(), await Receiver.start()];
  findings = [];
  for (let n = 0; n < FINDINGS; n++) findings.push((await draft(world, 'KR-FSC')).id);
  await numberAll(world);
});
afterAll(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()));
  await world.close();
});

const author = { id: memberId('KR-FSC', 'CONTRIBUTOR'), needed: ['CONTRIBUTOR'] };
const act = (findingId: string) =>
  world.doors.act(author, async (tx) => {
    const [rows] = await tx.manager.query<[{ at: string }[], number]>(
      `update finding set last_at = greatest(clock_timestamp(), last_at + interval '1 microsecond')
        where id = $1 returning last_at::text as at`,
      [findingId],
    );
    const at = rows[0]?.at;
    const subject = { type: 'finding', id: findingId };
    await append(tx, { act: 'finding.revised', subject, revisionId: randomUUID(), ...(at && { at }) });
  });

test('dispatchers killed at random: each event at each endpoint, in order for each finding', async () => {
  const chance = chanceOf(11);
  // The second fails now and then, each delivery once at most; the third answers slowly.
  const [, second, third] = receivers;
  const came = new Set<string>();
  if (second)
    second.respond = (response, { id }) => {
      const fails = !came.has(id) && chance.happens(0.02);
      came.add(id);
      response.writeHead(fails ? 500 : 204).end();
    };
  if (third)
    third.respond = (response) => void setTimeout(() => response.writeHead(204).end(), chance.below(40));
  const webhooks: { id: string; secret: string }[] = [];
  const workers = [1, 2].map(() => dispatching(world, receivers));
  for (const { url } of receivers) webhooks.push(await webhookAt(world, 'KR-FSC', url, { inFlight: 16 }));
  for (const { id } of webhooks) await untilActive(world, id);

  const until = performance.now() + 14_000;
  let acts = 0;
  const writers = Array.from({ length: 6 }, async (_, n) => {
    const own = chanceOf(200 + n);
    while (performance.now() < until) {
      await act(own.pick(findings));
      acts += 1;
      // About 1,200 in all: what one failure puts aside waits for 5 s, and all of its finding behind it; what fails twice waits for minutes.
      await pause(own.below(130));
    }
  });
  let kills = 0;
  while (performance.now() < until) {
    await pause(300 + chance.below(700));
    const at = chance.below(workers.length);
    const worker = await workers[at];
    worker?.kill('SIGKILL');
    await worker?.ended;
    workers[at] = dispatching(world, receivers);
    kills += 1;
  }
  await Promise.all(writers);
  const [{ head, begins } = { head: 0, begins: 0 }] = await world.sql<{ head: number; begins: number }>(
    `select h.position::int as head, min(d.begins)::int as begins from feed_head h
       join webhook_dispatch d on d.agency_id = h.agency_id
      where h.agency_id = $1 and h.feed = 'SHARING' group by 1`,
    [agencyId('KR-FSC')],
  );
  expect(head - begins).toBeGreaterThan(200);
  for (const { id } of webhooks)
    await eventually(
      'everything was delivered',
      async () => {
        const [numbered] = await world.sql<{ n: number }>('select count(*)::int as n from unnumbered');
        const [now] = await world.sql<{ head: number }>(
          `select position::int as head from feed_head where agency_id = $1 and feed = 'SHARING'`,
          [agencyId('KR-FSC')],
        );
        const state = await stateOf(world, id);
        return numbered?.n === 0 && state?.position === now?.head && state?.aside === 0;
      },
      60,
    );
  for (const worker of await Promise.all(workers)) {
    worker.kill('SIGTERM');
    await worker.ended;
  }

  const entries = await world.sql<{ position: number; subject: string; at: string }>(
    `select p.position::int, e.subject_id as subject, micros(e.recorded_at)::text as at
       from feed_position p join entry e on e.id = p.entry_id
      where p.agency_id = $1 and p.feed = 'SHARING' and p.position > $2 order by 1`,
    [agencyId('KR-FSC'), begins],
  );
  const subjects = new Map(entries.map(({ position, subject }) => [position, subject]));
  const figures = receivers.map((receiver, n) => {
    const positions = receiver.positions().map((position) => position ?? 0);
    // Each at least once.
    expect(
      entries.map(({ position }) => position).filter((position) => !positions.includes(position)),
    ).toEqual([]);
    // Those of one finding come in their order, counting each at its first arrival.
    const first = [...new Set(positions)];
    if (n !== 1)
      for (const of of Map.groupBy(first, (position) => subjects.get(position)).values())
        expect(of).toEqual(of.toSorted((a, b) => a - b));
    receiver.verifyAll(webhooks[n]?.secret ?? '');
    return positions.length - first.length;
  });
  process.stdout.write(`${acts} acts, ${kills} kills; came again: ${figures.join(', ')}\n`);
  for (const again of figures.filter((_, n) => n !== 1)) expect(again).toBeLessThanOrEqual(kills * WINDOW);
}, 150_000);
