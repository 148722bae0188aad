import type { DemoFinding, Subject } from '../finding.js';
import { translated, translatedByMachine, written } from '../texts.js';
import { at, day, grade, krw, OWN, press, SEOUL } from '../values.js';

const coinis: Subject = {
  key: 'coinis',
  type: 'service',
  role: 'victim',
  jurisdiction: 'KR',
  names: [
    { value: '코인이즈', type: 'TRAD', language: 'ko' },
    { value: 'Coinis', type: 'TRAD', language: 'en' },
  ],
};

export const knpaCoinis: DemoFinding = {
  name: 'knpa-coinis',
  agency: 'KR-KNPA',
  opens: 'coinis-2017',
  sheet: { caseNumber: 'DEMO-KNPA-2017-1005' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['criminal-investigation', 'aml-supervision'] },
      happened: day('2017-09-23', SEOUL),
      texts: [
        written(
          'ko',
          '코인이즈 해킹: 2017년 9월 23일, 약 21억 원',
          '2017년 9월 23일 코인이즈에서 약 21억 원 상당의 가상통화가 유출되었다. 외부에 알려진 것은 10월이다.',
        ),
        translated(
          'en',
          'Theft from Coinis, 23 September 2017, about KRW 2.1 bn',
          'On 23 September 2017 virtual currency worth about KRW 2.1 bn was taken from Coinis. It became known outside in October.',
        ),
      ],
      subjects: [coinis],
      claims: [
        { attribute: 'date', value: at(day('2017-09-23', SEOUL)), grade: grade('B', '2'), origin: OWN },
        {
          attribute: 'loss',
          subject: 'coinis',
          value: krw('2100000000'),
          grade: grade('B', '3'),
          origin: OWN,
          note: 'About.',
        },
      ],
      sources: [{ title: 'Press reports on Coinis', published: day('2017-10-05', SEOUL) }],
    },
  ],
};

/** Stays a draft: nobody outside KoFIU knows of it. */
export const kofiuCoinis: DemoFinding = {
  name: 'kofiu-coinis',
  agency: 'KR-KOFIU',
  sheet: { caseNumber: 'DEMO-KOFIU-2017-088' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER', purposes: ['aml-supervision'] },
      happened: day('2017-10-05', SEOUL),
      incidents: ['coinis-2017'],
      texts: [
        written(
          'ko',
          '코인이즈 해킹 발생일 확인 필요(초안)',
          '보도는 10월 5일을 사건일로 적고 있으나 경찰청은 9월 23일로 본다. 의심거래보고를 다시 확인한 뒤 검토를 요청할 예정이다.',
        ),
        translatedByMachine(
          'en',
          'Date of the theft from Coinis needs confirmation (draft)',
          'Reports write 5 October as the date of the case, but the police agency takes 23 September. A review will be requested after the suspicious transaction reports have been checked again.',
        ),
      ],
      subjects: [coinis],
      claims: [
        {
          attribute: 'date',
          value: at(day('2017-10-05', SEOUL)),
          grade: grade('C', '4'),
          origin: press('Press reports on Coinis', day('2017-10-05', SEOUL)),
        },
      ],
    },
  ],
};
