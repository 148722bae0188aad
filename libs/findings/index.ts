import { Finding, Revision, Sheet } from './finding.entity.js';
import { ClaimRow, FindingIndicator, RestsOn, RevisionIncident, TransferRow } from './projection.entity.js';
import { Inbox, Release, Withdrawn } from './release.entity.js';

export { contentSchema, documentSchema, seal } from './document.js';
export { findingResolvers, FindingsModule } from './findings.module.js';
export { FindingsService } from './findings.service.js';
export { FindingLoaders } from './findings.loaders.js';
export { FindingType } from './finding.type.js';
export { SEEN } from './findings.queries.js';
export { project } from './projection.js';

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
