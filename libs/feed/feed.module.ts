import { Module } from '@nestjs/common';
import { AccessModule } from '#access';
import { FeedResolver } from './feed.resolver.js';
import { FeedService } from './feed.service.js';
import { Following } from './following.js';
import { FeedMoves } from './moves.js';

/** The feeds over GraphQL: query, long poll and subscription. Needs a `Database`. */
@Module({
  imports: [AccessModule],
  providers: [FeedService, FeedMoves, Following, FeedResolver],
})
export class FeedModule {}
