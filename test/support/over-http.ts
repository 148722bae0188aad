import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { ACTS } from './findings.js';
import { expectOwn, inputOf, type Operation } from './tenants.js';
import { outcomeOf } from './world.js';

/*
 * Operations of an agency over GraphQL, as its clients make them, and as they break them off.
 */

interface Answered {
  viewer: { agency: { id: string } };
  findings: {
    nodes: { id: string; author: { id: string }; revision: { document: { texts: { title: string }[] } } }[];
  };
  incidents: { nodes: object[] };
}

const LIST = `{ viewer { agency { id } } incidents { nodes { id } }
  findings { nodes { id author { id } revision { document { texts { title } } } } } }`;

export const list: Operation = async ({ world, tenant }) => {
  const answer = await world.member(tenant.caller.id).query<Answered | null>(LIST);
  if (answer.errors.length > 0 || answer.data === null)
    return [...new Set(answer.errors.map(({ extensions }) => extensions.code))].join();
  const { viewer, findings, incidents } = answer.data;
  expectOwn(
    tenant,
    findings.nodes.map(({ author, revision }) => ({
      titles: String(revision.document.texts[0]?.title).toLowerCase(),
      agency: author.id,
    })),
  );
  expect([viewer.agency.id, incidents.nodes]).toEqual([tenant.id, []]);
  return 'done';
};

export const one: Operation = async ({ world, tenant, other, chance }) => {
  const own = chance.happens(0.5);
  const answer = await world
    .member(tenant.caller.id)
    .query<{ finding: { id: string } } | null>(
      'query ($id: ID!) { finding(id: $id) { id revisions { id } } }',
      {
        id: own ? tenant.finding : other.finding,
      },
    );
  const outcome = outcomeOf(answer);
  if (outcome === 'done') expect([own, answer.data?.finding.id]).toEqual([true, tenant.finding]);
  if (own) expect(outcome).not.toBe('NOT_FOUND id');
  return outcome;
};

/** An act over GraphQL: a draft that is done, one that is refused, another's finding, a suspended caller. */
export const mutation: Operation = async ({ world, tenant, other, suspended, chance }) => {
  const { idempotencyKey, document: written } = inputOf(tenant);
  const what = chance.pick(['draft', 'invalid', 'hidden', 'suspended'] as const);
  const resting = [
    { attribute: 'method', value: { term: 'x' }, origin: { kind: 'agency', revisionId: other.finding } },
  ];
  const input = {
    draft: { idempotencyKey, document: written },
    invalid: { idempotencyKey, document: { ...written, kind: 'nonsense' } },
    hidden: { idempotencyKey, document: { ...written, claims: resting } },
    suspended: { idempotencyKey, document: written },
  }[what];
  const member = (what === 'suspended' ? suspended : tenant).caller.id;
  const outcome =
    outcomeOf(await world.member(member).query(ACTS.draftFinding, { input })).split(' ')[0] ?? '';
  const usual = { draft: 'done', invalid: 'INVALID', hidden: 'NOT_FOUND', suspended: 'UNAUTHENTICATED' }[
    what
  ];
  expect([usual, 'UNAVAILABLE']).toContain(outcome);
  return outcome;
};

/** A client that goes away before it has its answer: while it sends, while we work, or while we answer. */
export const hangUp: Operation = async ({ world, tenant, chance }) => {
  const body = JSON.stringify(
    chance.happens(0.6)
      ? { query: LIST }
      : { query: ACTS.draftFinding, variables: { input: inputOf(tenant) } },
  );
  const token = await world.issuer.mint(tenant.caller.id);
  const sent = request(`${world.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${token}`,
    },
  });
  sent.on('error', () => undefined);
  if (chance.happens(0.2)) sent.write(body.slice(0, chance.below(body.length)));
  else sent.end(body);
  await pause(chance.below(8));
  sent.destroy();
  return 'gone';
};
