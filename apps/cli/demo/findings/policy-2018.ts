import type { DemoFinding } from '../finding.js';
import { translated, translatedByMachine, written } from '../texts.js';
import { grade, month, OWN, press, REPORT_A, reportA, SEOUL, term } from '../values.js';

export const tfiRequest: DemoFinding = {
  name: 'tfi-request',
  agency: 'US-TFI',
  sheet: { caseNumber: 'DEMO-TFI-2018-031' },
  revisions: [
    {
      kind: 'policy-note',
      marking: { tlp: 'TLP:GREEN', pap: 'PAP:CLEAR', purposes: ['policy', 'aml-supervision'] },
      happened: month('2018-01', SEOUL),
      incidents: ['coincheck-2018'],
      texts: [
        written(
          'en',
          'Request to the Financial Services Commission: act against the abuse of virtual currencies',
          'In late January 2018 Under Secretary Mandelker asked the Financial Services Commission of Korea to act, and held talks in China and Japan on the same journey.',
          'The request: tell us which measures make stolen virtual currency traceable through your exchanges, and which findings on the recent thefts you can share.',
        ),
        translatedByMachine(
          'ko',
          '금융위원회에 대한 요청: 가상통화 악용에 대한 조치',
          '2018년 1월 말 맨델커 차관은 한국 금융위원회에 조치를 요청했으며, 같은 순방에서 중국과 일본에서도 논의를 가졌다.',
          '요청 사항: 도난당한 가상통화를 귀국 거래소에서 추적할 수 있게 하는 조치가 무엇인지, 최근 도난에 관해 어떤 조사 결과를 공유할 수 있는지 알려 주기 바란다.',
        ),
      ],
      claims: [
        {
          attribute: 'request',
          value: term('measures that make stolen virtual currency traceable'),
          grade: grade('B', '2'),
          origin: press(REPORT_A, month('2018-02', 'UTC')),
        },
      ],
      sources: [reportA],
    },
  ],
};

export const fscRealName: DemoFinding = {
  name: 'fsc-real-name',
  agency: 'KR-FSC',
  sheet: { caseNumber: 'DEMO-FSC-2018-005' },
  revisions: [
    {
      kind: 'policy-note',
      marking: { tlp: 'TLP:GREEN', pap: 'PAP:CLEAR', purposes: ['policy', 'aml-supervision'] },
      happened: month('2018-01', SEOUL, '2018-02'),
      incidents: ['coincheck-2018'],
      texts: [
        written(
          'ko',
          '가상통화 거래 실명확인 입출금계정: 자금 추적이 쉬워진다',
          '실명이 확인된 계정으로만 거래소에 입출금하게 하면 도난 자금과 범죄수익의 추적이 쉬워진다. 미국 재무부의 요청에 대한 답변이다.',
          '한·중·일 재무장관은 각자의 조사 결과를 함께 검토하고 의견을 나누기로 하였다.',
        ),
        translated(
          'en',
          'Real-name accounts for virtual currency: funds become easier to trace',
          'Where money moves to and from exchanges through accounts under verified real names only, stolen funds and proceeds of crime are easier to trace. This answers the request of the US Treasury.',
          'The finance ministers of Korea, China and Japan agreed to "go over their separate findings and exchange ideas".',
        ),
        translatedByMachine(
          'ja',
          '仮想通貨取引の実名確認口座：資金の追跡が容易になる',
          '実名が確認された口座を通じてのみ取引所への入出金を認めれば、盗まれた資金や犯罪収益の追跡が容易になる。米国財務省の要請への回答である。',
          '韓国、中国、日本の財務大臣は、それぞれの調査結果を検討し、意見を交換することで合意した。',
        ),
        translatedByMachine(
          'zh-Hans',
          '虚拟货币交易实名账户：资金更易追踪',
          '只允许通过经实名核实的账户向交易平台存取资金，被盗资金和犯罪所得就更容易追踪。这是对美国财政部请求的答复。',
          '韩国、中国和日本的财长同意共同审视各自的调查结果并交换意见。',
        ),
      ],
      claims: [
        { attribute: 'measure', value: term('real-name accounts'), grade: grade('A', '1'), origin: OWN },
        {
          attribute: 'agreement',
          value: term('go over their separate findings and exchange ideas'),
          grade: grade('B', '2'),
          origin: press(REPORT_A, month('2018-02', 'UTC')),
        },
      ],
      sources: [reportA],
    },
  ],
};
