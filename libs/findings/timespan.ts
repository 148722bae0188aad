import { DateTime, Info } from 'luxon';
import { z } from 'zod';
import { PRECISIONS } from './vocabulary.js';

type Precision = (typeof PRECISIONS)[number];

/** How a time of each precision is written: ISO 8601 local time, cut where the knowledge ends. */
const FORMS: Record<Precision, RegExp> = {
  year: /^\d{4}$/,
  month: /^\d{4}-\d{2}$/,
  day: /^\d{4}-\d{2}-\d{2}$/,
  hour: /^\d{4}-\d{2}-\d{2}T\d{2}$/,
  minute: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/,
  second: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/,
};

/** Findings are about events that people alive can act on. */
const YEARS = { first: 1970, last: 2100 };

/** An area and a place, or an offset from -12 to +14 hours; not the words for a machine's own zone. */
const ZONE = /^(UTC((-(0?\d|1[0-2])|\+(0?\d|1[0-4]))(:[0-5]\d)?)?|[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+)+)$/;

const localTime = z.string().max(19);

/** When something happened: local time of a zone, as precise as it is known. A day is a day in its zone. */
export const timespanSchema = z
  .strictObject({
    from: localTime.meta({
      description:
        'Local time, as precise as `precision` says: 2018, 2018-01, 2018-01-26, 2018-01-26T00, ...T00:02, ...T00:02:30.',
    }),
    to: localTime.optional().meta({ description: 'The last such unit that is meant; `from` if left out.' }),
    precision: z.enum(PRECISIONS).meta({ description: 'How precise the times are.' }),
    zone: z
      .string()
      .max(40)
      .regex(ZONE, 'No such time zone.')
      .meta({ description: 'IANA time zone (Asia/Tokyo) or UTC offset (UTC+9).' }),
  })
  .superRefine((span, context) => {
    const fault = faultOf(span);
    if (fault) context.addIssue({ code: 'custom', path: [fault.at], message: fault.message });
  })
  .meta({
    id: 'Timespan',
    description: 'When something happened, saying how precise that is. A day is a day in its zone.',
  });

export type Timespan = z.output<typeof timespanSchema>;

/** The instants a timespan covers: from the first, until before the second. */
interface Interval {
  from: Date;
  until: Date;
}

/** The instants of a valid timespan: the whole day of a day, the whole year of a year. */
export function intervalOf({ from, to = from, precision, zone }: Timespan): Interval {
  const last = start(to, zone).plus({ [precision]: 1 });
  return { from: start(from, zone).toJSDate(), until: last.toJSDate() };
}

const start = (text: string, zone: string): DateTime => DateTime.fromISO(text, { zone });

function faultOf({
  from,
  to = from,
  precision,
  zone,
}: Timespan): { at: 'from' | 'to' | 'zone'; message: string } | null {
  if (!Info.normalizeZone(zone).isValid) return { at: 'zone', message: 'No such time zone.' };
  for (const [at, text] of [
    ['from', from],
    ['to', to],
  ] as const) {
    const time = start(text, zone);
    if (!FORMS[precision].test(text) || Number.isNaN(time.toMillis()))
      return { at, message: `Not a time with precision ${precision}.` };
    if (time.year < YEARS.first || time.year > YEARS.last) {
      return { at, message: `Years go from ${YEARS.first} to ${YEARS.last}.` };
    }
    // Luxon moves a time that a clock change skipped: then what was written never was.
    if (!time.toFormat("yyyy-MM-dd'T'HH:mm:ss").startsWith(text))
      return { at, message: 'This time does not exist in its zone.' };
  }
  return start(to, zone) < start(from, zone) ? { at: 'to', message: 'Ends before it begins.' } : null;
}
