import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { FindingsModule } from '#findings';
import { RelatedFindingResolver, RelatedResolver } from './related.resolver.js';
import { ListHitResolver, ListsResolver } from './lists.resolver.js';
import { ListsService } from './lists.service.js';
import { LookupResolver } from './lookup.resolver.js';
import { LookupService } from './lookup.service.js';

export const searchResolvers = [
  LookupResolver,
  ListsResolver,
  ListHitResolver,
  RelatedResolver,
  RelatedFindingResolver,
];

@Module({
  imports: [AccessModule, FindingsModule],
  providers: [LookupService, ListsService, ...searchResolvers],
})
export class SearchModule {}
