import { Access1763683200000 } from './1763683200000-access.js';
import { Ledger1763683200001 } from './1763683200001-ledger.js';
import { Findings1763683200002 } from './1763683200002-findings.js';
import { LifeCycle1763683200003 } from './1763683200003-life-cycle.js';
import { ArrangementEnds1763683200004 } from './1763683200004-arrangement-ends.js';
import { RecallOnce1763683200005 } from './1763683200005-recall-once.js';

/** Forward only, in this order. */
export const migrations = [
  Access1763683200000,
  Ledger1763683200001,
  Findings1763683200002,
  LifeCycle1763683200003,
  ArrangementEnds1763683200004,
  RecallOnce1763683200005,
];
