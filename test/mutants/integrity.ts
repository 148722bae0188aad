import { changed, type Mutant } from './mutant.js';

/*
 * The ledger, idempotency keys, cursors and tokens. Left out: the algorithm of tokens and the claims they must have
 * (the key is of that algorithm alone, and what is then read of a token asks for the claims); the canonical form of an
 * input under its key (what was checked has its fields in the order of its schema).
 */

const LEDGER = 'migrations/1763683200001-ledger.ts';
const ACTS = 'migrations/1763683200003-life-cycle.ts';
const ENTRY = `protect('entry', {`;

export const integrity: Mutant[] = [
  ...changed('integrity', 'apps/api/document-parts.ts', 'document-parts', [
    ['a document is answered with what another says', '`${selection} ${hash}`', 'selection'],
    [
      'a selection is known by its first field alone',
      "info.fieldNodes.map((node) => this.numberOf(node)).join(',')",
      'info.fieldNodes.slice(0, 1).map((node) => this.numberOf(node)).join()',
    ],
  ]),
  ...changed('integrity', 'migrations/1763683208000-seen.ts', 'races', [
    ['what another revision had is still seen', "if tg_op = 'UPDATE' then", 'if false then'],
    [
      'what is seen outlives its right',
      'if (new.listed_at, new.until, new.closed) is distinct from (old.listed_at, old.until, old.closed) then',
      'if false then',
    ],
  ]),
  ...changed('integrity', 'migrations/1763683208001-reference-lists.ts', 'lists-reference', [
    ["one operator publishes the hub's list", "select me.roles @> array['OPERATOR']\n", 'select false\n'],
    ['what was staged since is published too', "if hash <> content ->> 'digest' then", 'if false then'],
    [
      "another agency's list is rolled back",
      'where id = target and agency_id = me.agency_id\n       and audience = list_audience(me) for update',
      'where id = target for update',
    ],
  ]),
  ...changed('integrity', 'migrations/1763683212000-seen-transfers.ts', 'trace', [
    ['transfers of another revision are seen', "if tg_op = 'UPDATE' then", 'if false then'],
  ]),
  ...changed(
    'integrity',
    'migrations/1763683212000-seen-transfers.ts',
    ['trace', 'recovery'],
    [
      [
        'transfers are seen that are closed',
        'if (new.until, new.closed) is distinct from (old.until, old.closed) then',
        'if false then',
      ],
    ],
  ),
  ...changed('integrity', 'libs/search/trace.queries.ts', 'trace', [
    ['a trace goes on behind a service', 'where not ${SERVICE}', 'where true'],
    ['money leaves before it came', "'s.happened_until > wanted.since'", "'true'"],
    ['money comes after it left, traced back', "'s.happened_from < wanted.since'", "'true'"],
  ]),
  ...changed('integrity', 'libs/search/trace-walk.ts', 'trace', [
    ['a hub is followed', 'mine.length > this.bounds.fanOut', 'false'],
    ['what was cut off is taken for the whole', 'place >= end', 'false'],
  ]),
  ...changed(
    'integrity',
    'libs/search/trace.resolver.ts',
    ['trace', 'trace-progress'],
    [
      ['a trace that nobody waits for goes on', 'closed?.aborted ?? reply.raw.destroyed', 'false'],
      ['a trace by subscription goes on when it is closed', 'closed?.aborted ?? ', ''],
      ['a trace goes on when its token has ended', 'user.until <= Date.now()', 'false'],
    ],
  ),
  ...changed('integrity', 'libs/search/trace.service.ts', 'trace-progress', [
    ['a hop is read for nobody', 'check();\n    const { frontier', 'const { frontier'],
  ]),
  ...changed('integrity', 'apps/api/subscriptions/operations.ts', 'trace-progress', [
    ['an agency has any number of traces open', 'open >= MOST_WORKING', 'false'],
  ]),
  ...changed('integrity', 'apps/api/subscriptions/operations.ts', 'budgets', [
    [
      'a trace by subscription takes no turn',
      'this.budgets.inTurn(agency, () => events.next())',
      'events.next()',
    ],
  ]),
  ...changed('integrity', 'apps/api/limits/cost.ts', 'budgets', [
    ['a subscription is for free', ' || field.subscribe !== undefined', ''],
  ]),
  ...changed('integrity', 'libs/search/trace-shares.ts', 'libs/search/trace', [
    ['what came back to the start is stolen again', 'fresh: amount - back', 'fresh: amount'],
    ['haircut takes all', '(this.stolen.haircut * amount) / this.balance', 'this.stolen.haircut'],
  ]),
  ...changed('integrity', 'libs/search/lists.queries.ts', 'lists-reference', [
    ['each page of versions is the first', 'v.number < wanted.before', 'true'],
  ]),
  ...changed('integrity', 'libs/search/related.policy.ts', 'related', [
    [
      'a known service ties findings together',
      'services.length > 0 && services.length === hits.length',
      'false',
    ],
    [
      'a service that is sanctioned is suppressed',
      'services.length > 0 && services.length === hits.length',
      'services.length > 0',
    ],
    ['a common value ties findings together', 'findings > MOST_COMMON', 'false'],
  ]),
  ...changed('integrity', 'libs/search/lookup.service.ts', 'lookup', [
    ["a victim's wallet is a suspect's", "roles.includes('suspect')", 'roles.length > 0'],
    ['more values than may be are looked up', 'if (pasted.length > MOST_VALUES)', 'if (false)'],
  ]),
  ...changed('integrity', LEDGER, 'ledger-login', [
    ['the application reads the ledger', ENTRY, `${ENTRY}\n        select: 'agency_id = (select acting())',`],
    [
      'the application changes the ledger',
      ENTRY,
      `${ENTRY}\n        update: { columns: 'act', of: 'actor_agency_id = (select acting())' },`,
    ],
    [
      'the application deletes from the ledger',
      ENTRY,
      `${ENTRY}\n        delete: 'actor_agency_id = (select acting())',`,
    ],
    [
      "another's act is entered",
      'insert: `actor_agency_id = (select acting())\n          and member_id',
      'insert: `member_id',
    ],
    [
      'any member may be entered',
      '\n          and member_id is not distinct from case when agency_id = (select acting()) then (select acting_member()) end',
      '',
    ],
    [
      "one's own entry needs no member",
      'is not distinct from case when agency_id',
      'is not distinct from case when member_id is not null and agency_id',
    ],
  ]),
  ...changed('integrity', 'libs/ledger/append.ts', 'ledger', [
    ['who is concerned is not told', '[agencyId, ...concerned]', '[agencyId]'],
    ['the member is in every ledger', 'case when agency = $1 then $2::uuid end', '$2::uuid'],
    [
      'an entry has a time of its own',
      'coalesce($7, clock_timestamp())',
      'coalesce($7::timestamptz - $7::timestamptz + clock_timestamp(), clock_timestamp())',
    ],
  ]),
  ...changed('integrity', ACTS, 'ledger', [
    [
      'who holds it no longer is told that it was superseded',
      'and agency_id <> f.agency_id\n                   and until > happened);\n    return query',
      'and agency_id <> f.agency_id);\n    return query',
    ],
    [
      'who holds it no longer is told of its end',
      'and agency_id <> f.agency_id\n                          and until > happened);\n  begin',
      'and agency_id <> f.agency_id);\n  begin',
    ],
  ]),
  ...changed('integrity', 'libs/findings/releases.service.ts', 'ledger', [
    [
      'an act that reaches others leaves no entry',
      '  await append(tx, {',
      '  if (Date.now() < 0) await append(tx, {',
    ],
  ]),
  ...changed('integrity', 'libs/core/idempotency.ts', 'idempotency', [
    ['a key takes any input', 'if (earlier?.fingerprint !== fingerprint)', 'if (!earlier)'],
    ['a repeat acts again', 'if (taken.length === 0) return repeat(tx, mine, fingerprint);', ''],
    [
      'a key is of all operations',
      'tx.viewer.memberId, operation, input',
      `tx.viewer.memberId, 'any', input`,
    ],
    ['a key is good for ever', `interval '30 days'`, `interval '300 days'`],
    ['a key is good for a day', `interval '30 days'`, `interval '1 day'`],
  ]),
  ...changed(
    'integrity',
    'libs/core/paging.ts',
    ['libs/core/paging', 'bad-lists'],
    [
      ['a cursor is of any list', 'parsed.length === 3 && parsed[0] === list', 'parsed.length === 3'],
      ['a cursor is of any filter', 'JSON.stringify([list, filter])', 'JSON.stringify([list])'],
      ['a cursor has any sort key', ' && sortKey.test(key)', ''],
      ['a cursor has any id', ' && UUID.test(id)', ''],
      ['a page has any size', ' || first > maximum', ''],
      ['a page may be empty', ' || first < 1', ''],
    ],
  ),
  ...changed('integrity', 'libs/identity/tokens.ts', 'libs/identity/tokens', [
    ['a token for anybody', '    audience: AUDIENCE,\n', ''],
    ['a token of any type', '    typ: TOKEN_TYPE,\n', ''],
    ['a token may live for ever', '    maxTokenAge: TOKEN_LIFE,\n', ''],
    ['a token may be of tomorrow', 'clockTolerance: SKEW', 'clockTolerance: 1e9'],
    ['a token that was seen once is good for ever', ', { ttl: Math.max(1, exp * 1000 - Date.now()) }', ''],
    [
      'a token of whatever key',
      'await jwtVerify(token, key, {',
      `{ payload: JSON.parse(Buffer.from(token.split('.')[1], 'base64url')) }; void ({`,
    ],
    [
      'without an issuer any token is good',
      `if (!rules) throw new Error('Nobody we know issued it.');`,
      `if (!rules) return { bearer: { memberId: token }, jkt: null, hash };`,
    ],
  ]),
  ...changed('integrity', 'libs/core/errors.ts', 'libs/core/errors', [
    [
      "the database's own words are told",
      "'INTERNAL', `Something went wrong on our side. Quote ${id} to the operator.`",
      "'INTERNAL', String(error)",
    ],
  ]),
];
