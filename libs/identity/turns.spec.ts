import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Turns } from './turns.js';

/** One look-up at a time, which ends when it is told to; what happened to each that was asked for, in order. */
function watched(mostWaiting: number) {
  const turns = new Turns(1, mostWaiting);
  const began: string[] = [];
  const refused: string[] = [];
  const ends: (() => void)[] = [];
  return {
    began,
    refused,
    ask: (network: string, name: string) =>
      turns.as(network, () => {
        const look = () => new Promise<void>((resolve) => (began.push(name), ends.push(resolve)));
        turns.take(look).catch(() => refused.push(name));
      }),
    /** Lets so many end, one after the other. */
    end: async (times: number) => {
      for (let n = 0; n < times; n++) {
        await setImmediate();
        ends.shift()?.();
      }
      await setImmediate();
    },
  };
}

test('lines take turns, each in its order; a line that was empty comes last', async () => {
  const { ask, began, refused, end } = watched(10);
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) ask(name.slice(0, 1), name);
  await end(3);
  ask('c', 'c2');
  await end(6);
  expect(began).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'c2', 'a4']);
  expect(refused).toEqual([]);
});

test('when too many wait, the longest line loses its last; what has room again is taken', async () => {
  const { ask, began, refused, end } = watched(3);
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) ask('a', name);
  ask('b', 'b1');
  await setImmediate();
  expect(refused).toEqual(['a5', 'a4']);
  ask('c', 'c1');
  ask('d', 'd1');
  await setImmediate();
  // Four lines of one each: nobody has more than its share, and who came last goes.
  expect(refused).toEqual(['a5', 'a4', 'a3', 'd1']);
  await end(4);
  ask('d', 'd2');
  await end(2);
  expect(began).toEqual(['a1', 'a2', 'b1', 'c1', 'd2']);
});

test('what fails gives its turn on', async () => {
  const turns = new Turns(1, 1);
  const failing = turns.take(() => Promise.reject(new Error('no')));
  const next = turns.take(async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect([await next, await turns.take(async () => 'again')]).toEqual(['yes', 'again']);
});
