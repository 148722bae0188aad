import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 over values in their order: who has the key has seen exactly these. */
export const mark = (key: Buffer, values: readonly (string | number | undefined)[]): Buffer =>
  createHmac('sha256', key).update(JSON.stringify(values)).digest();

export const isMark = (expected: Buffer, given: Buffer | null): boolean =>
  given?.length === expected.length && timingSafeEqual(expected, given);
