import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { assets, chains, decimalsOf, indicatorTypes, keyOf, normalise, recognise } from './index.js';
import { badVectors, goodVectors } from './vectors.js';

const label = (type: string, chain: string | undefined, value: string) =>
  [type, chain, JSON.stringify(value.slice(0, 50))].filter(Boolean).join(' ');

test.each(goodVectors.map((vector) => [label(vector.type, vector.chain, vector.value), vector] as const))(
  'accepts %s',
  (_, { type, chain, value, normal }) => {
    const key = `${type}|${chain ?? ''}|${normal}`;
    expect(normalise({ type, chain, value })).toEqual({ ok: true, value: normal, key });
    expect(keyOf({ type, chain, value })).toBe(key);
  },
);

test.each(badVectors.map((vector) => [label(vector.type, vector.chain, vector.value), vector] as const))(
  'refuses %s',
  (_, { type, chain, value, reason }) => {
    expect(normalise({ type, chain, value })).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  },
);

test('every type, and every family of chains for those with a chain, has good and bad vectors', () => {
  const kinds = indicatorTypes.flatMap((type) =>
    type === 'wallet' || type === 'transaction'
      ? [...new Set(Object.values(chains).map(({ family }) => family))].map((family) => `${type} ${family}`)
      : [type],
  );
  for (const vectors of [goodVectors, badVectors]) {
    const seen = vectors.map(({ type, chain }) => (chain ? `${type} ${chains[chain].family}` : type));
    expect([...new Set<string>(seen)].sort()).toEqual([...kinds].sort());
  }
});

test.each([
  ['password', undefined, 'unknown type'],
  ['__proto__', undefined, 'unknown type'],
  ['wallet', undefined, 'no chain'],
  ['wallet', '', 'no chain'],
  ['wallet', null, 'no chain'],
  ['wallet', 'Bitcoin', 'unknown chain'],
  ['wallet', 'constructor', 'unknown chain'],
  ['ip', 'bitcoin', 'takes none'],
])('refuses type %s with chain %s', (type, chain, reason) => {
  expect(normalise({ type, chain, value: '1.2.3.4' })).toEqual({
    ok: false,
    reason: expect.stringContaining(reason),
  });
});

test('an absent, a null and an empty chain are the same', () => {
  for (const chain of [undefined, null, '']) {
    expect(normalise({ type: 'ip', chain, value: '1.2.3.4' })).toMatchObject({ key: 'ip||1.2.3.4' });
    expect(keyOf({ type: 'ip', chain, value: '1.2.3.4' })).toBe('ip||1.2.3.4');
  }
});

test('the same address on two chains has two keys', () => {
  const value = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  expect(keyOf({ type: 'wallet', chain: 'bsc', value })).not.toBe(
    keyOf({ type: 'wallet', chain: 'ethereum', value }),
  );
});

test('empty and oversized values are refused before anything is decoded', () => {
  const address = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa';
  const refuse = (value: string) => normalise({ type: 'wallet', chain: 'bitcoin', value });
  expect(refuse(' \n')).toEqual({ ok: false, reason: 'is empty' });
  expect(refuse(address.repeat(100_000))).toEqual({
    ok: false,
    reason: 'is too long: more than 128 characters',
  });
});

test('chains carry their own code, their asset and its decimals', () => {
  for (const [code, chain] of Object.entries(chains)) {
    expect(chain.code).toBe(code);
    expect(decimalsOf(chain.asset)).toBe(chain.decimals);
    expect(chain.caip2 ?? 'none:0').toMatch(/^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/);
  }
  expect([chains.nem.caip2, chains.tron.caip2]).toEqual([null, null]);
});

test.each([
  ['bitcoin-cash', 'bip122:000000000000000000651ef99cb9fcbe', 145],
  ['litecoin', 'bip122:12a765e31ffd4059bada1e25190f6e98', 2],
  ['dogecoin', 'bip122:1a91e3dace36e2be3bf030a65679fe82', 3],
  ['dash', 'bip122:00000ffd590b1485b3caadc19b22e637', 5],
  ['zcash', 'bip122:00040fe8ec8471911baa1db1266ea15d', 133],
  ['xrp', 'xrpl:0', 144],
  ['monero', 'monero:418015bb9ae982a1975da7d79277c270', 128],
  ['arbitrum', 'eip155:42161', 9001],
  ['base', 'eip155:8453', null],
  ['kaia', 'eip155:8217', 8217],
  ['ethereum-classic', 'eip155:61', 61],
] as const)('%s is %s, coin type %s', (code, caip2, slip44) => {
  expect(chains[code]).toMatchObject({ caip2, slip44 });
});

