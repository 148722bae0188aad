import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { SeenOnce } from './seen-once.js';

test('each shows a thing once, whatever others show', () => {
  const seen = new SeenOnce(60, 10);
  expect([
    seen.isFirst('a', '1'),
    seen.isFirst('a', '1'),
    seen.isFirst('b', '1'),
    seen.isFirst('a', '2'),
  ]).toEqual([true, false, true, true]);
});

test('one that shows more than is remembered is refused, and nobody else; what it showed stays known', () => {
  const seen = new SeenOnce(60, 3);
  const shows = (whose: string) => ['1', '2', '3', '4', '5', '1'].map((what) => seen.isFirst(whose, what));
  expect(shows('a')).toEqual([true, true, true, false, false, false]);
  expect(shows('b')).toEqual([true, true, true, false, false, false]);
});

test('it is remembered for at least that long, and makes room again', async () => {
  const seen = new SeenOnce(0.5, 1);
  seen.isFirst('a', '1');
  await pause(600);
  // Of the time before: known still, and there is room for another.
  expect([seen.isFirst('a', '1'), seen.isFirst('a', '2'), seen.isFirst('a', '3')]).toEqual([
    false,
    true,
    false,
  ]);
  await pause(1_100);
  expect([seen.isFirst('a', '1'), seen.isFirst('a', '2')]).toEqual([true, false]);
});
