import { type ChainCode, isChain } from './chains.js';

export interface Asset {
  code: string;
  name: string;
  kind: 'coin' | 'token' | 'fiat';
  /** 10 ** decimals base units are one; for a token, by the chain its contract is on. */
  decimals: number | Partial<Record<ChainCode, number>>;
}

const coins: readonly [string, string, number][] = [
  ['BTC', 'Bitcoin', 8],
  ['ETH', 'Ether', 18],
  ['XEM', 'NEM', 6],
  ['TRX', 'TRON', 6],
  ['BNB', 'BNB', 18],
  ['POL', 'POL (formerly MATIC)', 18],
  ['AVAX', 'Avalanche', 18],
  ['KAIA', 'Kaia (formerly KLAY)', 18],
  ['XDAI', 'xDAI', 18],
  ['FTM', 'Fantom', 18],
  ['CELO', 'Celo', 18],
  ['ETC', 'Ether of Ethereum Classic', 18],
  ['LTC', 'Litecoin', 8],
  ['BCH', 'Bitcoin Cash', 8],
  ['DASH', 'Dash', 8],
  ['DOGE', 'Dogecoin', 8],
  ['ZEC', 'Zcash', 8],
  ['XRP', 'XRP', 6],
  ['XMR', 'Monero', 12],
];

/** ISO 4217 codes and minor units. (Not from Intl: CLDR gives the digits people write, 0 for KPW and others.) */
const fiat: readonly [string, string, number][] = [
  ['KRW', 'South Korean won', 0],
  ['JPY', 'Yen', 0],
  ['CNY', 'Yuan renminbi', 2],
  ['USD', 'US dollar', 2],
  ['EUR', 'Euro', 2],
  ['GBP', 'Pound sterling', 2],
  ['CHF', 'Swiss franc', 2],
  ['HKD', 'Hong Kong dollar', 2],
  ['TWD', 'New Taiwan dollar', 2],
  ['SGD', 'Singapore dollar', 2],
  ['PHP', 'Philippine peso', 2],
  ['THB', 'Baht', 2],
  ['VND', 'Dong', 0],
  ['KPW', 'North Korean won', 2],
  ['RUB', 'Russian rouble', 2],
];

/** The assets whose decimals are known here, by code. Others are allowed in documents, stating their own. */
export const assets: ReadonlyMap<string, Asset> = new Map<string, Asset>([
  ...coins.map(([code, name, decimals]): [string, Asset] => [code, { code, name, kind: 'coin', decimals }]),
  [
    'USDT',
    {
      code: 'USDT',
      name: 'Tether USD',
      kind: 'token',
      // One name, three sizes of base unit: a USDT amount without its chain cannot be read. On Bitcoin it is Omni's.
      decimals: { ethereum: 6, tron: 6, bsc: 18, bitcoin: 8 },
    },
  ],
  ...fiat.map(([code, name, decimals]): [string, Asset] => [code, { code, name, kind: 'fiat', decimals }]),
]);

/**
 * Decimals of an asset by its exact code; undefined if unknown, which for a token includes a chain that is missing
 * or not listed. The chain is not looked at for coins and fiat money.
 */
export function decimalsOf(asset: string, chain?: string | null): number | undefined {
  const decimals = assets.get(asset)?.decimals;
  if (typeof decimals !== 'object') return decimals;
  return chain != null && isChain(chain) ? decimals[chain] : undefined;
}
