import { describe, expect, test } from '@jest/globals';
import { unsafeServer } from './start-checks.js';

/** The minor versions that fixed CVE-2025-8713 and CVE-2026-2005, and those just before. */
describe('a server without the fixes that row security rests on is refused, and told what to do', () => {
  test.each([
    [90_624, 'PostgreSQL 9.624 is too old'],
    [140_022, 'PostgreSQL 14.22 is too old: Entente needs 15 or later.'],
    [150_000, 'upgrade to 15.16 or later'],
    [150_015, 'upgrade to 15.16 or later'],
    [160_011, 'upgrade to 16.12 or later'],
    [170_007, 'PostgreSQL 17.7 lacks security fixes that row security rests on: upgrade to 17.8 or later.'],
    [180_001, 'upgrade to 18.2 or later'],
  ])('%i', (version, message) => {
    expect(unsafeServer(version)).toContain(message);
  });
});

test.each([150_016, 150_018, 160_012, 170_008, 180_002, 180_004, 190_000])('%i is taken', (version) => {
  expect(unsafeServer(version)).toBeNull();
});
