import { keccak_256 } from '@noble/hashes/sha3.js';
import { hex } from '@scure/base';
import { type Form, HEXADECIMAL, strayCharacter } from './form.js';

const ascii = new TextEncoder();

/** EIP-55: a letter is upper case where the matching half-byte of the hash of the lower-case text is 8 or more. */
export function withChecksumCase(address: string): string {
  const digits = address.slice(2).toLowerCase();
  const hash = hex.encode(keccak_256(ascii.encode(digits)));
  return `0x${[...digits].map((digit, at) => (hash.charAt(at) >= '8' ? digit.toUpperCase() : digit)).join('')}`;
}

/** Compared without case, so lower-cased. The checksum is in the case: all lower or all upper carries none. */
export const evm: Form = {
  longest: 128,
  fold: (value) => value.toLowerCase(),
  fault: (value) => {
    if (!/^0x/i.test(value)) return 'does not begin with 0x';
    const digits = value.slice(2);
    const stray = strayCharacter(digits, HEXADECIMAL, 'after 0x come hexadecimal digits (0-9, a-f)', 2);
    if (stray) return stray;
    if (value.length !== 42) return `has ${value.length} characters; an EVM address has 42 with its 0x`;
    if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return undefined;
    return withChecksumCase(value) === `0x${digits}`
      ? undefined
      : 'the EIP-55 checksum does not match: a character or its case is wrong (all lower case carries no checksum)';
  },
};
