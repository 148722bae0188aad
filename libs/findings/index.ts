import { Acknowledgement } from './acknowledgement.entity.js';
import { Finding, Revision, Sheet } from './finding.entity.js';
import {
  ClaimRow,
  FindingIndicator,
  RestsOn,
  RevisionIncident,
  SearchText,
  SubjectName,
  TransferRow,
} from './projection.entity.js';
import { Inbox, Release, Withdrawn } from './release.entity.js';

export { filterSchema, postedFindingSchema, type FindingFilter } from './finding.inputs.js';
export { FindingType, InputFaultType, type RevisionType } from './finding.type.js';
export {
  contentSchema,
  documentSchema,
  indicatorSchema,
  seal,
  transferSchema,
  type FindingDocument,
} from './document.js';
export { claimSchema, type Claim } from './claim.js';
export { exclude, MOST_CLAIMS, sidesOf, type PlacedClaim, type Side } from './rivals.policy.js';
export {
  documentsOf,
  inboxRows,
  MINE,
  narrowed,
  Parameters,
  SEEN,
  type Listed,
  type ListFilter,
} from './findings.queries.js';
export { acknowledge } from './acknowledgements.service.js';
export { beginFinding } from './drafts.service.js';
export { releaseByStanding } from './releases.service.js';
export { findingResolvers, FindingsModule } from './findings.module.js';
export { FindingLoaders } from './findings.loaders.js';
export { findingOf, FindingsService, listFilter } from './findings.service.js';
export { project, projectIndicator, projectTransfer, type ProjectedClaim } from './projection.js';
export { caseNumberText, nameRows, searchRows, textsOf, type SearchableText } from './searchable.js';

export const findingEntities = [
  Acknowledgement,
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
  SearchText,
  SubjectName,
];
