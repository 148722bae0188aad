import { createHash } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';

const base58 = createBase58check(sha256);

/** A value as it stands in a finding, by its number: the same in every run, and no two alike. */
export interface BenchValue {
  /** `type|chain`. */
  place: string;
  value: string;
}

/** Two wallets of five, of which one is checked by hashing; a transaction, a domain and an account. */
const KINDS: readonly ((digest: Buffer, n: number) => BenchValue)[] = [
  (digest) => ({ place: 'wallet|ethereum', value: `0x${digest.toString('hex', 0, 20)}` }),
  (digest) => ({
    place: 'wallet|bitcoin',
    value: base58.encode(Uint8Array.of(0, ...digest.subarray(0, 20))),
  }),
  (digest) => ({ place: 'transaction|bitcoin', value: digest.toString('hex') }),
  (digest) => ({ place: 'domain|', value: `jobs-${digest.toString('hex', 0, 8)}.example.com` }),
  (_, n) => ({ place: 'account|', value: `bithumb.com/u-${n}` }),
];

/** @param seed another one gives other values */
export function benchValue(seed: string, n: number): BenchValue {
  const kind = KINDS[n % KINDS.length];
  if (!kind) throw new Error('There are kinds.');
  return kind(createHash('sha256').update(`${seed} ${n}`).digest(), n);
}
