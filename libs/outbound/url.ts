import { z } from 'zod';
import { destination, ForbiddenDestination } from './destination.js';

/** An address that an agency may have us ask, kept as the URL standard writes it. */
export const strangersUrl = z
  .string()
  .max(2_000)
  .transform((text, context) => {
    try {
      return destination(text, new Map()).url.href;
    } catch (error) {
      if (!(error instanceof ForbiddenDestination)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
