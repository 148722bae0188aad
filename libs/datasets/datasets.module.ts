import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { DatasetsResolver } from './datasets.resolver.js';
import { DatasetsService } from './datasets.service.js';

export const datasetResolvers = [DatasetsResolver];

@Module({
  imports: [AccessModule],
  providers: [DatasetsService, ...datasetResolvers],
})
export class DatasetsModule {}
