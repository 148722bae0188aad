import type { DemoFinding } from '../finding.js';
import { translated, written } from '../texts.js';
import { at, count, day, grade, hour, OWN, press, REPORT_A, reportA, term, TOKYO, usd } from '../values.js';

export const camlmacCoincheck: DemoFinding = {
  name: 'camlmac-coincheck',
  agency: 'CN-CAMLMAC',
  sheet: { caseNumber: 'DEMO-CAMLMAC-2018-021' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['aml-supervision'] },
      happened: day('2018-01-26', TOKYO),
      incidents: ['coincheck-2018'],
      texts: [
        written(
          'zh-Hans',
          'Coincheck新经币被盗案：公开报道中的客户人数与时间不一致',
          '公开报道称，2018年1月26日凌晨3时左右，约5.3亿美元的新经币（XEM）自日本交易平台Coincheck被转出。',
          '一篇报道所载受影响客户为2.6万人，与其他来源的26万人相差一个数量级，疑为笔误；在核实之前，两个数字一并列出。',
        ),
        translated(
          'en',
          'Theft of XEM from Coincheck: press reports disagree on customers and time',
          'According to press reports XEM worth about USD 530 m were moved out of the Japanese exchange Coincheck at about 03:00 on 26 January 2018.',
          'One report gives 26,000 customers, a tenth of the 260,000 of other sources, probably a slip. Until it is verified both figures are listed.',
        ),
      ],
      subjects: [
        {
          key: 'coincheck',
          type: 'service',
          role: 'victim',
          jurisdiction: 'JP',
          names: [
            { value: 'Coincheck', type: 'TRAD', language: 'en' },
            { value: 'Coincheck交易平台', type: 'MISC', language: 'zh-Hans' },
          ],
        },
      ],
      claims: [
        {
          attribute: 'began',
          value: at(hour('2018-01-26T03', TOKYO)),
          grade: grade('C', '4'),
          origin: press('Press reports of January 2018'),
        },
        {
          attribute: 'loss',
          subject: 'coincheck',
          value: usd('530000000'),
          grade: grade('C', '2'),
          origin: press('Press reports of January 2018'),
        },
        {
          attribute: 'victims',
          subject: 'coincheck',
          value: count('customers', 26_000),
          grade: grade('D', '5'),
          origin: press('A press report of January 2018'),
          note: 'Probably a zero was lost.',
        },
        {
          attribute: 'victims',
          subject: 'coincheck',
          value: count('customers', 260_000),
          grade: grade('C', '2'),
          origin: press('Press reports of January 2018'),
        },
      ],
      sources: [reportA],
    },
  ],
};

/** About two incidents at once: each claim says which. */
export const nisCoincheck: DemoFinding = {
  name: 'nis-coincheck',
  agency: 'KR-NIS',
  sheet: { caseNumber: 'DEMO-NIS-2018-0205', trueSource: 'Demonstration: kept from every recipient' },
  revisions: [
    {
      kind: 'hack',
      marking: {
        tlp: 'TLP:AMBER+STRICT',
        handling: ['H1', 'H2', 'H3'],
        handlingText: 'Not to be mentioned to the exchanges concerned.',
        pap: 'PAP:RED',
        purposes: ['sanctions', 'criminal-investigation'],
      },
      happened: day('2018-01-26', TOKYO),
      incidents: ['coincheck-2018', 'youbit-2017'],
      texts: [
        written(
          'ko',
          '코인체크·유빗 해킹의 북한 소행 가능성(2018년 2월 5일)',
          '코인체크 해킹에 북한이 관여했을 가능성을 의심하고 있다. 2017년 12월 유빗 해킹도 같은 주체로 의심된다.',
          '직접 증거는 확보되지 않았다. 일본 경찰은 공격 주체를 특정하지 않았으며, 러시아 기반 공격자라는 보도도 있다.',
        ),
        translated(
          'en',
          'North Korea suspected of the thefts from Coincheck and Youbit (5 February 2018)',
          'We suspect that North Korea was involved in the theft from Coincheck. The theft from Youbit in December 2017 is suspected to be by the same hand.',
          'There is no direct evidence. The Japanese police have named nobody, and there are reports of Russia-based attackers.',
        ),
      ],
      subjects: [
        {
          key: 'lazarus',
          type: 'group',
          role: 'suspect',
          jurisdiction: 'KP',
          names: [
            { value: 'Lazarus Group', type: 'ALIA', language: 'en' },
            { value: '라자루스', type: 'ALIA', language: 'ko' },
          ],
        },
      ],
      claims: [
        {
          incident: 'coincheck-2018',
          attribute: 'attribution',
          value: term('DPRK'),
          grade: grade('C', '3'),
          likelihood: 'likely',
          confidence: 'low',
          origin: OWN,
        },
        {
          incident: 'youbit-2017',
          attribute: 'attribution',
          value: term('DPRK'),
          grade: grade('C', '3'),
          likelihood: 'likely',
          confidence: 'low',
          origin: press(REPORT_A),
        },
      ],
      sources: [reportA],
    },
  ],
};
