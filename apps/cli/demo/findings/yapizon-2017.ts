import type { DemoFinding, Subject } from '../finding.js';
import { translated, written } from '../texts.js';
import {
  at,
  atMost,
  btc,
  count,
  day,
  grade,
  krw,
  month,
  OWN,
  press,
  REPORT_A,
  reportA,
  reportB,
  SEOUL,
  term,
  usd,
} from '../values.js';

const yapizon: Subject = {
  key: 'yapizon',
  type: 'service',
  role: 'victim',
  jurisdiction: 'KR',
  names: [
    { value: '야피존', type: 'TRAD', language: 'ko' },
    { value: 'Yapizon', type: 'TRAD', language: 'en' },
    { value: '유빗', type: 'TRAD', language: 'ko' },
    { value: 'Youbit', type: 'TRAD', language: 'en' },
    { value: '코인빈', type: 'TRAD', language: 'ko' },
    { value: 'Coinbin', type: 'TRAD', language: 'en' },
  ],
};

export const fscYapizon: DemoFinding = {
  name: 'fsc-yapizon',
  agency: 'KR-FSC',
  opens: 'yapizon-2017',
  sheet: { caseNumber: 'DEMO-FSC-2017-011', legalBasis: 'Demonstration: supervision of exchanges' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['aml-supervision', 'victim-protection'] },
      happened: month('2017-04', SEOUL),
      texts: [
        written(
          'ko',
          '야피존(현 유빗, 이후 코인빈) 핫월렛 4개 탈취, 3,816.2028 BTC 유출',
          '2017년 4월 야피존의 핫월렛 4개가 탈취되어 3,816.2028 BTC(약 55억 원, 약 530만 달러)가 빠져나갔다. 이용자 자산의 37%에 해당한다.',
          '회사는 손실을 모든 이용자에게 같은 비율로 나누어 차감하고, 차감분에 대해 ‘페이(Fei)’라는 토큰을 지급했다.',
          '발생일을 4월 22일로 적은 자료는 목록 하나뿐이므로, 날짜에는 낮은 등급을 매긴다.',
        ),
        translated(
          'en',
          'Four hot wallets of Yapizon (later Youbit, then Coinbin) emptied of 3,816.2028 BTC',
          'In April 2017 four hot wallets of Yapizon were taken over and 3,816.2028 BTC (about KRW 5.5 bn, about USD 5.3 m) left them: 37 % of what users held there.',
          'The company spread the loss over all users in equal proportion, and issued tokens called "Fei" for what it had deducted.',
          'Only one list gives 22 April as the date, so the date is graded low.',
        ),
      ],
      subjects: [yapizon],
      claims: [
        {
          attribute: 'date',
          value: at(day('2017-04-22', SEOUL)),
          grade: grade('D', '3'),
          origin: press('A published list of thefts from exchanges'),
          note: 'In one list only.',
        },
        {
          attribute: 'loss',
          subject: 'yapizon',
          value: btc('3816.2028'),
          grade: grade('B', '2'),
          confidence: 'high',
          origin: OWN,
        },
        {
          attribute: 'loss',
          subject: 'yapizon',
          value: krw('5500000000'),
          grade: grade('B', '2'),
          origin: OWN,
        },
        { attribute: 'loss', subject: 'yapizon', value: usd('5300000'), grade: grade('B', '3'), origin: OWN },
        {
          attribute: 'affected-share',
          subject: 'yapizon',
          value: count('percent', 37),
          grade: grade('B', '2'),
          origin: OWN,
        },
        {
          attribute: 'wallets-emptied',
          subject: 'yapizon',
          value: count('hot-wallets', 4),
          grade: grade('B', '2'),
          origin: OWN,
        },
        {
          attribute: 'outcome',
          value: term('loss spread over all users'),
          grade: grade('B', '2'),
          origin: OWN,
        },
      ],
      sources: [reportA, reportB],
    },
  ],
};

export const tfiYapizon: DemoFinding = {
  name: 'tfi-yapizon',
  agency: 'US-TFI',
  sheet: { caseNumber: 'DEMO-TFI-2017-204' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['aml-supervision'] },
      happened: month('2017-04', SEOUL),
      incidents: ['yapizon-2017'],
      texts: [
        written(
          'en',
          'Yapizon, April 2017: what the open press says, and where it does not add up',
          'Reports available to us give three figures for the bitcoin taken: 3,816, "nearly 4,000" and 3,618. The last looks like the first with two digits swapped.',
          'One report puts the loss at KRW 38 bn (USD 35 m), about seven times the figure others give, and the share of user funds at about 40 %. We pass both on as they stand and give them little weight.',
        ),
      ],
      subjects: [
        {
          key: 'yapizon',
          type: 'service',
          role: 'victim',
          jurisdiction: 'KR',
          names: [
            { value: 'Yapizon', type: 'TRAD', language: 'en' },
            { value: 'Youbit', type: 'TRAD', language: 'en' },
          ],
        },
      ],
      claims: [
        {
          attribute: 'loss',
          subject: 'yapizon',
          value: btc('3618'),
          grade: grade('D', '5'),
          origin: press('A published list of thefts from exchanges'),
          note: 'Two digits look swapped.',
        },
        {
          attribute: 'loss',
          subject: 'yapizon',
          value: atMost(btc('4000')),
          grade: grade('C', '3'),
          origin: press(REPORT_A, month('2018-02', 'UTC')),
          note: '"Nearly 4,000" in the report: a bound, which contradicts nothing below it.',
        },
        {
          attribute: 'loss',
          subject: 'yapizon',
          value: krw('38000000000'),
          grade: grade('D', '4'),
          origin: press('A press report of 2017'),
        },
        {
          attribute: 'loss',
          subject: 'yapizon',
          value: usd('35000000'),
          grade: grade('D', '4'),
          origin: press('A press report of 2017'),
        },
        {
          attribute: 'affected-share',
          subject: 'yapizon',
          value: count('percent', 40),
          grade: grade('D', '3'),
          origin: press('A press report of 2017'),
          note: 'Said to be about 40 %.',
        },
      ],
      sources: [reportA],
    },
  ],
};
