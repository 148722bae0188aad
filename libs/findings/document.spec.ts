import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonical, ServiceError, sha256 } from '#core';
import { contentSchema, documentSchema, envelop, seal } from './document.js';

const INCIDENT = '5b0f8ab1-2d75-432a-8315-48b9608aa158';
const BASIS = 'bc785ec2-50bd-4e23-8400-68bb8b8422e6';
const GENESIS = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa';

const smallest = {
  kind: 'policy-note',
  marking: { tlp: 'TLP:CLEAR', purposes: ['policy'] },
  texts: [{ language: 'ko', origin: 'original', title: '실명확인 입출금계정', body: '2018년 1월 30일부터.' }],
};

const day = (from: string) => ({ from, precision: 'day', zone: 'Asia/Tokyo' });

/** The theft from Coincheck, with everything a document can have. */
const whole = {
  kind: 'hack',
  marking: {
    tlp: 'TLP:AMBER',
    handling: ['H1', 'H3'],
    handlingText: 'Ask before an arrest.',
    pap: 'PAP:RED',
    purposes: ['criminal-investigation', 'aml-supervision'],
  },
  texts: [
    { language: 'ja', origin: 'original', title: 'コインチェックからのNEM流出', body: '五億二千三百万XEM。' },
    { language: 'en', origin: 'human-translation', title: 'NEM taken from Coincheck', body: '523 m XEM.' },
  ],
  happened: { from: '2018-01-26T00:02', to: '2018-01-26T08:26', precision: 'minute', zone: 'Asia/Tokyo' },
  incidents: [INCIDENT],
  subjects: [
    {
      key: 'coincheck',
      type: 'service',
      role: 'victim',
      names: [{ value: 'コインチェック', type: 'TRAD', language: 'ja' }, { value: 'Coincheck' }],
      jurisdiction: 'JP',
    },
  ],
  claims: [
    {
      incident: INCIDENT,
      subject: 'coincheck',
      attribute: 'loss',
      value: { amount: { asset: 'XEM', decimals: 6, low: '523000000000000', high: '523000000000000' } },
      grade: { source: 'B', information: '2' },
      likelihood: 'almost certain',
      confidence: 'high',
      origin: {
        kind: 'open-source',
        name: 'Report A',
        url: 'https://example.org/a',
        published: day('2018-02-05'),
      },
      note: 'As stated by the exchange.',
    },
    {
      attribute: 'victims',
      value: { quantity: { unit: 'customers', low: 260_000, high: 260_000 } },
      origin: { kind: 'own' },
    },
    { attribute: 'date', value: { time: day('2018-01-26') }, origin: { kind: 'own' } },
    { attribute: 'attribution', value: { unknown: true }, origin: { kind: 'agency', revisionId: BASIS } },
  ],
  indicators: [
    {
      type: 'wallet',
      chain: 'bitcoin',
      value: GENESIS,
      role: 'suspect',
      subject: 'coincheck',
      firstSeen: day('2018-01-26'),
      lastSeen: day('2018-03-22'),
    },
  ],
  transfers: [
    {
      chain: 'bitcoin',
      transaction: 'f'.repeat(64),
      sender: GENESIS,
      receiver: GENESIS,
      asset: 'BTC',
      decimals: 8,
      amount: '1',
      time: day('2018-02-01'),
    },
  ],
  typologies: ['peel-chain'],
  sources: [
    { title: 'Report A', publisher: 'A paper', url: 'https://example.org/a', published: day('2018-02-05') },
  ],
};

describe('what an author writes', () => {
  test('the smallest document gets the usual terms and nothing else', () => {
    expect(contentSchema.parse(smallest)).toEqual({
      ...smallest,
      marking: { ...smallest.marking, handling: ['H1', 'H2'], pap: 'PAP:AMBER' },
      incidents: [],
      subjects: [],
      claims: [],
      indicators: [],
      transfers: [],
      typologies: [],
      sources: [],
    });
  });

  test('a whole document is kept as it was written, but for the usual name type', () => {
    const kept = structuredClone(whole);
    Object.assign(kept.subjects[0]?.names[1] ?? {}, { type: 'LEGL' });
    expect(contentSchema.parse(whole)).toEqual(kept);
  });

  /** Every object in a value, by its path. */
  function* objectsIn(value: unknown, path: (string | number)[] = []): Iterable<(string | number)[]> {
    if (value === null || typeof value !== 'object') return;
    if (!Array.isArray(value)) yield path;
    for (const [key, held] of Object.entries(value))
      yield* objectsIn(held, [...path, Array.isArray(value) ? Number(key) : key]);
  }

  test.each([...objectsIn(whole)].map((path) => [path.join('.') || 'the document', path] as const))(
    'an unknown field is refused in %s',
    (_, path) => {
      const changed = structuredClone(whole);
      const at = path.reduce<unknown>((held, step) => Reflect.get(held as object, step), changed);
      Object.assign(at as object, { caseNumber: 'FSC-2018-1' });
      const { error } = contentSchema.safeParse(changed);
      expect(error?.issues.map(({ code, path: named }) => ({ code, path: named }))).toContainEqual({
        code: 'unrecognized_keys',
        path,
      });
    },
  );

  test('no value, a stated 0, a range and unknown are four different things, and stay so', () => {
    const loss = (value: object) => ({ attribute: 'loss', value, origin: { kind: 'own' } });
    const amount = (bounds: object) => loss({ amount: { asset: 'KRW', decimals: 0, ...bounds } });
    const claims = [
      amount({ low: '0', high: '0' }),
      amount({ low: '0' }),
      amount({ low: '0', high: '5500000000' }),
      loss({ unknown: true }),
    ];
    const { text } = seal(contentSchema.parse({ ...smallest, claims }));
    const { claims: read } = documentSchema.parse(JSON.parse(text));
    expect(read).toEqual(claims);
    expect(new Set(read.map(({ value }) => canonical(value))).size).toBe(4);
    expect(seal(contentSchema.parse(smallest)).document.claims).toEqual([]);
  });

  test('an amount is exact to its last digit, whatever its size; as a number it is refused', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 78n - 1n });
    const claim = (low: unknown) => ({
      attribute: 'loss',
      value: { amount: { asset: 'X', decimals: 18, low } },
      origin: { kind: 'own' },
    });
    fc.assert(
      fc.property(amounts, (amount) => {
        const { text } = seal(contentSchema.parse({ ...smallest, claims: [claim(String(amount))] }));
        const [read] = documentSchema.parse(JSON.parse(text)).claims;
        expect(BigInt(read?.value.amount?.low ?? -1)).toBe(amount);
        expect(contentSchema.safeParse({ ...smallest, claims: [claim(Number(amount))] }).success).toBe(false);
      }),
    );
  });
});

