import { z } from 'zod';

/** C0 and C1 controls but for tab and line feed; and what reorders text on a screen (bidi embeddings, overrides, isolates). */
// eslint-disable-next-line no-control-regex -- refusing control characters is the point
const REFUSED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/**
 * Plain text, kept as sent: no controls, no bidi overrides, no lone surrogates, not blank.
 * @param longest in UTF-16 code units
 */
export const plainText = (longest: number) =>
  z
    .string()
    .max(longest, `At most ${longest} characters.`)
    .refine((text) => text.trim() !== '', 'Must not be blank.')
    .refine((text) => text.isWellFormed(), 'Holds half of a surrogate pair.')
    .refine((text) => !REFUSED.test(text), 'Holds a control character or a bidirectional override.');

/**
 * For comparing and finding text, never for showing it: NFKC, lower case, single spaces. Normalised again at the
 * end: a letter and its mark may have one code point in lower case alone.
 */
export const foldText = (text: string): string =>
  text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ').trim();

export const languageTag = z
  .string()
  .max(35)
  .refine(isCanonicalLanguage, 'Not a BCP 47 language tag in its usual form (ko, ja, zh-Hans, en).')
  .meta({ description: 'BCP 47: ko, ja, zh-Hans, en.' });

function isCanonicalLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag;
  } catch {
    return false;
  }
}
