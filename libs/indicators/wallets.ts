import { keccak_256 } from '@noble/hashes/sha3.js';
import { base32nopad, base58xrp, hex } from '@scure/base';
import { base58Fault, type Base58Rules, decode58, encode58 } from './base58.js';
import { isSegwit, segwitFault, type SegwitRules } from './bech32.js';
import { bitcoinCash } from './cashaddr.js';
import type { Family } from './chains.js';
import { evm } from './evm.js';
import { characters, type Form, strayCharacter } from './form.js';
import { monero } from './monero.js';
import { zcash } from './zcash.js';

const exact = (value: string) => value;

/** Base58Check addresses and nothing else, kept exact. */
const base58Only = (rules: Base58Rules): Form => ({
  longest: 128,
  fold: exact,
  fault: (value) => base58Fault(value, rules),
});

/** Segwit addresses, lower-cased, beside Base58Check ones. */
const withSegwit = (segwit: SegwitRules, rules: Base58Rules, fold: Form['fold']): Form => ({
  longest: 128,
  fold: (value) => (isSegwit(value, segwit) ? value.toLowerCase() : fold(value)),
  fault: (value) => (isSegwit(value, segwit) ? segwitFault(value, segwit) : base58Fault(value, rules)),
});

/** P2PKH and P2SH, exact; segwit. */
const bitcoin = withSegwit(
  { coin: 'Bitcoin', prefix: 'bc', testPrefixes: ['tb', 'bcrt'] },
  // Mainnet ends at 34 characters; 35 lets a test network's P2SH be named by its version byte.
  { coin: 'Bitcoin', versions: ['00', '05'], lengths: [26, 35], lengthsTold: '26 to 34' },
  exact,
);

/**
 * P2PKH (L); P2SH, which is written M today and was written 3 as in Bitcoin: one script, so one normal form, M; segwit.
 */
const litecoinMain = withSegwit(
  { coin: 'Litecoin', prefix: 'ltc', testPrefixes: ['tltc', 'rltc'] },
  { coin: 'Litecoin', versions: ['30', '32', '05'], lengths: [34, 34] },
  (value) => {
    const bytes = value.startsWith('3') ? decode58(value) : undefined;
    return bytes ? encode58(Uint8Array.of(0x32, ...bytes.subarray(1, -4))) : value;
  },
);

const litecoin: Form = {
  ...litecoinMain,
  fault: (value) =>
    /^ltcmweb1/i.test(value)
      ? 'is an address of the MWEB side chain, which is not read here'
      : litecoinMain.fault(value),
};

const dash = base58Only({ coin: 'Dash', versions: ['4c', '10'], lengths: [34, 34] });

const dogecoin = base58Only({ coin: 'Dogecoin', versions: ['1e', '16'], lengths: [34, 34] });

const tron: Form = {
  longest: 128,
  fold: exact,
  fault: (value) =>
    /^(0x)?41[0-9a-f]{40}$/i.test(value)
      ? 'is the hexadecimal form, which carries no checksum; the Base58 form that begins with T is wanted'
      : base58Fault(value, { coin: 'TRON', versions: ['41'], lengths: [34, 34] }),
};

/** The account (r...). A destination tag tells the customers of one account apart: it belongs in type `account`. */
const xrp: Form = {
  longest: 128,
  fold: exact,
  fault: (value) =>
    /^[XT][1-9A-HJ-NP-Za-km-z]{46}$/.test(value)
      ? 'is an X-address, which holds a destination tag too; the account alone, which begins with r, is wanted'
      : base58Fault(value, { coin: 'XRP', versions: ['00'], lengths: [25, 35], alphabet: base58xrp }),
};

const BASE32 = characters(/[A-Z2-7-]/i);

/** Network byte, 20-byte hash, first 4 bytes of its Keccak-256, in Base32; shown in groups of six with hyphens. */
const nem: Form = {
  longest: 128,
  fold: (value) => value.replaceAll('-', '').toUpperCase(),
  fault: (value) => {
    const stray = strayCharacter(value, BASE32, 'Base32 has letters and the digits 2 to 7');
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
    return network === 0x68 ? undefined : `network byte 0x${network.toString(16)}; NEM mainnet has 0x68`;
  },
};

/** Addresses of main networks, by chain family. */
export const walletForms: Record<Family, Form> = {
  bitcoin,
  'bitcoin-cash': bitcoinCash,
  litecoin,
  dogecoin,
  dash,
  zcash,
  evm,
  tron,
  xrp,
  monero,
  nem,
};