describe('what one part says of another', () => {
  const claim = { attribute: 'remark', value: { term: 'a' }, origin: { kind: 'own' } };
  const OTHER = '6b0f8ab1-2d75-432a-8315-48b9608aa158';

  test.each<[string, object, string | null]>([
    ['an incident that is the only one', { incidents: [INCIDENT], claims: [claim] }, null],
    [
      'one of several incidents, said which',
      { incidents: [INCIDENT, OTHER], claims: [{ ...claim, incident: OTHER }] },
      null,
    ],
    [
      'one of several incidents, not said which',
      { incidents: [INCIDENT, OTHER], claims: [claim] },
      'claims.0.incident',
    ],
    ['an incident of none', { claims: [{ ...claim, incident: INCIDENT }] }, 'claims.0.incident'],
    ['no incident at all', { claims: [claim] }, null],
    ['a subject of another document', { claims: [{ ...claim, subject: 'coincheck' }] }, 'claims.0.subject'],
    [
      'a known attribute with another kind of value',
      { claims: [{ ...claim, attribute: 'loss' }] },
      'claims.0.value',
    ],
    [
      'a known attribute, unknown',
      { claims: [{ ...claim, attribute: 'loss', value: { unknown: true } }] },
      null,
    ],
    ['an attribute that every object has', { claims: [{ ...claim, attribute: 'constructor' }] }, null],
    [
      'USDT on its chain, whose decimals are known',
      transferOf({ asset: 'USDT', decimals: 6 }),
      'transfers.0.decimals',
    ],
    ['an asset nobody knows, with any decimals', transferOf({ asset: 'MOON', decimals: 3 }), null],
  ])('%s', (_, changes, path) => {
    const { error } = contentSchema.safeParse({ ...smallest, ...changes });
    expect(error?.issues.map((issue) => issue.path.join('.')) ?? [null]).toEqual([path]);
  });
});

/** On Bitcoin, where USDT has 8 decimals. */
function transferOf(changes: object) {
  return { transfers: [{ chain: 'bitcoin', sender: GENESIS, receiver: GENESIS, amount: '1', ...changes }] };
}

describe('what is stored', () => {
  const content = contentSchema.parse(whole);

  test('is the content with its format and salt, as exact bytes in canonical form, under their hash', () => {
    const { document, text, hash } = seal(content);
    expect(document).toEqual({
      format: 'entente.finding/1',
      salt: expect.stringMatching(/^[\w-]{22}$/),
      ...content,
    });
    expect(text).toBe(canonical(document));
    expect(hash).toBe(sha256(text));
    expect(documentSchema.parse(JSON.parse(text))).toEqual(document);
  });

  test('has a salt of its own each time, so that one content has many hashes', () => {
    const sealed = Array.from({ length: 20 }, () => seal(content));
    expect(new Set(sealed.map(({ document }) => document.salt)).size).toBe(20);
    expect(new Set(sealed.map(({ hash }) => hash)).size).toBe(20);
  });

  test('is 256 kB of UTF-8 at most, counted in bytes', () => {
    const text = (body: string, language: string) => ({ ...smallest.texts[0], language, body });
    /** A content whose document has this many bytes, in letters of three bytes but for the last few. */
    const sized = (bytes: number) => {
      const texts = (filler: string) => [
        text('가'.repeat(43_000), 'ko'),
        text('나'.repeat(43_000), 'ja'),
        text(`x${filler}`, 'en'),
      ];
      const made = (filler: string) => contentSchema.parse({ ...smallest, texts: texts(filler) });
      return made('x'.repeat(bytes - Buffer.byteLength(envelop(made('')).text)));
    };
    expect(Buffer.byteLength(seal(sized(262_144)).text)).toBe(262_144);
    expect(() => seal(sized(262_145))).toThrow(ServiceError);
  });
});
