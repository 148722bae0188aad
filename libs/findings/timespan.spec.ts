import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { intervalOf, timespanSchema, type Timespan } from './timespan.js';

const SEOUL = 'Asia/Seoul';
const TOKYO = 'Asia/Tokyo';
const NEW_YORK = 'America/New_York';

const span = (from: string, precision: Timespan['precision'], zone: string, to?: string): Timespan =>
  to === undefined ? { from, precision, zone } : { from, to, precision, zone };

const isoInterval = (written: Timespan) => {
  const { from, until } = intervalOf(timespanSchema.parse(written));
  return [from.toISOString(), until.toISOString()];
};

describe('a timespan covers the whole of the unit it names, in its zone', () => {
  test.each<[string, Timespan, string, string]>([
    [
      'a day in Tokyo',
      span('2018-01-26', 'day', TOKYO),
      '2018-01-25T15:00:00.000Z',
      '2018-01-26T15:00:00.000Z',
    ],
    [
      'the same day in New York',
      span('2018-01-26', 'day', NEW_YORK),
      '2018-01-26T05:00:00.000Z',
      '2018-01-27T05:00:00.000Z',
    ],
    [
      'a minute: the test of 10 XEM',
      span('2018-01-26T00:02', 'minute', TOKYO),
      '2018-01-25T15:02:00.000Z',
      '2018-01-25T15:03:00.000Z',
    ],
    [
      'a second',
      span('2017-12-19T04:35:00', 'second', SEOUL),
      '2017-12-18T19:35:00.000Z',
      '2017-12-18T19:35:01.000Z',
    ],
    ['an hour', span('2018-01-26T03', 'hour', TOKYO), '2018-01-25T18:00:00.000Z', '2018-01-25T19:00:00.000Z'],
    ['a month', span('2017-02', 'month', SEOUL), '2017-01-31T15:00:00.000Z', '2017-02-28T15:00:00.000Z'],
    ['a year', span('2017', 'year', 'UTC'), '2017-01-01T00:00:00.000Z', '2018-01-01T00:00:00.000Z'],
    [
      'days: 5 July to 8 August',
      span('2017-07-05', 'day', SEOUL, '2017-08-08'),
      '2017-07-04T15:00:00.000Z',
      '2017-08-08T15:00:00.000Z',
    ],
    ['an offset', span('2018-01-26', 'day', 'UTC+9'), '2018-01-25T15:00:00.000Z', '2018-01-26T15:00:00.000Z'],
    [
      'an offset with minutes',
      span('2018-01-26', 'day', 'UTC+5:30'),
      '2018-01-25T18:30:00.000Z',
      '2018-01-26T18:30:00.000Z',
    ],
    [
      'a day of 23 hours',
      span('2018-03-11', 'day', NEW_YORK),
      '2018-03-11T05:00:00.000Z',
      '2018-03-12T04:00:00.000Z',
    ],
    [
      'a day of 25 hours',
      span('2018-11-04', 'day', NEW_YORK),
      '2018-11-04T04:00:00.000Z',
      '2018-11-05T05:00:00.000Z',
    ],
    ['a leap day', span('2020-02-29', 'day', 'UTC'), '2020-02-29T00:00:00.000Z', '2020-03-01T00:00:00.000Z'],
    [
      'a zone before 1988 had its own summer',
      span('1987-07-01', 'day', SEOUL),
      '1987-06-30T14:00:00.000Z',
      '1987-07-01T14:00:00.000Z',
    ],
  ])('%s', (_, written, from, until) => {
    expect(isoInterval(written)).toEqual([from, until]);
  });
});

describe('what is no timespan is refused at the field at fault', () => {
  test.each<[string, object, string]>([
    ['it ends before it begins', span('2018-01-27', 'day', TOKYO, '2018-01-26'), 'to'],
    ['a day that is not', span('2018-02-29', 'day', TOKYO), 'from'],
    ['an end that is not', span('2018-02-27', 'day', TOKYO, '2018-02-29'), 'to'],
    ['a time the clocks skipped', span('2018-03-11T02:30', 'minute', NEW_YORK), 'from'],
    ['hour 24', span('2018-01-26T24', 'hour', TOKYO), 'from'],
    ['second 60', span('2016-12-31T23:59:60', 'second', 'UTC'), 'from'],
    ['more precise than it says', span('2018-01-26', 'month', TOKYO), 'from'],
    ['less precise than it says', span('2018-01', 'day', TOKYO), 'from'],
    ['week', span('2018-W04', 'day', TOKYO), 'from'],
    ['another calendar', span('平成30年', 'year', TOKYO), 'from'],
    ['digits that are not ASCII', span('２０１８', 'year', TOKYO), 'from'],
    ['too early', span('1969-12-31', 'day', TOKYO), 'from'],
    ['too late', span('2100', 'year', TOKYO, '2101'), 'to'],
    ['no such place', span('2018', 'year', 'Asia/Seul'), 'zone'],
    ['no such offset', span('2018', 'year', 'UTC+15'), 'zone'],
    ['no such offset the other way', span('2018', 'year', 'UTC-13'), 'zone'],
    ['no such minutes', span('2018', 'year', 'UTC+9:60'), 'zone'],
    ["the machine's own zone", span('2018', 'year', 'local'), 'zone'],
    ['an abbreviation of several zones', span('2018', 'year', 'CST'), 'zone'],
    ['no zone', span('2018', 'year', ''), 'zone'],
    ['a precision there is not', { ...span('2018', 'year', 'UTC'), precision: 'week' }, 'precision'],
  ])('%s', (_, written, path) => {
    const parsed = timespanSchema.safeParse(written);
    expect(parsed.error?.issues[0]?.path).toEqual([path]);
  });

  test('whatever the strings hold, it is refused or it is an interval, and never throws', () => {
    const wild = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '2018',
        '2018-01',
        '2018-01-26',
        '2018-01-26T00',
        '2018-01-26T00:02',
        '2018-01-26T00:02:30',
      ),
    );
    const zone = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(SEOUL, 'UTC', 'UTC-3:30'),
    );
    const precision = fc.constantFrom('year', 'month', 'day', 'hour', 'minute', 'second');
    fc.assert(
      fc.property(fc.record({ from: wild, to: wild, precision, zone }), (written) => {
        const parsed = timespanSchema.safeParse(written);
        if (!parsed.success) return;
        const { from, until } = intervalOf(parsed.data);
        expect(until.getTime()).toBeGreaterThan(from.getTime());
      }),
    );
  });
});

test('a second of a day lies within the day, wherever that day is', () => {
  const zones = fc.constantFrom(
    SEOUL,
    TOKYO,
    NEW_YORK,
    'UTC',
    'UTC-12',
    'UTC+14',
    'Asia/Kathmandu',
    'Asia/Shanghai',
  );
  const days = fc.date({ min: new Date('1971-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(days, zones, (date, zone) => {
      const second = date.toISOString().slice(0, 19);
      const inner = timespanSchema.safeParse(span(second, 'second', zone));
      fc.pre(inner.success); // one that the clocks skipped there is none
      const within = intervalOf(span(second, 'second', zone));
      const day = intervalOf(span(second.slice(0, 10), 'day', zone));
      expect(within.from.getTime()).toBeGreaterThanOrEqual(day.from.getTime());
      expect(within.until.getTime()).toBeLessThanOrEqual(day.until.getTime());
    }),
  );
});
