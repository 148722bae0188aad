export { append, type Act } from './append.js';
export { Entry } from './entry.entity.js';
export {
  feedHead,
  FEEDS,
  feedSlice,
  type Ask,
  type FeedEntry,
  type FeedHead,
  type FeedName,
} from './feed.js';
export { runSequencer } from './sequencer.js';
export { FRESH, settled } from './freshness.js';
