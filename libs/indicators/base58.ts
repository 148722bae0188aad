import { sha256 } from '@noble/hashes/sha2.js';
import { base58, hex } from '@scure/base';
import { characters, strayCharacter } from './form.js';

/** Versions and lengths of one chain's Base58Check addresses. */
export interface Base58Rules {
  coin: string;
  /** What the main network's addresses begin with once decoded, in hexadecimal, all of one length. */
  versions: readonly string[];
  /** Bytes after the version: 20, a hash, if not said. */
  holds?: number;
  /** Characters: the shortest and the longest that is decoded. */
  lengths: readonly [number, number];
  /** Characters as the reader is told them, where that is not `lengths`. */
  lengthsTold?: string;
  /** The same 58 characters in the order of another chain. */
  alphabet?: Alphabet;
}

type Alphabet = Pick<typeof base58, 'decode' | 'encode'>;

const checksum = (body: Uint8Array) => sha256(sha256(body)).subarray(0, 4);

export function base58Fault(value: string, rules: Base58Rules): string | undefined {
  const { coin, versions, holds = 20, lengths } = rules;
  const stray = strayBase58(value);
  if (stray) return stray;
  const [shortest, longest] = lengths;
  if (value.length < shortest || value.length > longest) {
    const told = rules.lengthsTold ?? (shortest === longest ? `${shortest}` : `${shortest} to ${longest}`);
    return `has ${value.length} characters; ${coin} addresses in Base58 have ${told}`;
  }
  const { bytes, matches } = checked58(value, rules.alphabet);
  const body = bytes.subarray(0, -4);
  if (!matches) {
    return 'the Base58Check checksum does not match: a character is wrong, missing or out of order';
  }
  const versionBytes = (versions[0] ?? '').length / 2;
  if (body.length !== versionBytes + holds) {
    return `holds ${body.length} bytes; an address holds ${versionBytes + holds}`;
  }
  const version = hex.encode(body.subarray(0, versionBytes));
  if (versions.includes(version)) return undefined;
  const known = versions.map((each) => `0x${each}`).join(' and ');
  return `version byte${versionBytes > 1 ? 's' : ''} 0x${version}; ${coin} mainnet has ${known}`;
}

const BASE58 = characters(/[1-9A-HJ-NP-Za-km-z]/);

/** Names the first character that no Base58 alphabet has. */
export function strayBase58(value: string): string | undefined {
  return strayCharacter(value, BASE58, 'Base58 has digits and letters without 0, O, I and l');
}

/** The bytes, with the checksum at their end unread; undefined if a character is not Base58. */
export function decode58(value: string, alphabet: Alphabet = base58): Uint8Array | undefined {
  try {
    return alphabet.decode(value);
  } catch {
    return undefined;
  }
}

/** The last that was decoded: one value is asked for by each chain whose addresses look like it. */
let last: { value: string; alphabet: Alphabet; bytes: Uint8Array; matches: boolean } = {
  value: '',
  alphabet: base58,
  bytes: new Uint8Array(),
  matches: false,
};

function checked58(value: string, alphabet: Alphabet = base58): { bytes: Uint8Array; matches: boolean } {
  if (last.value === value && last.alphabet === alphabet) return last;
  const bytes = decode58(value, alphabet) ?? new Uint8Array();
  const matches = hex.encode(checksum(bytes.subarray(0, -4))) === hex.encode(bytes.subarray(-4));
  last = { value, alphabet, bytes, matches };
  return last;
}

/** Version and hash as text, with their checksum. */
export function encode58(body: Uint8Array): string {
  return base58.encode(Uint8Array.of(...body, ...checksum(body)));
}
