import type { DemoFinding, Subject } from '../finding.js';
import { translated, translatedByMachine, written } from '../texts.js';
import {
  at,
  count,
  day,
  grade,
  krw,
  month,
  OWN,
  press,
  REPORT_A,
  REPORT_B,
  reportA,
  reportB,
  SEOUL,
  term,
  usd,
} from '../values.js';

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

export const kisaBithumb: DemoFinding = {
  name: 'kisa-bithumb',
  agency: 'KR-KISA',
  opens: 'bithumb-2017',
  sheet: { caseNumber: 'DEMO-KISA-2017-297' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:GREEN', purposes: ['victim-protection', 'criminal-investigation'] },
      happened: month('2017-06', SEOUL),
      texts: [
        written(
          'ko',
          '빗썸 직원 PC를 통한 이용자 약 3만 1천 명 개인정보 유출',
          '이력서로 위장한 악성코드가 이메일로 직원에게 전달되어, 해당 직원의 PC에 있던 이용자 약 31,000명(전체의 3%)의 개인정보가 유출되었다. 2017년 6월 29일 인지하여 6월 30일 신고하였다.',
          '공격자는 550만 달러를 요구하였다. 회사에는 약 5만 5천 달러의 과징금·과태료가 부과되었다.',
        ),
        translated(
          'en',
          "Personal data of about 31,000 users leaked from a Bithumb employee's computer",
          "Malware posing as a CV reached an employee by e-mail; the data of about 31,000 users (3 % of all) were on that employee's computer and leaked. Found on 29 June 2017, reported on 30 June.",
          'The attackers demanded USD 5.5 m. The company was fined about USD 55,000.',
        ),
      ],
      subjects: [bithumb],
      claims: [
        {
          attribute: 'date',
          value: at(day('2017-06-29', SEOUL)),
          grade: grade('B', '2'),
          origin: OWN,
          note: 'When it was found; reported a day later.',
        },
        {
          attribute: 'victims',
          subject: 'bithumb',
          value: count('customers', 31_000),
          grade: grade('B', '2'),
          origin: OWN,
        },
        {
          attribute: 'affected-share',
          subject: 'bithumb',
          value: count('percent', 3),
          grade: grade('B', '2'),
          origin: OWN,
        },
        {
          attribute: 'method',
          value: term('malware in a CV sent by e-mail'),
          grade: grade('B', '2'),
          origin: OWN,
        },
        {
          attribute: 'demand',
          subject: 'bithumb',
          value: usd('5500000'),
          grade: grade('C', '3'),
          origin: press(REPORT_A),
        },
        {
          attribute: 'fine',
          subject: 'bithumb',
          value: usd('55000'),
          grade: grade('B', '2'),
          origin: press(REPORT_A),
        },
      ],
      sources: [reportA],
    },
  ],
};

