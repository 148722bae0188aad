import { revisionOf, type DemoFinding } from '../finding.js';
import { translated, translatedByMachine, written } from '../texts.js';
import {
  at,
  count,
  countFrom,
  day,
  firm,
  grade,
  krw,
  month,
  OWN,
  press,
  REPORT_B,
  reportB,
  SEOUL,
  term,
} from '../values.js';

const CAMPAIGN = day('2017-07-05', SEOUL, '2017-08-08');

export const knpaPhishing: DemoFinding = {
  name: 'knpa-phishing',
  agency: 'KR-KNPA',
  opens: 'phishing-2017',
  sheet: {
    caseNumber: 'DEMO-KNPA-2017-0927',
    trueSource: 'Demonstration: reports of the four exchanges',
    legalBasis: 'Demonstration: criminal investigation',
  },
  revisions: [
    {
      kind: 'phishing-attempt',
      marking: { tlp: 'TLP:AMBER', purposes: ['criminal-investigation', 'victim-protection'] },
      happened: CAMPAIGN,
      texts: [
        written(
          'ko',
          '가상통화 거래소 4곳 직원 25명을 노린 스피어피싱(2017.7.5.~8.8.), 피해 없음',
          '2017년 7월 5일부터 8월 8일까지 거래소 4곳의 직원 25명에게 악성 첨부파일이 달린 이메일 10건이 발송되었다. 발신자는 경찰, 검찰, 서울시, 금융보안원을 사칭하였다.',
          '발신 계정은 9개로 네이버 7개, 지메일 1개, 해외 1개이다. 4개는 도용, 5개는 신규 개설되었고, 그중 2개는 해킹된 휴대전화로 인증하여 만들었다.',
          '감염된 컴퓨터는 없으며 피해액은 0원이다. 접속지 IP는 과거 북한이 사용한 것과 같다. 2017년 9월 27일 발표하였다.',
          '실제 IP와 계정은 공개되지 않았으므로, 아래 지표에는 문서용으로 정해진 값(RFC 5737, RFC 2606)을 넣었다.',
        ),
        translated(
          'en',
          'Spear-phishing of 25 employees of four exchanges, 5 July to 8 August 2017: no loss',
          'From 5 July to 8 August 2017 ten e-mails with a malicious attachment went to 25 employees of four exchanges. The senders posed as the police, the prosecution, the city of Seoul and the Financial Security Institute.',
          'Nine accounts sent them: seven at Naver, one at Gmail, one abroad. Four were stolen and five newly opened, two of these verified through hacked mobile phones.',
          'No computer was infected; the loss is zero. The IP address had been used by North Korea before. Announced on 27 September 2017.',
          'The real IP address and accounts are not public: the indicators below hold values reserved for documentation (RFC 5737, RFC 2606).',
        ),
      ],
      claims: [
        { attribute: 'date', value: at(CAMPAIGN), grade: grade('A', '1'), origin: OWN },
        {
          attribute: 'loss',
          value: krw('0'),
          grade: grade('A', '1'),
          confidence: 'high',
          origin: OWN,
          note: 'Stated to be zero: not unknown.',
        },
        { attribute: 'outcome', value: term('failed-attempt'), grade: grade('A', '1'), origin: OWN },
        { attribute: 'effect', value: term('no computer was infected'), grade: grade('A', '2'), origin: OWN },
        { attribute: 'method', value: term('malicious attachment'), grade: grade('A', '2'), origin: OWN },
        { attribute: 'targets', value: term('exchange staff only'), grade: grade('A', '2'), origin: OWN },
        { attribute: 'targets', value: count('persons', 25), grade: grade('A', '2'), origin: OWN },
        { attribute: 'exchanges', value: count('exchanges', 4), grade: grade('A', '1'), origin: OWN },
        { attribute: 'messages', value: count('e-mails', 10), grade: grade('A', '1'), origin: OWN },
        {
          attribute: 'attribution',
          value: term('DPRK'),
          grade: grade('B', '2'),
          likelihood: 'likely',
          confidence: 'moderate',
          origin: OWN,
          note: 'Rests on an IP address that had been used by North Korea before.',
        },
      ],
      indicators: [
        {
          type: 'ip',
          value: '203.0.113.17',
          role: 'suspect',
          firstSeen: day('2017-07-05', SEOUL),
          lastSeen: day('2017-08-08', SEOUL),
        },
        { type: 'email', value: 'prosecution-notice@example.com', role: 'suspect' },
        { type: 'email', value: 'stolen-account@example.net', role: 'third-party' },
      ],
      sources: [{ title: 'Announcement of the investigation', published: day('2017-09-27', SEOUL) }, reportB],
    },
  ],
};

