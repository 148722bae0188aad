import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { AdministrationResolver } from './administration.resolver.js';
import { AdministrationService } from './administration.service.js';
import { AgenciesResolver } from './agencies.resolver.js';
import { AgenciesService } from './agencies.service.js';
import { AgencyLoaders } from './agencies.loaders.js';
import { ArrangementsResolver } from './arrangements.resolver.js';
import { ClosedByDefault } from './closed-by-default.js';
import { SystemClientsResolver } from './system-clients.resolver.js';
import { SystemClientsService } from './system-clients.service.js';

/** Who may do what: needs a `Database`, and the application to sign requests in. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    ClosedByDefault,
    AgenciesService,
    AgencyLoaders,
    AgenciesResolver,
    AdministrationService,
    AdministrationResolver,
    ArrangementsResolver,
    SystemClientsService,
    SystemClientsResolver,
  ],
  exports: [AdministrationService, AgencyLoaders],
})
export class AccessModule {}
