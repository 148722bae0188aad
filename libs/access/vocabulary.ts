/** What arrangements, caps and findings are all said in. Labels are exact and never translated. */

/** What a finding is about. */
export const KINDS = ['hack', 'phishing-attempt', 'laundering-flow', 'policy-note'] as const;

/** For what it may be used. */
export const PURPOSES = [
  'criminal-investigation',
  'aml-supervision',
  'sanctions',
  'victim-protection',
  'policy',
] as const;

/** FIRST, Traffic Light Protocol 2.0: what the recipient may do with it; ordered from wide to narrow. */
export const TLP = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'] as const;
