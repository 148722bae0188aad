import { changed, type Change, type Mutant } from './mutant.js';

/*
 * Lock two: every policy, and every half of one. Left out, for another policy says the same and both would have to go:
 * in `readable` whose the release is and whether it has ended (the policy of release shows no other); the agency of
 * the finding under a new revision and of the sheet under a draft (likewise); whose list it is, or who wrote it, where
 * a row of a list is changed (a draft stands in its author's list alone).
 */

const ACCESS = 'migrations/1763683200000-access.ts';
const FINDINGS = 'migrations/1763683200002-findings.ts';

const TEXT = 'migrations/1763683209000-search-text.ts';

/** Instead of a condition on the row: whoever is signed in, or may read content at all. */
const SIGNED_IN = '(select acting()) is not null';
const ANY_READER = '(select reader()) is not null';

/** Everybody signed in reads a table of which each should read some rows. */
const opened = (table: string, condition: string): Change => [
  `everybody reads: ${table}`,
  `protect('${table}', { select: ${condition}`,
  `protect('${table}', { select: '${SIGNED_IN}'`,
];

const KEY = '${OWN} and member_id = (select acting_member())`';

const PROJECTIONS = ['revision_incident', 'rests_on', 'claim', 'finding_indicator', 'transfer'];
const LIST = `[${PROJECTIONS.map((table) => `'${table}'`).join(', ')}].map(projection)`;

/** The list of projections, of which one has other rules. */
const butFor = (table: string, rules: string): string =>
  LIST.replace(
    'projection)',
    `(table) => (table === '${table}' ? protect(table, ${rules}) : projection(table)))`,
  );

const SEEN = 'migrations/1763683208000-seen.ts';

const LISTS = 'migrations/1763683208001-reference-lists.ts';

const SEEN_TRANSFERS = 'migrations/1763683212000-seen-transfers.ts';

