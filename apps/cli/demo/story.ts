import type { AgencyCode } from './agencies.js';
import type { DemoFinding } from './finding.js';
import { fbiBithumb, kisaBithumb, knpaBithumb } from './findings/bithumb-2017.js';
import { fincenBithumb, kofiuBithumb } from './findings/bithumb-2018.js';
import { jfsaCoincheck } from './findings/coincheck-2018.js';
import { camlmacCoincheck, nisCoincheck } from './findings/coincheck-elsewhere.js';
import { jnpaArrests, jnpaFlow, mpdCoincheck } from './findings/coincheck-flow.js';
import { knpaCoinis, kofiuCoinis } from './findings/coinis-2017.js';
import { fbiPhishing, kisaPhishing, knpaPhishing } from './findings/phishing-2017.js';
import { fscRealName, tfiRequest } from './findings/policy-2018.js';
import { kofiuThefts } from './findings/thefts-2013.js';
import { fscYapizon, tfiYapizon } from './findings/yapizon-2017.js';
import { fscYoubit, knpaYoubit, kofiuYoubit } from './findings/youbit-2017.js';

/** An agency, and on what terms where they are stricter than the document's. */
export type Recipient = AgencyCode | { agency: AgencyCode; tlp?: string; conditions?: string };

/** One act of one member. Revisions count from 1. */
export type Step = { finding: DemoFinding } & (
  | { act: 'draft' }
  | { act: 'revise' | 'submit'; number: number }
  | { act: 'release'; number: number; to: Recipient[]; without: AgencyCode[] }
  | { act: 'recall'; reason: string }
  | { act: 'supersede'; successor: DemoFinding }
);

const reviewed = (finding: DemoFinding): Step[] => [
  { finding, act: 'draft' },
  { finding, act: 'submit', number: 1 },
];

const released = (finding: DemoFinding, ...to: Recipient[]): Step[] => [
  ...reviewed(finding),
  { finding, act: 'release', number: 1, to, without: [] },
];

const revised = (finding: DemoFinding, number: number, to: Recipient[], without: AgencyCode[]): Step[] => [
  { finding, act: 'revise', number },
  { finding, act: 'submit', number },
  { finding, act: 'release', number, to, without },
];

/**
 * What the demo's agencies did, in order: whoever names an incident or rests on a revision got it before. The last
 * step is the one by which a run knows that the story was already told.
 */
export const story: Step[] = [
  ...released(kofiuThefts, 'KR-FSC', 'KR-KNPA', 'KR-NIS', 'JP-NPA', 'CN-CAMLMAC', 'US-FINCEN'),

  ...released(fscYapizon, 'KR-KOFIU', 'KR-KNPA', 'JP-FSA', 'CN-CAMLMAC', 'US-TFI'),
  ...released(tfiYapizon, 'KR-FSC', 'JP-FSA', 'US-FINCEN', 'US-FBI'),

  ...released(kisaBithumb, 'KR-FSC', 'KR-KOFIU', 'KR-KNPA'),
  ...released(knpaBithumb, 'KR-FSC', 'KR-KOFIU', 'KR-KISA', 'US-FBI'),
  ...released(fbiBithumb, 'KR-KNPA', 'KR-NIS', 'US-TFI', 'US-FINCEN'),

  ...released(knpaPhishing, 'KR-FSC', 'KR-KOFIU', 'KR-KISA', 'KR-NIS', 'JP-NPA', 'JP-MPD', 'US-FBI'),
  ...released(kisaPhishing, 'KR-FSC', 'KR-KOFIU', 'KR-KNPA'),
  ...released(fbiPhishing, 'KR-KNPA', 'KR-NIS'),

  ...released(knpaCoinis, 'KR-FSC', 'KR-KOFIU', 'US-FBI'),

  ...released(knpaYoubit, 'KR-FSC', 'KR-KOFIU', 'KR-KISA', 'KR-NIS', 'JP-NPA', 'JP-MPD', 'US-FBI'),
  ...released(kofiuYoubit, 'KR-FSC', 'KR-KNPA', 'JP-NPA', 'US-FINCEN'),
  { finding: kofiuYoubit, act: 'recall', reason: 'inaccurate' },

  ...released(jfsaCoincheck, 'KR-FSC', 'CN-CAMLMAC', 'US-TFI', 'JP-NPA', 'JP-MPD'),
  ...released(camlmacCoincheck, 'KR-FSC', 'JP-FSA', 'US-TFI', { agency: 'CN-MPS', tlp: 'TLP:AMBER+STRICT' }),
  ...released(tfiRequest, 'KR-FSC', 'JP-FSA', 'CN-CAMLMAC', 'US-FINCEN', 'US-OFAC'),
  ...revised(jfsaCoincheck, 2, ['KR-FSC', 'CN-CAMLMAC', 'JP-NPA', 'JP-MPD'], ['US-TFI']),
  ...released(mpdCoincheck, 'JP-FSA', 'JP-NPA', 'KR-KNPA'),
  ...released(fscRealName, 'KR-KOFIU', 'KR-KNPA', 'KR-KISA', 'KR-NIS', 'JP-FSA', 'CN-CAMLMAC', 'US-TFI'),
  ...released(nisCoincheck, 'KR-FSC', 'KR-KOFIU', 'KR-KNPA', 'US-TFI', 'US-FBI'),
  ...released(jnpaFlow, 'KR-KOFIU', 'KR-KNPA', 'JP-FSA', 'JP-MPD', 'CN-CAMLMAC', 'US-FINCEN'),

  ...released(kofiuBithumb, 'KR-FSC', 'KR-KNPA', 'JP-NPA', 'US-FINCEN'),
  ...released(fincenBithumb, 'KR-KOFIU', 'JP-NPA', 'US-TFI', 'US-OFAC', 'US-FBI'),

  ...released(jnpaArrests, 'KR-KOFIU', 'KR-KNPA', 'JP-FSA', 'JP-MPD', 'CN-CAMLMAC', {
    agency: 'CN-MPS',
    conditions: 'Demonstration: public information only, for leads.',
  }),
  { finding: jnpaFlow, act: 'supersede', successor: jnpaArrests },

  ...reviewed(fscYoubit),
  { finding: kofiuCoinis, act: 'draft' },
];
