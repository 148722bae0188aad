import type { DemoFinding, Subject } from '../finding.js';
import { translated, translatedByMachine, written } from '../texts.js';
import {
  at,
  atLeast,
  count,
  day,
  grade,
  minute,
  month,
  OWN,
  press,
  reportA,
  SEOUL,
  term,
  UNKNOWN,
  usd,
} from '../values.js';

const THEFT = minute('2017-12-19T04:35', SEOUL);

const youbit: Subject = {
  key: 'youbit',
  type: 'service',
  role: 'victim',
  jurisdiction: 'KR',
  names: [
    { value: '유빗', type: 'TRAD', language: 'ko' },
    { value: 'Youbit', type: 'TRAD', language: 'en' },
    { value: '야피안', type: 'LEGL', language: 'ko' },
    { value: 'Yapian', type: 'LEGL', language: 'en' },
  ],
};

export const knpaYoubit: DemoFinding = {
  name: 'knpa-youbit',
  agency: 'KR-KNPA',
  opens: 'youbit-2017',
  sheet: { caseNumber: 'DEMO-KNPA-2017-1219', legalBasis: 'Demonstration: criminal investigation' },
  revisions: [
    {
      kind: 'hack',
      marking: {
        tlp: 'TLP:AMBER',
        purposes: ['criminal-investigation', 'victim-protection', 'aml-supervision'],
      },
      happened: THEFT,
      texts: [
        written(
          'ko',
          '유빗 해킹: 2017년 12월 19일 04시 35분, 전체 자산의 17%',
          '2017년 12월 19일 오전 4시 35분 유빗의 코인 지갑에서 전체 자산의 17%가 유출되었다. 나머지는 콜드월렛에 보관되어 있었다. 금액은 공개되지 않았다.',
          '운영사 야피안은 파산 절차에 들어가며, 고객은 우선 잔액의 75%를 인출할 수 있다.',
          '한국인터넷진흥원과 함께 수사 중이며 공격 주체는 확인되지 않았다.',
        ),
        translated(
          'en',
          'Theft from Youbit, 19 December 2017 at 04:35 KST: 17 % of its assets',
          'At 04:35 on 19 December 2017 17 % of the assets of Youbit left its wallets. The rest was in cold storage. The amount was not disclosed.',
          'Its operator Yapian is going into bankruptcy; customers can first withdraw 75 % of their balance.',
          'We are investigating with the Korea Internet & Security Agency. Who did it is not known.',
        ),
        translatedByMachine(
          'ja',
          'ユービットのハッキング：2017年12月19日4時35分、全資産の17%',
          '2017年12月19日午前4時35分、ユービットのウォレットから全資産の17%が流出した。残りはコールドウォレットに保管されていた。金額は公表されていない。',
          '運営会社ヤピアンは破産手続きに入り、顧客はまず残高の75%を引き出すことができる。',
          '韓国インターネット振興院とともに捜査中であり、攻撃者は確認されていない。',
        ),
      ],
      subjects: [youbit],
      claims: [
        { attribute: 'date', value: at(THEFT), grade: grade('B', '1'), origin: OWN },
        {
          attribute: 'affected-share',
          subject: 'youbit',
          value: count('percent', 17),
          grade: grade('B', '2'),
          origin: OWN,
        },
        {
          attribute: 'loss',
          subject: 'youbit',
          value: UNKNOWN,
          origin: OWN,
          note: 'The amount was never disclosed.',
        },
        {
          attribute: 'refund-share',
          subject: 'youbit',
          value: count('percent', 75),
          grade: grade('B', '2'),
          origin: OWN,
          note: 'At first.',
        },
        {
          attribute: 'outcome',
          value: term('bankruptcy of the operator'),
          grade: grade('B', '2'),
          origin: OWN,
        },
        { attribute: 'attribution', value: UNKNOWN, origin: OWN },
      ],
      sources: [{ title: 'Press reports on the bankruptcy of Youbit', published: day('2017-12-19', SEOUL) }],
    },
  ],
};

/** Recalled: it took the loss of April for that of December. */
export const kofiuYoubit: DemoFinding = {
  name: 'kofiu-youbit',
  agency: 'KR-KOFIU',
  sheet: { caseNumber: 'DEMO-KOFIU-2017-101' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['aml-supervision', 'criminal-investigation'] },
      happened: THEFT,
      incidents: ['youbit-2017'],
      texts: [
        written(
          'ko',
          '유빗 12월 해킹 손실액 3,500만 달러 이상',
          '한 보도에 따르면 2017년 12월 유빗 해킹의 손실액은 3,500만 달러를 넘는다.',
        ),
        translated(
          'en',
          'Theft from Youbit in December: a loss of over USD 35 m',
          'According to one report the theft from Youbit in December 2017 cost over USD 35 m.',
        ),
      ],
      subjects: [youbit],
      claims: [
        {
          attribute: 'loss',
          subject: 'youbit',
          value: atLeast(usd('35000000')),
          grade: grade('D', '4'),
          origin: press('A press report of December 2017', month('2017-12', 'UTC')),
        },
      ],
      sources: [reportA],
    },
  ],
};

/** Waits for the FSC's releaser. */
export const fscYoubit: DemoFinding = {
  name: 'fsc-youbit',
  agency: 'KR-FSC',
  sheet: { caseNumber: 'DEMO-FSC-2018-002', legalBasis: 'Demonstration: supervision of exchanges' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['victim-protection', 'aml-supervision'] },
      happened: THEFT,
      incidents: ['youbit-2017'],
      texts: [
        written(
          'ko',
          '유빗 파산과 이용자 보호: 잔액의 75% 우선 인출',
          '유빗은 해킹 이후 입출금을 정지하고 파산 절차에 들어갔다. 이용자는 우선 잔액의 75%를 인출할 수 있고, 나머지는 정산 후 지급될 예정이다.',
          '12월 해킹의 손실액으로 알려진 3,500만 달러는 같은 회사의 4월 사건 수치가 잘못 옮겨진 것으로 보인다.',
        ),
        translated(
          'en',
          'Bankruptcy of Youbit and its users: 75 % of each balance first',
          'After the theft Youbit stopped deposits and withdrawals and went into bankruptcy. Users can first withdraw 75 % of their balance; the rest is to follow after the settlement.',
          "The USD 35 m given for the loss in December seem to be the figure of the same company's case in April, carried over by mistake.",
        ),
      ],
      subjects: [youbit],
      claims: [
        {
          attribute: 'refund-share',
          subject: 'youbit',
          value: count('percent', 75),
          grade: grade('B', '2'),
          origin: OWN,
        },
        { attribute: 'loss', subject: 'youbit', value: UNKNOWN, origin: OWN },
      ],
      sources: [reportA],
    },
  ],
};