export const knpaBithumb: DemoFinding = {
  name: 'knpa-bithumb',
  agency: 'KR-KNPA',
  sheet: { caseNumber: 'DEMO-KNPA-2017-0701' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['criminal-investigation', 'victim-protection'] },
      happened: month('2017-04', SEOUL, '2017-10'),
      incidents: ['bithumb-2017'],
      texts: [
        written(
          'ko',
          '빗썸 2017년 침해: 법원이 인정한 피해 고객 243명, 70억 원',
          '법원은 2017년 5월부터 10월까지 고객 243명이 70억 원의 피해를 입은 것으로 보고 벌금 3천만 원을 선고하였다.',
          '침입 시점을 4월로 보는 자료가 있으며, 유출된 이용자 수도 30,000명에서 33,000명까지 자료마다 다르다. 우리 청은 31,800명으로 본다.',
        ),
        translated(
          'en',
          'Bithumb, 2017: 243 customers and KRW 7 bn as found by the court',
          'The court took it that 243 customers lost KRW 7 bn between May and October 2017, and imposed a fine of KRW 30 m.',
          'Some material puts the intrusion in April. The number of users whose data leaked also varies from 30,000 to 33,000; this agency works with 31,800.',
        ),
      ],
      subjects: [bithumb],
      claims: [
        {
          attribute: 'date',
          value: at(month('2017-04', SEOUL)),
          grade: grade('C', '3'),
          origin: press('A press report of 2017'),
        },
        {
          attribute: 'victims',
          subject: 'bithumb',
          value: count('customers', 31_800),
          grade: grade('B', '3'),
          origin: OWN,
        },
        {
          attribute: 'victims',
          subject: 'bithumb',
          value: count('customers-robbed', 243),
          grade: grade('A', '2'),
          origin: press('Press reports on the judgment'),
          note: 'Customers who lost money, not those whose data leaked.',
        },
        {
          attribute: 'loss',
          subject: 'bithumb',
          value: krw('7000000000'),
          grade: grade('A', '2'),
          origin: press('Press reports on the judgment'),
        },
        {
          attribute: 'loss-period',
          subject: 'bithumb',
          value: at(month('2017-05', SEOUL, '2017-10')),
          grade: grade('A', '2'),
          origin: press('Press reports on the judgment'),
        },
        {
          attribute: 'fine',
          subject: 'bithumb',
          value: krw('30000000'),
          grade: grade('A', '1'),
          origin: press('Press reports on the judgment'),
        },
      ],
      sources: [{ title: 'Press reports on the judgment against the exchange' }],
    },
  ],
};

export const fbiBithumb: DemoFinding = {
  name: 'fbi-bithumb',
  agency: 'US-FBI',
  sheet: { caseNumber: 'DEMO-FBI-2018-0173' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['criminal-investigation', 'sanctions'] },
      happened: month('2017-02', SEOUL, '2017-10'),
      incidents: ['bithumb-2017'],
      texts: [
        written(
          'en',
          'Bithumb, 2017: one intrusion or two? Dates and losses in open sources',
          'A report of February 2018 dates the theft to February 2017 and puts it at USD 7 m; a report of September 2017 speaks of hundreds of millions of won; one list has USD 40 m. The number of users affected reaches 33,000.',
          'The dates are five months apart. Either there was more than one intrusion, or the sources mix the theft of data with the theft of money.',
        ),
        translatedByMachine(
          'ko',
          '빗썸 2017년: 침입은 한 번인가 두 번인가? 공개 출처의 날짜와 손실',
          '2018년 2월의 한 보도는 도난 시점을 2017년 2월, 금액을 700만 달러로 적고 있다. 2017년 9월의 보도는 수억 원을 말하고, 한 목록에는 4천만 달러로 되어 있다. 영향을 받은 이용자 수는 33,000명에 이른다.',
          '날짜는 다섯 달 차이가 난다. 침입이 두 번 이상 있었거나, 출처들이 데이터 도난과 금전 도난을 섞고 있다.',
        ),
      ],
      subjects: [bithumb],
      claims: [
        {
          attribute: 'date',
          value: at(month('2017-02', SEOUL)),
          grade: grade('C', '3'),
          origin: press(REPORT_A, month('2018-02', 'UTC')),
        },
        {
          attribute: 'loss',
          subject: 'bithumb',
          value: usd('7000000'),
          grade: grade('C', '3'),
          origin: press(REPORT_A, month('2018-02', 'UTC')),
        },
        {
          attribute: 'loss',
          subject: 'bithumb',
          value: usd('40000000'),
          grade: grade('D', '5'),
          origin: press('A published list of thefts from exchanges'),
        },
        {
          attribute: 'loss',
          subject: 'bithumb',
          value: krw('100000000', '999999999'),
          grade: grade('C', '4'),
          origin: press(REPORT_B, month('2017-09', 'UTC')),
          note: '"Hundreds of millions of won" in the report.',
        },
        {
          attribute: 'victims',
          subject: 'bithumb',
          value: count('customers', 33_000),
          grade: grade('C', '4'),
          origin: press('A press report of 2017'),
        },
        {
          attribute: 'intrusions',
          value: { quantity: { unit: 'intrusions', low: 1, high: 2 } },
          confidence: 'low',
          origin: OWN,
        },
      ],
      sources: [reportA, reportB],
    },
  ],
};
