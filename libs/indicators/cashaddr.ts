import { bech32 } from '@scure/base';
import { base58Fault, decode58 } from './base58.js';
import { bech32Stray } from './bech32.js';
import type { Form } from './form.js';

const prefix = 'bitcoincash';
const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
/** The low five bits of each letter of the prefix, and a zero for the colon. */
const prefixWords = [...prefix].map((letter) => letter.charCodeAt(0) & 31).concat(0);

/** The generators of the specification, like the sum in halves of 20 bits, so that 32-bit operators do. */
const generators: readonly (readonly [number, number])[] = [
  [0x98f2b, 0xc8e61],
  [0x79b76, 0xd99e2],
  [0xf33e5, 0xfb3c4],
  [0xae2ea, 0xbe2a8],
  [0x1e4f4, 0x3e470],
];

/** What the generators add to a half for each value of the five bits that fall out of the sum. */
const additions = (half: 0 | 1): number[] =>
  Array.from({ length: 32 }, (_, fallen) =>
    generators.reduce((sum, parts, bit) => ((fallen >> bit) & 1 ? sum ^ parts[half] : sum), 0),
  );
const [highs, lows] = [additions(0), additions(1)];

type Sum = readonly [high: number, low: number];

function added(words: readonly number[], [high, low]: Sum): Sum {
  for (const word of words) {
    const fallen = high >> 15;
    high = (((high & 0x7fff) << 5) | (low >> 15)) ^ (highs[fallen] ?? 0);
    low = ((low & 0x7fff) << 5) ^ word ^ (lows[fallen] ?? 0);
  }
  return [high, low];
}

const ofPrefix = added(prefixWords, [0, 1]);

/** The 40-bit checksum of the cashaddr specification as eight words; all 0 over words that end in their own. */
function checksum(words: readonly number[]): number[] {
  const [high, low] = added(words, ofPrefix);
  return [high, low ^ 1].flatMap((half) => [15, 10, 5, 0].map((shift) => (half >> shift) & 31));
}

/** Address without its prefix. `kind` 0 pays a key, 1 a script; the hash has 20 bytes, or 32 for a script. */
function encode(kind: number, hash: Uint8Array): string {
  const bytes = new Uint8Array(hash.length + 1);
  bytes[0] = (kind << 3) | (hash.length === 32 ? 3 : 0);
  bytes.set(hash, 1);
  const words = bech32.toWords(bytes);
  const check = checksum(words.concat(0, 0, 0, 0, 0, 0, 0, 0));
  let text = '';
  for (const word of words) text += letters[word] ?? '';
  for (const word of check) text += letters[word] ?? '';
  return text;
}

/** Version byte and hash, the checksum unread; undefined if a letter or the padding is wrong. */
function decode(payload: string): Uint8Array | undefined {
  const words = wordsOf(payload);
  return words.includes(-1) ? undefined : (bech32.fromWordsUnsafe(words.slice(0, -8)) ?? undefined);
}

const wordsOf = (payload: string) => [...payload.toLowerCase()].map((letter) => letters.indexOf(letter));

const withoutPrefix = (value: string) => value.replace(/^bitcoincash:/i, '');

/** Legacy addresses are Bitcoin's own; what has a colon or begins as cashaddr does is meant as cashaddr. */
const isCashaddr = (value: string) => value.includes(':') || /^[qpzr]/i.test(value);

function cashaddrFault(value: string): string | undefined {
  const payload = withoutPrefix(value);
  if (/^(bchtest|bchreg):/i.test(value)) return 'is an address of a test network; mainnet has bitcoincash:';
  if (payload.includes(':')) return 'has another prefix than bitcoincash:';
  const stray = bech32Stray(value, value.length - payload.length, 'cashaddr');
  if (stray) return stray;
  if (payload.length !== 42 && payload.length !== 61) {
    return `has ${payload.length} characters without the prefix; a cashaddr address has 42, or 61 for a 32-byte script hash`;
  }
  if (checksum(wordsOf(payload)).some((word) => word !== 0)) {
    return 'the cashaddr checksum does not match: a character is wrong, missing or out of order';
  }
  const bytes = decode(payload);
  if (!bytes) return 'the padding bits of the address are wrong';
  const [version = -1] = bytes;
  if (version >> 3 > 3) return `type ${version >> 3}; there are 0 to 3`;
  const size = (version & 7) === 0 ? 20 : (version & 15) === 11 ? 32 : undefined;
  if (size === undefined) return 'holds a hash of a size that its type does not have';
  return bytes.length === size + 1 ? undefined : `holds ${bytes.length - 1} bytes; its version says ${size}`;
}

/**
 * One normal form for the three ways to write an address: cashaddr in lower case without its prefix (CAIP-10 allows no
 * colon in an address). A legacy address becomes the cashaddr of its hash, one that asks for tokens (z and r, CashTokens)
 * the ordinary one: they pay the same script. Since a legacy address is a Bitcoin address too, only the chain tells.
 */
export const bitcoinCash: Form = {
  longest: 128,
  fold: (value) => {
    if (!isCashaddr(value)) {
      const bytes = decode58(value);
      return bytes?.length === 25 ? encode(bytes[0] === 5 ? 1 : 0, bytes.subarray(1, 21)) : value;
    }
    const payload = withoutPrefix(value).toLowerCase();
    const bytes = /^[zr]/.test(payload) ? decode(payload) : undefined;
    return bytes ? encode(((bytes[0] ?? 0) >> 3) & 1, bytes.subarray(1)) : payload;
  },
  fault: (value) =>
    isCashaddr(value)
      ? cashaddrFault(value)
      : base58Fault(value, {
          coin: 'Bitcoin Cash',
          versions: ['00', '05'],
          lengths: [26, 35],
          lengthsTold: '26 to 34',
        }),
};
