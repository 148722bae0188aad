import { z } from 'zod';
import { decimalsOf } from '#indicators';

/* Of what a document is made: the fields that several of its parts have. */

export const term = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'A term is lower case with hyphens.')
  .max(60);
export const key = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,29}$/, 'A key is lower case letters, digits and hyphens, 30 at most.');
export const baseUnits = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/, 'A whole number of base units, as digits, 78 at most.');
export const asset = z
  .string()
  .regex(/^[A-Za-z0-9.-]{1,20}$/, 'An asset code: letters, digits, dots and hyphens, 20 at most.');
export const decimals = z
  .int()
  .min(0)
  .max(36)
  .meta({ description: 'How many decimals the base unit has: BTC 8, XEM 6, JPY 0.' });

/** Lower case, as the database writes it: what is compared as text is the same text. */
export const uuid = z.uuid().toLowerCase();

/** Of the web, and nothing in it that a reader does not see: no space, control, bidirectional override, surrogate. */
export const webAddress = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .regex(/^[^\s\p{C}]*$/u, 'Holds a space or a character that does not show: write it as %XX.');

export function addDecimalsFault(
  { asset: code, decimals: stated, chain }: { asset: string; decimals: number; chain?: string },
  context: z.RefinementCtx,
): void {
  const known = decimalsOf(code, chain);
  if (known !== undefined && known !== stated) {
    context.addIssue({ code: 'custom', path: ['decimals'], message: `${code} has ${known} decimals.` });
  }
}
