import { isIP } from 'node:net';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base32nopad, createBase58check, bech32, bech32m, hex } from '@scure/base';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChainCode, chains, indicatorTypes, keyOf, normalise } from './index.js';
import { badVectors, goodVectors } from './vectors.js';
import { withChecksumCase } from './wallets.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const base58 = (versions: number[]) =>
  fc
    .tuple(fc.constantFrom(...versions), bytes(20))
    .map(([version, hash]) => createBase58check(sha256).encode(Uint8Array.of(version, ...hash)));
const segwit = fc.oneof(
  fc
    .constantFrom(20, 32)
    .chain(bytes)
    .map((program) => bech32.encode('bc', [0, ...bech32.toWords(program)])),
  fc
    .tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 2, max: 40 }).chain(bytes))
    .map(([version, program]) => bech32m.encode('bc', [version, ...bech32m.toWords(program)])),
);
const nem = bytes(20).map((hash) => {
  const body = Uint8Array.of(0x68, ...hash);
  return base32nopad.encode(Uint8Array.of(...body, ...keccak_256(body).subarray(0, 4)));
});
const evm = bytes(20).map((address) => withChecksumCase(`0x${hex.encode(address)}`));

const wallets: [string, ChainCode, fc.Arbitrary<string>][] = [
  ['Base58Check, bitcoin', 'bitcoin', base58([0x00, 0x05])],
  ['bech32', 'bitcoin', segwit],
  ['Base58Check, tron', 'tron', base58([0x41])],
  ['NEM', 'nem', nem],
  ['EIP-55', 'polygon', evm],
];

/** Values that are valid or nearly: whole vectors, and vectors with a piece replaced by arbitrary UTF-16 units. */
const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));
const vector = fc.constantFrom<{ type: string; chain?: string; value: string }>(
  ...goodVectors,
  ...badVectors,
);
const spoiled = fc
  .tuple(vector, fc.nat(60), fc.nat(3), units)
  .map(([{ type, chain, value }, at, length, put]) => ({
    type,
    chain,
    value: value.slice(0, at) + put + value.slice(at + length),
  }));
const anything = fc.record({
  type: fc.oneof(fc.constantFrom<string>(...indicatorTypes), units),
  chain: fc.oneof(fc.constantFrom(...Object.keys(chains), undefined), units),
  value: fc.oneof(units, fc.string({ unit: 'grapheme', maxLength: 80 }), fc.webUrl(), fc.emailAddress()),
});

test('nothing throws, and what is accepted keeps the laws of a normal form', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(vector, spoiled, anything), (entered) => {
      const key = keyOf(entered);
      const first = normalise(entered);
      if (!first.ok) {
        expect(first.reason.isWellFormed()).toBe(true);
        return;
      }
      accepted += 1;
      expect(first.key).toBe(key);
      const again = { ...entered, value: first.value };
      expect(normalise(again)).toEqual(first);
      expect(keyOf(again)).toBe(key);
    }),
    { numRuns: 6000 },
  );
  expect(accepted).toBeGreaterThan(500);
});

