import { Agency, AgencyJurisdiction, AgencyName } from './agency.entity.js';
import { Arrangement, ArrangementParty } from './arrangement.entity.js';
import { Cap, Member, Person } from './member.entity.js';
import { AdministrationResolver } from './administration.resolver.js';
import { ArrangementsResolver } from './arrangements.resolver.js';
import { PendingAct } from './pending-act.entity.js';
import { ClientKey, SystemClient } from './system-client.entity.js';
import { AgenciesResolver } from './agencies.resolver.js';
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
} from './allow.decorator.js';
export { KINDS, PURPOSES, TLP } from './vocabulary.js';
export { CONTENT_ROLES, ROLES, type Role } from './role.js';
export { enrol, rosterSchema, type Roster } from './roster.js';

export const accessEntities = [
  Agency,
  AgencyJurisdiction,
  AgencyName,
  Arrangement,
  ArrangementParty,
  Cap,
  ClientKey,
  Member,
  PendingAct,
  Person,
  SystemClient,
];

export const accessResolvers = [
  AgenciesResolver,
  AdministrationResolver,
  ArrangementsResolver,
  SystemClientsResolver,
];
