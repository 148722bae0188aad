import type { Content, DemoFinding, Subject } from '../finding.js';
import { translated, translatedByMachine, written } from '../texts.js';
import {
  at,
  count,
  day,
  grade,
  hour,
  jpy,
  minute,
  OWN,
  press,
  reportA,
  term,
  TOKYO,
  UNKNOWN,
  usd,
  xem,
} from '../values.js';

const COINCHECK_NAMES: Subject['names'] = [
  { value: 'コインチェック株式会社', type: 'LEGL', language: 'ja' },
  { value: 'コインチェック', type: 'TRAD', language: 'ja' },
  { value: 'Coincheck', type: 'TRAD', language: 'en' },
];

export const coincheck: Subject = {
  key: 'coincheck',
  type: 'service',
  role: 'victim',
  jurisdiction: 'JP',
  names: COINCHECK_NAMES,
};

const firstStatement: Content = {
  kind: 'hack',
  marking: { tlp: 'TLP:AMBER', purposes: ['aml-supervision', 'victim-protection'] },
  happened: day('2018-01-26', TOKYO),
  texts: [
    written(
      'ja',
      'コインチェックから約5億2300万XEMが流出（2018年1月26日）',
      '2018年1月26日、コインチェックから顧客約26万人分の5億2300万XEM（約580億円、約5億3千万米ドル）が不正に送信された。同社の説明では送信は午前3時頃、検知は午前11時25分である。',
      '攻撃者は判明していない。',
    ),
    translated(
      'en',
      'About 523 million XEM taken from Coincheck on 26 January 2018',
      'On 26 January 2018 523 million XEM of about 260,000 customers (JPY 58 bn, about USD 530 m) were sent out of Coincheck without right. By the account of the company it happened at about 03:00 and was noticed at 11:25.',
      'Who did it is not known.',
    ),
  ],
  subjects: [coincheck],
  claims: [
    { attribute: 'date', value: at(day('2018-01-26', TOKYO)), grade: grade('A', '1'), origin: OWN },
    {
      attribute: 'began',
      value: at(hour('2018-01-26T03', TOKYO)),
      grade: grade('B', '3'),
      origin: press('Press conference of the exchange', day('2018-01-26', TOKYO)),
      note: '"About 3 a.m."',
    },
    {
      attribute: 'noticed',
      value: at(minute('2018-01-26T11:25', TOKYO)),
      grade: grade('B', '2'),
      origin: OWN,
    },
    { attribute: 'loss', subject: 'coincheck', value: xem('523000000'), grade: grade('B', '2'), origin: OWN },
    {
      attribute: 'loss',
      subject: 'coincheck',
      value: jpy('58000000000'),
      grade: grade('B', '2'),
      origin: OWN,
      note: 'About.',
    },
    {
      attribute: 'loss',
      subject: 'coincheck',
      value: usd('530000000'),
      grade: grade('B', '3'),
      origin: OWN,
      note: 'About.',
    },
    {
      attribute: 'victims',
      subject: 'coincheck',
      value: count('customers', 260_000),
      grade: grade('B', '2'),
      origin: OWN,
    },
    { attribute: 'attribution', value: UNKNOWN, origin: OWN },
  ],
  sources: [{ title: 'Press conference of the exchange', published: day('2018-01-26', TOKYO) }, reportA],
};

const afterTheInspection: Content = {
  ...firstStatement,
  incidents: ['coincheck-2018'],
  texts: [
    written(
      'ja',
      'コインチェックの不正流出：立入検査後の更新（流出は0時2分から）',
      '流出の開始は午前3時頃ではなく、ブロックチェーンの記録により1月26日0時2分と確認された。送信は8時26分まで続き、検知は11時25分である。',
      '同社は1XEMあたり88.549円で約26万人に補償する。金融庁は2月2日に立入検査を行った。',
    ),
    translated(
      'en',
      'The theft from Coincheck, updated after the on-site inspection: it began at 00:02',
      'The records of the blockchain show that the theft began at 00:02 on 26 January, not at about 03:00. Transfers went on until 08:26; it was noticed at 11:25.',
      'The company refunds about 260,000 customers JPY 88.549 for each XEM. The Financial Services Agency inspected it on site on 2 February.',
    ),
    translatedByMachine(
      'ko',
      '코인체크 부정 유출: 현장검사 후 갱신(유출은 0시 2분부터)',
      '블록체인 기록에 따르면 유출은 오전 3시경이 아니라 1월 26일 0시 2분에 시작되었다. 송금은 8시 26분까지 이어졌고, 11시 25분에 감지되었다.',
      '회사는 1XEM당 88.549엔으로 약 26만 명에게 보상한다. 금융청은 2월 2일 현장검사를 실시했다.',
    ),
  ],
  claims: [
    { attribute: 'date', value: at(day('2018-01-26', TOKYO)), grade: grade('A', '1'), origin: OWN },
    {
      attribute: 'began',
      value: at(minute('2018-01-26T00:02', TOKYO)),
      grade: grade('A', '1'),
      confidence: 'high',
      origin: OWN,
    },
    {
      attribute: 'noticed',
      value: at(minute('2018-01-26T11:25', TOKYO)),
      grade: grade('A', '2'),
      origin: OWN,
    },
    {
      attribute: 'inspected',
      subject: 'coincheck',
      value: at(day('2018-02-02', TOKYO)),
      grade: grade('A', '1'),
      origin: OWN,
    },
    { attribute: 'loss', subject: 'coincheck', value: xem('523000000'), grade: grade('A', '2'), origin: OWN },
    {
      attribute: 'loss',
      subject: 'coincheck',
      value: jpy('58000000000'),
      grade: grade('A', '2'),
      origin: OWN,
      note: 'About.',
    },
    {
      attribute: 'victims',
      subject: 'coincheck',
      value: count('customers', 260_000),
      grade: grade('A', '2'),
      origin: OWN,
    },
    {
      attribute: 'refund-rate',
      subject: 'coincheck',
      value: term('JPY 88.549 per XEM'),
      grade: grade('A', '1'),
      origin: OWN,
    },
    { attribute: 'attribution', value: UNKNOWN, origin: OWN },
  ],
};

/** Revised after its release; the US Treasury, no supervisor of exchanges, is left with the first revision. */
export const jfsaCoincheck: DemoFinding = {
  name: 'jfsa-coincheck',
  agency: 'JP-FSA',
  opens: 'coincheck-2018',
  sheet: { caseNumber: 'DEMO-JFSA-2018-0126', legalBasis: 'Demonstration: supervision of exchanges' },
  revisions: [firstStatement, afterTheInspection],
};
