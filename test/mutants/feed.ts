import { changed, type Mutant } from './mutant.js';

/*
 * The feeds. Left out: that a slice of the application names its agency (row security shows no other's; of the worker's
 * slices it is a mutant here).
 */

const MIGRATION = 'migrations/1763683206000-feed.ts';
const [SEQUENCER, FEED, LOGIN] = ['sequencer', 'feed', 'ledger-login'];

export const feeds: Mutant[] = [
  ...changed('policy', MIGRATION, LOGIN, [
    ['every agency reads every feed', 'const MINE = `agency_id = (select acting())', 'const MINE = `true'],
    [
      'whoever reads content reads the feed of administration',
      "feed = 'ADMINISTRATION' and (select oversees())",
      'true',
    ],
    [
      'whoever administers reads the feed of sharing',
      "feed = 'SHARING' and (select reader()) is not null",
      'true',
    ],
    [
      'every member reads the cursors of its agency',
      'agency_id = (select acting()) and member_id = (select acting_member())`',
      'agency_id = (select acting())`',
    ],
    [
      'whoever reads content reads all of the ledger',
      "(select reader()) is not null and 'SHARING' = any (feeds_of(act))",
      '(select reader()) is not null',
    ],
  ]),
  ...changed('integrity', MIGRATION, SEQUENCER, [
    [
      'any fence numbers',
      'perform from sequencer where fence = mine for update',
      'perform from sequencer for update',
    ],
    [
      'the fence is not held to commit',
      'perform from sequencer where fence = mine for update',
      'perform from sequencer where fence = mine',
    ],
    ['the feed of a suspended agency moves', 'where agency.suspended_at is null order by', 'order by'],
    [
      'a lease of a clock that was set back is waited for',
      "or until > clock_timestamp() + interval '6 seconds'",
      '',
    ],
    ['positions begin anew in each batch', 'feed_head.position + excluded.position', 'excluded.position'],
    [
      'entries are numbered in any order',
      'partition by agency_id, feed order by recorded_at, entry_id',
      'partition by agency_id, feed order by entry_id',
    ],
  ]),
  ...changed(
    'permission',
    MIGRATION,
    [FEED, 'subscriptions'],
    [
      [
        'those of a suspended agency go on waiting',
        'member.ended_at is null and agency.suspended_at is null\n                          and',
        'member.ended_at is null and',
      ],
    ],
  ),
  ...changed('filter', MIGRATION, FEED, [
    [
      'the end of an arrangement comes to administrators alone',
      "when 'arrangement' then array['SHARING', 'ADMINISTRATION']",
      "when 'arrangement' then array['ADMINISTRATION']",
    ],
    [
      'what happens to clients comes to all',
      "else array['ADMINISTRATION'] end",
      "else array['ADMINISTRATION', 'SHARING'] end",
    ],
  ]),
  ...changed(
    'filter',
    'libs/ledger/feed.ts',
    [SEQUENCER],
    [
      [
        "a slice of the worker's is of all agencies",
        'where p.agency_id = ${agency} and p.feed',
        'where p.feed',
      ],
    ],
  ),
  ...changed(
    'filter',
    'libs/ledger/feed.ts',
    [FEED],
    [
      [
        'types are ignored',
        'and e.act = any (${named(types)}::text[])',
        'and ${named(types)}::text[] is not null',
      ],
    ],
  ),
  ...changed('filter', 'libs/feed/feed.service.ts', FEED, [
    [
      'of what was withdrawn the actor is told',
      'cursor, actorAgencyId: null, revisionId: null }',
      'cursor, revisionId: null }',
    ],
    [
      'of what was withdrawn the revision is told',
      'cursor, actorAgencyId: null, revisionId: null }',
      'cursor, actorAgencyId: null }',
    ],
    ['what types leave out is not told', 'skipped: between(begin, through, entries)', 'skipped: []'],
    [
      'an acknowledgement goes back',
      'then greatest(c.position, excluded.position)',
      'then excluded.position',
    ],
  ]),
  ...changed('integrity', 'libs/feed/cursor.ts', FEED, [
    [
      'a cursor of an earlier epoch is good',
      'place.epoch === head.epoch && place.position',
      'place.position',
    ],
    [
      'a cursor from beyond the end is good',
      'place.epoch === head.epoch && place.position <= head.position',
      'place.epoch === head.epoch',
    ],
    ['a cursor of another feed is good', 'place?.feed === feed', 'place'],
  ]),
  ...changed('permission', 'libs/feed/feed.resolver.ts', FEED, [
    [
      'a feed is for every role',
      'READERS[feed].some((one) => one === role)',
      'READERS[feed].length > 0 && role !== undefined',
    ],
  ]),
  ...changed('permission', 'libs/feed/moves.ts', 'subscriptions', [
    ['a subscription outlives its token', 'bell.who.until <= Date.now()', 'bell.who.until <= 0'],
  ]),
  ...changed('permission', 'libs/feed/moves.ts', 'a-second-open', [
    ['who waits is asked for once in an hour', 'const CHECK = 400;', 'const CHECK = 3_600_000;'],
  ]),
  ...changed('permission', 'libs/feed/moves.ts', 'feed-waiting', [
    ['any number of an agency wait', 'same.length >= MOST_WAITING', 'same.length < 0'],
  ]),
];
