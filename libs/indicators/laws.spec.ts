import { BlockList, isIP } from 'node:net';
import { domainToUnicode } from 'node:url';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base32nopad, base58xmr, base58xrp, createBase58check, bech32, bech32m, hex } from '@scure/base';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChainCode, chains, indicatorTypes, keyOf, normalise } from './index.js';
import { badVectors, goodVectors } from './vectors.js';
import { withChecksumCase } from './evm.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const base58 = (...versions: number[][]) =>
  fc
    .tuple(fc.constantFrom(...versions), bytes(20))
    .map(([version, hash]) => createBase58check(sha256).encode(Uint8Array.of(...version, ...hash)));
const segwit = (prefix: string) =>
  fc.oneof(
    fc
      .constantFrom(20, 32)
      .chain(bytes)
      .map((program) => bech32.encode(prefix, [0, ...bech32.toWords(program)])),
    fc
      .tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 2, max: 40 }).chain(bytes))
      .map(([version, program]) => bech32m.encode(prefix, [version, ...bech32m.toWords(program)])),
  );
const sapling = bytes(43).map((address) => bech32.encode('zs', bech32.toWords(address), false));
const xrp = bytes(20).map((hash) => {
  const body = Uint8Array.of(0, ...hash);
  return base58xrp.encode(Uint8Array.of(...body, ...sha256(sha256(body)).subarray(0, 4)));
});
const monero = fc
  .oneof(fc.tuple(fc.constantFrom(18, 42), bytes(64)), fc.tuple(fc.constant(19), bytes(72)))
  .map(([network, content]) => {
    const body = Uint8Array.of(network, ...content);
    return base58xmr.encode(Uint8Array.of(...body, ...keccak_256(body).subarray(0, 4)));
  });
const nem = bytes(20).map((hash) => {
  const body = Uint8Array.of(0x68, ...hash);
  return base32nopad.encode(Uint8Array.of(...body, ...keccak_256(body).subarray(0, 4)));
});
const evm = bytes(20).map((address) => withChecksumCase(`0x${hex.encode(address)}`));

const wallets: [string, ChainCode, fc.Arbitrary<string>][] = [
  ['Base58Check, bitcoin', 'bitcoin', base58([0x00], [0x05])],
  ['bech32, bitcoin', 'bitcoin', segwit('bc')],
  ['Base58Check, bitcoin-cash', 'bitcoin-cash', base58([0x00], [0x05])],
  ['Base58Check, litecoin', 'litecoin', base58([0x30], [0x32], [0x05])],
  ['bech32, litecoin', 'litecoin', segwit('ltc')],
  ['Base58Check, dogecoin', 'dogecoin', base58([0x1e], [0x16])],
  ['Base58Check, dash', 'dash', base58([0x4c], [0x10])],
  ['Base58Check, zcash', 'zcash', base58([0x1c, 0xb8], [0x1c, 0xbd])],
  ['Sapling', 'zcash', sapling],
  ['Base58Check, tron', 'tron', base58([0x41])],
  ['Base58Check, xrp', 'xrp', xrp],
  ['Monero', 'monero', monero],
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

/** Pieces of a path that a normal form written carelessly would read otherwise the second time. */
const escapes = fc
  .array(fc.constantFrom(...'%25aFé/.?[]&;:@\\|^`{}\'"<>#'), { maxLength: 20 })
  .map((letters) => `/${letters.join('')}`);

test.each([
  ['domain', hosts],
  ['email', fc.tuple(fc.stringMatching(/^[a-zA-Z0-9+_-]{1,20}$/), hosts).map((parts) => parts.join('@'))],
  [
    'account',
    fc.tuple(hosts, fc.string({ unit: 'grapheme', maxLength: 20 })).map((parts) => parts.join('/')),
  ],
  ['ip', fc.oneof(fc.ipV4(), fc.ipV6())],
  [
    'ip-range',
    fc
      .tuple(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          fc.ipV4().map((four) => `::ffff:${four}`),
        ),
        fc.integer({ min: 1, max: 127 }),
      )
      .map((parts) => parts.join('/')),
  ],
  [
    'url',
    fc
      .tuple(fc.constantFrom('http://', 'hxxps[://]'), hosts, fc.constantFrom('', ':80', ':8443'), escapes)
      .map((parts) => parts.join('')),
  ],
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

test('a domain means the same in Unicode as in ASCII', () => {
  fc.assert(
    fc.property(hosts, (value) => {
      const first = normalise({ type: 'domain', value });
      fc.pre(first.ok);
      expect(normalise({ type: 'domain', value: domainToUnicode(first.value) })).toEqual(first);
    }),
    { numRuns: 500 },
  );
});

test('a range holds every address it can be written with', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 31 }), (address, length) => {
      const range = normalise({ type: 'ip-range', value: `${address}/${length}` });
      const same = normalise({ type: 'ip', value: address });
      if (!same.ok || !range.ok) throw new Error(JSON.stringify([range, same]));
      const list = new BlockList();
      const [network = ''] = range.value.split('/');
      const family = (text: string) => (text.includes(':') ? 'ipv6' : 'ipv4');
      fc.pre(family(same.value) === family(address) && family(network) === family(address));
      list.addSubnet(network, length, family(network));
      expect(list.check(same.value, family(same.value))).toBe(true);
    }),
    { numRuns: 500 },
  );
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