const label = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,20}[a-zA-Z0-9])?$/),
  fc.string({ unit: fc.constantFrom(...'거래소取引所交易ÄßéИ'), minLength: 1, maxLength: 10 }),
);
const hosts = fc
  .tuple(
    fc.array(label, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('com', 'CO.KR', 'jp', '한국', 'onion'),
  )
  .map(([labels, suffix]) => [...labels, suffix].join('.'));

test.each([
  ['domain', hosts],
  ['email', fc.tuple(fc.stringMatching(/^[a-zA-Z0-9+_-]{1,20}$/), hosts).map((parts) => parts.join('@'))],
  [
    'account',
    fc.tuple(hosts, fc.string({ unit: 'grapheme', maxLength: 20 })).map((parts) => parts.join('/')),
  ],
  ['ip', fc.oneof(fc.ipV4(), fc.ipV6())],
  ['file-hash', bytes(32).map(hex.encode)],
])('normalising a %s twice is normalising it once', (type, values) => {
  let accepted = 0;
  fc.assert(
    fc.property(values, (value) => {
      const first = normalise({ type, value });
      if (!first.ok) return;
      accepted += 1;
      expect(normalise({ type, value: first.value })).toEqual(first);
      expect(keyOf({ type, value })).toBe(first.key);
    }),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test.each(wallets)('addresses in %s are accepted, and normalising twice is once', (_, chain, addresses) => {
  fc.assert(
    fc.property(addresses, (value) => {
      const first = normalise({ type: 'wallet', chain, value });
      if (!first.ok) throw new Error(first.reason);
      expect(keyOf({ type: 'wallet', chain, value })).toBe(first.key);
      expect(normalise({ type: 'wallet', chain, value: first.value })).toEqual(first);
    }),
    { numRuns: 300 },
  );
});

const alphabets: Record<string, string> = {
  'Base58Check, bitcoin': '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  bech32: 'qpzry9x8gf2tvdw0s3jn54khce6mua7l',
  'Base58Check, tron': '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  NEM: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
};

test.each(wallets.filter(([name]) => name in alphabets))(
  'one wrong character in %s is always caught',
  (name, chain, addresses) => {
    const letters = alphabets[name] ?? '';
    const wrong = fc
      .tuple(addresses, fc.nat(), fc.constantFrom(...letters))
      .map(([address, n, letter]) => [address, n % address.length, letter] as const)
      .filter(([address, at, letter]) => address[at] !== letter);
    fc.assert(
      fc.property(wrong, ([address, at, letter]) => {
        const value = address.slice(0, at) + letter + address.slice(at + 1);
        expect(normalise({ type: 'wallet', chain, value }).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  },
);

test('every single substitution in a bech32 and a bech32m address is caught, the version character too', () => {
  const missed: string[] = [];
  for (const address of [
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  ]) {
    for (let at = 3; at < address.length; at += 1) {
      for (const letter of 'qpzry9x8gf2tvdw0s3jn54khce6mua7l') {
        const value = address.slice(0, at) + letter + address.slice(at + 1);
        if (value !== address && normalise({ type: 'wallet', chain: 'bitcoin', value }).ok)
          missed.push(value);
      }
    }
  }
  expect(missed).toEqual([]);
});

test('EIP-55 misses about one wrong digit in 4,000', () => {
  // The case of each letter is one bit, of 15 letters on average: (13/16) ** 40 is 0.025 %. The addresses are hashes of
  // the numbers from 0, so the outcome is fixed.
  let missed = 0;
  let tried = 0;
  for (let n = 0; n < 200; n += 1) {
    const address = withChecksumCase(`0x${hex.encode(keccak_256(Uint8Array.of(n)).subarray(0, 20))}`);
    for (let at = 2; at < 42; at += 1) {
      const digit = ((Number.parseInt(address.charAt(at), 16) + 1 + (tried % 15)) % 16).toString(16);
      const value = address.slice(0, at) + digit + address.slice(at + 1);
      tried += 1;
      if (normalise({ type: 'wallet', chain: 'ethereum', value }).ok) missed += 1;
    }
  }
  expect(tried).toBe(8000);
  expect(missed).toBeLessThan(10);
});

test('a reason never quotes the value', () => {
  fc.assert(
    fc.property(fc.constantFrom(...badVectors), ({ type, chain, value }) => {
      const marked = `${value}zqXw7`;
      const result = normalise({ type, chain, value: marked });
      if (result.ok) return;
      expect(result.reason).not.toContain('zqXw7');
      expect(normalise({ type: 'zqXw7', chain: 'zqXw7', value }).ok).toBe(false);
      expect(JSON.stringify(normalise({ type: 'wallet', chain: 'zqXw7', value }))).not.toContain('zqXw7');
    }),
  );
});

test('what is an IP address here is one for the system, and the other way round', () => {
  const near = fc
    .tuple(
      fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended()),
      fc.nat(40),
      fc.nat(2),
      fc.string({ maxLength: 2 }),
    )
    .map(([text, at, length, put]) => text.slice(0, at) + put + text.slice(at + length));
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), near), (value) => {
      // A zone is refused here, brackets of de-fanging and outer space are undone here.
      fc.pre(!/[%[\]\s]/.test(value));
      expect(normalise({ type: 'ip', value }).ok).toBe(isIP(value) !== 0);
    }),
    { numRuns: 3000 },
  );
});
