import { expect, test } from '@jest/globals';
import { atLeast, atMost, baseUnits, btc, day, jpy, krw, TOKYO } from './values.js';

test.each([
  ['3816.2028', 8, '381620280000'],
  ['0', 0, '0'],
  ['0', 8, '0'],
  ['0.00000001', 8, '1'],
  ['523000000', 6, '523000000000000'],
  ['58000000000', 0, '58000000000'],
])('%s with %i decimals is %s base units', (number, decimals, units) => {
  expect(baseUnits(number, decimals)).toBe(units);
});

test.each([
  ['1.5', 0],
  ['0.123456789', 8],
  ['1,000', 0],
  ['-1', 2],
  ['', 2],
])('%p is no amount with %i decimals', (number, decimals) => {
  expect(() => baseUnits(number, decimals)).toThrow(/no amount/);
});

test('one number is exact, two are a range, and a bound leaves the other out', () => {
  expect(krw('0')).toEqual({ amount: { asset: 'KRW', decimals: 0, low: '0', high: '0' } });
  expect(krw('1', '9')).toEqual({ amount: { asset: 'KRW', decimals: 0, low: '1', high: '9' } });
  expect(atLeast(jpy('10'))).toEqual({ amount: { asset: 'JPY', decimals: 0, low: '10' } });
  expect(atMost(btc('1'))).toEqual({ amount: { asset: 'BTC', decimals: 8, high: '100000000' } });
});

test('a day is a day in its zone', () => {
  expect(day('2018-01-26', TOKYO)).toEqual({ from: '2018-01-26', precision: 'day', zone: 'Asia/Tokyo' });
});
