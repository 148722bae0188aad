import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Audits that ask for 200 where nothing ran: a request that is no operation is answered 400 here, on purpose. */
const ANSWERED_400 =
  /^SHOULD use (200 status code|a status code of 200) on .* when accepting application\/json$/;
/** Operations come by POST alone. */
const BY_GET = /GET/;

test('every audit of GraphQL over HTTP holds, but for what we answer otherwise on purpose', async () => {
  const failed: string[] = [];
  const audits = serverAudits({ url: `${world.url}/graphql` });
  for (const audit of audits) {
    const { status } = await audit.fn();
    if (status !== 'ok') failed.push(audit.name);
  }
  const count = (level: string) => audits.filter(({ name }) => name.startsWith(level)).length;
  expect({ must: count('MUST'), should: count('SHOULD') }).toEqual({ must: 13, should: 23 });
  expect(failed.filter((name) => ANSWERED_400.test(name))).toHaveLength(3);
  expect(
    failed.filter((name) => !ANSWERED_400.test(name) && !(BY_GET.test(name) && name.startsWith('MAY'))),
  ).toEqual([]);
});

test('an operation by GET is refused', async () => {
  const answer = await fetch(`${world.url}/graphql?query={__typename}`);
  expect([answer.status, answer.headers.get('allow'), await answer.text()]).toEqual([
    405,
    'POST',
    '{"errors":[{"message":"Send operations by POST.","extensions":{"code":"INVALID"}}]}',
  ]);
});
