/** Chains that share address and transaction formats. */
export type Family =
  | 'bitcoin'
  | 'bitcoin-cash'
  | 'litecoin'
  | 'dogecoin'
  | 'dash'
  | 'zcash'
  | 'evm'
  | 'tron'
  | 'xrp'
  | 'monero'
  | 'nem';

export interface Chain {
  /** Ours, stable for ever: CAIP-2 has no entry for every chain we need. */
  code: string;
  name: string;
  /** CAIP-2 `namespace:reference`, case-sensitive; null where the CAIP registry has no namespace. */
  caip2: string | null;
  /**
   * SLIP-44 coin type: neither a chain nor a token, kept for exchange with wallets and tracing tools. Null where the
   * registry has none for the chain (wallets then derive its keys under Ethereum's 60).
   */
  slip44: number | null;
  /** Code of the native asset in `assets`. */
  asset: string;
  /** Of the native asset: 10 ** decimals base units are one coin. */
  decimals: number;
  family: Family;
}

/** Main networks only, by code. */
export const chains = {
  bitcoin: bip122('bitcoin', 'Bitcoin', '000000000019d6689c085ae165831e93', 0, 'BTC'),
  // Its CAIP-2 reference is the first block of its own, not the genesis block it has in common with Bitcoin.
  'bitcoin-cash': bip122('bitcoin-cash', 'Bitcoin Cash', '000000000000000000651ef99cb9fcbe', 145, 'BCH'),
  litecoin: bip122('litecoin', 'Litecoin', '12a765e31ffd4059bada1e25190f6e98', 2, 'LTC'),
  dogecoin: bip122('dogecoin', 'Dogecoin', '1a91e3dace36e2be3bf030a65679fe82', 3, 'DOGE'),
  dash: bip122('dash', 'Dash', '00000ffd590b1485b3caadc19b22e637', 5, 'DASH'),
  zcash: bip122('zcash', 'Zcash', '00040fe8ec8471911baa1db1266ea15d', 133, 'ZEC'),
  ethereum: evm('ethereum', 'Ethereum', 1, 60, 'ETH'),
  bsc: evm('bsc', 'BNB Smart Chain', 56, 9006, 'BNB'),
  polygon: evm('polygon', 'Polygon', 137, 966, 'POL'),
  arbitrum: evm('arbitrum', 'Arbitrum One', 42161, 9001, 'ETH'),
  optimism: evm('optimism', 'OP Mainnet', 10, 614, 'ETH'),
  avalanche: evm('avalanche', 'Avalanche C-Chain', 43114, 9005, 'AVAX'),
  base: evm('base', 'Base', 8453, null, 'ETH'),
  kaia: evm('kaia', 'Kaia', 8217, 8217, 'KAIA'),
  gnosis: evm('gnosis', 'Gnosis', 100, 700, 'XDAI'),
  fantom: evm('fantom', 'Fantom Opera', 250, 1007, 'FTM'),
  celo: evm('celo', 'Celo', 42220, 52752, 'CELO'),
  'ethereum-classic': evm('ethereum-classic', 'Ethereum Classic', 61, 61, 'ETC'),
  tron: { code: 'tron', name: 'TRON', caip2: null, slip44: 195, asset: 'TRX', decimals: 6, family: 'tron' },
  xrp: {
    code: 'xrp',
    name: 'XRP Ledger',
    caip2: 'xrpl:0',
    slip44: 144,
    asset: 'XRP',
    decimals: 6,
    family: 'xrp',
  },
  monero: {
    code: 'monero',
    name: 'Monero',
    caip2: 'monero:418015bb9ae982a1975da7d79277c270',
    slip44: 128,
    asset: 'XMR',
    decimals: 12,
    family: 'monero',
  },
  nem: { code: 'nem', name: 'NEM', caip2: null, slip44: 43, asset: 'XEM', decimals: 6, family: 'nem' },
} as const satisfies Record<string, Chain>;

export type ChainCode = keyof typeof chains;

/** True of the codes of `chains`, and of nothing an object inherits. */
export function isChain(code: string): code is ChainCode {
  return Object.hasOwn(chains, code);
}

/** Descendants of Bitcoin; each has address forms of its own. CAIP-2: 16 bytes of the hash of the first block. */
function bip122<Code extends Family>(code: Code, name: string, block: string, slip44: number, asset: string) {
  return { code, name, caip2: `bip122:${block}`, slip44, asset, decimals: 8, family: code } as const;
}

function evm<Code extends string>(
  code: Code,
  name: string,
  chainId: number,
  slip44: number | null,
  asset: string,
) {
  return { code, name, caip2: `eip155:${chainId}`, slip44, asset, decimals: 18, family: 'evm' } as const;
}
