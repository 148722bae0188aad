import { changed, type Mutant } from './mutant.js';

/* Who comes in, by whom, and what a recovered agency reads. */

const INVITATIONS = 'migrations/1763683204000-invitations.ts';
const INVITING = 'migrations/1763683204001-inviting.ts';
const BRINGING_IN = 'migrations/1763683204002-bringing-in.ts';
const RECOVERY = 'migrations/1763683204003-recovery.ts';
const REVIEW = 'migrations/1763683204004-access-review.ts';
const NAMED = 'migrations/1763683259000-named-by-two.ts';
const LET_IN = 'migrations/1763683258000-let-in-by-two.ts';
const SUSPENDED = 'migrations/1763683256000-suspended.ts';
const SIGNED_IN = '(select acting()) is not null';

export const partners: Mutant[] = [
  ...changed('permission', INVITATIONS, 'invitations', [
    ['an invitation is good after it was used', 'i.accepted_at is null and', ''],
    ['an invitation is good after it was withdrawn', 'i.withdrawn_at is null\n', 'true\n'],
    ['an invitation is good for ever', ' and i.expires_at > clock_timestamp()', ''],
    ['an invitation is good before its time', 'and i.good_from <= clock_timestamp()', ''],
    ['an invitation makes a membership that is over', ' and i.valid_until > clock_timestamp()\n', '\n'],
    ['an invitation of a suspended agency is good', 'and a.suspended_at is null', ''],
    [
      'an invitation outlives the membership of who gave it',
      'm.id = i.given_by and m.ended_at is null',
      'm.id = i.given_by',
    ],
    [
      'the application accepts an invitation',
      `gated('accept_invitation(text, text, text)', 'entente_auth')`,
      `gated('accept_invitation(text, text, text)', 'entente_auth, entente_app')`,
    ],
    [
      'the application asks what an invitation is',
      `gated('invitation_of(text)', 'entente_auth')`,
      `gated('invitation_of(text)', 'entente_auth, entente_app')`,
    ],
  ]),
  // As the last migration that states it.
  ...changed('permission', RECOVERY, 'invitations', [
    [
      'who gave an invitation accepts it',
      'agency_id in (i.agency_id, i.given_agency_id)',
      'agency_id = i.agency_id',
    ],
    [
      'a member accepts an invitation of its own agency',
      'agency_id in (i.agency_id, i.given_agency_id)',
      'agency_id <> i.agency_id and agency_id = i.given_agency_id',
    ],
    [
      'a machine accepts an invitation',
      `if found and accept_invitation.issuer <> 'urn:entente:client' then`,
      'if found then',
    ],
    [
      'two invitations at a time make two memberships of one person',
      'person.subject = accept_invitation.subject for update;',
      'person.subject = accept_invitation.subject;',
    ],
    [
      'one invitation at a time makes two memberships',
      'perform from invitation where code_hash = hash for update;',
      '',
    ],
  ]),
  ...changed('policy', INVITATIONS, 'access-matrix', [
    [
      "another agency's invitations are read",
      '(agency_id = (select acting()) or given_agency_id = (select acting())) and',
      `${SIGNED_IN} and`,
    ],
  ]),
  ...changed('permission', INVITING, 'levels', [
    [
      'an invitation gives any role',
      `if not given <@ may_give(me) then
      perform refuse('EN403', 'input.roles', 'These roles are not yours to give.');
    end if;
    if until`,
      'if until',
    ],
    [
      "another agency's invitation is withdrawn",
      `
       and me.agency_id in (agency_id, given_agency_id) for update`,
      ' for update',
    ],
    [
      "another agency's drafts are handed over",
      'where id = leaving and agency_id = me.agency_id and not machine',
      'where id = leaving and not machine',
    ],
  ]),
  ...changed('permission', INVITING, 'invitations', [
    [
      'drafts are handed over to another agency',
      'agency_id = me.agency_id\n       and id <> leaving',
      'id <> leaving',
    ],
    [
      'drafts are handed over to who may not write',
      `if not taking.roles @> array['CONTRIBUTOR'] then`,
      'if false then',
    ],
  ]),
  ...changed('permission', BRINGING_IN, 'levels', [
    [
      'an agency is brought in by one',
      `carriesOut: 'bring_in_agency', concerns`,
      `carriesOut: 'bring_in_agency', takesTwo: 'never', concerns`,
    ],
    [
      'where an agency belongs one says',
      `carriesOut: 'set_jurisdiction', concerns`,
      `carriesOut: 'set_jurisdiction', takesTwo: 'never', concerns`,
    ],
    [
      "another agency's proposal is withdrawn",
      `where id = target and (agency_id = me.agency_id or me.roles @> array['OPERATOR'])`,
      'where id = target',
    ],
  ]),
  ...changed('permission', BRINGING_IN, 'database', [
    [
      'an administrator brings agencies in',
      `act: 'agency.brought-in', roles: HUB`,
      `act: 'agency.brought-in', roles: [...ADMIN, ...HUB]`,
    ],
  ]),
  ...changed('permission', RECOVERY, 'levels', [
    [
      'a recovery takes one',
      `carriesOut: 'begin_recovery', concerns`,
      `carriesOut: 'begin_recovery', takesTwo: 'never', concerns`,
    ],
  ]),
  ...changed('permission', BRINGING_IN, 'bringing-in', [
    [
      'a proposal is brought in twice',
      'if p.brought_in_as is not null or p.withdrawn_at is not null then',
      'if p.withdrawn_at is not null then',
    ],
    [
      'a withdrawn proposal is brought in',
      'if p.brought_in_as is not null or p.withdrawn_at is not null then',
      'if p.brought_in_as is not null then',
    ],
    ['a suspended agency vouches', 'if voucher.suspended_at is not null then', 'if false then'],
    [
      "another agency's proposal is read",
      `'(agency_id = (select acting()) and (select oversees()))`,
      `'(${SIGNED_IN} and (select oversees()))`,
    ],
    [
      'who vouched is not told',
      `carriesOut: 'bring_in_agency', concerns: 'agency_and_voucher'`,
      `carriesOut: 'bring_in_agency'`,
    ],
  ]),
  ...changed('permission', RECOVERY, 'recovery', [
    [
      'a recovery of an agency that has administrators',
      'ended_at is null and valid_until > clock_timestamp()) >= 2 then',
      'ended_at is null and valid_until > clock_timestamp()) >= 99 then',
    ],
    ['a recovery is done at once', 'good_from = r.due_at, ', ''],
    [
      'a recovery is for ever',
      ', expires_at = r.expires_at where id = made',
      `, expires_at = 'infinity' where id = made`,
    ],
    ['after a recovery the inbox is open', 'perform close_inbox(i, made);', ''],
    [
      'after a recovery one person opens the inbox',
      `carriesOut: 'confirm_recovery', concerns`,
      `carriesOut: 'confirm_recovery', takesTwo: 'never', concerns`,
    ],
    [
      "after a recovery one originator opens another's",
      'update release set closed = false where agency_id = target and author_id = me.agency_id;',
      'update release set closed = false where agency_id = target;',
    ],
    [
      'a recovery is told to nobody',
      `carriesOut: 'begin_recovery', concerns: TOLD`,
      `carriesOut: 'begin_recovery'`,
    ],
  ]),
  ...changed('permission', NAMED, 'bringing-in', [
    [
      'an agency is given another name by one',
      `carriesOut: 'name_agency',`,
      `carriesOut: 'name_agency', takesTwo: 'never',`,
    ],
  ]),
  ...changed('permission', LET_IN, 'invitations', [
    ['an invitation to any role takes one', `takesTwo: 'lets_in'`, `takesTwo: 'never'`],
    [
      'an administrator alone invites who makes a passkey',
      ' or not exists (select from identity_provider where agency_id = me.agency_id)',
      '',
    ],
    [
      'what was given for a provider outlives it',
      'set expires_at = clock_timestamp()',
      'set expires_at = expires_at',
    ],
  ]),
  ...changed('permission', SUSPENDED, 'recovery', [
    ['a machine stops a recovery', 'if me.machine or target', 'if target'],
    [
      'another agency stops a recovery',
      `if me.machine or target <> me.agency_id and not me.roles @> array['OPERATOR'] then`,
      'if me.machine then',
    ],
    [
      'a recovery that was stopped lets people in',
      'update invitation set withdrawn_at = clock_timestamp()',
      'update invitation set withdrawn_at = null',
    ],
    [
      'a recovery that is done is stopped',
      'and stopped_at is null and recovered_at is null and expires_at > clock_timestamp()\n     returning',
      'and stopped_at is null and expires_at > clock_timestamp()\n     returning',
    ],
    [
      'a recovery goes on while the agency is suspended',
      'if end_open_recovery(target) is not null then',
      'if false then',
    ],
    [
      'a recovery that was asked for outlives a suspension',
      `where act = 'agency.recovery-begun'`,
      'where false',
    ],
  ]),
  ...changed('permission', SUSPENDED, 'invitations', [
    [
      'an invitation outlives a suspension',
      'update invitation set expires_at = happened',
      'update invitation set expires_at = expires_at',
    ],
  ]),
  ...changed('policy', RECOVERY, 'recovery', [
    [
      'after a recovery what is closed is in lists',
      'on inbox using (agency_id = (select reader()) and until > now() and not closed)',
      'on inbox using (agency_id = (select reader()) and until > now())',
    ],
    [
      'recoveries of strangers are read',
      `'agency_id = any (array(select known_agencies()))'`,
      `'${SIGNED_IN}'`,
    ],
  ]),
  ...changed('permission', REVIEW, 'access-review', [
    ['one confirms ones own access', 'if m.person_id = me.person_id then', 'if false then'],
    [
      'access to another agency is confirmed',
      `(content ->> 'subjectId')::uuid and agency_id = me.agency_id`,
      `(content ->> 'subjectId')::uuid`,
    ],
    ['an operator audits findings', 'and (not (select operates())', 'and (true'],
    [
      'use is written with every token',
      `where u.last_used_at < excluded.last_used_at - interval '1 hour'`,
      '',
    ],
  ]),
  ...changed('integrity', 'libs/access/bootstrap.ts', 'bootstrap', [
    ['the hub is bootstrapped twice', 'if (rowCount !== 0)', 'if (rowCount === null)'],
    ['one operator is bootstrapped', 'new Set(operators).size < ENOUGH', 'operators.length < 1'],
    ['a hub that has operators is given others', 'if (hub.active >= ENOUGH)', 'if (hub.active > 9)'],
    [
      'a code for an operator outlives the next',
      'update invitation set withdrawn_at = clock_timestamp()',
      'update invitation set withdrawn_at = null',
    ],
  ]),
];
