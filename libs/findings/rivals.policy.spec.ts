import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Claim, ClaimValue } from './claim.js';
import { areRivals, type PlacedClaim } from './rivals.policy.js';

const [FSC, FSA] = ['kr-fsc', 'jp-fsa'];

/** Ranges and bounds; a value that is one number is both. */
const range = (low?: number | string, high = low) => ({
  ...(low !== undefined && { low: String(low) }),
  ...(high !== undefined && { high: String(high) }),
});
const money = (asset: string, decimals: number, bounds: { low?: string; high?: string }): ClaimValue => ({
  amount: { asset, decimals, ...bounds },
});
const btc = (low?: string, high = low): ClaimValue => money('BTC', 8, range(low, high));
const customers = (low?: number, high = low): ClaimValue => ({
  quantity: { unit: 'customers', ...(low !== undefined && { low }), ...(high !== undefined && { high }) },
});
const atLeast = (low: number): ClaimValue => ({ quantity: { unit: 'customers', low } });
const atMost = (high: number): ClaimValue => ({ quantity: { unit: 'customers', high } });
const time = (
  from: string,
  precision: 'year' | 'month' | 'day' | 'hour' | 'minute',
  zone = 'Asia/Seoul',
  to?: string,
): ClaimValue => ({
  time: { from, precision, zone, ...(to !== undefined && { to }) },
});
const term = (text: string): ClaimValue => ({ term: text });
const unknown: ClaimValue = { unknown: true };

const claim = (
  agencyId: string,
  value: ClaimValue,
  origin: Claim['origin'] = { kind: 'own' },
): PlacedClaim => ({
  agencyId,
  subject: null,
  claim: { attribute: 'remark', value, origin },
});

const rivals = (one: ClaimValue, other: ClaimValue): boolean => areRivals(claim(FSC, one), claim(FSA, other));

