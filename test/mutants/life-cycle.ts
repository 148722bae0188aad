import { changed, type Change, type Mutant } from './mutant.js';

/*
 * Every check of the life cycle. Left out, for nothing would change: what a second tombstone does with the first (a
 * release removes the tombstone, so there is none), the constraint against TLP:RED in a release (the check before it).
 */

const DRAFTS = 'libs/findings/drafts.service.ts';
const ACTS = 'migrations/1763683200003-life-cycle.ts';

/** A refusal that never comes. */
const never = (name: string, condition: string): Change => [name, `if ${condition} then`, 'if false then'];

export const lifeCycle: Mutant[] = [
  ...changed('life cycle', DRAFTS, 'life-cycle', [
    ['what is in review is submitted again', `if (state !== 'DRAFT') throw`, 'if (false) throw'],
    ['a draft is returned', `if (state !== 'IN_REVIEW')`, 'if (false)'],
    ['an earlier revision is worked on', 'if (now?.latest !== own.number)', 'if (!now)'],
    ["another's revision is an error of ours", 'if (!own) throw', 'if (false) throw'],
    [
      'every list of one agency shows the draft',
      `.where('agency_id = :agency and finding_id = :finding', {`,
      `.where('agency_id = :agency', {`,
    ],
  ]),
  ...changed('life cycle', DRAFTS, 'ledger', [
    [
      'a draft may come before the last act',
      `greatest(clock_timestamp(), last_at + interval '1 microsecond')`,
      'clock_timestamp()',
    ],
  ]),
  ...changed('life cycle', DRAFTS, 'bad-documents', [
    ['what a document names is not looked for', 'if (faults.length > 0)', 'if (false)'],
  ]),
  ...changed('life cycle', ACTS, 'database', [
    [
      "another agency's finding is acted on",
      'where id = target and agency_id = (select reader()) for update',
      'where id = target for update',
    ],
    never(
      'the function does not ask the role',
      `not exists (select from member where id = acting_member() and roles @> array['RELEASER'])`,
    ),
  ]),
  ...changed('life cycle', ACTS, 'ledger', [
    [
      'an act may come before the last one',
      `greatest(clock_timestamp(), f.last_at + interval '1 microsecond')`,
      'clock_timestamp()',
    ],
  ]),

  // Arrangements.
  ...changed('life cycle', ACTS, 'release', [
    [
      'an arrangement counts before it begins',
      'when a.valid_from > now() or a.valid_until',
      'when a.valid_until',
    ],
    ['an arrangement counts after its end', ' or a.valid_until <= now()', ''],
    [
      'an arrangement counts though a party has not accepted it',
      'p.arrangement_id = a.id and p.accepted_at is null',
      'false',
    ],
    [
      'the kinds of an arrangement are not asked',
      'when not release_grounds.kind = any (a.kinds)',
      'when false',
    ],
    [
      'the purposes of an arrangement are not asked',
      'when not release_grounds.purposes && a.purposes',
      'when false',
    ],
    [
      'the marking of an arrangement is not asked',
      'when marking_rank(release_grounds.marking) > marking_rank(a.highest_marking)',
      'when false',
    ],
    ['another arrangement than the one named counts', ' and (wanted is null or a.id = wanted)', ''],
    ['arrangements of others count', 'where mine.agency_id = (select acting()) and (wanted', 'where (wanted'],
    [
      'an arrangement that reaches less far counts',
      'order by judged.agency_id, reached desc,',
      'order by judged.agency_id, reached,',
    ],
    ['a suspended agency gets it', 'when agency.suspended_at is not null', 'when false'],
    never('no arrangement, no matter', 'g.ground is not null'),
    never('its own agency gets it', 'recipient = f.agency_id'),
    never(
      'a stranger is told apart from nobody',
      'not exists (select from known_agencies() as known where known = recipient)',
    ),
    never('what has ended already is given', 'ends <= at'),
    never('it is released to nobody', 'cardinality(named) = 0'),
    never(
      'an agency is named twice',
      'cardinality(named) <> (select count(distinct a) from unnest(named) as a)',
    ),
  ]),
  ...changed('life cycle', ACTS, 'basis', [
    ['validateFinding says that one shares with oneself', ' and other.agency_id <> mine.agency_id', ''],
    never(
      'the basis is not asked of a recipient',
      'exists (select from rests_on where revision_id = rev.id and not holds(recipient, basis_id))',
    ),
    never(
      'the basis is not asked of the author',
      'exists (select from rests_on where revision_id = rev.id and not holds(f.agency_id, basis_id))',
    ),
    ['a basis held once is held', ' and r.until > now())\n        or', ')\n        or'],
    [
      'a basis that anybody holds is held',
      'where r.agency_id = agency and r.revision_id',
      'where r.revision_id',
    ],
    [
      'who holds any revision holds the basis',
      'where r.agency_id = agency and r.revision_id = revision and',
      'where r.agency_id = agency and',
    ],
    [
      "a basis is everybody's own",
      'where r.id = revision and r.agency_id = agency)',
      'where r.id = revision)',
    ],
  ]),

  // Terms.
  ...changed('life cycle', ACTS, 'release-terms', [
    ['looser by TLP', `marking_rank(tlp) < marking_rank(own ->> 'tlp')`, 'false'],
    ['looser by PAP', `pap_rank(use) < pap_rank(own ->> 'pap')`, 'false'],
    ['looser by handling', 'or not handling @> own_handling', ''],
    ['for a purpose that the document has not', 'or not use_for <@ own_purposes', ''],
    never('TLP:RED is released', `tlp = 'TLP:RED'`),
    never('wider than the cap by marking', 'marking_rank(tlp) > marking_rank(highest)'),
    never('without a cap', 'widest is null'),
    [
      'wider than the cap by number',
      'until > clock_timestamp()) > widest then',
      'until > clock_timestamp()) < 0 then',
    ],
  ]),

  // Who releases what.
  ...changed('life cycle', ACTS, 'second-person', [
    [
      'a releaser of another agency',
      'where id = target and agency_id = (select reader());',
      'where id = target;',
    ],
    ['without a second person', 'where sheet.finding_id = f.id and number <= s.number\n', 'where false\n'],
    ['a second person of the last revision alone', 'and number <= s.number\n', 'and number = s.number\n'],
    ['a second person of later revisions too', 'and number <= s.number\n', '\n'],
    [
      'a second membership is a second person',
      'member.person_id = (select person_id from member where id = acting_member())',
      'member.id = acting_member()',
    ],
  ]),
  ...changed('life cycle', ACTS, 'life-cycle', [
    never('a draft is released without review', `s.state = 'DRAFT'`),
    [
      'what is superseded is released',
      'if f.superseded_by is not null or f.expires_at <= clock_timestamp() then',
      'if f.expires_at <= clock_timestamp() then',
    ],
    [
      'what has expired is released',
      'if f.superseded_by is not null or f.expires_at <= clock_timestamp() then',
      'if f.superseded_by is not null then',
    ],
    never('what nobody holds is recalled', 'cardinality(gone) = 0'),
    never('what was never released expires', 'f.released_revision_id is null'),
    ...(['f', 's'] as const).flatMap((row): Change[] => {
      const what = row === 'f' ? 'is superseded' : 'supersedes';
      const rest = `${row}.superseded_by is not null or ${row}.recalled_at is not null\n       or ${row}.expires_at <= clock_timestamp() then`;
      const whole = `if ${row}.released_revision_id is null or ${rest}`;
      return [
        [`what was never released ${what}`, whole, `if ${rest}`],
        [`what was superseded ${what}`, whole, whole.replace(`${row}.superseded_by is not null or `, '')],
        [`what was recalled ${what}`, whole, whole.replace(`or ${row}.recalled_at is not null`, '')],
        [
          `what has expired ${what}`,
          whole,
          whole.replace(`\n       or ${row}.expires_at <= clock_timestamp()`, ''),
        ],
      ];
    }),
  ]),
  ...changed('life cycle', ACTS, 'new-revision', [
    never(
      'an earlier revision after a later one',
      `exists (select from sheet where sheet.finding_id = f.id and number > s.number and state = 'RELEASED')`,
    ),
    ['holders are not asked for', 'if not holders <@ (named || without) or named', 'if named'],
    ['one gets it and is left without', ' or named && without then', ' then'],
    never('who holds nothing is left without', 'not without <@ holders'),
    ['the new revision is in its old place', 'listed_at = excluded.listed_at, until', 'until'],
    [
      'the list keeps the old revision',
      'update set revision_id = excluded.revision_id, state',
      'update set state',
    ],
    [
      'the list keeps the old marking',
      'kind = excluded.kind, marking = excluded.marking, titles',
      'kind = excluded.kind, titles',
    ],
  ]),
  ...changed('life cycle', ACTS, 'expiry', [
    [
      'whose right has ended is still a holder',
      'and until > clock_timestamp() and revision_id <> target',
      'and revision_id <> target',
    ],
    ['the end that the releaser gave is ignored', `least((wish ->> 'until')::timestamptz, `, 'least('],
    ["the finding's end is ignored for who comes later", 'f.expires_at, g.until)', 'g.until)'],
    ["the arrangement's end is ignored", 'f.expires_at, g.until)', 'f.expires_at)'],
    [
      'what an arrangement keeps ends with it',
      `case when a.on_end = 'KEEP' then 'infinity' else a.valid_until end`,
      'a.valid_until',
    ],
    [
      'what an arrangement does not keep outlives it',
      `case when a.on_end = 'KEEP' then 'infinity' else a.valid_until end`,
      `'infinity'`,
    ],
    ['the retention is ignored', 'now() + make_interval(days => a.retention_days)', 'null'],
    never('an end is put off', 'new_end >= f.expires_at'),
    [
      'the right outlives the end',
      'update release set until = least(until, new_end) where release.finding_id = f.id;',
      '',
    ],
    [
      'the list outlives the end',
      'update inbox set until = least(until, new_end) where inbox.finding_id = f.id and agency_id <> f.agency_id;',
      '',
    ],
    [
      'the author is not told of the end',
      'update inbox set expires_at = new_end where inbox.finding_id = f.id and agency_id = f.agency_id;',
      '',
    ],
    [
      'the finding does not know its end',
      'update finding set expires_at = new_end, last_at',
      'update finding set last_at',
    ],
    [
      'given again, the right has its old end',
      'released_at = excluded.released_at, until = excluded.until;',
      'released_at = excluded.released_at;',
    ],
  ]),

  // Recall and supersede.
  ...changed('life cycle', ACTS, 'recall', [
    never('it is recalled from who never had it', 'not gone <@ holders'),
    [
      'from all, though from one',
      'gone uuid[] := coalesce(from_agencies, holders)',
      'gone uuid[] := holders',
    ],
    [
      'the right outlives the recall',
      'delete from release where release.finding_id = f.id and agency_id = any (gone);',
      '',
    ],
    [
      'the list outlives the recall',
      'delete from inbox where inbox.finding_id = f.id and agency_id = any (gone);',
      '',
    ],
    ['a recall leaves no tombstone', 'from unnest(gone) as agency', `from unnest('{}'::uuid[]) as agency`],
    [
      'a tombstone outlives a new release',
      'delete from withdrawn where agency_id = recipient and finding_id = f.id;',
      '',
    ],
    ['it is recalled with the first', 'if holders <@ gone then', 'if true then'],
    [
      'recalled, it says RELEASED',
      `update inbox set state = 'RECALLED' where`,
      `update inbox set state = 'RELEASED' where`,
    ],
    [
      'who had it once is a holder',
      'where release.finding_id = f.id\n                             and until > clock_timestamp())',
      'where release.finding_id = f.id)',
    ],
  ]),
  ...changed('life cycle', ACTS, 'supersede', [
    [
      'released again, it is still recalled',
      'released_revision_id = target, recalled_at = null',
      'released_revision_id = target',
    ],
    never('a finding supersedes itself', 'f.id = s.id'),
    [
      'superseded, it says RELEASED',
      `update inbox set state = 'SUPERSEDED' where inbox.finding_id = f.id;`,
      '',
    ],
    [
      'everybody learns the successor',
      'held.finding_id = s.id and held.agency_id = inbox.agency_id)',
      'held.finding_id = s.id)',
    ],
    [
      'who gets the successor later does not learn of it',
      'update inbox set superseded_by = f.id\n',
      'update inbox set superseded_by = null\n',
    ],
    [
      'who loses the successor still knows it',
      'update inbox set superseded_by = null where superseded_by = f.id and agency_id = any (gone);',
      '',
    ],
    [
      'who loses the successor makes others forget it',
      'where superseded_by = f.id and agency_id = any (gone);',
      'where superseded_by = f.id;',
    ],
  ]),
  ...changed('life cycle', 'libs/findings/releases.service.ts', 'settled', [
    ['a release on other terms is answered at once', 'if (!isFirst) await settled();', ''],
    ['what takes content back is answered at once', 'await settled();\n    return done;', 'return done;'],
  ]),
  ...changed('life cycle', 'libs/access/administration.service.ts', 'settled', [
    ['the end of an arrangement is answered at once', "if (act === 'arrangement.ended' || act", 'if (act'],
  ]),
  ...changed('life cycle', 'libs/access/administration.service.ts', 'suspension-webhooks', [
    ['a suspension is answered at once', " || act === 'agency.suspended') await", ') await'],
  ]),
  ...changed('policy', 'migrations/1763683221000-recalled-from.ts', 'recall', [
    ['anybody learns who had it', 'and f.agency_id = (select reader()) and', 'and'],
    [
      'the place in the feed of another is told',
      'own.agency_id = gone.author',
      'own.agency_id = gone.agency_id',
    ],
    ['what no feed had told counts', 'and not exists (select from unnumbered u where u.entry_id = e.id)', ''],
  ]),
];
