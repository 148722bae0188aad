import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { AcknowledgementsService } from './acknowledgements.service.js';
import { agencyFieldResolvers } from './agency-fields.resolver.js';
import { DraftsService } from './drafts.service.js';
import { FeedEventResolver } from './feed-event.resolver.js';
import { FindingLoaders } from './findings.loaders.js';
import { FindingConnectionResolver, FindingsResolver, RevisionResolver } from './findings.resolver.js';
import { FindingsService } from './findings.service.js';
import { IncidentsResolver } from './incidents.resolver.js';
import { IncidentsService } from './incidents.service.js';
import { IndicatorResolver } from './indicator.resolver.js';
import { LifeCycleResolver } from './life-cycle.resolver.js';
import { ReleasesService } from './releases.service.js';

export const findingResolvers = [
  FindingsResolver,
  FindingConnectionResolver,
  RevisionResolver,
  LifeCycleResolver,
  IncidentsResolver,
  IndicatorResolver,
  FeedEventResolver,
  ...agencyFieldResolvers,
];

@Module({
  imports: [AccessModule],
  providers: [
    FindingsService,
    DraftsService,
    ReleasesService,
    AcknowledgementsService,
    IncidentsService,
    FindingLoaders,
    ...findingResolvers,
  ],
  exports: [FindingsService, FindingLoaders],
})
export class FindingsModule {}
