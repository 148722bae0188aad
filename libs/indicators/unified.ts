import { blake2b } from '@noble/hashes/blake2.js';

const ascii = new TextEncoder();

function personal(half: 'H' | 'G', round: number, block: number): Uint8Array {
  return Uint8Array.of(...ascii.encode(`UA_F4Jumble_${half}`), round, block, 0);
}

const xor = (one: Uint8Array, other: Uint8Array) => one.map((byte, at) => byte ^ (other[at] ?? 0));

/** The inverse of F4Jumble (ZIP 316): four Feistel rounds that make every byte depend on every other. 48 to 16,448 bytes. */
export function unjumble(jumbled: Uint8Array): Uint8Array {
  const half = Math.min(64, Math.floor(jumbled.length / 2));
  const left = (round: number, right: Uint8Array) =>
    blake2b(right, { dkLen: half, personalization: personal('H', round, 0) });
  const right = (round: number, from: Uint8Array) => {
    const blocks = Math.ceil((jumbled.length - half) / 64);
    const hashes = Array.from({ length: blocks }, (_, block) =>
      blake2b(from, { dkLen: 64, personalization: personal('G', round, block) }),
    );
    return Uint8Array.from(hashes.flatMap((hash) => [...hash]));
  };
  let [one, other] = [jumbled.slice(0, half), jumbled.slice(half)];
  for (const round of [1, 0]) {
    one = xor(one, left(round, other));
    other = xor(other, right(round, one));
  }
  return Uint8Array.of(...one, ...other);
}

/** Bytes of the receivers that are known: P2PKH, P2SH, Sapling, Orchard. */
const sizes = [20, 20, 43, 43];

/** What is wrong with the content of a unified address: receivers as type, length and data, then its padding. */
export function receiversFault(jumbled: Uint8Array): string | undefined {
  const bytes = unjumble(jumbled);
  const end = bytes.length - 16;
  const padding = Uint8Array.of(...ascii.encode('u'), ...new Uint8Array(15));
  if (!padding.every((byte, at) => bytes[end + at] === byte)) {
    return 'the padding inside the unified address is wrong';
  }
  const types: number[] = [];
  for (let at = 0; at < end;) {
    const type = compactSize(bytes, at);
    const length = type && compactSize(bytes, type.next);
    if (!length || length.next + length.value > end) return 'a receiver of the unified address is cut off';
    if (type.value <= (types.at(-1) ?? -1)) {
      return 'the receivers of the unified address are not in ascending order';
    }
    if (length.value !== (sizes[type.value] ?? length.value)) {
      return 'a receiver of the unified address has a length that its type does not have';
    }
    types.push(type.value);
    at = length.next + length.value;
  }
  // That one receiver at least is shielded needs no check: a transparent one alone is shorter than F4Jumble's least.
  return types.includes(0) && types.includes(1)
    ? 'the unified address has both a P2PKH and a P2SH receiver'
    : undefined;
}

/** An integer in Bitcoin's compactSize, up to the 0x02000000 that ZIP 316 allows, in its shortest form. */
function compactSize(bytes: Uint8Array, at: number): { value: number; next: number } | undefined {
  const first = bytes[at];
  if (first === undefined || first === 0xff) return undefined;
  if (first < 0xfd) return { value: first, next: at + 1 };
  const width = first === 0xfd ? 2 : 4;
  const next = at + 1 + width;
  if (next > bytes.length) return undefined;
  const value = bytes.subarray(at + 1, next).reduceRight((sum, byte) => sum * 256 + byte, 0);
  return value < (width === 2 ? 0xfd : 0x10000) || value > 0x2000000 ? undefined : { value, next };
}