test('decimals are known by asset, and for a token by asset and chain', () => {
  expect(['XEM', 'BTC', 'ETH', 'TRX', 'KRW', 'JPY', 'CNY', 'USD'].map((code) => decimalsOf(code))).toEqual([
    6, 8, 18, 6, 0, 0, 2, 2,
  ]);
  expect([decimalsOf('USDT', 'tron'), decimalsOf('USDT', 'bsc'), decimalsOf('BTC', 'bsc')]).toEqual([
    6, 18, 8,
  ]);
  const unknown: [string, string?][] = [
    ['USDT'],
    ['USDT', 'nem'],
    ['USDT', 'constructor'],
    ['XYZ', 'tron'],
    ['btc'],
    ['constructor'],
  ];
  for (const [asset, chain] of unknown) expect(decimalsOf(asset, chain)).toBeUndefined();
  for (const [code, asset] of assets) expect(asset.code).toBe(code);
});

const everyEvm = Object.values(chains).filter(({ family }) => family === 'evm').length;

test.each([
  [
    'an address in 0x',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    everyEvm,
    ['wallet ethereum', 'wallet base'],
  ],
  [
    'Base58 that two chains read',
    '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu',
    2,
    ['wallet bitcoin', 'wallet bitcoin-cash'],
  ],
  [
    'P2SH, once written so on three',
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
    3,
    ['wallet bitcoin', 'wallet litecoin'],
  ],
  [
    '64 hexadecimal digits',
    'ab'.repeat(32),
    Object.keys(chains).length + 1,
    ['transaction monero', 'file-hash'],
  ],
  ['an address, not quite', '192.0.2.1/24', 1, ['ip-range']],
  ['a page', ' https://naver.com/x\n', 1, ['url']],
  ['a service and a customer', 'bithumb.com/u-1024', 1, ['account']],
  ['a wrong checksum', '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggU', 0, []],
  ['nothing', ' ', 0, []],
  ['too much', '1'.repeat(100_000), 0, []],
])('recognises %s', (_, value, count, some) => {
  const found = recognise(value);
  expect(found).toHaveLength(count);
  expect(found.map(({ type, chain }) => [type, chain].filter(Boolean).join(' '))).toEqual(
    expect.arrayContaining(some),
  );
});

test('what is recognised is accepted, and the other way round', () => {
  for (const { type, chain = null, value } of goodVectors) {
    expect(recognise(value)).toContainEqual(expect.objectContaining({ type, chain }));
    for (const found of recognise(value)) expect(normalise({ ...found, value }).ok).toBe(true);
  }
  for (const { type, chain = null, value } of badVectors) {
    expect(recognise(value)).not.toContainEqual(expect.objectContaining({ type, chain }));
  }
});

// Real lists, one file a ticker, kept outside the project: what is there must be recognised as what it is.
const evmChains = Object.values(chains).flatMap(({ code, family }) => (family === 'evm' ? [code] : []));
test.each<[string, number, string[]]>([
  ['BCH', 6, ['bitcoin-cash']],
  // A legacy address, which two chains read.
  ['BCH', 1, ['bitcoin', 'bitcoin-cash']],
  ['DASH', 3, ['dash']],
  ['ETH', 152, evmChains],
  ['LTC', 10, ['litecoin']],
  ['TRX', 6, ['tron']],
  ['XMR', 2, ['monero']],
  // A transaction or a key of Monero: no wallet anywhere.
  ['XMR', 1, []],
  ['ZEC', 3, ['zcash']],
])('the OFAC list of %s has %i that are wallets of %j alone', (ticker, count, on) => {
  const file = new URL(`../../../shared/data/ofac/${ticker}.txt`, import.meta.url);
  if (!existsSync(file)) {
    console.warn(`skipped: no list of ${ticker} at ../shared/data/ofac`);
    return;
  }
  const walletsOf = (value: string) =>
    recognise(value).flatMap(({ type, chain }) => (type === 'wallet' ? [chain] : []));
  const values = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const alike = values.filter((value) => walletsOf(value).join() === on.join());
  expect(alike).toHaveLength(count);
  for (const value of alike) expect(recognise(value)).not.toEqual([]);
});
