import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { assets, chains, decimalsOf, indicatorTypes, keyOf, normalise } from './index.js';
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
      ? ['bitcoin', 'evm', 'tron', 'nem'].map((family) => `${type} ${family}`)
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
  expect(chains.arbitrum.caip2).toBe('eip155:42161');
  expect([chains.nem.caip2, chains.tron.caip2]).toEqual([null, null]);
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

// Real lists, one file a ticker, kept outside the project: what is there must parse as what it is.
test.each([
  ['ETH', 'ethereum', /^0x/],
  ['TRX', 'tron', /^T/],
])('the OFAC list of %s', (ticker, chain, shape) => {
  const file = new URL(`../../../shared/data/ofac/${ticker}.txt`, import.meta.url);
  if (!existsSync(file)) {
    console.warn(`skipped: no list of ${ticker} at ../shared/data/ofac`);
    return;
  }
  const values = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  expect(values.length).toBeGreaterThan(0);
  for (const value of values) {
    expect(value).toMatch(shape);
    expect([value, normalise({ type: 'wallet', chain, value })]).toEqual([
      value,
      expect.objectContaining({ ok: true }),
    ]);
  }
});
