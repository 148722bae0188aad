/**
 * The open lists of a finding. Labels are exact and never translated. A reader must take a term it does not know;
 * entry refuses one. What arrangements speak of too is in #access.
 */

/** Permissible Actions Protocol: what may be done about it; ordered from free to passive. */
export const PAP = ['PAP:CLEAR', 'PAP:GREEN', 'PAP:AMBER', 'PAP:RED'] as const;

/** H0 crime prevention only; H1 not in court, H2 not disseminated without permission; H3 as the free text says. */
export const HANDLING = ['H0', 'H1', 'H2', 'H3'] as const;

/** Admiralty code: how reliable the source is, how credible the information. */
export const SOURCE_GRADES = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export const INFORMATION_GRADES = ['1', '2', '3', '4', '5', '6'] as const;

/** ICD 203: how likely the claim is. Never in one sentence, or one field, with the confidence of the analysis. */
export const LIKELIHOODS = [
  'almost no chance',
  'very unlikely',
  'unlikely',
  'roughly even chance',
  'likely',
  'very likely',
  'almost certain',
] as const;
export const CONFIDENCES = ['low', 'moderate', 'high'] as const;

/** Where a claim comes from. */
export const ORIGINS = ['own', 'agency', 'private-firm', 'open-source'] as const;

export const TEXT_ORIGINS = ['original', 'human-translation', 'machine-translation'] as const;

export const SUBJECT_TYPES = ['person', 'organization', 'service', 'group', 'account'] as const;
export const SUBJECT_ROLES = ['victim', 'suspect', 'witness', 'service', 'reporter'] as const;

/** IVMS101: alias, birth, maiden, legal, short, trading, other. */
export const NAME_TYPES = ['ALIA', 'BIRT', 'MAID', 'LEGL', 'SHRT', 'TRAD', 'MISC'] as const;

export const PRECISIONS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** The kinds of value a known attribute takes; an attribute that is not listed takes any. */
export const ATTRIBUTES = {
  date: 'time',
  loss: 'amount',
  refund: 'amount',
  demand: 'amount',
  fine: 'amount',
  laundered: 'amount',
  victims: 'quantity',
  'affected-share': 'quantity',
  attribution: 'term',
  method: 'term',
  outcome: 'term',
} as const;

/** Why a finding was taken back, as its former recipients are told. */
export const RECALL_REASONS = ['inaccurate', 'released-in-error', 'legal-ground', 'investigation'] as const;
