import { changed, type Mutant } from './mutant.js';

/* What agency systems post: who is believed, that it has one effect, and what is released at once. */

const KEYS = 'migrations/1763683211000-inbound-keys.ts';
const INBOUND = 'migrations/1763683211001-inbound.ts';
const STANDING = 'migrations/1763683211002-standing-authority.ts';
const RECOVERED = 'migrations/1763683256001-recovered-recipients.ts';
const SUSPENDED = 'migrations/1763683256000-suspended.ts';
const SERVICE = 'libs/intake/intake.service.ts';
const ROUTE = 'apps/api/inbound.ts';

export const intake: Mutant[] = [
  ...changed('permission', 'migrations/1763683225000-jwks-addresses.ts', 'client-keys', [
    ['posted: its key gets tokens', `and k.use = 'TOKENS' and`, 'and'],
  ]),
  ...changed('permission', KEYS, 'inbound', [
    [
      'posted: a key for tokens signs',
      `where k.client_id = client and k.use = 'INBOUND' and`,
      'where k.client_id = client and',
    ],
    [
      'posted: a revoked key signs',
      `k.use = 'INBOUND' and k.revoked_at is null and k.valid_until > now()\n       and member`,
      `k.use = 'INBOUND' and k.valid_until > now()\n       and member`,
    ],
    [
      'posted: a key that has ended signs',
      `k.revoked_at is null and k.valid_until > now()\n       and member`,
      `k.revoked_at is null\n       and member`,
    ],
    ['posted: by another client’s key', 'where k.client_id = client and', 'where'],
  ]),
  ...changed('permission', ROUTE, 'inbound', [
    ['posted: any id is an id', '/^[\\x21-\\x2d\\x2f-\\x7e]{1,100}$/', '/./'],
    [
      'posted: packed',
      `if (headers['content-encoding'] !== undefined)`,
      `if (headers['content-encoding'] === 'never')`,
    ],
  ]),
  ...changed('integrity', ROUTE, 'inbound-limits', [
    ['posted: it costs nothing', 'budgets.spend(agency, POINTS * posted.items.length);', ''],
    [
      'posted: a stranger pays from the agency’s budget',
      "budgets.admit(`claims to be ${claimed?.clientId ?? 'nobody that is known'}`, bytesOf(request.headers));",
      "budgets.admit(claimed?.agency ?? 'nobody that is known', bytesOf(request.headers));",
    ],
    [
      'posted: who is not known pays nothing',
      "budgets.admit(`claims to be ${claimed?.clientId ?? 'nobody that is known'}`, bytesOf(request.headers));",
      'if (claimed) budgets.admit(`claims to be ${claimed.clientId}`, bytesOf(request.headers));',
    ],
  ]),
  ...changed('integrity', SERVICE, 'inbound', [
    [
      'posted: each time anew',
      `if (taken.length > 0) return receiptId;`,
      'if (taken.length >= 0) return receiptId;',
    ],
    ['posted: another body under its id', 'if (first?.body_hash !== hash)', 'if (first === undefined)'],
    ['posted: an id is used up for ever', `interval '30 days'`, `interval '30000 days'`],
    [
      'posted: what a refused item wrote stays',
      `await tx.manager.query('rollback to savepoint item');`,
      `await tx.manager.query('release savepoint item');`,
    ],
    [
      'posted: what is tried is kept',
      'throw new Rehearsed(await taken(tx, caller, message, true));',
      'return taken(tx, caller, message, true);',
    ],
  ]),
  ...changed('permission', 'libs/intake/posted.ts', 'inbound', [
    ['posted: whoever reads drafts', `? ['CONTRIBUTOR'] :`, `? ['ANALYST', 'CONTRIBUTOR'] :`],
  ]),
  ...changed('policy', INBOUND, 'inbound', [
    [
      'posted: everybody reads receipts',
      `protect('inbound_receipt', { select: OWN,`,
      `protect('inbound_receipt', { select: '(select reader()) is not null',`,
    ],
  ]),
  ...changed('policy', INBOUND, 'acknowledgements', [
    [
      'posted: everybody learns who stored what',
      '`${OWN} or author_id = (select reader())`',
      `'(select reader()) is not null'`,
    ],
    ['posted: the author does not learn it', '`${OWN} or author_id = (select reader())`', 'OWN'],
  ]),
  ...changed('life cycle', 'migrations/1763683250000-webhook-leases.ts', 'acknowledgements', [
    [
      'posted: what is another’s is stored',
      'where r.agency_id = me and r.finding_id = target',
      'where r.finding_id = target',
    ],
    ['posted: another revision is stored', 'and r.revision_id = revision\n', '\n'],
    [
      'posted: what was not taken back is removed',
      'from withdrawn w where w.agency_id = me and',
      'from withdrawn w where',
    ],
    [
      'posted: said again it is news',
      'where a.revision_id is distinct from excluded.revision_id\n            and',
      'where',
    ],
    ['posted: said of two in turn it is news', 'and i.revision_id = excluded.revision_id', ''],
  ]),
  ...changed('permission', SUSPENDED, 'step-up', [
    ['at once: without a fresh proof', 'perform fresh_proof(me);', ''],
  ]),
  ...changed('permission', SUSPENDED, 'standing-authority', [
    [
      'at once: asked for before a suspension',
      'where agency_id = target and approved_at is null',
      'where false',
    ],
  ]),
  ...changed('life cycle', RECOVERED, 'standing-authority', [
    ['at once: any number a day', 'where u.used < a.daily', 'where true'],
    [
      'at once: for ever the first day’s number',
      `(clock_timestamp() at time zone 'UTC')::date`,
      `'2026-01-01'::date`,
    ],
    [
      'at once: no release says so',
      'update release set standing_authority_id = a.id where',
      'update release set standing_authority_id = null where',
    ],
  ]),
  ...changed('life cycle', RECOVERED, 'recovered-recipients', [
    ['at once: to whom was recovered', `(c.answered_at is null or c.outcome`, '(c.outcome'],
    ['at once: to whom it declined', ` or c.outcome = 'DECLINED' and c.answered_at > a.approved_at)`, ')'],
    ['at once: again to whom it declined', ' and c.answered_at > a.approved_at)', ')'],
    [
      'after a recovery who has only promised is not asked',
      'where i.agency_id = any (s.recipients) and',
      'where false and',
    ],
    ['after a recovery who promised once is asked', ' and s.ended_at is null and s.ends_at > happened', ''],
    ['at once: while the first one comes in', `      order by id for update;`, '      order by id;'],
  ]),
  ...changed('life cycle', STANDING, 'standing-authority', [
    ['at once: ended', 'and s.ended_at is null\n', '\n'],
    ['at once: after its time', 'and s.ends_at > clock_timestamp() and', 'and'],
    ['at once: any kind', 'and rev.kind = any (s.kinds)\n', '\n'],
    [
      'at once: any marking',
      `\n                and marking_rank(rev.document -> 'marking' ->> 'tlp') <= marking_rank(s.highest_marking)`,
      '',
    ],
    ['at once: after its approver left', 'and m.ended_at is null\n', '\n'],
    [
      'at once: after its approver’s time',
      'and m.valid_until > clock_timestamp() and m.roles',
      'and m.roles',
    ],
    ['at once: what a machine wrote over GraphQL', 'and m.received_at >= now()', ''],
    [
      'at once: by hand it says so still',
      'update release set standing_authority_id = null\n     where revision_id = target and',
      'update release set standing_authority_id = null\n     where false and',
    ],
    [
      'at once: one approves what one asked',
      'id = a.asked_by and person_id = me.person_id',
      'id = a.asked_by and id = me.id',
    ],
    ['at once: who asked has left', `and roles @> array['AGENCY_ADMIN']) then`, `or true) then`],
    [
      'at once: above the cap',
      'if marking_rank(a.highest_marking) > marking_rank(c.highest_marking) or',
      'if',
    ],
    ['at once: wider than the cap', ' or cardinality(a.recipients) > c.widest then', ' then'],
    [
      'at once: for longer than 90 days',
      "check (ends_at <= approved_at + interval '2160 hours')",
      'check (true)',
    ],
    [
      'at once: approved after it lapsed',
      'or coalesce(a.ends_at, a.lapses_at) <= clock_timestamp() then',
      'then',
    ],
    ['at once: approved twice', 'if a.approved_at is not null then', 'if false then'],
    [
      'at once: to whom one does not know',
      'or not exists (select from known_agencies() as known where known = named[i]) then',
      'then',
    ],
  ]),
];
