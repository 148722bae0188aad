/** Chains that share address and transaction formats. */
export type Family = 'bitcoin' | 'evm' | 'tron' | 'nem';

export interface Chain {
  /** Ours, stable for ever: CAIP-2 has no entry for every chain we need. */
  code: string;
  name: string;
  /** CAIP-2 `namespace:reference`, case-sensitive; null where the CAIP registry has no namespace. */
  caip2: string | null;
  /** SLIP-44 coin type: neither a chain nor a token, kept for exchange with wallets and tracing tools. */
  slip44: number;
  /** Code of the native asset in `assets`. */
  asset: string;
  /** Of the native asset: 10 ** decimals base units are one coin. */
  decimals: number;
  family: Family;
}

/** Main networks only, by code. */
export const chains = {
  bitcoin: {
    code: 'bitcoin',
    name: 'Bitcoin',
    caip2: 'bip122:000000000019d6689c085ae165831e93',
    slip44: 0,
    asset: 'BTC',
    decimals: 8,
    family: 'bitcoin',
  },
  ethereum: evm('ethereum', 'Ethereum', 1, 60, 'ETH'),
  bsc: evm('bsc', 'BNB Smart Chain', 56, 9006, 'BNB'),
  polygon: evm('polygon', 'Polygon', 137, 966, 'POL'),
  arbitrum: evm('arbitrum', 'Arbitrum One', 42161, 9001, 'ETH'),
  optimism: evm('optimism', 'OP Mainnet', 10, 614, 'ETH'),
  avalanche: evm('avalanche', 'Avalanche C-Chain', 43114, 9005, 'AVAX'),
  tron: { code: 'tron', name: 'TRON', caip2: null, slip44: 195, asset: 'TRX', decimals: 6, family: 'tron' },
  nem: { code: 'nem', name: 'NEM', caip2: null, slip44: 43, asset: 'XEM', decimals: 6, family: 'nem' },
} as const satisfies Record<string, Chain>;

export type ChainCode = keyof typeof chains;

/** True of the codes of `chains`, and of nothing an object inherits. */
export function isChain(code: string): code is ChainCode {
  return Object.hasOwn(chains, code);
}

function evm<Code extends string>(code: Code, name: string, chainId: number, slip44: number, asset: string) {
  return { code, name, caip2: `eip155:${chainId}`, slip44, asset, decimals: 18, family: 'evm' } as const;
}
