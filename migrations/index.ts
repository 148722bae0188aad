import { Access1763683200000 } from './1763683200000-access.js';
import { Ledger1763683200001 } from './1763683200001-ledger.js';
import { Findings1763683200002 } from './1763683200002-findings.js';
import { LifeCycle1763683200003 } from './1763683200003-life-cycle.js';
import { SinceFirstLanded1763683200004 } from './1763683200004-since-first-landed.js';
import { BasisLast1763683200005 } from './1763683200005-basis-last.js';
import { ArrangementEnds1763683200006 } from './1763683200006-arrangement-ends.js';
import { RecallOnce1763683200007 } from './1763683200007-recall-once.js';
import { Administration1763683201000 } from './1763683201000-administration.js';
import { SystemClients1763683202000 } from './1763683202000-system-clients.js';
import { AdministrativeActs1763683203000 } from './1763683203000-administrative-acts.js';
import { ClientActs1763683203001 } from './1763683203001-client-acts.js';
import { SigningKeyMarks1763683203002 } from './1763683203002-signing-key-marks.js';
import { ArrangementVersions1763683203003 } from './1763683203003-arrangement-versions.js';
import { Oversight1763683203004 } from './1763683203004-oversight.js';
import { Invitations1763683204000 } from './1763683204000-invitations.js';
import { Inviting1763683204001 } from './1763683204001-inviting.js';
import { BringingIn1763683204002 } from './1763683204002-bringing-in.js';
import { Recovery1763683204003 } from './1763683204003-recovery.js';
import { AccessReview1763683204004 } from './1763683204004-access-review.js';
import { SignIn1763683205000 } from './1763683205000-sign-in.js';
import { SignInActs1763683205001 } from './1763683205001-sign-in-acts.js';
import { Feed1763683206000 } from './1763683206000-feed.js';
import { Webhooks1763683207000 } from './1763683207000-webhooks.js';
import { WebhookSecrets1763683207001 } from './1763683207001-webhook-secrets.js';
import { WebhookDispatch1763683207002 } from './1763683207002-webhook-dispatch.js';
import { Seen1763683208000 } from './1763683208000-seen.js';
import { ReferenceLists1763683208001 } from './1763683208001-reference-lists.js';
import { Cases1763683208002 } from './1763683208002-cases.js';
import { SearchText1763683209000 } from './1763683209000-search-text.js';
import { InboundKeys1763683211000 } from './1763683211000-inbound-keys.js';
import { Inbound1763683211001 } from './1763683211001-inbound.js';
import { StandingAuthority1763683211002 } from './1763683211002-standing-authority.js';
import { SeenTransfers1763683212000 } from './1763683212000-seen-transfers.js';
import { Passkeys1763683213000 } from './1763683213000-passkeys.js';
import { StepUp1763683213001 } from './1763683213001-step-up.js';
import { Datasets1763683214000 } from './1763683214000-datasets.js';
import { ActingNow1763683215000 } from './1763683215000-acting-now.js';
import { Suspects1763683216000 } from './1763683216000-suspects.js';
import { Settlements1763683220000 } from './1763683220000-settlements.js';
import { RecalledFrom1763683221000 } from './1763683221000-recalled-from.js';
import { JwksAddresses1763683225000 } from './1763683225000-jwks-addresses.js';
import { ProofAtProviders1763683226000 } from './1763683226000-proof-at-providers.js';
import { Strangers1763683227000 } from './1763683227000-strangers.js';
import { DatasetTrace1763683230000 } from './1763683230000-dataset-trace.js';
import { StagedDigest1763683231000 } from './1763683231000-staged-digest.js';
import { WebhookCertificates1763683240000 } from './1763683240000-webhook-certificates.js';
import { WebhookLeases1763683250000 } from './1763683250000-webhook-leases.js';
import { HubOperators1763683255000 } from './1763683255000-hub-operators.js';
import { Suspended1763683256000 } from './1763683256000-suspended.js';
import { RecoveredRecipients1763683256001 } from './1763683256001-recovered-recipients.js';
import { ActiveParties1763683257000 } from './1763683257000-active-parties.js';
import { InReach1763683257001 } from './1763683257001-in-reach.js';
import { LetInByTwo1763683258000 } from './1763683258000-let-in-by-two.js';
import { NamedByTwo1763683259000 } from './1763683259000-named-by-two.js';
import { LedgerExport1763683260000 } from './1763683260000-ledger-export.js';

/** Forward only, in this order. */
export const migrations = [
  Access1763683200000,
  Ledger1763683200001,
  Findings1763683200002,
  LifeCycle1763683200003,
  SinceFirstLanded1763683200004,
  BasisLast1763683200005,
  ArrangementEnds1763683200006,
  RecallOnce1763683200007,
  Administration1763683201000,
  SystemClients1763683202000,
  AdministrativeActs1763683203000,
  ClientActs1763683203001,
  SigningKeyMarks1763683203002,
  ArrangementVersions1763683203003,
  Oversight1763683203004,
  Invitations1763683204000,
  Inviting1763683204001,
  BringingIn1763683204002,
  Recovery1763683204003,
  AccessReview1763683204004,
  SignIn1763683205000,
  SignInActs1763683205001,
  Feed1763683206000,
  Webhooks1763683207000,
  WebhookSecrets1763683207001,
  WebhookDispatch1763683207002,
  Seen1763683208000,
  ReferenceLists1763683208001,
  Cases1763683208002,
  SearchText1763683209000,
  InboundKeys1763683211000,
  Inbound1763683211001,
  StandingAuthority1763683211002,
  SeenTransfers1763683212000,
  Passkeys1763683213000,
  StepUp1763683213001,
  Datasets1763683214000,
  ActingNow1763683215000,
  Suspects1763683216000,
  Settlements1763683220000,
  RecalledFrom1763683221000,
  JwksAddresses1763683225000,
  ProofAtProviders1763683226000,
  Strangers1763683227000,
  DatasetTrace1763683230000,
  StagedDigest1763683231000,
  WebhookCertificates1763683240000,
  WebhookLeases1763683250000,
  HubOperators1763683255000,
  Suspended1763683256000,
  RecoveredRecipients1763683256001,
  ActiveParties1763683257000,
  InReach1763683257001,
  LetInByTwo1763683258000,
  NamedByTwo1763683259000,
  LedgerExport1763683260000,
];
