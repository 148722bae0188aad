import { keccak_256 } from '@noble/hashes/sha3.js';
import { hex } from '@scure/base';
import { expect, test } from '@jest/globals';
import { withChecksumCase } from './evm.js';
import { type ChainCode, normalise } from './index.js';

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/**
 * What each encoding promises of one wrong character, tried for every character of an address and every other letter.
 * Base58Check, NEM and Monero: 32 bits of a hash, so one wrong character in 4,294,967,296 is missed.
 * Bech32, bech32m and cashaddr: a code that finds every single substitution (bech32 up to four, cashaddr up to five in
 * the lengths of ordinary addresses).
 * EIP-55: the case of the letters, below. Transactions, hashes, domains, IP addresses: nothing.
 */
test.each<[string, ChainCode, string, string, string]>([
  ['Base58Check', 'bitcoin', '', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', base58],
  ['Base58Check', 'bitcoin-cash', '', '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu', base58],
  ['Base58Check', 'litecoin', '', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', base58],
  ['Base58Check', 'dogecoin', '', 'DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L', base58],
  ['Base58Check', 'dash', '', 'XnPFsRWTaSgiVauosEwQ6dEitGYXgwznz2', base58],
  ['Base58Check', 'zcash', '', 't1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW', base58],
  ['Base58Check', 'tron', '', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', base58],
  ['Base58Check of the XRP Ledger', 'xrp', '', 'rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH', base58],
  ['bech32', 'bitcoin', 'bc1', 'qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', bech32],
  ['bech32m', 'bitcoin', 'bc1', 'p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0', bech32],
  ['bech32', 'litecoin', 'ltc1', 'qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9', bech32],
  [
    'bech32',
    'zcash',
    'zs1',
    'z7rejlpsa98s2rrrfkwmaxu53e4ue0ulcrw0h4x5g8jl04tak0d3mm47vdtahatqrlkngh9slya',
    bech32,
  ],
  [
    'bech32m, longer than 90',
    'zcash',
    'u1',
    'u2h4ce7e2cn3z4nzur95muq2dl4da9x8h8kdp2l80gm9nl9raj8zzpx79ycjnfvar4v5exea5pqr5y9qsnlp0cdunwf9yjjx5c4q7ar9',
    bech32,
  ],
  ['cashaddr', 'bitcoin-cash', '', 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a', bech32],
  ['cashaddr', 'bitcoin-cash', 'bitcoincash:', 'ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq', bech32],
  [
    'cashaddr of 32 bytes',
    'bitcoin-cash',
    '',
    'pwqwzrf7z06m7nn58tkdjyxqfewanlhyrpxysack85xvf3mt0rv02l9dxc5uf',
    bech32,
  ],
  ['NEM', 'nem', '', 'NALICELGU3IVY4DPJKHYLSSVYFFWYS5QPLYEZDJJ', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'],
  [
    'Monero',
    'monero',
    '',
    '4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge',
    base58,
  ],
])('%s on %s: no single wrong character passes', (_, chain, prefix, rest, letters) => {
  const accepted = (value: string) => normalise({ type: 'wallet', chain, value: prefix + value }).ok;
  expect(accepted(rest)).toBe(true);
  const missed: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    for (const letter of letters) {
      if (letter === rest[at]) continue;
      const value = rest.slice(0, at) + letter + rest.slice(at + 1);
      if (accepted(value)) missed.push(value);
    }
  }
  expect(missed).toEqual([]);
});

test('cashaddr: no two adjacent characters can change places unseen, nor one be lost', () => {
  const address = 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a';
  for (let at = 0; at + 1 < address.length; at += 1) {
    const [one = '', other = ''] = address.slice(at);
    const swapped = address.slice(0, at) + other + one + address.slice(at + 2);
    const shorter = address.slice(0, at) + address.slice(at + 1);
    for (const value of [swapped, shorter].filter((each) => each !== address)) {
      expect([value, normalise({ type: 'wallet', chain: 'bitcoin-cash', value }).ok]).toEqual([value, false]);
    }
  }
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

test('an EVM address all in lower or upper case promises nothing', () => {
  const address = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed';
  for (const value of [address.replace('5a', '5b'), address.replace('5a', '5b').toUpperCase()]) {
    expect(normalise({ type: 'wallet', chain: 'base', value }).ok).toBe(true);
  }
});
