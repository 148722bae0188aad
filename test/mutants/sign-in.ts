import { changed, type Mutant } from './mutant.js';

/* Who is signed in: as whom, by which provider, in which browser, and until when. */

const SIGN_IN = 'migrations/1763683205000-sign-in.ts';
const ACTS = 'migrations/1763683205001-sign-in-acts.ts';
const PASSKEYS = 'migrations/1763683213000-passkeys.ts';
const STEP_UP = 'migrations/1763683213001-step-up.ts';
const NOW = 'migrations/1763683215000-acting-now.ts';

export const signIn: Mutant[] = [
  ...changed('permission', PASSKEYS, 'sign-in', [
    [
      'a token outlives its session',
      'and s.ended_at is null\n                     and s.began_at',
      'and s.began_at',
    ],
    ['a token outlives 12 hours', `and s.began_at > now() - interval '12 hours') then`, ') then'],
  ]),
  ...changed('permission', NOW, 'identity-provider', [
    [
      "another provider leaves its predecessor's session of who decides",
      'and id is distinct from acting_session()',
      'and member_id <> me.id',
    ],
  ]),
  ...changed('permission', NOW, 'sessions', [
    ['who waits outlives its session', 'or session is not null and not exists', 'or false and not exists'],
  ]),
  ...changed('permission', NOW, 'dual-control', [
    // administer() and decide_act() take the same lock once more.
    ['who acts is looked at before it waits', 'id = me.agency_id for no key update', 'id = me.agency_id'],
    [
      'whose membership ended acts on',
      'where member.id = me.id and member.ended_at is null and member.valid_until',
      'where member.id = me.id and member.valid_until',
    ],
  ]),
  ...changed('permission', SIGN_IN, 'sign-in', [
    ['a session that rested goes on', ` and s.used_at > now() - interval '15 minutes';`, ';'],
    [
      'the browser of a suspended agency goes on',
      "and member.valid_until > now() and agency.suspended_at is null\n  $$;\n  ${gated('running_session",
      "and member.valid_until > now()\n  $$;\n  ${gated('running_session",
    ],
  ]),
  ...changed('permission', SIGN_IN, 'identity-provider', [
    [
      "an agency's provider signs in another's members",
      'and (of_agency is null or agency.id = of_agency)',
      'and true',
    ],
    ['any issuer will do', 'person.issuer = person_issuer and person.subject', 'person.subject'],
  ]),
  ...changed('permission', STEP_UP, 'levels', [
    [
      'anybody ends the sessions of others',
      `and (s.member_id = me.id or me.roles @> array['AGENCY_ADMIN'])`,
      'and true',
    ],
    [
      "another agency's session is ended",
      "s.id = (content ->> 'sessionId')::uuid and s.agency_id = me.agency_id",
      "s.id = (content ->> 'sessionId')::uuid",
    ],
  ]),
  ...changed('permission', ACTS, 'levels', [
    [
      'a provider is set by one',
      `carriesOut: 'set_identity_provider' }`,
      `carriesOut: 'set_identity_provider', takesTwo: 'never' }`,
    ],
  ]),
  ...changed('permission', 'libs/identity/sign-in.ts', 'sign-in', [
    ['another browser goes on', `if (signingIn.uid !== uid) throw new SignInFault('over');`, ''],
    [
      'a form of another site is taken',
      `if (sent.length !== good.length || !timingSafeEqual(sent, good)) throw new SignInFault('over');`,
      '',
    ],
  ]),
  ...changed('permission', 'libs/identity/sign-in.ts', 'mix-up', [
    ['a provider gets the code that another gave', 'if (place !== placeOf(name)) {', 'if (place === "") {'],
  ]),
  ...changed('permission', 'libs/identity/people.ts', 'named-tools', [
    ['no tool needs PKCE', 'pkce: { required: () => true }', 'pkce: { required: () => false }'],
    [
      'any program of a machine gets a token from a browser that is signed in',
      ' || client?.applicationType === NATIVE)',
      ')',
    ],
  ]),
  ...changed('permission', 'libs/core/named-tools.ts', 'named-tools', [
    ['a tool takes the name of one of the service', '/^entente-|', '/'],
    [
      'a name that begins as this machine does is a tool’s address',
      '(127\\.0\\.0\\.1|\\[::1\\])[:/]',
      '(127\\.0\\.0\\.1|\\[::1\\])',
    ],
  ]),
  ...changed('permission', 'libs/identity/tokens.ts', 'libs/identity/tokens', [
    [
      'a tool that is named no more goes on with its tokens',
      'client_id: z.enum(tools)',
      'client_id: z.string()',
    ],
  ]),
  ...changed('permission', 'libs/identity/token-rules.ts', 'tokens', [
    ['a proof is good as long before its time as after it', 'PROOF_AHEAD = 2', 'PROOF_AHEAD = 8'],
    ['a proof lives twice as long', 'PROOF_LIFE = 10', 'PROOF_LIFE = 20'],
  ]),
  ...changed('integrity', 'libs/identity/seen-once.ts', 'libs/identity/seen-once', [
    ['a client decides how much is remembered of it', ' || shown.size >= this.most', ''],
    ['what was shown a moment ago is forgotten', ' || this.before.get(whose)?.has(what)', ''],
  ]),
  ...changed('permission', 'libs/identity/kept.ts', 'sign-in', [
    ['a code is good twice', 'and consumed_at is null and until', 'and until'],
  ]),
  ...changed('permission', 'libs/identity/sign-in.ts', 'proof-at-provider', [
    [
      'a weak sign-in at a provider is enough',
      "if (!isStrong(acr, provider.acrValues)) throw new SignInFault('weak');",
      '',
    ],
  ]),
  ...changed('integrity', 'libs/identity/providers.ts', 'proof-at-provider', [
    ['a provider that takes no key is set without a secret', 'assertTakesOurKey(server);', ''],
    [
      'what proves us at a provider is called as few know it',
      'void (header.alg = ALGORITHM)',
      'void header.alg',
    ],
  ]),
  ...changed('integrity', 'libs/identity/provider-round.ts', 'proof-at-provider', [
    [
      'a provider is not asked for a strong sign-in',
      'this.acrValues.length > 0 &&',
      'this.acrValues.length > 99 &&',
    ],
  ]),
  ...changed('integrity', 'libs/identity/strangers.ts', 'strangers', [
    ['strangers begin as much as they like', 'if (has < 1)', 'if (has < -1)'],
    [
      'strangers together keep as much as they like',
      'if (this.rows > this.limits.most)',
      'if (this.rows < 0)',
    ],
    ['strangers have as many accounts as addresses of IPv6', '.slice(0, 8)', ''],
  ]),
  ...changed('integrity', 'libs/identity/turns.ts', 'libs/identity/turns', [
    ['whoever waits longest goes first, whose line however long', '      this.lines.delete(network);\n', ''],
    ['who comes when too many wait is refused, however few are its own', '>= longest.length', '> -1'],
  ]),
  ...changed('integrity', 'apps/api/authorization.ts', 'strangers', [
    ['all who ask for a token wait in one line', 'strangers.inLine(request, done)', 'done()'],
  ]),
  ...changed('integrity', 'apps/api/sign-in-pages.ts', 'strangers', [
    ['all who sign in wait in one line', 'strangers.inLine(request, done)', 'done()'],
  ]),
  ...changed('integrity', 'libs/identity/trusted-proxies.ts', 'strangers', [
    [
      'strangers say from which address they come',
      'hops.length > 0 && this.isTrusted({ remoteAddress: address })',
      'hops.length > 0',
    ],
  ]),
  ...changed('integrity', 'libs/identity/kept.ts', 'strangers', [
    ['who signs in counts among strangers', 'accountId === undefined && session', 'session'],
    ['what strangers left behind is kept for ever', '< FORGET_EVERY) return;', '>= 0) return;'],
    [
      'what has passed counts among what strangers keep',
      'where strangers and until > now()',
      'where strangers',
    ],
  ]),
  ...changed('integrity', 'apps/api/authorization.ts', 'strangers', [
    [
      'strangers begin with devices as they like',
      "'/oauth/device/auth', undefined, BEGINS",
      "'/oauth/device/auth'",
    ],
    ['strangers begin with browsers as they like', "'/oauth/auth', undefined, BEGINS", "'/oauth/auth'"],
  ]),
  ...changed('integrity', 'apps/api/sign-in-pages.ts', 'strangers', [
    ['strangers try codes of agencies as they like', 'await strangers.admit(request);', ''],
  ]),
];
