import { bech32, bech32m } from '@scure/base';
import { base58Fault } from './base58.js';
import { bech32Stray, wrongBech32 } from './bech32.js';
import type { Form } from './form.js';
import { receiversFault } from './unified.js';

const kinds = /^(zs|u|tex|ztestsapling|utest|uregtest|textest|zregtestsapling)1/i;

/** The prefix of a bech32 kind of address, in lower case; undefined for Base58. */
const kindOf = (value: string) => kinds.exec(value)?.[1]?.toLowerCase();

function bech32Fault(value: string, kind: string): string | undefined {
  if (kind === 'tex') return 'is a TEX address (ZIP 320); the t1 address of the same hash is wanted';
  if (kind !== 'zs' && kind !== 'u') {
    return 'is an address of a test network; Zcash mainnet begins with t1, t3, zs1 or u1';
  }
  const stray = bech32Stray(value, kind.length + 1);
  if (stray) return stray;
  if (kind === 'zs' && value.length !== 78) {
    return `has ${value.length} characters; a Sapling address has 78`;
  }
  if (kind === 'u' && value.length < 85) {
    return `has ${value.length} characters; a unified address has at least 85`;
  }
  const encoding = kind === 'zs' ? bech32 : bech32m;
  const decoded = encoding.decodeUnsafe(value.toLowerCase(), false);
  if (!decoded) return wrongBech32;
  const bytes = encoding.fromWordsUnsafe(decoded.words);
  if (!bytes) return 'the padding bits of the address are wrong';
  return kind === 'u' ? receiversFault(bytes) : undefined;
}

/**
 * Transparent t1 and t3 and Sprout zc (Base58Check, exact), Sapling zs1 and unified u1 (ZIP 316), lower-cased. A unified
 * address stands for its receivers together: it is kept whole, and does not match an address of one of them.
 */
export const zcash: Form = {
  longest: 512,
  fold: (value) => (kindOf(value) ? value.toLowerCase() : value),
  fault: (value) => {
    const kind = kindOf(value);
    if (kind) return bech32Fault(value, kind);
    return value.startsWith('zc')
      ? base58Fault(value, { coin: 'Zcash Sprout', versions: ['169a'], holds: 64, lengths: [95, 95] })
      : base58Fault(value, { coin: 'Zcash', versions: ['1cb8', '1cbd'], lengths: [35, 35] });
  },
};