export const policies: Mutant[] = [
  ...changed('policy', SEEN_TRANSFERS, 'database', [
    [
      'everybody reads: seen_transfer',
      "{ select: 'agency_id = (select reader()) and until > now()' }",
      `{ select: '${ANY_READER}' }`,
    ],
  ]),
  ...changed('policy', SEEN_TRANSFERS, 'trace', [
    [
      'a transfer is seen when the right has ended',
      '(select reader()) and until > now()',
      '(select reader())',
    ],
  ]),
  ...changed('policy', LISTS, 'lists-reference', [
    [
      "every agency's lists are read",
      '`audience = (select reader()) or audience = ${ALL} and (',
      '`audience <> ${ALL} or audience = ${ALL} and (',
    ],
    ['what the hub stages is read', "LISTED('version > 0')", "LISTED('true')"],
    [
      "entries of every agency's lists are read",
      '{ select: `audience = (select reader()) or audience = ${ALL}` }',
      "{ select: '(select acting()) is not null' }",
    ],
    [
      'what is staged is read by everybody',
      "'exists (select from reference_list_version v where v.id = reference_list_row.version_id)'",
      "'(select acting()) is not null'",
    ],
  ]),
  ...changed('policy', SEEN, 'database', [
    [
      'everybody reads: seen_indicator',
      `protect('seen_indicator', { select: SEEN`,
      `protect('seen_indicator', { select: '${ANY_READER}'`,
    ],
    [
      'everybody reads: seen_incident',
      `protect('seen_incident', { select: SEEN`,
      `protect('seen_incident', { select: '${ANY_READER}'`,
    ],
  ]),
  ...changed('policy', SEEN, 'expiry', [
    ['what is seen outlives the right', '(select reader()) and until > now()', '(select reader())'],
  ]),
  ...changed('policy', ACCESS, 'database', [
    opened('agency', '`id = ${KNOWN}`'),
    opened('agency_name', '`agency_id = ${KNOWN}`'),
    opened('agency_jurisdiction', '`agency_id = ${KNOWN}`'),
    opened('member', 'OWN'),
    opened('cap', 'OWN'),
    opened('arrangement', `'id = any (array(select known_arrangements()))'`),
    opened('arrangement_party', `'arrangement_id = any (array(select known_arrangements()))'`),
    [
      'every arrangement is known',
      'select arrangement_id from arrangement_party where agency_id = (select acting())',
      'select arrangement_id from arrangement_party',
    ],
    [
      'every agency with a partner is known',
      'where mine.agency_id = (select acting())\n',
      `where ${SIGNED_IN}\n`,
    ],
    ['everybody reads: idempotency_key', `select: \`${KEY}`, `select: '${SIGNED_IN}'`],
    ["a colleague's idempotency keys are read", `select: \`${KEY}`, 'select: OWN'],
  ]),
  ...changed('policy', ACCESS, 'forgery', [
    ["another's idempotency key is taken", `insert: \`${KEY}`, `insert: '${SIGNED_IN}'`],
    ["a colleague's idempotency key is taken", `insert: \`${KEY}`, 'insert: OWN'],
    ["another's idempotency key is changed", `of: \`${KEY}`, `of: '${SIGNED_IN}'`],
    ["a colleague's idempotency key is changed", `of: \`${KEY}`, 'of: OWN'],
  ]),
  ...changed('policy', FINDINGS, 'database', [
    [
      'everybody reads: finding',
      `protect('finding', { select: AUTHORED`,
      `protect('finding', { select: '${ANY_READER}'`,
    ],
    ['everybody reads: revision', `select: readable('revision.id')`, `select: '${ANY_READER}'`],
    [
      'everybody reads: sheet',
      `protect('sheet', {\n    select: AUTHORED`,
      `protect('sheet', {\n    select: '${ANY_READER}'`,
    ],
    [
      'everybody reads: release',
      'select: `(agency_id = (select reader()) and until > now()) or author_id',
      'select: `(until > now()) or author_id',
    ],
    ['everybody reads what others released', 'or author_id = (select reader())`,', `or ${ANY_READER}\`,`],
    [
      'everybody reads: inbox',
      'select: `${AUTHORED} and until > now()`',
      `select: '${ANY_READER} and until > now()'`,
    ],
    [
      'everybody reads: withdrawn',
      `protect('withdrawn', {})`,
      `protect('withdrawn', { select: '${ANY_READER}' })`,
    ],
    ['the right to one revision opens all of every author', 'and r.revision_id = ${revision} and', 'and'],
    ...PROJECTIONS.map((table): Change => [
      `everybody reads: ${table}`,
      LIST,
      butFor(table, `{ select: '${ANY_READER}', insert: draft(\`\${table}.revision_id\`) }`),
    ]),
  ]),
  ...changed('policy', FINDINGS, 'expiry', [
    ['the list outlives the right', 'select: `${AUTHORED} and until > now()`', 'select: AUTHORED'],
    [
      'the slip outlives the right',
      '`(agency_id = (select reader()) and until > now()) or',
      '`(agency_id = (select reader())) or',
    ],
  ]),
  ...changed(
    'policy',
    FINDINGS,
    ['recall', 'expiry'],
    [
      [
        'everybody learns of what was taken back',
        'from withdrawn where agency_id = (select reader()) and finding_id',
        'from withdrawn where finding_id',
      ],
      [
        'everybody learns of what has ended',
        'from inbox where agency_id = (select reader()) and finding_id',
        'from inbox where finding_id',
      ],
    ],
  ),
  ...changed('policy', FINDINGS, 'forgery', [
    ["a finding in another's name", 'insert: AUTHORED, update', `insert: '${ANY_READER}', update`],
    ["another's finding is changed", 'of: AUTHORED }', `of: '${ANY_READER}' }`],
    [
      "a revision in another's name",
      'insert: `${AUTHORED} and exists (select from finding',
      'insert: `exists (select from finding',
    ],
    [
      "a revision of another's finding",
      'insert: `${AUTHORED} and exists (select from finding f where f.id = revision.finding_id and f.agency_id = (select reader()))`',
      'insert: AUTHORED',
    ],
    ["a sheet in another's name", 'insert: `${AUTHORED} and drafted_by', 'insert: `drafted_by'],
    ["a sheet in a colleague's name", 'and drafted_by = (select acting_member()) and', 'and'],
    [
      'a sheet that says it was released',
      `and state = 'DRAFT' and \${ownRevision('sheet')}`,
      `and \${ownRevision('sheet')}`,
    ],
    ["a sheet of another's revision", ` and \${ownRevision('sheet')}`, ''],
    ["another's sheet is changed", "of: `${AUTHORED} and state <> 'RELEASED'`", "of: `state <> 'RELEASED'`"],
    ['a released sheet is changed', " and state <> 'RELEASED'`", '`'],
    [
      'a release by the application',
      `protect('release', {`,
      `protect('release', {\n    insert: '${ANY_READER}',`,
    ],
    [
      'a longer right by the application',
      `protect('release', {`,
      `protect('release', {\n    update: { columns: 'until', of: AUTHORED },`,
    ],
    [
      "a row in another's list",
      'insert: `${AUTHORED} and author_id = (select reader())',
      'insert: `author_id = (select reader())',
    ],
    [
      "a row of one's list in another's name",
      'insert: `${AUTHORED} and author_id = (select reader()) and',
      'insert: `${AUTHORED} and',
    ],
    [
      "a released row of one's list",
      `author_id = (select reader()) and state = 'DRAFT' and`,
      'author_id = (select reader()) and',
    ],
    ["another revision in one's list", "state = 'DRAFT' and ${ownRevision('inbox')}", "state = 'DRAFT'"],
    [
      "a released row of one's list is changed",
      "and state in ('DRAFT', 'IN_REVIEW') and ${ownRevision('inbox')}",
      "and ${ownRevision('inbox')}",
    ],
    [
      'another revision comes in the place of a draft',
      "('DRAFT', 'IN_REVIEW') and ${ownRevision('inbox')}",
      "('DRAFT', 'IN_REVIEW')",
    ],
    [
      "another's revision is one's own",
      '\n  and r.finding_id = ${table}.finding_id and r.agency_id = (select reader()))',
      '\n  and r.finding_id = ${table}.finding_id)',
    ],
    ["a revision is any finding's", '\n  and r.finding_id = ${table}.finding_id and', '\n  and'],
    ['any draft opens every revision to more', 's.revision_id = ${revision} and', 'true and'],
    ['a released revision is added to', " and s.state = 'DRAFT')`", ')`'],
    [
      "more in another's name",
      'const draft = (revision: string) => `${AUTHORED} and exists',
      'const draft = (revision: string) => `exists',
    ],
    ...PROJECTIONS.map((table): Change => [
      `a released revision is added to: ${table}`,
      LIST,
      butFor(table, '{ select: readable(`${table}.revision_id`), insert: AUTHORED }'),
    ]),
  ]),
  ...changed('policy', 'migrations/policies.ts', 'catalogue', [
    ['no table has row security', 'enable row level security, force', 'force'],
    [
      'row security does not bind the owner',
      'row level security, force row level security`',
      'row level security`',
    ],
    ['the gate is for everybody', 'on ${table} to entente_gate using', 'on ${table} using'],
  ]),
  ...changed('policy', TEXT, 'search', [
    [
      'words are found in all lists',
      "const MINE = 'i.agency_id = (select reader()) and i.until > now() and not i.closed'",
      "const MINE = 'i.until > now() and not i.closed'",
    ],
    [
      'the words of a sheet count for everybody',
      'and (not t.own or t.agency_id = (select reader())) offset 0',
      'offset 0',
    ],
    [
      'everybody reads the words of a sheet',
      "${AUTHORED} or not own and ${released('search_text')}",
      "${AUTHORED} or ${released('search_text')}",
    ],
  ]),
  ...changed('policy', TEXT, 'database', [
    [
      'everybody reads: search_text',
      "select: `${AUTHORED} or not own and ${released('search_text')}`",
      `select: '${ANY_READER}'`,
    ],
    [
      'everybody reads: subject_name',
      "select: `${AUTHORED} or ${released('subject_name')}`",
      `select: '${ANY_READER}'`,
    ],
  ]),
];
