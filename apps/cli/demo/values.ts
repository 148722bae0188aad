import type { Claim, ClaimValue, Content, Origin, Source } from './finding.js';

type Timespan = NonNullable<Content['happened']>;
type Amount = NonNullable<ClaimValue['amount']>;
type Grade = NonNullable<Claim['grade']>;

/**
 * A decimal number in base units: ('3816.2028', 8) is '381620280000'.
 * @throws Error for more decimals than the asset has, or no number
 */
export function baseUnits(number: string, decimals: number): string {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(number) ?? [];
  if (whole === undefined || fraction.length > decimals)
    throw new Error(`${number} is no amount with ${decimals} decimals.`);
  return (whole + fraction.padEnd(decimals, '0')).replace(/^0+(?=\d)/, '');
}

type AmountValue = { amount: Amount };

/** An exact amount from one number, a range from two. */
const money =
  (asset: string, decimals: number) =>
  (low: string, high = low): AmountValue => ({
    amount: { asset, decimals, low: baseUnits(low, decimals), high: baseUnits(high, decimals) },
  });

export const btc = money('BTC', 8);
export const xem = money('XEM', 6);
export const krw = money('KRW', 0);
export const jpy = money('JPY', 0);
export const usd = money('USD', 2);

/** That amount or more. */
export const atLeast = ({ amount: { high: _, ...amount } }: AmountValue): AmountValue => ({ amount });

/** That amount or less. */
export const atMost = ({ amount: { low: _, ...amount } }: AmountValue): AmountValue => ({ amount });

/** An exact number of things. */
export const count = (unit: string, number: number): ClaimValue => ({
  quantity: { unit, low: number, high: number },
});

/** That number or more. */
export const countFrom = (unit: string, low: number): ClaimValue => ({ quantity: { unit, low } });

export const term = (words: string): ClaimValue => ({ term: words });

/** Stated not to be known; it rivals nothing. */
export const UNKNOWN: ClaimValue = { unknown: true };

export const SEOUL = 'Asia/Seoul';
export const TOKYO = 'Asia/Tokyo';

/** When, as precise as it is written: `day('2018-01-26', TOKYO)`; with `to`, until the end of that unit. */
const span =
  (precision: Timespan['precision']) =>
  (from: string, zone: string, to?: string): Timespan => ({
    from,
    ...(to !== undefined && { to }),
    precision,
    zone,
  });

export const year = span('year');
export const month = span('month');
export const day = span('day');
export const hour = span('hour');
export const minute = span('minute');

export const at = (time: Timespan): ClaimValue => ({ time });

/** Admiralty code: how reliable the source is, how credible the information. */
export const grade = (source: Grade['source'], information: Grade['information']): Grade => ({
  source,
  information,
});

export const OWN: Origin = { kind: 'own' };

export const press = (name: string, published?: Timespan): Origin => ({
  kind: 'open-source',
  name,
  ...(published && { published }),
});

export const firm = (name: string, published?: Timespan): Origin => ({
  kind: 'private-firm',
  name,
  ...(published && { published }),
});

/** The two press reports of which the demo's facts were taken, as its findings cite them. */
export const REPORT_A = 'Press report on thefts from exchanges, February 2018';
export const REPORT_B = 'Press report on thefts from exchanges, September 2017';

export const reportA: Source = { title: REPORT_A, published: month('2018-02', 'UTC') };
export const reportB: Source = { title: REPORT_B, published: month('2017-09', 'UTC') };
