import { describe, expect, test } from '@jest/globals';
import { contentSchema, envelop } from './document.js';
import { project } from './projection.js';

const [YAPIZON, YOUBIT] = ['5b0f8ab1-2d75-432a-8315-48b9608aa158', '6b0f8ab1-2d75-432a-8315-48b9608aa158'];
const BASIS = 'bc785ec2-50bd-4e23-8400-68bb8b8422e6';
const GENESIS = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa';
const SEGWIT = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';

const claim = (changes: object = {}) => ({
  attribute: 'remark',
  value: { term: 'phishing' },
  origin: { kind: 'own' },
  ...changes,
});

const projected = (changes: object) =>
  project(
    envelop(
      contentSchema.parse({
        kind: 'hack',
        marking: { tlp: 'TLP:GREEN', purposes: ['policy'] },
        texts: [{ language: 'en', origin: 'original', title: 'A theft', body: 'What happened.' }],
        ...changes,
      }),
    ).document,
  );

describe('the row of the list', () => {
  test('has the titles folded, one a line, and what happened as instants', () => {
    const texts = [
      { language: 'ko', origin: 'original', title: '야피존 해킹', body: '본문' },
      { language: 'en', origin: 'human-translation', title: 'The ＹＡＰＩＺＯＮ\n hack', body: 'Body' },
    ];
    const happened = { from: '2017-04-22', precision: 'day', zone: 'Asia/Seoul' };
    expect(projected({ texts, happened }).listing).toEqual({
      kind: 'hack',
      marking: 'TLP:GREEN',
      titles: '야피존 해킹\nthe yapizon hack',
      happenedFrom: new Date('2017-04-21T15:00:00Z'),
      happenedUntil: new Date('2017-04-22T15:00:00Z'),
    });
  });

  test('says nothing of when, if the document does not', () => {
    expect(projected({}).listing).toMatchObject({ happenedFrom: null, happenedUntil: null });
  });
});

describe('claims', () => {
  test.each([
    ['the only incident', [YAPIZON], undefined, YAPIZON],
    ['the incident it names', [YAPIZON, YOUBIT], YOUBIT, YOUBIT],
    ['none', [], undefined, null],
  ])('a claim is about %s', (_, incidents, incident, expected) => {
    const made = projected({ incidents, claims: [claim(incident === undefined ? {} : { incident })] });
    expect(made.claims.map(({ incidentId }) => incidentId)).toEqual([expected]);
    expect(made.incidents).toEqual(incidents);
  });

  test('a claim stands with its subject, apart from the document, in the order of the document', () => {
    const youbit = {
      key: 'youbit',
      type: 'service',
      role: 'victim',
      names: [{ value: '유빗', type: 'TRAD' }],
    };
    const claims = [claim({ subject: 'youbit', attribute: 'method' }), claim()];
    expect(projected({ subjects: [youbit], claims }).claims).toEqual([
      { position: 0, incidentId: null, attribute: 'method', body: { claim: claims[0], subject: youbit } },
      { position: 1, incidentId: null, attribute: 'remark', body: { claim: claims[1], subject: null } },
    ]);
  });

  test('what it rests on is named once', () => {
    const resting = claim({ origin: { kind: 'agency', revisionId: BASIS } });
    expect(projected({ claims: [resting, claim(), resting] }).basis).toEqual([BASIS]);
  });
});

test.each([
  [{ type: 'ip', value: ' 203.0.113[.]7 ' }, 'ip||203.0.113.7'],
  [{ type: 'domain', value: 'Bithumb.COM.' }, 'domain||bithumb.com'],
  [{ type: 'wallet', chain: 'bitcoin', value: SEGWIT.toUpperCase() }, `wallet|bitcoin|${SEGWIT}`],
  [{ type: 'email', value: 'Police@Naver.com' }, 'email||police@naver.com'],
])('an indicator is found by its normal form, whatever was entered: %j', (entered, key) => {
  expect(projected({ indicators: [{ role: 'suspect', ...entered }] }).indicators).toEqual([
    { position: 0, key, role: 'suspect' },
  ]);
});

test('a transfer has the keys of its addresses and of its transaction, and its exact amount', () => {
  const amount = '9'.repeat(78);
  const transfer = {
    chain: 'bitcoin',
    sender: GENESIS,
    receiver: SEGWIT.toUpperCase(),
    asset: 'X',
    decimals: 0,
    amount,
    transaction: 'F'.repeat(64),
    time: { from: '2018-01-26T00:02', precision: 'minute', zone: 'Asia/Tokyo' },
  };
  const { transaction: _, time: __, ...bare } = transfer;
  expect(projected({ transfers: [transfer, bare] }).transfers).toEqual([
    {
      position: 0,
      chain: 'bitcoin',
      transaction: `transaction|bitcoin|${'f'.repeat(64)}`,
      sender: `wallet|bitcoin|${GENESIS}`,
      receiver: `wallet|bitcoin|${SEGWIT}`,
      asset: 'X',
      decimals: 0,
      amount,
      happenedFrom: new Date('2018-01-25T15:02:00Z'),
      happenedUntil: new Date('2018-01-25T15:03:00Z'),
    },
    expect.objectContaining({ position: 1, transaction: null, happenedFrom: null, happenedUntil: null }),
  ]);
});
