import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { FindingsModule } from '#findings';
import { RelatedFindingResolver, RelatedResolver } from './related.resolver.js';
import { ListHitResolver, ListsResolver } from './lists.resolver.js';
import { ListsService } from './lists.service.js';
import { LookupResolver } from './lookup.resolver.js';
import { LookupService } from './lookup.service.js';
import { TextResolver } from './text.resolver.js';
import { TextService } from './text.service.js';
import { TraceResolver } from './trace.resolver.js';
import { TraceService } from './trace.service.js';

export const searchResolvers = [
  LookupResolver,
  ListsResolver,
  ListHitResolver,
  RelatedResolver,
  RelatedFindingResolver,
  TextResolver,
  TraceResolver,
];

@Module({
  imports: [AccessModule, FindingsModule],
  providers: [LookupService, ListsService, TextService, TraceService, ...searchResolvers],
})
export class SearchModule {}