describe('no single value could satisfy both', () => {
  test.each<[string, ClaimValue, ClaimValue, boolean]>([
    [
      'Yapizon: 3,816.2028 BTC, and 3,618 with two digits swapped',
      btc('381620280000'),
      btc('361800000000'),
      true,
    ],
    [
      'Yapizon: 3,816.2028 BTC, and "nearly 4,000"',
      btc('381620280000'),
      btc('380000000000', '400000000000'),
      false,
    ],
    [
      'Yapizon: KRW 5.5 bn, and KRW 38 bn',
      money('KRW', 0, range('5500000000')),
      money('KRW', 0, range('38000000000')),
      true,
    ],
    ['Coincheck: 260,000 customers, and 26,000', customers(260_000), customers(26_000), true],
    ['Bithumb: 30,000 customers, and 31,800', customers(30_000), customers(31_800), true],
    ['Bithumb: February, and April', time('2017-02', 'month'), time('2017-04', 'month'), true],
    ['Bithumb: February, and June', time('2017-02', 'month'), time('2017-06', 'month'), true],
    ['Bithumb: June, and 29 June', time('2017-06', 'month'), time('2017-06-29', 'day'), false],
    ['Coinis: 23 September, and 5 October', time('2017-09-23', 'day'), time('2017-10-05', 'day'), true],
    [
      'Coincheck: 00:02 to 08:26, and about 03:00',
      time('2018-01-26T00:02', 'minute', 'Asia/Tokyo', '2018-01-26T08:26'),
      time('2018-01-26T03', 'hour', 'Asia/Tokyo'),
      false,
    ],
    [
      'Coincheck: the DPRK, and attackers based in Russia',
      term('DPRK'),
      term('Russia-based attackers'),
      true,
    ],
    ['Coincheck: the DPRK, and unknown', term('DPRK'), unknown, false],
  ])('%s', (_, one, other, expected) => {
    expect(rivals(one, other)).toBe(expected);
    expect(rivals(other, one)).toBe(expected);
  });

  test.each<[string, ClaimValue, ClaimValue, boolean]>([
    ['the same amount', btc('1'), btc('1'), false],
    ['a stated 0, and an amount', btc('0'), btc('381620280000'), true],
    ['a stated 0, and a range from 0', btc('0'), btc('0', '5'), false],
    ['a stated 0, and a range above it', btc('0'), btc('1', '5'), true],
    ['a stated 0, and unknown', btc('0'), unknown, false],
    ['unknown, and unknown', unknown, unknown, false],
    ['ranges that touch', customers(1, 5), customers(5, 9), false],
    ['ranges one apart', customers(1, 5), customers(6, 9), true],
    ['a range inside another', customers(1, 9), customers(4, 5), false],
    ['at least 5, and at least 100', atLeast(5), atLeast(100), false],
    ['at most 5, and at most 100', atMost(5), atMost(100), false],
    ['at least 5, and at most 5', atLeast(5), atMost(5), false],
    ['at least 6, and at most 5', atLeast(6), atMost(5), true],
    ['at least 6, and 5', atLeast(6), customers(5), true],
    ['at most 5, and 5', atMost(5), customers(5), false],
    ['amounts in other units', btc('1'), money('KRW', 0, range('2')), false],
    ['quantities of other things', customers(1), { quantity: { unit: 'e-mails', low: 2, high: 2 } }, false],
    ['one amount written with other decimals', money('X', 2, range('100')), money('X', 0, range('1')), false],
    ['other amounts with other decimals', money('X', 2, range('101')), money('X', 0, range('1')), true],
    ['amounts beyond what a float tells apart', btc('90071992547409930'), btc('90071992547409931'), true],
    ['the same words in other case and width', term('Lazarus Group'), term('ＬＡＺＡＲＵＳ  group'), false],
    ['values of other kinds', customers(5), term('five'), false],
    ['a quantity, and an amount', customers(5), btc('6'), false],
  ])('%s', (_, one, other, expected) => {
    expect(rivals(one, other)).toBe(expected);
    expect(rivals(other, one)).toBe(expected);
  });

  test.each<[string, ClaimValue, ClaimValue, boolean]>([
    [
      '26 January in Tokyo, and the evening of the 25th in New York',
      time('2018-01-26', 'day', 'Asia/Tokyo'),
      time('2018-01-25T20', 'hour', 'America/New_York'),
      false,
    ],
    [
      '26 January in Tokyo, and 26 January in New York',
      time('2018-01-26', 'day', 'Asia/Tokyo'),
      time('2018-01-26', 'day', 'America/New_York'),
      false,
    ],
    [
      '26 January in Tokyo, and the noon of the 26th in New York',
      time('2018-01-26', 'day', 'Asia/Tokyo'),
      time('2018-01-26T12', 'hour', 'America/New_York'),
      true,
    ],
    [
      'one day in zones of one offset',
      time('2018-01-26', 'day', 'Asia/Tokyo'),
      time('2018-01-26', 'day', 'UTC+9'),
      false,
    ],
    ['a month, and the month after', time('2017-02', 'month'), time('2017-03', 'month'), true],
    ['a year, and a day in it', time('2017', 'year'), time('2017-12-19', 'day'), false],
    ['a year, and the first hour of the next', time('2017', 'year'), time('2018-01-01T00', 'hour'), true],
  ])('times: %s', (_, one, other, expected) => {
    expect(rivals(one, other)).toBe(expected);
    expect(rivals(other, one)).toBe(expected);
  });

  const bounds = fc
    .tuple(fc.option(fc.nat(20), { nil: undefined }), fc.option(fc.nat(20), { nil: undefined }))
    .filter(([low, high]) => (low !== undefined || high !== undefined) && (low ?? 0) <= (high ?? 20));

  test('rivals if and only if no number is in both', () => {
    fc.assert(
      fc.property(bounds, bounds, (one, other) => {
        const within = ([low, high]: [number | undefined, number | undefined], n: number) =>
          (low ?? 0) <= n && n <= (high ?? 40);
        const both = Array.from({ length: 41 }, (_, n) => n).some((n) => within(one, n) && within(other, n));
        const quantity = ([low, high]: [number | undefined, number | undefined]): ClaimValue => ({
          quantity: {
            unit: 'customers',
            ...(low !== undefined && { low }),
            ...(high !== undefined && { high }),
          },
        });
        const amount = ([low, high]: [number | undefined, number | undefined]): ClaimValue => ({
          amount: {
            asset: 'BTC',
            decimals: 8,
            ...(low !== undefined && { low: String(low) }),
            ...(high !== undefined && { high: String(high) }),
          },
        });
        expect(rivals(quantity(one), quantity(other))).toBe(!both);
        expect(rivals(amount(one), amount(other))).toBe(!both);
      }),
    );
  });
});

describe('of different agencies or sources', () => {
  const press = (name: string): Claim['origin'] => ({ kind: 'open-source', name });
  const firm = (name: string): Claim['origin'] => ({ kind: 'private-firm', name });
  const basis = (revisionId: string): Claim['origin'] => ({ kind: 'agency', revisionId });

  test.each<[string, PlacedClaim, PlacedClaim, boolean]>([
    ['two agencies', claim(FSC, customers(1)), claim(FSA, customers(2)), true],
    ['one agency, of its own', claim(FSC, customers(1)), claim(FSC, customers(2)), false],
    [
      'one agency, of its own and of the press',
      claim(FSC, customers(1)),
      claim(FSC, customers(2), press('Report A')),
      true,
    ],
    [
      'one agency, of two publications',
      claim(FSC, customers(1), press('Report A')),
      claim(FSC, customers(2), press('Report B')),
      true,
    ],
    [
      'one agency, of one publication',
      claim(FSC, customers(1), press('Report A')),
      claim(FSC, customers(2), press('Report A')),
      false,
    ],
    [
      'two agencies, of one publication',
      claim(FSC, customers(1), press('Report A')),
      claim(FSA, customers(2), press('Report A')),
      true,
    ],
    [
      'one agency, of a firm and a publication of one name',
      claim(FSC, customers(1), firm('A')),
      claim(FSC, customers(2), press('A')),
      true,
    ],
    [
      'one agency, resting on two revisions',
      claim(FSC, customers(1), basis('r1')),
      claim(FSC, customers(2), basis('r2')),
      true,
    ],
  ])('%s', (_, one, other, expected) => {
    expect(areRivals(one, other)).toBe(expected);
    expect(areRivals(other, one)).toBe(expected);
  });
});
