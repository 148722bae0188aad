import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { FindingsModule } from '#findings';
import { LookupResolver } from './lookup.resolver.js';
import { LookupService } from './lookup.service.js';

export const searchResolvers = [LookupResolver];

@Module({
  imports: [AccessModule, FindingsModule],
  providers: [LookupService, ...searchResolvers],
})
export class SearchModule {}
