import type { Roster } from '#access';
import type { AgencyCode } from './agencies.js';

type Rules = Omit<Roster['arrangements'][number], 'parties' | 'pending' | 'onwardUse' | 'courtUse' | 'onEnd'>;

/** An arrangement whose parties are agencies of the demo; the first proposed it. */
type DemoArrangement = Rules &
  Partial<Pick<Roster['arrangements'][number], 'onwardUse' | 'courtUse' | 'onEnd'>> & {
    parties: AgencyCode[];
    pending?: AgencyCode[];
  };

const FROM = '2016-07-01T00:00:00Z';
const EVERY_KIND = ['hack', 'phishing-attempt', 'laundering-flow', 'policy-note'];
const EVERY_PURPOSE = [
  'criminal-investigation',
  'aml-supervision',
  'sanctions',
  'victim-protection',
  'policy',
];

/** Invented, and such that nobody sees everything. */
export const arrangements: DemoArrangement[] = [
  {
    id: 'fe701c01-a23f-406d-84e6-b82d3afa92d5',
    title: 'Demonstration: four-nation memorandum on the supervision of virtual assets',
    parties: ['KR-FSC', 'JP-FSA', 'CN-CAMLMAC', 'US-TFI'],
    purposes: ['aml-supervision', 'victim-protection', 'policy'],
    kinds: EVERY_KIND,
    highestMarking: 'TLP:AMBER',
    validFrom: FROM,
  },
  {
    id: 'eff78a5e-f60b-40ae-a59c-f98e8abc4307',
    title: 'Demonstration: exchange between financial intelligence units',
    parties: ['KR-KOFIU', 'JP-NPA', 'CN-CAMLMAC', 'US-FINCEN'],
    purposes: ['aml-supervision', 'criminal-investigation'],
    kinds: ['hack', 'laundering-flow'],
    highestMarking: 'TLP:AMBER+STRICT',
    retentionDays: 1826,
    validFrom: FROM,
    onEnd: 'STOP',
  },
  {
    id: '0a87e8cb-bca2-47d9-8ce0-625630ef4930',
    title: 'Demonstration: police co-operation Korea - Japan',
    parties: ['KR-KNPA', 'JP-NPA', 'JP-MPD'],
    purposes: ['criminal-investigation', 'victim-protection'],
    kinds: ['hack', 'phishing-attempt', 'laundering-flow'],
    highestMarking: 'TLP:AMBER+STRICT',
    courtUse: true,
    validFrom: FROM,
  },
  {
    id: 'fe95f272-81b3-4307-ace2-4844ef15f75d',
    title: 'Demonstration: police co-operation Korea - United States',
    parties: ['KR-KNPA', 'US-FBI'],
    purposes: ['criminal-investigation'],
    kinds: ['hack', 'phishing-attempt', 'laundering-flow'],
    highestMarking: 'TLP:AMBER+STRICT',
    validFrom: FROM,
  },
  {
    id: 'ce30da48-ab0a-4d1c-a796-531bafe22cd5',
    title: 'Demonstration: intelligence on thefts by states',
    parties: ['KR-NIS', 'US-TFI', 'US-FBI'],
    purposes: ['sanctions', 'criminal-investigation'],
    kinds: ['hack', 'phishing-attempt', 'laundering-flow'],
    highestMarking: 'TLP:AMBER+STRICT',
    validFrom: FROM,
    onEnd: 'RECALL',
  },
  {
    id: '55f7c12a-69ec-44c5-88f5-00628fa000e0',
    title: 'Demonstration: public leads Japan - China',
    parties: ['JP-NPA', 'CN-MPS'],
    purposes: ['criminal-investigation'],
    kinds: ['hack', 'laundering-flow'],
    highestMarking: 'TLP:GREEN',
    validFrom: FROM,
  },
  {
    id: '7174a692-ca6c-4695-adda-8f3964d6c061',
    title: 'Demonstration: sanctions lists Korea - United States',
    parties: ['US-OFAC', 'KR-FSC'],
    purposes: ['sanctions'],
    kinds: ['laundering-flow'],
    highestMarking: 'TLP:GREEN',
    validFrom: FROM,
  },
  {
    id: '458921d1-c210-4e89-9377-6308b8a762aa',
    title: 'Demonstration: domestic exchange, Korea',
    parties: ['KR-FSC', 'KR-KOFIU', 'KR-KNPA', 'KR-KISA', 'KR-NIS'],
    purposes: EVERY_PURPOSE,
    kinds: EVERY_KIND,
    highestMarking: 'TLP:AMBER+STRICT',
    onwardUse: true,
    validFrom: FROM,
  },
  {
    id: 'd8481a8b-eb15-461b-9cfc-977cdd778a7f',
    title: 'Demonstration: domestic exchange, Japan',
    parties: ['JP-FSA', 'JP-NPA', 'JP-MPD'],
    purposes: EVERY_PURPOSE,
    kinds: EVERY_KIND,
    highestMarking: 'TLP:AMBER+STRICT',
    onwardUse: true,
    courtUse: true,
    validFrom: FROM,
  },
  {
    id: '23a7e212-62a5-4f07-bb20-28d952104076',
    title: 'Demonstration: domestic exchange, China',
    parties: ['CN-CAMLMAC', 'CN-MPS'],
    purposes: EVERY_PURPOSE,
    kinds: EVERY_KIND,
    highestMarking: 'TLP:AMBER+STRICT',
    validFrom: FROM,
  },
  {
    id: '9c49c12a-8ef4-459f-aba0-c25ee5a40c31',
    title: 'Demonstration: domestic exchange, United States',
    parties: ['US-TFI', 'US-FINCEN', 'US-OFAC', 'US-FBI'],
    purposes: EVERY_PURPOSE,
    kinds: EVERY_KIND,
    highestMarking: 'TLP:AMBER+STRICT',
    onwardUse: true,
    validFrom: FROM,
  },
  {
    id: '76997f2d-c92d-4c3f-84dc-5a2983ae2344',
    title: 'Demonstration: supervisor and intelligence unit, not yet accepted',
    parties: ['KR-FSC', 'US-FINCEN'],
    pending: ['US-FINCEN'],
    purposes: ['aml-supervision'],
    kinds: EVERY_KIND,
    highestMarking: 'TLP:AMBER',
    validFrom: FROM,
  },
  {
    id: 'f94e5435-b965-4c63-89e4-5138957b2ccf',
    title: 'Demonstration: technical exchange on phishing, ended',
    parties: ['KR-KISA', 'JP-NPA'],
    purposes: ['criminal-investigation', 'victim-protection'],
    kinds: ['phishing-attempt'],
    highestMarking: 'TLP:GREEN',
    validFrom: FROM,
    validUntil: '2019-07-01T00:00:00Z',
  },
];
