import { changed, type Change, type Mutant } from './mutant.js';

/* Who administers: what one alone may do, who decides, and that nothing but the row of an act says how it is done. */

const ACTS = 'migrations/1763683203000-administrative-acts.ts';
/** States administer() and decide_act() again. */
const STEP_UP = 'migrations/1763683213001-step-up.ts';
const CLIENTS = 'migrations/1763683203001-client-acts.ts';
const VERSIONS = 'migrations/1763683203003-arrangement-versions.ts';
const OVERSIGHT = 'migrations/1763683203004-oversight.ts';
const ACTIVE_PARTIES = 'migrations/1763683257000-active-parties.ts';
const IN_REACH = 'migrations/1763683257001-in-reach.ts';
const HUB_OPERATORS = 'migrations/1763683255000-hub-operators.ts';

/** A function of the database, inside others alone, that the application may call. */
const callable = (signature: string): Change => [
  `the application may call ${signature.split('(')[0] ?? ''}`,
  `gated('${signature}', '')`,
  `gated('${signature}')`,
];

const EXPORTED = 'libs/access/ledger-exports.queries.ts';
const EXPORT_ROUTE = 'apps/api/ledger-exports.ts';

export const administration: Mutant[] = [
  ...changed('permission', 'migrations/1763683260000-ledger-export.ts', 'levels', [
    [
      'an export takes one',
      `carriesOut: 'export_ledger',`,
      `carriesOut: 'export_ledger', takesTwo: 'never',`,
    ],
    ['an auditor asks for no export', `roles: ['AGENCY_ADMIN', 'AUDITOR',`, `roles: ['AGENCY_ADMIN',`],
  ]),
  ...changed('permission', EXPORTED, 'ledger-export', [
    ['any act of two is an export', `and act = 'ledger.exported' and`, 'and'],
    ['an export is fetched before it is approved', ` and outcome = 'DONE'`, ''],
    ['an export is fetched for ever', `interval '24 hours'`, `interval '24 years'`],
    [
      'an export goes beyond its approval',
      `least((content ->> 'until')::timestamptz, decided_at)`,
      `coalesce((content ->> 'until')::timestamptz, 'infinity')`,
    ],
    [
      'an export goes beyond what was asked for',
      `least((content ->> 'until')::timestamptz, decided_at)`,
      'decided_at',
    ],
    [
      'an export leaves out the entries of one moment',
      '(recorded_at, id) > (instant($1), $2::uuid)',
      'recorded_at > instant($1) and $2::uuid is not null',
    ],
  ]),
  ...changed('permission', EXPORT_ROUTE, 'ledger-export', [
    [
      'an administrator fetches an export',
      `['AUDITOR', 'OPERATOR']`,
      `['AGENCY_ADMIN', 'AUDITOR', 'OPERATOR']`,
    ],
    ['an analyst fetches an export', `['AUDITOR', 'OPERATOR']`, `['ANALYST', 'AUDITOR', 'OPERATOR']`],
    ['exports go to an agency at any number', 'if (underWay.has(agency))', 'if (underWay.size > 1_000)'],
    ['a long export costs nothing', 'budgets.paid(agency, points,', 'budgets.paid(agency, 0 * points,'],
    ['the sum of an export is of something else', 'sha256.update(text);', 'sha256.update(text.trim());'],
  ]),
  ...changed('permission', 'libs/access/ledger-exports.service.ts', 'ledger-export', [
    [
      'fetching an export is in no ledger',
      `await append(tx, { act: 'ledger.fetched', subject: { type: 'pending-act', id } });`,
      'void append;',
    ],
  ]),
  ...changed('permission', ACTS, 'catalogue', [
    callable('act_named(text)'),
    callable('carry_out(administrative_act, jsonb, member)'),
    callable('needs_two(administrative_act, jsonb, member)'),
    [
      'the application reads which acts there are',
      'grant select on administrative_act to entente_gate',
      'grant select on administrative_act to entente_gate, entente_app',
    ],
    [
      'the gate writes which acts there are',
      'grant select on administrative_act to entente_gate',
      'grant select, update on administrative_act to entente_gate',
    ],
  ]),
  ...changed('permission', ACTS, 'dual-control', [
    ['a cap never takes two', `takesTwo: 'widens_cap'`, 'takesTwo: ONE'],
  ]),
  ...changed('permission', STEP_UP, 'dual-control', [
    ['what widens is done by one', 'if not needs_two(a, content, me) then', 'if true then'],
    ['who asked approves', 'if me.person_id = p.requester_id then', 'if false then'],
    ['another membership is another person', 'me.person_id = p.requester_id', 'me.id = p.requested_by'],
    ['any hash is the hash', 'if named_hash <> p.hash then', 'if false then'],
    ['what has lapsed is approved', ' or p.expires_at <= clock_timestamp() then', ' then'],
    ['what was decided is approved again', 'if p.outcome is not null or', 'if'],
    [
      "another agency's act is decided",
      'where id = target and agency_id = acting() for update',
      'where id = target for update',
    ],
    ['nobody asks whether it can be done', 'perform carry_out(a, content, me);', ''],
    ['who asked may have ended since', 'and valid_until > clock_timestamp() and roles', 'and roles'],
  ]),
  ...changed('permission', ACTS, 'levels', [
    [
      'an agency is reinstated by one',
      `carriesOut: 'reinstate_agency', concerns`,
      `carriesOut: 'reinstate_agency', takesTwo: 'never', concerns`,
    ],
    [
      'an arrangement is accepted by one',
      `carriesOut: 'accept_arrangement', concerns`,
      `carriesOut: 'accept_arrangement', takesTwo: ONE, concerns`,
    ],
  ]),
  ...changed('permission', ACTS, 'database', [
    [
      'an administrator suspends agencies',
      `act: 'agency.suspended', roles: HUB`,
      `act: 'agency.suspended', roles: ['AGENCY_ADMIN', 'OPERATOR']`,
    ],
    ['the operator sets caps', `act: 'cap.set', roles: ADMIN`, `act: 'cap.set', roles: [...ADMIN, ...HUB]`],
  ]),
  ...changed('permission', CLIENTS, 'client-keys', [
    [
      'a key is given by one',
      `carriesOut: 'add_client_key' }`,
      `carriesOut: 'add_client_key', takesTwo: 'never' }`,
    ],
    [
      'a key comes in again',
      'on conflict do nothing;\n    if not found then',
      'on conflict do nothing;\n    if false then',
    ],
    [
      'a client has any number of keys',
      'valid_until > clock_timestamp()) > 5 then',
      'valid_until > clock_timestamp()) > 50 then',
    ],
    [
      'a key that has ended is given',
      `if (key ->> 'validUntil')::timestamptz <= clock_timestamp() then`,
      'if false then',
    ],
    ['a client that has ended gets a key', 'if m.ended_at is not null then', 'if false then'],
    ['a key that waits outlives its client', `and pending_act.act = 'client.key-added'`, 'and false'],
  ]),
  ...changed('permission', CLIENTS, 'levels', [
    [
      'a machine is let in by one',
      `carriesOut: 'register_client' }`,
      `carriesOut: 'register_client', takesTwo: 'never' }`,
    ],
    [
      "another agency's machine is administered",
      ' and agency_id = me.agency_id and machine for update',
      ' and machine for update',
    ],
    [
      'a person is administered as a machine',
      'and agency_id = me.agency_id and machine for',
      'and agency_id = me.agency_id for',
    ],
    ["another machine's key is revoked", 'where client_id = client and kid =', 'where kid ='],
  ]),
  ...changed('permission', VERSIONS, 'arrangements', [
    [
      'a proposal shows the proposer whom it names',
      '(other.accepted_at is not null or other.agency_id = a.proposed_by)',
      'true',
    ],
  ]),
  ...changed('permission', VERSIONS, 'proposals', [
    ['whom it is proposed to does not see the proposer', ' or other.agency_id = a.proposed_by)', ')'],
    [
      'a proposal tells who is suspended',
      `         and other.agency_id = any (array(select known_agencies()))\n`,
      '',
    ],
  ]),
  ...changed('life cycle', VERSIONS, 'arrangements', [
    ['the end of an arrangement leaves its earlier versions', ' := versions_of(a.id);', ' := array[a.id];'],
    [
      'a version that nobody accepted ends what is in force',
      `old.valid_until <= clock_timestamp()
         and not exists (select from arrangement_party where arrangement_id = version.id and accepted_at is null)`,
      'true',
    ],
    [
      "an arrangement's recall leaves its author's list",
      `set state = 'RECALLED' from finding f`,
      'set state = i.state from finding f',
    ],
    [
      "an arrangement's recall leaves its author's finding",
      'recalled_at = case when id = any (unheld) then ended else recalled_at end',
      'recalled_at = recalled_at',
    ],
    [
      'a finding that others hold is recalled with an arrangement',
      'where not exists (select from release where finding_id = id and until > ended)',
      'where true',
    ],
  ]),
  ...changed('permission', OVERSIGHT, 'levels', [
    ['roles are given by one', `takesTwo: 'moves_trust'`, `takesTwo: 'ends_oversight'`],
  ]),
  ...changed('permission', ACTIVE_PARTIES, 'arrangements', [
    ['a suspended agency is proposed to', 'and agency.suspended_at is not null', 'and false'],
  ]),
  ...changed('permission', IN_REACH, 'levels', [
    ['an administrator ends an operator', "perform leave_operators(m.person_id, 'input.memberId', me);", ''],
    [
      "an administrator ends an operator's session",
      "perform leave_operators((${person}), '${path}', me);",
      '',
    ],
  ]),
  ...changed('permission', HUB_OPERATORS, 'oversight', [
    ['an operator alone ends another operator', `'AUDITOR', 'OPERATOR']`, `'AUDITOR']`],
  ]),
  ...changed('permission', OVERSIGHT, 'oversight', [
    [
      'an operator alone ends an auditor',
      `carriesOut: 'end_membership', takesTwo: 'ends_oversight'`,
      `carriesOut: 'end_membership', takesTwo: 'never'`,
    ],
    ['an operator alone gives an auditor other roles', `takesTwo: 'moves_trust'`, `takesTwo: 'gives_trust'`],
    [
      'an agency does not find its suspension',
      'select subject where subject <> me.agency_id',
      'select subject where false',
    ],
  ]),
  ...changed('integrity', 'libs/identity/signing-keys.ts', 'signing-keys', [
    ['a key that retired needs no mark', 'isMark(this.markOf(row), row.mark)', 'true'],
    ['a key that retired lives as long as its row says', ', madeAt, retiresAt?.getTime()]', ', madeAt]'],
    ['a key that retired has any public part', '[kid, kty, crv, x, madeAt', '[kid, kty, crv, madeAt'],
    [
      'the key that signs has any public part',
      'given.kty === whole.kty && given.crv === whole.crv && given.x === whole.x',
      'given.kty === whole.kty',
    ],
    [
      'a key of another secret is vouched for',
      'this.opened(before) ? this.markOf',
      'Date.now() > 0 ? this.markOf',
    ],
  ]),
  ...changed('permission', ACTS, 'arrangements', [
    [
      'its parties do not learn that it has ended',
      `carriesOut: 'end_arrangement', takesTwo: ONE, concerns: PARTIES`,
      `carriesOut: 'end_arrangement', takesTwo: ONE`,
    ],
  ]),
];