export const kisaPhishing: DemoFinding = {
  name: 'kisa-phishing',
  agency: 'KR-KISA',
  sheet: { caseNumber: 'DEMO-KISA-2017-318' },
  revisions: [
    {
      kind: 'phishing-attempt',
      marking: { tlp: 'TLP:GREEN', pap: 'PAP:GREEN', purposes: ['victim-protection'] },
      happened: CAMPAIGN,
      incidents: ['phishing-2017'],
      texts: [
        written(
          'ko',
          '거래소 스피어피싱: 공개 보도와 수사기관 설명의 차이',
          '한 보도는 이번 메일의 목적을 악성코드 감염이 아니라 로그인 정보 탈취로 설명한다. 첨부파일을 아무도 열지 않았다는 설명과, 감염된 컴퓨터가 없다는 설명도 서로 다르다.',
          '대상이 거래소 직원 25명만이 아니라 위조된 형사사법공조 문서를 받은 공무원도 포함했다는 자료가 있다.',
        ),
        translatedByMachine(
          'en',
          'Spear-phishing of exchanges: where press reports and the investigators differ',
          'One report explains the purpose of the mails as theft of login data and not infection with malware. The statement that nobody opened the attachments and the statement that no computer was infected also differ.',
          'There is material that the targets were not only the 25 exchange employees and included officials who received forged mutual legal assistance papers.',
        ),
      ],
      claims: [
        {
          attribute: 'method',
          value: term('login-stealing page'),
          grade: grade('C', '3'),
          origin: press(REPORT_B, month('2017-09', 'UTC')),
        },
        {
          attribute: 'effect',
          value: term('no attachment was opened'),
          grade: grade('C', '3'),
          origin: press('A press report of 2017'),
        },
        {
          attribute: 'targets',
          value: term('exchange staff, and officials with forged MLA papers'),
          grade: grade('C', '4'),
          origin: press('A press report of 2017'),
        },
      ],
      sources: [reportB],
    },
  ],
};

/** Rests on the KNPA's revision, so it can go only to agencies that hold that. */
export const fbiPhishing: DemoFinding = {
  name: 'fbi-phishing',
  agency: 'US-FBI',
  sheet: {
    caseNumber: 'DEMO-FBI-2017-5512',
    legalBasis: 'Demonstration: police co-operation Korea - United States',
  },
  revisions: [
    {
      kind: 'phishing-attempt',
      marking: { tlp: 'TLP:AMBER+STRICT', pap: 'PAP:RED', purposes: ['criminal-investigation'] },
      happened: month('2017-05', SEOUL, '2017-08'),
      incidents: ['phishing-2017'],
      texts: [
        written(
          'en',
          'The Korean phishing of July 2017 fits a campaign a private firm has followed since May',
          'FireEye counts at least three South Korean exchanges approached since May 2017, with tax matters as the lure. Period and targets fit the mails the Korean police describe.',
          'On attribution we rest on the Korean police and add no evidence of our own.',
        ),
      ],
      claims: [
        {
          attribute: 'exchanges',
          value: countFrom('exchanges', 3),
          grade: grade('C', '3'),
          origin: firm('FireEye', month('2017-09', 'UTC')),
          note: 'At least three: compatible with the four of the Korean police.',
        },
        {
          attribute: 'lure',
          value: term('tax matters'),
          grade: grade('C', '3'),
          origin: firm('FireEye', month('2017-09', 'UTC')),
        },
        {
          attribute: 'attribution',
          value: term('DPRK'),
          likelihood: 'likely',
          confidence: 'low',
          origin: { kind: 'agency', revisionId: revisionOf(knpaPhishing, 1) },
        },
      ],
      sources: [
        {
          title: 'Why Is North Korea So Interested in Bitcoin?',
          publisher: 'FireEye',
          published: month('2017-09', 'UTC'),
        },
      ],
    },
  ],
};
