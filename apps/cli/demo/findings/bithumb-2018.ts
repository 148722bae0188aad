import type { DemoFinding, Subject } from '../finding.js';
import { translated, translatedByMachine, written } from '../texts.js';
import { at, btc, count, day, firm, grade, month, OWN, SEOUL, term, usd } from '../values.js';

const bithumb: Subject = {
  key: 'bithumb',
  type: 'service',
  role: 'victim',
  jurisdiction: 'KR',
  names: [
    { value: '빗썸', type: 'TRAD', language: 'ko' },
    { value: 'Bithumb', type: 'TRAD', language: 'en' },
  ],
};

const ELLIPTIC = firm('Elliptic, as read by a blog');
const AUGUST = day('2018-08-02', 'UTC', '2018-08-06');

export const kofiuBithumb: DemoFinding = {
  name: 'kofiu-bithumb',
  agency: 'KR-KOFIU',
  opens: 'bithumb-2018',
  sheet: { caseNumber: 'DEMO-KOFIU-2018-044' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['aml-supervision', 'criminal-investigation'] },
      happened: month('2018-06', SEOUL),
      texts: [
        written(
          'ko',
          '빗썸 2018년 6월 해킹: 약 3,100만 달러, 그중 2,016 BTC',
          '2018년 6월 빗썸에서 약 3,100만 달러 상당의 가상통화가 유출되었다. 거래소가 보고한 비트코인 피해는 2,016 BTC이다.',
          '비트코인이 모인 지갑의 이후 흐름에 관한 정보를 요청한다.',
        ),
        translated(
          'en',
          'Theft from Bithumb, June 2018: about USD 31 m, 2,016 BTC among it',
          'In June 2018 virtual currency worth about USD 31 m was taken from Bithumb. The exchange reported 2,016 BTC among it.',
          'We ask for information on where the bitcoin went from the wallet they were gathered in.',
        ),
      ],
      subjects: [bithumb],
      claims: [
        { attribute: 'date', value: at(month('2018-06', SEOUL)), grade: grade('A', '1'), origin: OWN },
        {
          attribute: 'loss',
          subject: 'bithumb',
          value: usd('31000000'),
          grade: grade('B', '3'),
          origin: OWN,
          note: 'About.',
        },
        {
          attribute: 'loss',
          subject: 'bithumb',
          value: btc('2016'),
          grade: grade('B', '2'),
          origin: OWN,
          note: 'As the exchange reported it.',
        },
      ],
      sources: [{ title: 'Report of the exchange', published: month('2018-06', SEOUL) }],
    },
  ],
};

export const fincenBithumb: DemoFinding = {
  name: 'fincen-bithumb',
  agency: 'US-FINCEN',
  sheet: { caseNumber: 'DEMO-FINCEN-2018-0907' },
  revisions: [
    {
      kind: 'laundering-flow',
      marking: { tlp: 'TLP:AMBER', purposes: ['aml-supervision', 'criminal-investigation', 'sanctions'] },
      happened: AUGUST,
      incidents: ['bithumb-2018'],
      texts: [
        written(
          'en',
          'Bithumb, June 2018: 1,993 BTC lie still, then reach one exchange in 68 transactions',
          'A private firm traced 1,993 BTC of the theft into one wallet of 70 addresses. They lay there until August. From 2 to 6 August 2018 they went to the exchange YoBit in 68 transactions.',
          'That is 23 BTC fewer than the exchange reported. We have it from a blog that read the analysis of the firm, and did not see the data.',
        ),
        translatedByMachine(
          'ko',
          '빗썸 2018년 6월: 1,993 BTC가 잠들었다가 68건의 거래로 한 거래소에 도달',
          '한 민간업체는 도난당한 1,993 BTC를 주소 70개로 이루어진 지갑 하나까지 추적했다. 이 비트코인은 8월까지 그대로 있었으며, 2018년 8월 2일부터 6일까지 68건의 거래로 YoBit 거래소에 들어갔다.',
          '이는 거래소가 보고한 것보다 23 BTC 적다. 이 내용은 해당 업체의 분석을 읽은 블로그에서 얻은 것이며, 원자료는 보지 못했다.',
        ),
      ],
      subjects: [
        bithumb,
        {
          key: 'yobit',
          type: 'service',
          role: 'service',
          names: [{ value: 'YoBit', type: 'TRAD', language: 'en' }],
        },
      ],
      claims: [
        {
          attribute: 'loss',
          subject: 'bithumb',
          value: btc('1993'),
          grade: grade('C', '3'),
          confidence: 'moderate',
          origin: ELLIPTIC,
          note: 'As traced.',
        },
        { attribute: 'wallet-size', value: count('addresses', 70), grade: grade('C', '3'), origin: ELLIPTIC },
        {
          attribute: 'deposits',
          subject: 'yobit',
          value: count('transactions', 68),
          grade: grade('C', '3'),
          origin: ELLIPTIC,
        },
        {
          attribute: 'deposited',
          subject: 'yobit',
          value: at(AUGUST),
          grade: grade('C', '3'),
          origin: ELLIPTIC,
        },
        {
          attribute: 'method',
          value: term('dormancy, then many deposits to one exchange'),
          grade: grade('C', '3'),
          origin: ELLIPTIC,
        },
      ],
      indicators: [{ type: 'domain', value: 'yobit.net', role: 'service', subject: 'yobit' }],
      typologies: ['dormancy', 'many-deposits-to-one-exchange'],
      sources: [
        {
          title: 'Following the money from the Bithumb hack',
          publisher: 'Elliptic',
          url: 'https://www.elliptic.co/our-thinking/following-money-from-bithumb-hack',
        },
      ],
    },
  ],
};
