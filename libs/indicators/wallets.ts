import { keccak_256 } from '@noble/hashes/sha3.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base32nopad, createBase58check, bech32, bech32m, hex } from '@scure/base';
import type { Family } from './chains.js';
import { type Form, strayCharacter } from './form.js';

const checked58 = createBase58check(sha256);
const ascii = new TextEncoder();

/** Versions, lengths and the words for them, of one chain's Base58Check addresses of 20-byte hashes. */
interface Base58Rules {
  versions: readonly number[];
  versionRule: string;
  shortest: number;
  longest: number;
  lengthRule: string;
}

function base58Fault(value: string, rules: Base58Rules): string | undefined {
  const stray = strayCharacter(
    value,
    /[1-9A-HJ-NP-Za-km-z]/,
    'Base58 has digits and letters without 0, O, I and l',
  );
  if (stray) return stray;
  if (value.length < rules.shortest || value.length > rules.longest) {
    return `has ${value.length} characters; ${rules.lengthRule}`;
  }
  const payload = decoded58(value);
  if (!payload)
    return 'the Base58Check checksum does not match: a character is wrong, missing or out of order';
  if (payload.length !== 21) return `holds ${payload.length} bytes; an address holds 21`;
  const [version = -1] = payload;
  if (!rules.versions.includes(version)) return `version byte ${byte(version)}; ${rules.versionRule}`;
  return undefined;
}

/** Version and hash; undefined if the checksum is wrong, the only thing left to throw for once characters are checked. */
function decoded58(value: string): Uint8Array | undefined {
  try {
    return checked58.decode(value);
  } catch {
    return undefined;
  }
}

const byte = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;

const bech32Letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
// Test networks are let in here only to be refused by name below; as Base58 they would be refused for their letters.
const segwit = /^(bc|tb|bcrt)1/i;

/** Segregated witness addresses: BIP-173 for version 0, BIP-350 (bech32m) for 1 to 16. */
function segwitFault(value: string): string | undefined {
  if (!/^bc1/i.test(value)) return 'is an address of a test network; Bitcoin mainnet begins with bc1';
  const stray = strayCharacter(
    value.slice(3),
    /[02-9ac-hj-np-z]/i,
    'bech32 has digits and letters without 1, b, i and o',
    3,
  );
  if (stray) return stray;
  const lower = value.toLowerCase();
  if (value !== lower && value !== value.toUpperCase())
    return 'mixes upper and lower case; bech32 is all one';
  if (value.length < 14 || value.length > 74) {
    return `has ${value.length} characters; a segwit address has 14 to 74 (42 and 62 are usual)`;
  }
  const version = bech32Letters.indexOf(lower.charAt(3));
  if (version > 16) return `witness version ${version}; there are 0 to 16`;
  const [right, wrong] = version === 0 ? [bech32, bech32m] : [bech32m, bech32];
  const decoded = right.decodeUnsafe(lower);
  if (!decoded) {
    return wrong.decodeUnsafe(lower)
      ? `the checksum is of the other kind; version 0 takes bech32, later ones bech32m`
      : 'the bech32 checksum does not match: a character is wrong, missing or out of order';
  }
  const program = right.fromWordsUnsafe(decoded.words.slice(1));
  if (!program) return 'the padding bits of the witness program are wrong';
  // 2 to 40 bytes for later versions: the bounds on the text above hold exactly those.
  if (version === 0 && program.length !== 20 && program.length !== 32) {
    return `the witness program has ${program.length} bytes; version 0 has 20 or 32`;
  }
  return undefined;
}

/** P2PKH (version 0x00) and P2SH (0x05), exact; segwit, lower-cased. Main network. */
const bitcoin: Form = {
  longest: 128,
  fold: (value) => (segwit.test(value) ? value.toLowerCase() : value),
  fault: (value) =>
    segwit.test(value)
      ? segwitFault(value)
      : base58Fault(value, {
          versions: [0x00, 0x05],
          versionRule: 'Bitcoin mainnet has 0x00 and 0x05',
          shortest: 26,
          // Mainnet ends at 34; 35 lets a test network's P2SH be named by its version byte.
          longest: 35,
          lengthRule: 'a Bitcoin address in Base58 has 26 to 34',
        }),
};

const tron: Form = {
  longest: 128,
  fold: (value) => value,
  fault: (value) => {
    if (/^(0x)?41[0-9a-f]{40}$/i.test(value)) {
      return 'is the hexadecimal form, which carries no checksum; the Base58 form that begins with T is wanted';
    }
    return base58Fault(value, {
      versions: [0x41],
      versionRule: 'TRON mainnet has 0x41',
      shortest: 34,
      longest: 34,
      lengthRule: 'a TRON address has 34',
    });
  },
};

/** EIP-55: a letter is upper case where the matching half-byte of the hash of the lower-case text is 8 or more. */
export function withChecksumCase(address: string): string {
  const digits = address.slice(2).toLowerCase();
  const hash = hex.encode(keccak_256(ascii.encode(digits)));
  return `0x${[...digits].map((digit, at) => (hash.charAt(at) >= '8' ? digit.toUpperCase() : digit)).join('')}`;
}

/** Compared without case, so lower-cased. The checksum is in the case: all lower or all upper carries none. */
const evm: Form = {
  longest: 128,
  fold: (value) => value.toLowerCase(),
  fault: (value) => {
    if (!/^0x/i.test(value)) return 'does not begin with 0x';
    const digits = value.slice(2);
    const stray = strayCharacter(digits, /[0-9a-f]/i, 'after 0x come hexadecimal digits (0-9, a-f)', 2);
    if (stray) return stray;
    if (value.length !== 42) return `has ${value.length} characters; an EVM address has 42 with its 0x`;
    if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return undefined;
    return withChecksumCase(value) === `0x${digits}`
      ? undefined
      : 'the EIP-55 checksum does not match: a character or its case is wrong (all lower case carries no checksum)';
  },
};

/** Network byte, 20-byte hash, first 4 bytes of its Keccak-256, in Base32; shown in groups of six with hyphens. */
const nem: Form = {
  longest: 128,
  fold: (value) => value.replaceAll('-', '').toUpperCase(),
  fault: (value) => {
    const stray = strayCharacter(value, /[A-Z2-7-]/i, 'Base32 has letters and the digits 2 to 7');
    if (stray) return stray;
    const address = nem.fold(value);
    if (address.length !== 40)
      return `has ${address.length} characters without hyphens; a NEM address has 40`;
    const bytes = base32nopad.decode(address);
    const body = bytes.subarray(0, 21);
    if (hex.encode(bytes.subarray(21)) !== hex.encode(keccak_256(body).subarray(0, 4))) {
      return 'the NEM checksum does not match: a character is wrong or out of order';
    }
    const [network = -1] = body;
    return network === 0x68 ? undefined : `network byte ${byte(network)}; NEM mainnet has 0x68`;
  },
};

/** Addresses, by chain family. */
export const walletForms: Record<Family, Form> = { bitcoin, evm, tron, nem };
