import { AccessConfirmation, MemberUse } from './access-review.entity.js';
import { AccessReviewResolver } from './access-review.resolver.js';
import {
  Agency,
  AgencyContact,
  AgencyJurisdiction,
  AgencyName,
  AgencyProposal,
  Vouching,
} from './agency.entity.js';
import { Arrangement, ArrangementParty } from './arrangement.entity.js';
import { Cap, Member, Person } from './member.entity.js';
import { AdministrationResolver } from './administration.resolver.js';
import { ArrangementsResolver } from './arrangements.resolver.js';
import { Invitation } from './invitation.entity.js';
import { Passkey } from './passkey.entity.js';
import { PasskeysResolver } from './passkeys.resolver.js';
import { PendingAct } from './pending-act.entity.js';
import { Session } from './session.entity.js';
import { ClientKey, SystemClient } from './system-client.entity.js';
import { AgenciesResolver } from './agencies.resolver.js';
import { InvitationsResolver } from './invitations.resolver.js';
import { ProposalsResolver } from './proposals.resolver.js';
import { RecoveriesResolver } from './recoveries.resolver.js';
import { ClosedInbox, Recovery } from './recovery.entity.js';
import { SessionsResolver } from './sessions.resolver.js';
import { StandingAuthoritiesResolver } from './standing-authorities.resolver.js';
import { StandingAuthority, StandingUse } from './standing-authority.entity.js';
import { SystemClientsResolver } from './system-clients.resolver.js';

export { AdministrationPayload } from './administration.type.js';
export { AdministrationService } from './administration.service.js';
export { AccessModule } from './access.module.js';
export { AgencyLoaders } from './agencies.loaders.js';
export { AgencyType } from './agency.type.js';
export {
  Allow,
  callerOf,
  CallerOf,
  Open,
  type Bearer,
  type OperationContext,
  type SignedRequest,
  type Turn,
} from './allow.decorator.js';
export { LedgerExports } from './ledger-exports.service.js';
export type { LedgerExtent, LedgerPage } from './ledger-exports.queries.js';
export { KINDS, PURPOSES, TLP } from './vocabulary.js';
export { givenKey, publicKeySchema, type GivenKey } from './public-key.js';
export { hashOfCode, newCode } from './one-time-code.js';
export { CONTENT_ROLES, ROLES, type Role } from './role.js';
export { bootstrap } from './bootstrap.js';
export { enrol, rosterSchema, type Roster } from './roster.js';

export const accessEntities = [
  AccessConfirmation,
  Agency,
  AgencyContact,
  AgencyJurisdiction,
  AgencyName,
  AgencyProposal,
  Arrangement,
  ArrangementParty,
  Cap,
  ClientKey,
  ClosedInbox,
  Invitation,
  Member,
  MemberUse,
  Passkey,
  PendingAct,
  Person,
  Recovery,
  Session,
  StandingAuthority,
  StandingUse,
  SystemClient,
  Vouching,
];

export const accessResolvers = [
  AccessReviewResolver,
  AgenciesResolver,
  AdministrationResolver,
  ArrangementsResolver,
  InvitationsResolver,
  PasskeysResolver,
  ProposalsResolver,
  RecoveriesResolver,
  SessionsResolver,
  StandingAuthoritiesResolver,
  SystemClientsResolver,
];
