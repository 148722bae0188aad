import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { act, ACTS, document, released } from './support/findings.js';
import { agencyId, memberId, type Code } from './support/roster.js';
import { contents } from './support/seen.js';
import { startWorld, type Client, type World } from './support/world.js';

/*
 * P7: suspension, recall and revoked rights act within one second. A token that was issued before, and used before,
 * is no longer good for anything at the next request.
 */

const AGENCY: Code = 'JP-NPA';
const MEMBER = memberId(AGENCY, 'CONTRIBUTOR');

let world: World;
let holder: Client;
beforeAll(async () => {
  world = await startWorld();
  holder = world.holding(await world.issuer.mint(MEMBER));
});
afterAll(() => world.close());
afterEach(async () => {
  await world.sql('update agency set suspended_at = null');
  await world.sql(`update member set ended_at = null, valid_from = '2018-01-01', valid_until = 'infinity'`);
});

const REQUESTS = {
  viewer: '{ viewer { name } }',
  findings: '{ findings { nodes { id } } }',
  'two queries at once': '{ agencies { nodes { id } } incidents { nodes { id } } }',
  draftFinding: ACTS.draftFinding,
};

async function outcomes(client: Client): Promise<string[]> {
  const variables = { input: { idempotencyKey: randomUUID(), document: document() } };
  const answers = [];
  for (const request of Object.values(REQUESTS)) {
    const { errors } = await client.query(request, request.startsWith('mutation') ? variables : {});
    answers.push([...new Set(errors.map(({ extensions }) => extensions.code))].join() || 'done');
  }
  return answers;
}
const all = (outcome: string) => Object.keys(REQUESTS).map(() => outcome);

test.each([
  ['its agency is suspended', `update agency set suspended_at = now() where id = '${agencyId(AGENCY)}'`],
  ['the membership is ended', `update member set ended_at = now() where id = '${MEMBER}'`],
  ['the membership runs out', `update member set valid_until = now() where id = '${MEMBER}'`],
  [
    'the membership begins later',
    `update member set valid_from = now() + interval '1 h' where id = '${MEMBER}'`,
  ],
])('a token in use is UNAUTHENTICATED at the next request when %s', async (_, revoke) => {
  expect(await outcomes(holder)).toEqual(all('done'));
  await world.sql(revoke);
  const revokedAt = performance.now();
  const before = await contents(world);
  expect(await outcomes(holder)).toEqual(all('UNAUTHENTICATED'));
  expect(performance.now() - revokedAt).toBeLessThan(1000);
  expect(await contents(world)).toEqual(before);
  expect(await outcomes(world.as('KR-FSC', 'CONTRIBUTOR'))).toEqual(all('done'));
});

test('a suspended agency is shut out with all its members, an ended membership alone', async () => {
  const colleague = world.as(AGENCY, 'BOTH');
  await world.sql(`update member set ended_at = now() where id = $1`, [MEMBER]);
  expect(await outcomes(colleague)).toEqual(all('done'));
  await world.sql('update agency set suspended_at = now() where id = $1', [agencyId(AGENCY)]);
  expect(await outcomes(colleague)).toEqual(all('UNAUTHENTICATED'));
});

test('a role that is taken away is FORBIDDEN at the next request', async () => {
  await world.sql(`update member set roles = '{ANALYST}' where id = $1`, [MEMBER]);
  expect(await outcomes(holder)).toEqual(['done', 'done', 'done', 'FORBIDDEN']);
  await world.sql(`update member set roles = '{CONTRIBUTOR}' where id = $1`, [MEMBER]);
});

test.each([
  ['recallFinding', { reason: 'inaccurate' }, 'inaccurate'],
  ['expireFinding', {}, 'EXPIRED'],
] as const)(
  'after %s a document that was just read is gone at the next request',
  async (name, how, reason) => {
    const finding = await released(world, 'KR-FSC', [AGENCY]);
    const query =
      'query ($id: ID!) { finding(id: $id) { withdrawnReason revision { id } revisions { id } } }';
    const read = () => holder.ask(query, { id: finding.id });
    const kept = { id: finding.revision.id };
    expect(await read()).toEqual({ finding: { withdrawnReason: null, revision: kept, revisions: [kept] } });
    await act(world, 'KR-FSC', 'RELEASER', name, { findingId: finding.id, ...how });
    expect(await read()).toEqual({ finding: { withdrawnReason: reason, revision: null, revisions: [] } });
  },
);
