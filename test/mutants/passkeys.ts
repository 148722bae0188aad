import { changed, type Mutant } from './mutant.js';

/* Passkeys: whose, for whom, and how often; and what takes a fresh proof. */

const PASSKEYS = 'migrations/1763683213000-passkeys.ts';
const STEP_UP = 'migrations/1763683213001-step-up.ts';
const CHECKS = 'libs/identity/passkeys.ts';

export const passkeys: Mutant[] = [
  ...changed('policy', PASSKEYS, 'passkeys', [
    [
      "everybody sees their colleagues' passkeys",
      'and (person_id = (select acting_person()) or (select oversees()))',
      '',
    ],
    [
      "an administrator sees another agency's passkeys",
      "'agency_id = (select acting()) and (person_id",
      "'(person_id",
    ],
  ]),
  ...changed('permission', PASSKEYS, 'passkeys', [
    [
      "an administrator removes another agency's passkey",
      `where id = (content ->> 'passkeyId')::uuid and agency_id = me.agency_id and removed_at`,
      `where id = (content ->> 'passkeyId')::uuid and removed_at`,
    ],
    [
      "anybody removes a colleague's passkey",
      `and (person_id = me.person_id or me.roles @> array['AGENCY_ADMIN']) for update`,
      'for update',
    ],
    [
      'the last passkey is removed',
      'if p.person_id = me.person_id and not exists (',
      'if false and not exists (',
    ],
    [
      'what was signed in by a removed passkey goes on',
      'where s.passkey_id = p.id and s.ended_at is null',
      'where false',
    ],
    [
      'a removed passkey signs in',
      'where p.credential_id = credential and p.removed_at is null',
      'where p.credential_id = credential',
    ],
    [
      'a passkey that is removed meanwhile signs in',
      'where p.id = target and p.removed_at is null and (p.counter',
      'where p.id = target and (p.counter',
    ],
    [
      "a provider's agency goes on with passkeys",
      'or not exists (select from identity_provider own where own.agency_id = agency.id))',
      'or true)',
    ],
    ['nobody can mend a provider', "or member.roles && array['AGENCY_ADMIN', 'OPERATOR']\n", '\n'],
    [
      'an invitation that is for a provider is accepted by passkey',
      'if not exists (select from invitation_way(hash) as way where way.by_passkey) then',
      'if false then',
    ],
    [
      'there is no end of passkeys',
      'and p.removed_at is null) >= 10 then',
      'and p.removed_at is null) >= 100 then',
    ],
  ]),
  ...changed('integrity', PASSKEYS, 'passkeys', [
    ['of two uses at once both count', 'and (p.counter < seen or p.counter = 0 and seen = 0);', ';'],
    [
      "somebody else's passkey becomes one's own",
      'on conflict (credential_id) do nothing returning',
      'on conflict (credential_id) do update set person_id = excluded.person_id returning',
    ],
  ]),
  ...changed('permission', CHECKS, 'passkeys', [
    [
      'nobody proves to the key who it is, to sign in',
      'requireUserVerification: true,\n        credential: {',
      'requireUserVerification: false,\n        credential: {',
    ],
    [
      'nobody proves to the key who it is, to make one',
      'requireUserVerification: true,\n        supported',
      'requireUserVerification: false,\n        supported',
    ],
    ['a signature is not looked at', 'if (!verified || !isSame', 'if (!isSame'],
    ['a key of one device is copied', 'if (!verified || !isSame ||', 'if (!verified ||'],
    ["another's handle will do", ' || response.response.userHandle !== known.handle', ''],
  ]),
  ...changed('permission', 'libs/identity/passkey-sign-in.ts', 'passkeys', [
    [
      'a challenge is answered twice',
      `await this.parts.kept.take('Ceremony', browser.uid)`,
      `await this.parts.kept.find('Ceremony', browser.uid)`,
    ],
  ]),
  ...changed('permission', PASSKEYS, 'step-up', [
    ['a proof is fresh for hours', `s.proved_at > clock_timestamp() - interval '10 minutes'`, 'true'],
    ['a system client approves', 'if me.machine then', 'if false then'],
    [
      'a passkey is removed without a fresh proof',
      'perform fresh_proof(me);\n    update passkey',
      'update passkey',
    ],
  ]),
  ...changed('permission', STEP_UP, 'step-up', [
    ['what takes two is asked for without a fresh proof', 'perform fresh_proof(me);\n    begin', 'begin'],
    [
      'what takes two is approved without a fresh proof',
      'perform fresh_proof(me);\n      made := carry_out(a, p.content, me);',
      'made := carry_out(a, p.content, me);',
    ],
    ["others' sessions are ended without a fresh proof", 'if over.member_id <> me.id then', 'if false then'],
    [
      'another person makes a session fresh',
      'where s.id = target and s.member_id = holder and',
      'where s.id = target and',
    ],
  ]),
  ...changed('permission', 'libs/identity/provider-round.ts', 'identity-provider', [
    ['a provider need not say when it was proved', `\n  max_age: z.number(),`, ''],
  ]),
];
