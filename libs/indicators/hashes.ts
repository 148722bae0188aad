import type { Family } from './chains.js';
import { type Form, HEXADECIMAL, strayCharacter } from './form.js';

const withoutPrefix = (value: string) => value.replace(/^0x/i, '');

/**
 * A transaction hash: 32 bytes in hexadecimal, without a checksum, so only its shape can be checked. The 0x is a
 * habit of tools: it may be there or not on entry, the normal form has it where the chain's own tools write it.
 */
function transaction(prefix: '0x' | ''): Form {
  return {
    longest: 128,
    fold: (value) => prefix + withoutPrefix(value).toLowerCase(),
    fault: (value) => {
      const digits = withoutPrefix(value);
      const before = value.length - digits.length;
      const stray = strayCharacter(digits, HEXADECIMAL, 'a hash has hexadecimal digits (0-9, a-f)', before);
      if (stray) return stray;
      if (digits.length !== 64) return `has ${digits.length} hexadecimal digits; a transaction hash has 64`;
      return undefined;
    },
  };
}

const bare = transaction('');

/** Transaction hashes, by chain family. */
export const transactionForms: Record<Family, Form> = {
  bitcoin: bare,
  'bitcoin-cash': bare,
  litecoin: bare,
  dogecoin: bare,
  dash: bare,
  zcash: bare,
  evm: transaction('0x'),
  tron: bare,
  xrp: bare,
  monero: bare,
  nem: bare,
};

/** MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal, lower-cased; the length tells which, so the key need not. */
export const fileHash: Form = {
  longest: 256,
  fold: (value) => value.toLowerCase(),
  fault: (value) => {
    const stray = strayCharacter(value, HEXADECIMAL, 'a hash has hexadecimal digits (0-9, a-f)');
    if (stray) return stray;
    if ([32, 40, 64, 128].includes(value.length)) return undefined;
    return `has ${value.length} hexadecimal digits; MD5 has 32, SHA-1 40, SHA-256 64, SHA-512 128`;
  },
};
