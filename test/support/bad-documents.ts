import { SENT } from './refused.js';

/** What is wrong, how the document is changed, and the path in it that the answer must name. */
export type BadDocument = readonly [what: string, changes: object, path: string];

const text = (changes: object) => ({
  texts: [{ language: 'en', origin: 'original', title: SENT, body: SENT, ...changes }],
});
const marking = (changes: object) => ({ marking: { tlp: 'TLP:GREEN', purposes: ['policy'], ...changes } });
const happened = (from: string, precision: string, zone = 'Asia/Seoul', to?: string) => ({
  happened: { from, to, precision, zone },
});
const claim = (changes: object) => ({
  claims: [{ attribute: 'remark', value: { term: SENT }, origin: { kind: 'own' }, ...changes }],
});
const amount = (changes: object) =>
  claim({ attribute: 'loss', value: { amount: { asset: 'BTC', decimals: 8, ...changes } } });
const quantity = (changes: object) => claim({ value: { quantity: { unit: 'users', ...changes } } });
const origin = (changes: object) => claim({ origin: { kind: 'open-source', ...changes } });
const subject = (changes: object) => ({
  subjects: [{ key: 's', type: 'service', role: 'victim', names: [{ value: SENT }], ...changes }],
});
const indicator = (changes: object) => ({
  indicators: [{ type: 'ip', role: 'suspect', value: '203.0.113.7', ...changes }],
});
const wallet = (chain: string, value: string) => indicator({ type: 'wallet', chain, value });
const source = (changes: object) => ({ sources: [{ title: SENT, ...changes }] });

const GENESIS = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa';
const transfer = (changes: object) => ({
  transfers: [
    {
      chain: 'bitcoin',
      sender: GENESIS,
      receiver: GENESIS,
      asset: 'BTC',
      decimals: 8,
      amount: '1',
      ...changes,
    },
  ],
});

const ID = '5b0f8ab1-2d75-432a-8315-48b9608aa158';
const times = <T>(count: number, item: T): T[] => Array<T>(count).fill(item);

const MARKINGS: BadDocument[] = [
  ['a TLP there is not', marking({ tlp: `TLP:${SENT}` }), 'marking.tlp'],
  ['a TLP of version 1', marking({ tlp: 'TLP:WHITE' }), 'marking.tlp'],
  ['a TLP in small letters', marking({ tlp: 'tlp:green' }), 'marking.tlp'],
  ['a PAP there is not', marking({ pap: SENT }), 'marking.pap'],
  ['a handling there is not', marking({ handling: ['H1', 'H4'] }), 'marking.handling[1]'],
  ['H3 without its text', marking({ handling: ['H3'] }), 'marking.handlingText'],
  ['a handling text without H3', marking({ handlingText: SENT }), 'marking.handlingText'],
  ['a purpose there is not', marking({ purposes: [SENT] }), 'marking.purposes[0]'],
  ['no purpose', marking({ purposes: [] }), 'marking.purposes'],
  ['a kind there is not', { kind: SENT }, 'kind'],
];

const TEXTS: BadDocument[] = [
  ['no text', { texts: [] }, 'texts'],
  ['no original text', text({ origin: 'machine-translation' }), 'texts'],
  ['two texts in one language', { texts: times(2, text({}).texts).flat() }, 'texts'],
  ['thirteen texts', { texts: times(13, text({}).texts).flat() }, 'texts'],
  ['a language that is none', text({ language: SENT.repeat(2) }), 'texts[0].language'],
  ['a language not in its usual form', text({ language: 'zh-hans' }), 'texts[0].language'],
  ['a blank title', text({ title: ' \n ' }), 'texts[0].title'],
  ['an empty body', text({ body: '' }), 'texts[0].body'],
  ['a NUL', text({ body: `${SENT}\u0000` }), 'texts[0].body'],
  ['a bell', text({ title: `${SENT}\u0007` }), 'texts[0].title'],
  ['a carriage return', text({ body: `${SENT}\r\n` }), 'texts[0].body'],
  ['an escape', text({ body: `${SENT}\u001b[31m` }), 'texts[0].body'],
  ['a C1 control', text({ body: `${SENT}\u0085` }), 'texts[0].body'],
  ['a bidirectional override', text({ title: `${SENT}\u202etxt.exe` }), 'texts[0].title'],
  ['a bidirectional isolate', text({ title: `${SENT}\u2066` }), 'texts[0].title'],
  ['a byte order mark', text({ title: `${SENT}\ufeff` }), 'texts[0].title'],
  ['half of a surrogate pair', text({ title: `${SENT}\ud83d` }), 'texts[0].title'],
  ['the other half', text({ title: `${SENT}\ude00` }), 'texts[0].title'],
  ['a title of 301 characters', text({ title: 'x'.repeat(301) }), 'texts[0].title'],
  ['a body of 50,001 characters', text({ body: 'x'.repeat(50_001) }), 'texts[0].body'],
];

