import { createHash } from 'node:crypto';
import { document } from './findings.js';

/*
 * Values that occur nowhere else, one for each place that can hold something of a case. A log that shows one tells
 * which place it came from.
 */

/** Every value planted so far, with its place. */
export const planted = new Map<string, string>();

let count = 0;

/** Plants something recognisable. @param form what it is to look like, if a word of eight letters and digits will not do */
function plant(place: string, form: (mark: string, n: number) => string = (mark) => mark): string {
  count += 1;
  const mark = `zq${String(count).padStart(6, '0')}`;
  const value = form(mark, count);
  planted.set(value.includes(mark) ? mark : value.replace(/^0x/, ''), place);
  return value;
}

const hash = (mark: string, digits: number): string =>
  createHash('sha256').update(mark).digest('hex').slice(0, digits);

/** A word. */
export const word = (place: string): string => plant(place);

/** Text that would look like lines of a stack trace, quoted in the message of an error. */
export const text = (place: string): string =>
  plant(place, (mark) => `${mark}\n    at ${mark} (file:///${mark}.js:1:2)\n    at file:///${mark}.js:3:4`);

export const wallet = (place: string) => plant(place, (mark) => `0x${hash(mark, 40)}`);
const url = (place: string) => plant(place, (mark) => `https://${mark}.example.org/${mark}`);
const number = (place: string) => Number(plant(place, (_, n) => String(1_987_650_000 + n)));
const amount = (place: string) => plant(place, (_, n) => String(77_123_456_780_000_000_000n + BigInt(n)));
const language = (place: string) => plant(place, (mark) => `en-x-${mark}`);

const span = (place: string) => ({
  from: plant(`${place}.from`, (_, n) => `1987-03-05T04:${String(n % 60).padStart(2, '0')}:17`),
  to: plant(`${place}.to`, (_, n) => `1988-03-05T04:${String(n % 60).padStart(2, '0')}:17`),
  precision: 'second',
  zone: plant(`${place}.zone`, () => 'Antarctica/Troll'),
});

const indicator = (type: string, value: string, chain?: string) => ({
  type,
  value,
  ...(chain !== undefined && { chain }),
  role: 'suspect',
});

/** A document in which every field is filled, and says something recognisable wherever it may. */
export function plantedDocument(incidents: readonly string[] = [], revisionId?: string): object {
  const subject = word('subjects.key');
  const claim = (value: object, attribute = word('claims.attribute')) => ({
    subject,
    ...(incidents[0] !== undefined && { incident: incidents[0] }),
    attribute,
    value,
    grade: { source: 'B', information: '2' },
    likelihood: 'likely',
    confidence: 'moderate',
    origin: {
      kind: 'private-firm',
      name: text('claims.origin.name'),
      url: url('claims.origin.url'),
      published: span('claims.origin.published'),
    },
    note: text('claims.note'),
  });
  const [low, high] = [amount('claims.value.amount.low'), amount('claims.value.amount.high')];
  const [least, most] = [number('claims.value.quantity.low'), number('claims.value.quantity.high')];
  return document({
    marking: {
      tlp: 'TLP:GREEN',
      handling: ['H1', 'H3'],
      handlingText: text('marking.handlingText'),
      pap: 'PAP:AMBER',
      purposes: ['criminal-investigation', 'policy'],
    },
    texts: [
      {
        language: language('texts.language'),
        origin: 'original',
        title: text('texts.title'),
        body: text('texts.body'),
      },
    ],
    happened: span('happened'),
    incidents,
    subjects: [
      {
        key: subject,
        type: 'person',
        role: 'suspect',
        names: [
          {
            value: text('subjects.names.value'),
            type: 'ALIA',
            language: language('subjects.names.language'),
          },
        ],
        jurisdiction: 'ZZ',
      },
    ],
    claims: [
      claim({ amount: { asset: word('claims.value.amount.asset'), decimals: 7, low, high } }, 'loss'),
      claim({ quantity: { unit: word('claims.value.quantity.unit'), low: least, high: most } }),
      claim({ time: span('claims.value.time') }),
      claim({ term: text('claims.value.term') }),
      ...(revisionId === undefined
        ? []
        : [{ ...claim({ unknown: true }), origin: { kind: 'agency', revisionId } }]),
    ],
    indicators: [
      {
        ...indicator('wallet', wallet('indicators.value'), 'ethereum'),
        subject,
        firstSeen: span('indicators.firstSeen'),
        lastSeen: span('indicators.lastSeen'),
      },
      indicator(
        'ip',
        plant('ip', (mark) => `2001:db8:${hash(mark, 12).match(/.{4}/g)?.join(':') ?? ''}::1`),
      ),
      indicator(
        'domain',
        plant('domain', (mark) => `${mark}.example.org`),
      ),
      indicator('url', url('url')),
      indicator(
        'email',
        plant('email', (mark) => `${mark}@example.org`),
      ),
      indicator(
        'account',
        plant('account', (mark) => `example.org/${mark}`),
      ),
      indicator(
        'file-hash',
        plant('file-hash', (mark) => hash(mark, 64)),
      ),
    ],
    transfers: [
      {
        chain: 'ethereum',
        transaction: plant('transfers.transaction', (mark) => `0x${hash(mark, 64)}`),
        sender: wallet('transfers.sender'),
        receiver: wallet('transfers.receiver'),
        asset: word('transfers.asset'),
        decimals: 7,
        amount: amount('transfers.amount'),
        time: span('transfers.time'),
      },
    ],
    typologies: [word('typologies')],
    sources: [
      {
        title: text('sources.title'),
        publisher: text('sources.publisher'),
        url: url('sources.url'),
        published: span('sources.published'),
      },
    ],
  });
}

export const plantedSheet = () => ({
  caseNumber: plant('sheet.caseNumber', (mark) => `${mark}\n    at ${mark}`),
  trueSource: text('sheet.trueSource'),
  legalBasis: text('sheet.legalBasis'),
});

/** The places and values that are planted in one of these texts. */
export const found = (...texts: string[]): string[] =>
  [...planted]
    .filter(([value]) => texts.some((one) => one.toLowerCase().includes(value.toLowerCase())))
    .map(([value, place]) => `${place}: ${value}`);
