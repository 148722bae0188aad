import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessReviewResolver } from './access-review.resolver.js';
import { AccessGuard } from './access.guard.js';
import { AdministrationResolver } from './administration.resolver.js';
import { AdministrationService } from './administration.service.js';
import { AgenciesResolver } from './agencies.resolver.js';
import { AgenciesService } from './agencies.service.js';
import { AgencyLoaders } from './agencies.loaders.js';
import { ArrangementsResolver } from './arrangements.resolver.js';
import { ClosedByDefault } from './closed-by-default.js';
import { InvitationsResolver } from './invitations.resolver.js';
import { InvitationsService } from './invitations.service.js';
import { LedgerExports } from './ledger-exports.service.js';
import { PasskeysResolver } from './passkeys.resolver.js';
import { ProposalsResolver } from './proposals.resolver.js';
import { RecoveriesResolver } from './recoveries.resolver.js';
import { SessionsResolver } from './sessions.resolver.js';
import { StandingAuthoritiesResolver } from './standing-authorities.resolver.js';
import { SystemClientsResolver } from './system-clients.resolver.js';

/** Who may do what: needs a `Database`, and the application to sign requests in. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    ClosedByDefault,
    AgenciesService,
    AgencyLoaders,
    AgenciesResolver,
    AccessReviewResolver,
    AdministrationService,
    AdministrationResolver,
    ArrangementsResolver,
    InvitationsService,
    InvitationsResolver,
    LedgerExports,
    PasskeysResolver,
    ProposalsResolver,
    RecoveriesResolver,
    SessionsResolver,
    StandingAuthoritiesResolver,
    SystemClientsResolver,
  ],
  exports: [AdministrationService, AgencyLoaders, LedgerExports],
})
export class AccessModule {}
