import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { administer, administratorsOf, type Administrators } from './support/administration.js';
import { administrators } from './support/clients.js';
import { newMachine, proofOf, tokenOf, type Machine } from './support/machine.js';
import { newMember } from './support/partners.js';
import { eventually } from './support/processes.js';
import { agencyId } from './support/roster.js';
import { Steady } from './support/steady.js';
import { startWorld, type World } from './support/world.js';

/*
 * P7, through the API: a member and a machine each ask without a pause, over a connection that stays open and with a
 * token that is good, and are put out by an act. What is asked after the act was answered gets nothing.
 */

let world: World;
let kr: Administrators;
let hub: Administrators;
beforeAll(async () => {
  world = await startWorld();
  [kr, hub] = [await administrators(world, 'KR-FSC'), await administratorsOf(world, 'HUB')];
});
afterAll(() => world.close());

let memberId: string;
let machine: Machine;
let asking: { member: Steady; machine: Steady };
beforeEach(async () => {
  memberId = await newMember(world, 'KR-FSC', ['ANALYST']);
  machine = await newMachine(world, 'KR-FSC');
  const [bearer, token] = [await world.issuer.mint(memberId), await tokenOf(machine)];
  asking = {
    member: new Steady(world.url, async () => ({ authorization: `Bearer ${bearer}` })),
    machine: new Steady(world.url, async () => ({
      authorization: `DPoP ${token}`,
      dpop: await proofOf(machine, token),
    })),
  };
  for (const one of Object.values(asking)) await eventually('it is answered', () => one.allowed.length >= 10);
});
afterEach(() => Promise.all(Object.values(asking).map((one) => one.stop())));

test.each<[what: string, out: ('member' | 'machine')[], act: () => Promise<unknown>]>([
  ['its membership', ['member'], () => administer(kr.first, 'endMembership', { memberId })],
  ['the system client', ['machine'], () => administer(kr.first, 'endSystemClient', { clientId: machine.id })],
  [
    "the system client's key",
    ['machine'],
    () => administer(kr.first, 'revokeSystemClientKey', { clientId: machine.id, kid: machine.key.kid }),
  ],
  [
    'the agency',
    ['member', 'machine'],
    () => administer(hub.first, 'suspendAgency', { agencyId: agencyId('KR-FSC') }),
  ],
])('put out with %s: %j', async (what, out, act) => {
  const began = performance.now();
  await act();
  const done = performance.now();
  await pause(1_000);
  for (const [who, one] of Object.entries(asking)) {
    await one.stop();
    expect(one.ports.size).toBe(1);
    const after = one.answers.filter(({ sent }) => sent > done);
    expect(after.length).toBeGreaterThan(0);
    const isOut = out.some((name) => name === who);
    expect(new Set(after.map(({ outcome }) => outcome))).toEqual(
      new Set([isOut ? 'UNAUTHENTICATED' : 'allowed']),
    );
    const last = one.allowed.at(-1)?.answered ?? 0;
    if (isOut) {
      expect(last - began).toBeLessThan(1_000);
      const rest = `${(last - began).toFixed(0)} ms after the act was sent, ${(last - done).toFixed(0)} ms after its answer`;
      process.stdout.write(`put out with ${what}: the ${who}'s last answer came ${rest}\n`);
    }
  }
  await world.sql('update agency set suspended_at = null');
});