const TIMES: BadDocument[] = [
  ['dates in the wrong order', happened('2018-01-27', 'day', 'Asia/Tokyo', '2018-01-26'), 'happened.to'],
  ['30 February', happened('2018-02-30', 'day'), 'happened.from'],
  ['month 13', happened('2018-13', 'month'), 'happened.from'],
  ['hour 24', happened('2018-01-26T24', 'hour'), 'happened.from'],
  [
    'a time that the clocks skipped',
    happened('2018-03-11T02:30', 'minute', 'America/New_York'),
    'happened.from',
  ],
  ['more precise than it says', happened('2018-01-26T00:02', 'day'), 'happened.from'],
  ['less precise than it says', happened('2018-01', 'day'), 'happened.from'],
  ['an end less precise than it says', happened('2018-01-26', 'day', 'UTC', '2018'), 'happened.to'],
  ['a time with an offset of its own', happened('2018-01-26T00:02Z', 'minute'), 'happened.from'],
  ['no time', happened('', 'day'), 'happened.from'],
  ['words', happened('last year', 'year'), 'happened.from'],
  ['before 1970', happened('1969', 'year'), 'happened.from'],
  ['after 2100', happened('2101', 'year'), 'happened.from'],
  ['a precision there is not', happened('2018', 'decade'), 'happened.precision'],
  ['a zone there is not', happened('2018', 'year', 'Asia/Pyongyong'), 'happened.zone'],
  ['no zone', happened('2018', 'year', ''), 'happened.zone'],
  ['the zone of whatever machine', happened('2018', 'year', 'local'), 'happened.zone'],
  ['an offset no place has', happened('2018', 'year', 'UTC+99'), 'happened.zone'],
  ['an offset of 99 minutes', happened('2018', 'year', 'UTC+9:99'), 'happened.zone'],
];

const AMOUNTS: BadDocument[] = [
  ['a negative amount', amount({ low: '-5' }), 'claims[0].value.amount.low'],
  ['a fraction', amount({ low: '3816.2028' }), 'claims[0].value.amount.low'],
  ['an exponent', amount({ low: '1e9' }), 'claims[0].value.amount.low'],
  ['leading zeros', amount({ low: '007' }), 'claims[0].value.amount.low'],
  ['thousands', amount({ low: '523,000,000' }), 'claims[0].value.amount.low'],
  ['hexadecimal', amount({ high: '0x10' }), 'claims[0].value.amount.high'],
  ['digits that are not ASCII', amount({ high: '５' }), 'claims[0].value.amount.high'],
  ['79 digits', amount({ high: '9'.repeat(79) }), 'claims[0].value.amount.high'],
  ['low above high', amount({ low: '10', high: '9' }), 'claims[0].value.amount.high'],
  ['no bound', amount({}), 'claims[0].value.amount'],
  ['BTC with 6 decimals', amount({ low: '1', decimals: 6 }), 'claims[0].value.amount.decimals'],
  ['37 decimals', amount({ low: '1', asset: 'X', decimals: 37 }), 'claims[0].value.amount.decimals'],
  ['an asset that is no code', amount({ low: '1', asset: SENT + '!' }), 'claims[0].value.amount.asset'],
  ['a quantity low above high', quantity({ low: 10, high: 9 }), 'claims[0].value.quantity.high'],
  ['a negative quantity', quantity({ low: -1 }), 'claims[0].value.quantity.low'],
  ['a quantity without a bound', quantity({}), 'claims[0].value.quantity'],
  ['a negative transfer', transfer({ amount: '-1' }), 'transfers[0].amount'],
  ['a transfer with wrong decimals', transfer({ decimals: 18 }), 'transfers[0].decimals'],
];

