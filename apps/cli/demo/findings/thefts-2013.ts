import type { DemoFinding } from '../finding.js';
import { translatedByMachine, written } from '../texts.js';
import { at, firm, grade, krw, month, REPORT_B, reportB, SEOUL, term, usd, year } from '../values.js';

const FIRM = firm('A South Korean security firm', month('2017-09', 'UTC'));

export const kofiuThefts: DemoFinding = {
  name: 'kofiu-thefts',
  agency: 'KR-KOFIU',
  opens: 'thefts-2013',
  sheet: {
    caseNumber: 'DEMO-KOFIU-2017-064',
    trueSource: `Demonstration: the firm as quoted in "${REPORT_B}"`,
  },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:GREEN', purposes: ['criminal-investigation', 'aml-supervision'] },
      happened: year('2013', SEOUL, '2015'),
      texts: [
        written(
          'ko',
          '2013~2015년 북한의 비트코인 탈취 주장(민간 보안업체, 단일 출처)',
          '국내 보안업체 한 곳은 북한이 2013년부터 2015년까지 매월 약 1억 원(약 9만 달러) 상당의 비트코인을 탈취했다고 주장한다.',
          '다른 출처로 확인되지 않은 민간업체의 단일 주장이므로 낮은 등급을 매기며, 이것만으로 조치하지 말 것을 권한다.',
        ),
        translatedByMachine(
          'en',
          'Claim of bitcoin thefts by North Korea 2013-2015 (private security firm, single source)',
          'One domestic security firm claims that North Korea stole bitcoin worth about KRW 100 m (about USD 90,000) every month from 2013 to 2015.',
          'As it is the single claim of a private firm that no other source confirms, a low grade is given, and it is recommended not to take measures on this alone.',
        ),
      ],
      claims: [
        { attribute: 'date', value: at(year('2013', SEOUL, '2015')), grade: grade('D', '4'), origin: FIRM },
        {
          attribute: 'monthly-loss',
          value: krw('100000000'),
          grade: grade('D', '4'),
          confidence: 'low',
          origin: FIRM,
          note: 'About.',
        },
        {
          attribute: 'monthly-loss',
          value: usd('90000'),
          grade: grade('D', '4'),
          confidence: 'low',
          origin: FIRM,
          note: 'About.',
        },
        {
          attribute: 'attribution',
          value: term('DPRK'),
          grade: grade('D', '4'),
          likelihood: 'roughly even chance',
          confidence: 'low',
          origin: FIRM,
        },
      ],
      sources: [reportB],
    },
  ],
};
