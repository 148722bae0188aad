import type { Data } from './kept.js';

/** What each bench begins with; those of a few thousand findings load their own. */
export const DATA = {
  page: { findings: 100_000 },
  search: { findings: 200_000 },
  trace: { findings: 200, transfers: 3_000_000 },
  growth: [{ findings: 10_000 }, { findings: 100_000 }, { findings: 1_000_000 }],
} satisfies Record<string, Data | Data[]>;