const CLAIMS: BadDocument[] = [
  ['a value of two kinds', claim({ value: { term: SENT, unknown: true } }), 'claims[0].value'],
  ['a value of no kind', claim({ value: {} }), 'claims[0].value'],
  ['a loss that is a word', claim({ attribute: 'loss', value: { term: SENT } }), 'claims[0].value'],
  ['a date that is a word', claim({ attribute: 'date', value: { term: SENT } }), 'claims[0].value'],
  ['victims that are a word', claim({ attribute: 'victims', value: { term: SENT } }), 'claims[0].value'],
  ['unknown: false', claim({ value: { unknown: false } }), 'claims[0].value.unknown'],
  ['an attribute that is no term', claim({ attribute: 'Loss of XEM' }), 'claims[0].attribute'],
  ['an attribute every object has', claim({ attribute: '__proto__' }), 'claims[0].attribute'],
  ['a subject that is not there', claim({ subject: 'nobody' }), 'claims[0].subject'],
  ['an incident that the document does not name', claim({ incident: ID }), 'claims[0].incident'],
  ['a likelihood there is not', claim({ likelihood: SENT }), 'claims[0].likelihood'],
  ['a confidence there is not', claim({ confidence: 'almost certain' }), 'claims[0].confidence'],
  ['a grade there is not', claim({ grade: { source: 'G', information: '1' } }), 'claims[0].grade.source'],
  [
    'half a grade there is not',
    claim({ grade: { source: 'A', information: '7' } }),
    'claims[0].grade.information',
  ],
  ['an origin there is not', origin({ kind: SENT }), 'claims[0].origin.kind'],
  ['an agency without its revision', origin({ kind: 'agency' }), 'claims[0].origin.revisionId'],
  ['a revision without its agency', origin({ revisionId: ID }), 'claims[0].origin.revisionId'],
  ['a revision that is no id', origin({ kind: 'agency', revisionId: SENT }), 'claims[0].origin.revisionId'],
  ['a script for a link', origin({ url: `javascript:${SENT}` }), 'claims[0].origin.url'],
  ['a link with a NUL', origin({ url: `https://example.org/${SENT}\u0000` }), 'claims[0].origin.url'],
  ['a link that reads backwards', source({ url: `https://example.org/\u202e${SENT}` }), 'sources[0].url'],
  [
    'a link with half a surrogate pair',
    source({ url: `https://example.org/\ud800${SENT}` }),
    'sources[0].url',
  ],
  ['a source without a title', source({ title: '' }), 'sources[0].title'],
  ['a typology that is no term', { typologies: ['peel-chain', SENT + ' '] }, 'typologies[1]'],
  ['201 claims', { claims: times(201, claim({}).claims).flat() }, 'claims'],
];

const SUBJECTS: BadDocument[] = [
  ['two subjects with one key', { subjects: times(2, subject({}).subjects).flat() }, 'subjects'],
  ['a key that is no key', subject({ key: SENT + '!' }), 'subjects[0].key'],
  ['a subject without a name', subject({ names: [] }), 'subjects[0].names'],
  ['a name that is blank', subject({ names: [{ value: ' ' }] }), 'subjects[0].names[0].value'],
  [
    'a name type there is not',
    subject({ names: [{ value: SENT, type: 'NICK' }] }),
    'subjects[0].names[0].type',
  ],
  ['a subject type there is not', subject({ type: SENT }), 'subjects[0].type'],
  ['a role there is not', subject({ role: SENT }), 'subjects[0].role'],
  ['a jurisdiction that is no code', subject({ jurisdiction: 'Korea' }), 'subjects[0].jurisdiction'],
  ['101 subjects', { subjects: times(101, subject({}).subjects).flat() }, 'subjects'],
  ['an incident that is no id', { incidents: [SENT] }, 'incidents[0]'],
  ['an incident named twice', { incidents: [ID, ID] }, 'incidents'],
  ['eleven incidents', { incidents: times(11, ID) }, 'incidents'],
];

