import type { Family } from './chains.js';

/**
 * What every value of a form begins or is made like. Cheap, and necessary only: whatever does not match is none of that
 * form, so that of a pasted value two or three forms are checked and hashed, and not all of them.
 */
export const outlines = {
  wallet: {
    bitcoin: /^(?:[13]|bc1)/i,
    'bitcoin-cash': /^(?:[13qp]|bitcoincash:)/i,
    litecoin: /^(?:[LM3]|ltc1)/i,
    dogecoin: /^[D9A]/,
    dash: /^[X7]/,
    zcash: /^(?:t[13]|z|u1)/i,
    evm: /^0x/i,
    tron: /^T/,
    xrp: /^r/,
    monero: /^[48]/,
    nem: /^N/i,
  } satisfies Record<Family, RegExp>,
  transaction: /^(?:0x)?[0-9a-f]{64}$/i,
  ip: /^[[\]0-9a-f]*[.:][[\]0-9a-f.:]*$/i,
  'ip-range': /^[[\]0-9a-f.:]+\/\d+$/i,
  domain: /^[^/@]*[.。．｡][^/@]*$/u,
  url: /^h(?:tt|xx)p/i,
  email: /@/,
  account: /\//,
  'file-hash': /^[0-9a-f]+$/i,
};
