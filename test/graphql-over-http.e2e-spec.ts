import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { serverAudits } from 'graphql-http';
import { memberId } from './support/roster.js';
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
const BY_GET = 'GET';

test('every audit of GraphQL over HTTP holds, but for what we answer otherwise on purpose', async () => {
  const failed: string[] = [];
  // Some of them introspect, which strangers may not.
  const token = await world.issuer.mint(memberId('XX-ALONE', 'ANALYST'));
  const fetchFn: typeof fetch = (url, init) =>
    fetch(url, { ...init, headers: { ...(init?.headers as object), authorization: `Bearer ${token}` } });
  const audits = serverAudits({ url: `${world.url}/graphql`, fetchFn });
  for (const audit of audits) {
    const { status } = await audit.fn();
    if (status !== 'ok') failed.push(audit.name);
  }
  const count = (level: string) => audits.filter(({ name }) => name.startsWith(level)).length;
  expect({ must: count('MUST'), should: count('SHOULD') }).toEqual({ must: 13, should: 23 });
  expect(failed.filter((name) => ANSWERED_400.test(name))).toHaveLength(3);
  expect(
    failed.filter((name) => !ANSWERED_400.test(name) && !(name.startsWith('MAY') && name.includes(BY_GET))),
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

test('of several operations in one document the named one runs, however often another ran before', async () => {
  const query = 'query One { viewer { name } } query Two { agencies(first: 1) { nodes { code } } }';
  const token = await world.issuer.mint(memberId('XX-ALONE', 'ANALYST'));
  const run = async (operationName: string): Promise<unknown> => {
    const answer = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, operationName }),
    });
    const { extensions: _, ...told } = (await answer.json()) as Record<string, unknown>;
    return told;
  };
  const one = { data: { viewer: { name: 'XX-ALONE ANALYST' } } };
  const two = { data: { agencies: { nodes: [{ code: 'JP-NPA' }] } } };
  for (const [name, answer] of Object.entries({ One: one, Two: two })) {
    for (let time = 0; time < 3; time++) expect(await run(name)).toEqual(answer);
  }
  expect(await run('One')).toEqual(one);
  expect(await run('One\nmutation')).toMatchObject({ errors: [{ extensions: { code: 'INVALID' } }] });
});

test('a variable that was left out has its default, compiled or not, and null is not left out', async () => {
  const query = 'query ($first: Int! = 1) { agencies(first: $first) { nodes { id } } }';
  const ask = (variables: object) => world.as('KR-FSC', 'ANALYST').query(query, variables);
  for (let time = 0; time < 4; time++) {
    const { data, errors } = await ask({});
    expect([data, errors]).toMatchObject([{ agencies: { nodes: [{}] } }, []]);
  }
  expect((await ask({ first: 2 })).data).toMatchObject({ agencies: { nodes: [{}, {}] } });
  expect((await ask({ first: null })).errors).toMatchObject([{ extensions: { code: 'INVALID' } }]);
});

test('what is JSON is no document: neither a syntax tree nor a bare value', async () => {
  const tree = JSON.stringify(parse('{ __typename }', { noLocation: true }));
  for (const text of [tree, '{}', '[]', '1', 'null', '"text"']) {
    const { status, errors } = await world.anonymous.query(text);
    expect([status, errors.map(({ extensions }) => extensions.code)]).toEqual([400, ['INVALID']]);
    expect(errors[0]?.message).toMatch(/^Syntax Error/);
  }
});
