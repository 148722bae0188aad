import { bech32, bech32m } from '@scure/base';
import { characters, strayCharacter } from './form.js';

const BECH32 = characters(/[02-9ac-hj-np-z]/i);
const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** Faults of characters and case, of text whose first `before` characters are a prefix and its mark. */
export function bech32Stray(value: string, before: number, encoding = 'bech32'): string | undefined {
  const stray = strayCharacter(
    value.slice(before),
    BECH32,
    `${encoding} has digits and letters without 1, b, i and o`,
    before,
  );
  if (stray) return stray;
  return value === value.toLowerCase() || value === value.toUpperCase()
    ? undefined
    : `mixes upper and lower case; ${encoding} is all one`;
}

export const wrongBech32 =
  'the bech32 checksum does not match: a character is wrong, missing or out of order';

/** A chain's prefix, and those of its test networks, which are named rather than called misspelt. */
export interface SegwitRules {
  coin: string;
  prefix: string;
  testPrefixes: readonly string[];
}

/** True of a text that means to be a segwit address of the chain or of one of its test networks. */
export function isSegwit(value: string, { prefix, testPrefixes }: SegwitRules): boolean {
  const lower = value.toLowerCase();
  return [prefix, ...testPrefixes].some((each) => lower.startsWith(`${each}1`));
}

/** Segregated witness addresses: BIP-173 for version 0, BIP-350 (bech32m) for 1 to 16. */
export function segwitFault(value: string, { coin, prefix }: SegwitRules): string | undefined {
  const lower = value.toLowerCase();
  const before = prefix.length + 1;
  if (!lower.startsWith(`${prefix}1`)) {
    return `is an address of a test network; ${coin} mainnet begins with ${prefix}1`;
  }
  const stray = bech32Stray(value, before);
  if (stray) return stray;
  // A version, 2 to 40 bytes in letters of five bits, six letters of checksum: no other bound on the program is needed.
  if (value.length < before + 11 || value.length > before + 71) {
    return `has ${value.length} characters; a segwit address has ${before + 11} to ${before + 71} (${before + 39} and ${before + 59} are usual)`;
  }
  const version = letters.indexOf(lower.charAt(before));
  if (version > 16) return `witness version ${version}; there are 0 to 16`;
  const [right, wrong] = version === 0 ? [bech32, bech32m] : [bech32m, bech32];
  const decoded = right.decodeUnsafe(lower);
  if (!decoded) {
    return wrong.decodeUnsafe(lower)
      ? 'the checksum is of the other kind; version 0 takes bech32, later ones bech32m'
      : wrongBech32;
  }
  const program = right.fromWordsUnsafe(decoded.words.slice(1));
  if (!program) return 'the padding bits of the witness program are wrong';
  if (version === 0 && program.length !== 20 && program.length !== 32) {
    return `the witness program has ${program.length} bytes; version 0 has 20 or 32`;
  }
  return undefined;
}
