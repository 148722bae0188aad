import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonical, sha256 } from './canonical.js';

/** The same value with the fields of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, held]) => [key, reordered(held)]),
  );
}

describe('RFC 8785', () => {
  test('its own example', () => {
    const example = {
      // eslint-disable-next-line no-loss-of-precision -- as it stands in the RFC
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonical(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('fields are in the order of their UTF-16 units', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect([...canonical(value).matchAll(/:(\d)/g)].map(([, n]) => n).join('')).toBe('2467153');
  });

  test('the order of the fields does not matter, and nothing is lost', () => {
    const values = fc.jsonValue({ noUnicodeString: false });
    fc.assert(
      fc.property(values, (value) => {
        expect(canonical(reordered(value))).toBe(canonical(value));
        expect(JSON.stringify(JSON.parse(canonical(value)))).toBe(canonical(JSON.parse(canonical(value))));
        // -0 is 0 in JSON.
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('the order of a list does', () => {
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
  });

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [{ a: [Number.NEGATIVE_INFINITY] }]])(
    '%p has no canonical form',
    (value) => {
      expect(() => canonical(value)).toThrow();
    },
  );
});

test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [Uint8Array.of(0x61, 0x62, 0x63), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['빗썸', sha256(new TextEncoder().encode('빗썸'))],
])('SHA-256 of %p (FIPS 180-4)', (bytes, hash) => {
  expect(sha256(bytes)).toBe(hash);
});
