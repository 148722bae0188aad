import { blake2b } from '@noble/hashes/blake2.js';
import { bech32m } from '@scure/base';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { normalise } from './index.js';
import { unjumble } from './unified.js';

/** F4Jumble as ZIP 316 writes it, the way the library never needs. */
function jumble(message: Uint8Array): Uint8Array {
  const half = Math.min(64, Math.floor(message.length / 2));
  const hash = (name: string, from: Uint8Array, dkLen: number, ...numbers: number[]) =>
    blake2b(from, {
      dkLen,
      personalization: Uint8Array.of(...Buffer.from(`UA_F4Jumble_${name}`), ...numbers),
    });
  const wide = (round: number, from: Uint8Array) =>
    Buffer.concat([0, 1, 2, 3, 4, 5, 6, 7].map((block) => hash('G', from, 64, round, block, 0)));
  const plus = (one: Uint8Array, other: Uint8Array) => one.map((byte, at) => byte ^ (other[at] ?? 0));
  const [a, b] = [message.slice(0, half), message.slice(half)];
  const x = plus(b, wide(0, a));
  const y = plus(a, hash('H', x, half, 0, 0, 0));
  const d = plus(x, wide(1, y));
  const c = plus(y, hash('H', d, half, 1, 0, 0));
  return Uint8Array.of(...c, ...d);
}

const receiver = (type: number, length: number) => [type, length, ...Buffer.alloc(length, type + 1)];

function address(items: number[][], padding = 'u'): string {
  const bytes = Uint8Array.of(...items.flat(), ...Buffer.from(padding), ...Buffer.alloc(16 - padding.length));
  return bech32m.encode('u', bech32m.toWords(jumble(bytes)), false);
}

const check = (value: string) => normalise({ type: 'wallet', chain: 'zcash', value });

test.each([
  ['Orchard alone', [receiver(3, 43)]],
  ['P2PKH, Sapling and Orchard', [receiver(0, 20), receiver(2, 43), receiver(3, 43)]],
  ['a receiver not yet known', [receiver(3, 43), [0xfd, 0xfd, 0xff, 2, 7, 7]]],
  [
    'one of five bytes of type, longer than 64 bytes',
    [receiver(2, 43), [0xfe, 0, 0, 0, 2, 150, ...Buffer.alloc(150)]],
  ],
])('a unified address of %s is accepted', (_, items) => {
  const value = address(items);
  expect(check(value)).toEqual({ ok: true, value, key: `wallet|zcash|${value}` });
});

test.each([
  ['a transparent receiver of a wrong length', [receiver(0, 40)], 'a length that its type does not have'],
  ['both transparent receivers and no other', [receiver(0, 20), receiver(1, 20)], 'both'],
  ['both transparent receivers', [receiver(0, 20), receiver(1, 20), receiver(3, 43)], 'both'],
  ['a receiver twice', [receiver(3, 43), receiver(3, 43)], 'ascending'],
  ['receivers in another order', [receiver(3, 43), receiver(2, 43)], 'ascending'],
  ['a receiver too short', [receiver(3, 42)], 'a length that its type does not have'],
  ['a receiver cut off', [receiver(2, 43), [3, 43, 1]], 'cut off'],
  ['a type without a length', [receiver(2, 43), [3]], 'cut off'],
  ['a type written too long', [receiver(2, 43), [0xfd, 3, 0, ...receiver(3, 43).slice(1)]], 'cut off'],
  ['a type above all', [receiver(2, 43), [0xfe, 1, 0, 0, 2, 1, 1]], 'cut off'],
])('a unified address with %s is refused', (_, items, reason) => {
  expect(check(address(items))).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test('the padding names the network', () => {
  expect(check(address([receiver(3, 43)], 'utest'))).toMatchObject({
    reason: expect.stringContaining('padding'),
  });
});

test('what is jumbled is unjumbled, at the lengths where blocks begin and end', () => {
  const lengths = fc.oneof(
    fc.constantFrom(48, 64, 127, 128, 129, 192, 193),
    fc.integer({ min: 48, max: 400 }),
  );
  fc.assert(
    fc.property(
      lengths.chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
      (message) => {
        expect(unjumble(jumble(message))).toEqual(message);
      },
    ),
    { numRuns: 100 },
  );
});
