import type { z } from 'zod';
import { ServiceError, type InputFault } from './errors.js';

/** At most this many faults are told at once. */
const FAULTS = 50;

/**
 * Parses an input by its schema.
 * @param root the argument's name, with which every path begins; empty for all arguments of a field
 * @throws ServiceError INVALID with the path and message of each fault
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown, root: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ServiceError('INVALID', 'The input is not valid.', faultsOf(parsed.error, root));
}

/** The faults of a parse, each with its path: `input.claims[2].value`. */
export function faultsOf(error: z.ZodError, root: string): InputFault[] {
  return error.issues
    .slice(0, FAULTS)
    .map(({ path, message }) => ({ path: pathText(root === '' ? path : [root, ...path]), message }));
}

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : (at > 0 ? '.' : '') + String(step)))
    .join('');
