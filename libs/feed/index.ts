import { FeedResolver } from './feed.resolver.js';

export { FeedEventType } from './feed.type.js';
export { FeedModule } from './feed.module.js';

export const feedResolvers = [FeedResolver];
