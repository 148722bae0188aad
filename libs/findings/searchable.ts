import { nameKey, vectorsOf, type Weight } from '#core';
import type { Claim } from './claim.js';
import type { FindingDocument } from './document.js';

/** A text of a document, and what part of it that is. */
export interface SearchableText {
  field:
    'title' | 'body' | 'name' | 'claim' | 'indicator' | 'transfer' | 'source' | 'handling' | 'case-number';
  language: string | null;
  text: string;
  weight: Weight;
}

const plain = (field: SearchableText['field'], weight: Weight, text: string): SearchableText => ({
  field,
  language: null,
  text,
  weight,
});

/** Everything in a document that can be found by its words, in the order in which a reader would name it. */
export function textsOf(document: FindingDocument): SearchableText[] {
  const { texts, subjects, claims, indicators, transfers, typologies, sources, marking } = document;
  return [
    ...texts.map(({ language, title }) => ({ ...plain('title', 'A', title), language })),
    ...subjects.flatMap(({ names }) =>
      names.map(({ value, language = null }) => ({ ...plain('name', 'B', value), language })),
    ),
    ...texts.map(({ language, body }) => ({ ...plain('body', 'D', body), language })),
    ...claims.map((claim) => plain('claim', 'C', claimText(claim))),
    ...typologies.map((typology) => plain('claim', 'C', typology)),
    ...indicators.map(({ value }) => plain('indicator', 'B', value)),
    ...transfers.map(({ transaction, sender, receiver, asset }) =>
      plain('transfer', 'D', [transaction, sender, receiver, asset].filter(Boolean).join(' · ')),
    ),
    ...sources.map(({ title, publisher }) =>
      plain('source', 'D', [title, publisher].filter(Boolean).join(' · ')),
    ),
    ...(marking.handlingText === undefined ? [] : [plain('handling', 'D', marking.handlingText)]),
  ];
}

const claimText = ({ attribute, value, origin, note }: Claim): string =>
  [attribute, value.term, value.amount?.asset, value.quantity?.unit, origin.name, note]
    .filter(Boolean)
    .join(' · ');

export const caseNumberText = (caseNumber: string): SearchableText => plain('case-number', 'A', caseNumber);

/** Rows of `search_text`: the document's for whoever may read it, the sheet's for its own agency. */
export function searchRows(
  document: FindingDocument,
  caseNumber?: string,
): { part: number; own: boolean; split: boolean; words: string }[] {
  const parts = vectorsOf(textsOf(document));
  const rows = parts.map((words, part) => ({ part, own: false, split: parts.length > 1, words }));
  if (caseNumber === undefined) return rows;
  const [words = ''] = vectorsOf([caseNumberText(caseNumber)]);
  return [...rows, { part: -1, own: true, split: false, words }];
}

/** Rows of `subject_name`: names that mean the same one, for each subject that has several. */
export const nameRows = (document: FindingDocument): { subject: string; name: string }[] =>
  document.subjects.flatMap(({ key, names }) => {
    const keys = [...new Set(names.map(({ value }) => nameKey(value)))].filter((name) => name !== '');
    return keys.length > 1 ? keys.map((name) => ({ subject: key, name })) : [];
  });
