import { changed, type Change, type Mutant } from './mutant.js';

/*
 * Who may: the roles of every root field, what enter() asks, which functions the application may call, and as which
 * login it runs. Left out: viewer and agencies, which every role may; the guard, for without its caller no root field
 * works; that definer functions set row_security, for without it no migration runs.
 */

const ANYBODY = `@Allow('ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')`;

/** A root field that any member may. @param method as its line begins */
const open = (roles: string, method: string): Change => [
  `every role may: ${method.replace('async ', '')}`,
  `@Allow(${roles})\n  ${method}(`,
  `${ANYBODY}\n  ${method}(`,
];

const ACCESS = 'migrations/1763683200000-access.ts';
const LIFE_CYCLE = 'migrations/1763683200003-life-cycle.ts';

/** A function of the database, inside others alone, that the application may call. */
const callable = (signature: string): Change => [
  `the application may call ${signature.split('(')[0] ?? ''}`,
  `gated('${signature}', '')`,
  `gated('${signature}')`,
];

export const permissions: Mutant[] = [
  ...changed('permission', 'libs/findings/findings.resolver.ts', 'access-matrix', [
    open('...CONTENT_ROLES', 'async findings'),
    open('...CONTENT_ROLES', 'finding'),
    open(`'CONTRIBUTOR', 'RELEASER'`, 'async validateFinding'),
  ]),
  ...changed('permission', 'libs/findings/incidents.resolver.ts', 'access-matrix', [
    open('...CONTENT_ROLES', 'incidents'),
    open('...CONTENT_ROLES', 'incident'),
  ]),
  ...changed('permission', 'libs/findings/life-cycle.resolver.ts', 'access-matrix', [
    open(`'CONTRIBUTOR'`, 'draftFinding'),
    open(`'CONTRIBUTOR'`, 'reviseFinding'),
    open(`'CONTRIBUTOR'`, 'submitFinding'),
    open(`'RELEASER'`, 'returnFinding'),
    open(`'RELEASER'`, 'releaseFinding'),
    open(`'RELEASER'`, 'recallFinding'),
    open(`'RELEASER'`, 'supersedeFinding'),
    open(`'RELEASER'`, 'expireFinding'),
  ]),
  ...changed('permission', 'libs/access/closed-by-default.ts', 'libs/access/closed-by-default', [
    ['a root field that says not who may starts', 'if (open.length > 0) throw', 'if (false) throw'],
    ['a route that says not who may starts', 'Reflect.hasMetadata(PATH_METADATA, handler) &&', 'false &&'],
  ]),
  ...changed('permission', ACCESS, 'revocation', [
    ['a suspended agency goes on', ' and agency.suspended_at is null', ''],
    ['an ended membership goes on', 'and member.ended_at is null and', 'and'],
    ['a membership that has not begun is good', 'and member.valid_from <= now() and', 'and'],
    ['a membership that has run out is good', ' and member.valid_until > now();', ';'],
  ]),
  ...changed('permission', ACCESS, 'access-matrix', [
    ['the roles needed are not asked', 'if not m.roles && needed then', 'if false then'],
  ]),
  ...changed('permission', ACCESS, 'database', [
    [
      'who administers or audits reads content',
      `and role in ('ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON'));`,
      ');',
    ],
    [
      'a role that is not needed here reads content',
      'where role = any (needed) and role in',
      'where role in',
    ],
    [
      'the agency stays set on the connection',
      `set_config('entente.agency', m.agency_id::text, true)`,
      `set_config('entente.agency', m.agency_id::text, false)`,
    ],
    [
      'the reader stays set on the connection',
      `case when may_read then m.agency_id::text else '' end, true)`,
      `case when may_read then m.agency_id::text else '' end, false)`,
    ],
  ]),
  ...changed('permission', LIFE_CYCLE, 'catalogue', [
    callable('refuse(text, text, text)'),
    callable('open_finding(uuid, text)'),
    callable('act_time(finding)'),
    callable('holds(uuid, uuid)'),
    callable('release_to(finding, revision, jsonb, text, timestamptz)'),
  ]),
  ...changed('permission', ACCESS, 'catalogue', [
    [
      'every function is for everybody',
      'alter default privileges revoke execute on functions from public;',
      '',
    ],
  ]),
  ...changed('permission', 'libs/core/database.module.ts', 'catalogue', [
    ['the API does not look as whom it starts', 'await checkServerAndLogin(options.url);', ''],
  ]),
  ...changed('permission', 'migrations/policies.ts', 'catalogue', [
    ["the gate's functions are the owner's", 'alter function ${signature} owner to entente_gate;', ''],
    [
      "the gate's functions look up names where their caller says",
      'set search_path = pg_catalog, entente, pg_temp set',
      'set',
    ],
  ]),
  ...changed('permission', 'libs/core/start-checks.ts', 'catalogue', [
    ['the API starts as a superuser', 'if (login.superuser)', 'if (false)'],
    ['the API starts with BYPASSRLS', 'if (login.bypass)', 'if (false)'],
    ['the API starts as the owner of the tables', 'if (login.owns)', 'if (false)'],
    ['the API starts as a member of the owner or the gate', 'if (login.inherits)', 'if (false)'],
    ['the API starts as one who creates roles', 'if (login.creates)', 'if (false)'],
  ]),
  ...changed('permission', 'libs/core/start-checks.ts', 'libs/core/start-checks', [
    ['a server without row security as we need it is taken', 'if (major < 15)', 'if (false)'],
    ['a server without its security fixes is taken', 'safe !== undefined && minor < safe', 'false'],
  ]),
];