const INDICATORS: BadDocument[] = [
  [
    'a Bitcoin address with a wrong checksum',
    wallet('bitcoin', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'),
    'indicators[0].value',
  ],
  [
    'a segwit address with a wrong checksum',
    wallet('bitcoin', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'),
    'indicators[0].value',
  ],
  [
    'an Ethereum address with a wrong checksum',
    wallet('ethereum', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'.replace('5aAe', '5AAe')),
    'indicators[0].value',
  ],
  [
    'a TRON address with a wrong checksum',
    wallet('tron', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u'),
    'indicators[0].value',
  ],
  [
    'a NEM address with a wrong checksum',
    wallet('nem', 'NC3BI3DNMR2PGEOOMP2NKXQGSAKMS7GYRKVA5CSY'),
    'indicators[0].value',
  ],
  ['a wallet of no chain', indicator({ type: 'wallet', value: GENESIS }), 'indicators[0].value'],
  ['a chain there is not', wallet(SENT, GENESIS), 'indicators[0].value'],
  ['an IP address with a chain', indicator({ chain: 'bitcoin' }), 'indicators[0].value'],
  ['half an IP address', indicator({ value: '203.0.113' }), 'indicators[0].value'],
  ['an IP address with a NUL', indicator({ value: '203.0.113.7\u0000' }), 'indicators[0].value'],
  [
    'an IP address behind a control character',
    indicator({ value: '\u000b203.0.113.7' }),
    'indicators[0].value',
  ],
  [
    'a domain that reads backwards',
    indicator({ type: 'domain', value: 'exam\u202eple.org' }),
    'indicators[0].value',
  ],
  ['an e-mail without an @', indicator({ type: 'email', value: SENT }), 'indicators[0].value'],
  ['an empty value', indicator({ value: '' }), 'indicators[0].value'],
  ['a value of 501 characters', indicator({ value: '1'.repeat(501) }), 'indicators[0].value'],
  ['a type there is not', indicator({ type: SENT }), 'indicators[0].type'],
  ['an inherited type', indicator({ type: 'constructor' }), 'indicators[0].type'],
  ['a role there is not', indicator({ role: SENT }), 'indicators[0].role'],
  ['a subject that is not there', indicator({ subject: 'nobody' }), 'indicators[0].subject'],
  ['1,001 indicators', { indicators: times(1001, indicator({}).indicators).flat() }, 'indicators'],
  [
    'a sender with a wrong checksum',
    transfer({ sender: GENESIS.replace('Na', 'Nb') }),
    'transfers[0].sender',
  ],
  ['a receiver that is none', transfer({ receiver: SENT }), 'transfers[0].receiver'],
  ['a transaction that is no hash', transfer({ transaction: SENT }), 'transfers[0].transaction'],
];

/** 6 x 50,000 characters: each part is allowed, the whole is not. */
const LARGE: BadDocument = [
  'more than 256 kB',
  {
    texts: ['en', 'ko', 'ja', 'zh-Hans', 'fr', 'de'].map((language) => ({
      ...text({}).texts[0],
      language,
      body: 'x'.repeat(50_000),
    })),
  },
  '',
];

export const badDocuments: readonly BadDocument[] = [
  ...MARKINGS,
  ...TEXTS,
  ...TIMES,
  ...AMOUNTS,
  ...CLAIMS,
  ...SUBJECTS,
  ...INDICATORS,
  LARGE,
];
