import { changed, type Change, type Mutant } from './mutant.js';

/* Who administers: what one alone may do, who decides, and that nothing but the row of an act says how it is done. */

const ACTS = 'migrations/1763683203000-administrative-acts.ts';

/** A function of the database, inside others alone, that the application may call. */
const callable = (signature: string): Change => [
  `the application may call ${signature.split('(')[0] ?? ''}`,
  `gated('${signature}', '')`,
  `gated('${signature}')`,
];

export const administration: Mutant[] = [
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
    ['what widens is done by one', 'if not needs_two(a, content, me) then', 'if true then'],
    ['a cap never takes two', `takesTwo: 'widens_cap'`, 'takesTwo: ONE'],
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
    [
      'of two acts at a time neither waits',
      `where id = me.agency_id for no key update;
    if not needs_two`,
      `where id = me.agency_id;
    if not needs_two`,
    ],
  ]),
  ...changed('permission', ACTS, 'levels', [
    [
      'an agency is reinstated by one',
      `carriesOut: 'reinstate_agency', concerns`,
      `carriesOut: 'reinstate_agency', takesTwo: ONE, concerns`,
    ],
    [
      'an arrangement is accepted by one',
      `carriesOut: 'accept_arrangement', concerns`,
      `carriesOut: 'accept_arrangement', takesTwo: ONE, concerns`,
    ],
    ['roles are given by one', `takesTwo: 'gives_trust'`, 'takesTwo: ONE'],
    [
      'an administrator suspends agencies',
      `act: 'agency.suspended', roles: HUB`,
      `act: 'agency.suspended', roles: [...ADMIN, ...HUB]`,
    ],
    ['the operator sets caps', `act: 'cap.set', roles: ADMIN`, `act: 'cap.set', roles: [...ADMIN, ...HUB]`],
  ]),
  ...changed('permission', ACTS, 'arrangements', [
    [
      'its parties do not learn that it has ended',
      `carriesOut: 'end_arrangement', takesTwo: ONE, concerns: PARTIES`,
      `carriesOut: 'end_arrangement', takesTwo: ONE`,
    ],
  ]),
];
