import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { released } from './support/findings.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test("a released finding is in the list of its recipient and in nobody else's", async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA']);
  const list = `{ findings { nodes { id } } }`;
  const seen = async (code: 'JP-NPA' | 'US-TFI') =>
    (await world.as(code, 'ANALYST').ask<{ findings: { nodes: { id: string }[] } }>(list)).findings.nodes.map(
      ({ id }) => id,
    );
  expect(await seen('JP-NPA')).toEqual([finding.id]);
  expect(await seen('US-TFI')).toEqual([]);
});
