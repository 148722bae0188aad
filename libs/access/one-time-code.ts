import { createHash, randomBytes } from 'node:crypto';

/** What lets one person in, once: 256 random bits. Shown to whoever asked for it, and kept as its hash alone. */
export interface OneTimeCode {
  /** In base64url, 43 characters. */
  code: string;
  /** SHA-256 of the code's characters, in hex: what the database knows. */
  hash: string;
}

export function newCode(): OneTimeCode {
  const code = randomBytes(32).toString('base64url');
  return { code, hash: hashOfCode(code) };
}

export const hashOfCode = (code: string): string => createHash('sha256').update(code).digest('hex');
