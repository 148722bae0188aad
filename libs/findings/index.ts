import { Finding, Revision, Sheet } from './finding.entity.js';
import { ClaimRow, FindingIndicator, RestsOn, RevisionIncident, TransferRow } from './projection.entity.js';
import { Inbox, Release, Withdrawn } from './release.entity.js';

export { contentSchema, documentSchema, seal } from './document.js';
export { findingResolvers, FindingsModule } from './findings.module.js';
export { FindingsService } from './findings.service.js';
export { FindingLoaders } from './findings.loaders.js';
export { FindingType } from './finding.type.js';
export { claimSchema, type Claim } from './claim.js';
export { MINE, SEEN } from './findings.queries.js';
export { groupClaims, type PlacedClaim } from './rivals.policy.js';
export { project, type ProjectedClaim } from './projection.js';

export const findingEntities = [
  Finding,
  Revision,
  Sheet,
  Release,
  Inbox,
  Withdrawn,
  RevisionIncident,
  RestsOn,
  ClaimRow,
  FindingIndicator,
  TransferRow,
];
