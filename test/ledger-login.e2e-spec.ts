import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { agencyId, memberId } from './support/roster.js';
import { withClient } from './support/server.js';
import { entered } from './support/transactions.js';
import { numberAll } from './support/workers.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Does as the application does: enters as a member, then whatever. */
const asApplication = (statement: string, values: unknown[] = []) =>
  withClient(world.database.appUrl, async (client) => {
    await client.query('begin');
    await client.query(`select enter($1, '{CONTRIBUTOR}')`, [memberId('KR-FSC', 'CONTRIBUTOR')]);
    await client.query(statement, values);
    await client.query('rollback');
    return 'done';
  }).catch((error: unknown) => (error instanceof Error && 'code' in error ? error.code : error));

const DENIED = '42501';

test.each([
  `update entry set act = 'finding.forgotten'`,
  'delete from entry',
  'truncate entry',
  'alter table entry disable row level security',
  'drop table entry',
])('the login of the application may not: %s', async (statement) => {
  expect(await asApplication(statement)).toBe(DENIED);
});

test.each([
  ['CONTRIBUTOR', 'KR-FSC'],
  ['AGENCY_ADMIN', 'KR-FSC'],
  ['AUDITOR', 'KR-FSC'],
  ['AUDITOR', 'JP-NPA'],
  ['OPERATOR', 'HUB'],
] as const)('in a transaction of %s of %s it reads the ledger of that agency alone', async (role, code) => {
  const read = await entered(world, memberId(code, role), async (client) => {
    const { rows } = await client.query<{ agency_id: string }>('select distinct agency_id from entry');
    return rows.map(({ agency_id: id }) => id);
  });
  expect(read).toEqual([agencyId(code)]);
});

test('who reads content reads of the ledger what goes to the feed of sharing, and an administrator all', async () => {
  const acts = (role: 'ANALYST' | 'AGENCY_ADMIN') =>
    entered(world, memberId('KR-FSC', role), async (client) => {
      const { rows } = await client.query<{ of: string }>(
        `select distinct split_part(act, '.', 1) as of from entry order by 1`,
      );
      return rows.map(({ of }) => of);
    });
  await world.sql(
    `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
     select $1, act, $1, 'x', gen_random_uuid(), now() from unnest(array['finding.drafted', 'cap.set', 'client.ended']) as act`,
    [agencyId('KR-FSC')],
  );
  expect(await acts('ANALYST')).toEqual(['agency', 'arrangement', 'finding']);
  expect(await acts('AGENCY_ADMIN')).toEqual(
    expect.arrayContaining(['agency', 'arrangement', 'cap', 'client', 'finding']),
  );
});

test.each([
  ['ANALYST', 'SHARING'],
  ['AGENCY_ADMIN', 'ADMINISTRATION'],
  ['AUDITOR', 'ADMINISTRATION'],
] as const)(
  '%s reads of the feeds its own agency’s %s alone, and no cursor of others',
  async (role, feed) => {
    await numberAll(world);
    await world.sql(
      `insert into feed_cursor (agency_id, member_id, feed, epoch, position)
     select agency_id, id, 'SHARING', gen_random_uuid(), 1 from member on conflict do nothing`,
    );
    await entered(world, memberId('KR-FSC', role), async (client) => {
      for (const table of ['feed_head', 'feed_position'] as const) {
        const { rows } = await client.query(`select distinct agency_id, feed from ${table}`);
        expect(rows).toEqual([{ agency_id: agencyId('KR-FSC'), feed }]);
      }
      const { rows } = await client.query('select member_id from feed_cursor');
      expect(rows).toEqual([{ member_id: memberId('KR-FSC', role) }]);
    });
  },
);

const insert = `insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
                values ($1, 'finding.drafted', $2, $3, 'finding', gen_random_uuid(), now())`;
const [mine, theirs] = [agencyId('KR-FSC'), agencyId('JP-NPA')];

test.each([
  ['its own act in its own ledger', mine, mine, memberId('KR-FSC', 'CONTRIBUTOR'), 'done'],
  ['its own act in the ledger of another concerned, without the member', theirs, mine, null, 'done'],
  ["another agency's act", mine, theirs, null, DENIED],
  ["another agency's act in that one's ledger", theirs, theirs, null, DENIED],
  ['an act of another member', mine, mine, memberId('KR-FSC', 'RELEASER'), DENIED],
  ['an act of nobody in its own ledger', mine, mine, null, DENIED],
  ["its member in another's ledger", theirs, mine, memberId('KR-FSC', 'CONTRIBUTOR'), DENIED],
])('the login of the application and the ledger: %s', async (_, agency, actor, member, outcome) => {
  expect(await asApplication(insert, [agency, actor, member])).toBe(outcome);
});
