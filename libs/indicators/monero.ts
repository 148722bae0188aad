import { keccak_256 } from '@noble/hashes/sha3.js';
import { base58xmr, hex } from '@scure/base';
import { decode58, strayBase58 } from './base58.js';
import type { Form } from './form.js';

/** Network bytes of the main network, and the characters of their addresses. */
const kinds = new Map([
  [18, { name: 'standard', length: 95 }],
  [19, { name: 'integrated', length: 106 }],
  [42, { name: 'subaddress', length: 95 }],
]);

/**
 * Network byte, two public keys, for an integrated address a payment id, then 4 bytes of their Keccak-256, in Monero's
 * Base58 (blocks of 11 characters). Kept exact: an integrated address tells one payer from another and is not folded
 * into its standard address. That the keys are points of the curve is not checked.
 */
export const monero: Form = {
  longest: 128,
  fold: (value) => value,
  fault: (value) => {
    if (/^[0-9a-f]{64}$/i.test(value)) {
      return 'is 64 hexadecimal digits: a transaction, a payment id or a key, but no address';
    }
    const stray = strayBase58(value);
    if (stray) return stray;
    if (value.length !== 95 && value.length !== 106) {
      return `has ${value.length} characters; a Monero address has 95, or 106 if integrated`;
    }
    const bytes = decode58(value, base58xmr);
    if (!bytes) return 'a block of 11 characters stands for no 8 bytes: a character is wrong or missing';
    const body = bytes.subarray(0, -4);
    if (hex.encode(keccak_256(body).subarray(0, 4)) !== hex.encode(bytes.subarray(-4))) {
      return 'the Monero checksum does not match: a character is wrong or out of order';
    }
    const network = body[0] ?? -1;
    const kind = kinds.get(network);
    if (!kind) return `network byte ${network}; Monero mainnet has 18, 19 (integrated) and 42 (subaddress)`;
    return value.length === kind.length
      ? undefined
      : `has ${value.length} characters; its network byte says ${kind.name}, which has ${kind.length}`;
  },
};
