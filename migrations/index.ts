import { Access1763683200000 } from './1763683200000-access.js';
import { Ledger1763683200001 } from './1763683200001-ledger.js';
import { Findings1763683200002 } from './1763683200002-findings.js';
import { LifeCycle1763683200003 } from './1763683200003-life-cycle.js';

/** Forward only, in this order. */
export const migrations = [
  Access1763683200000,
  Ledger1763683200001,
  Findings1763683200002,
  LifeCycle1763683200003,
];
