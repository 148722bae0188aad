import { conflict, invalid } from '#core';
import { FEEDS, type FeedHead, type FeedName } from '#ledger';

/** A place in a feed: behind this position of this epoch. */
export interface FeedPlace {
  feed: FeedName;
  epoch: string;
  position: number;
}

/** Opaque to the client. It holds only what it was shown, so it needs no signature. */
export const feedCursor = ({ feed, epoch, position }: FeedPlace): string =>
  Buffer.from(JSON.stringify([feed, epoch, position])).toString('base64url');

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * @param feed which it must be of
 * @param path of the input it came in
 * @throws ServiceError INVALID for what is no cursor of this feed
 */
export function placeOf(cursor: string, feed: FeedName, path: string): FeedPlace {
  const place = parse(cursor);
  if (place?.feed === feed) return place;
  throw invalid(path, `This is no cursor of the feed ${feed}.`);
}

/** Any feed's. @throws ServiceError INVALID for what is no cursor of a feed */
export function anyPlaceOf(cursor: string, path: string): FeedPlace {
  const place = parse(cursor);
  if (place) return place;
  throw invalid(path, 'This is no cursor of a feed.');
}

function parse(cursor: string): FeedPlace | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || parsed.length !== 3) return null;
    const [name, epoch, position] = parsed as unknown[];
    const feed = FEEDS.find((one) => one === name);
    if (feed === undefined || typeof epoch !== 'string' || !UUID.test(epoch)) return null;
    if (typeof position !== 'number' || !Number.isSafeInteger(position) || position < 0) return null;
    return { feed, epoch, position };
  } catch {
    return null;
  }
}

/**
 * A place that the feed does not know: of an epoch before a restore, or behind its end, which is a restore of which
 * nobody told it.
 * @throws ServiceError CONFLICT that tells the consumer what to do
 */
export function checkPlace(place: FeedPlace, head: FeedHead, path: string): void {
  if (place.epoch === head.epoch && place.position <= head.position) return;
  throw conflict(
    'This cursor is of an earlier epoch: the service was restored from a backup, and positions were given anew. ' +
      'Read the feed from its beginning, without a cursor, and compare it with what you hold.',
    path,
  );
}
