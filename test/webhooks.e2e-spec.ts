import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { administer, tried, type Administrators } from './support/administration.js';
import { administrators } from './support/clients.js';
import { agencyId } from './support/roster.js';
import { endAll, registeredDomain, registeredWebhook } from './support/webhooks.js';
import { startWorld, type World } from './support/world.js';

/* What an agency's administrators say of its webhooks: what one may do, what takes two, and where they may lie. */

let world: World;
let kr: Administrators;
beforeAll(async () => {
  world = await startWorld();
  kr = await administrators(world, 'KR-FSC');
});
afterAll(() => world.close());
beforeEach(() => endAll(world));

const OF_A_WEBHOOK = 'id url description eventTypes payload inFlight perSecond state reason endedAt';
interface Webhook {
  id: string;
  url: string;
  state: string;
}
async function webhook(id: string): Promise<Webhook | undefined> {
  const { webhooks } = await kr.first.ask<{ webhooks: { nodes: Webhook[] } }>(
    `{ webhooks(first: 100) { nodes { ${OF_A_WEBHOOK} } } }`,
  );
  return webhooks.nodes.find((one) => one.id === id);
}
/** As the worker will, once the endpoint has shown that it wants deliveries. */
const prove = (id: string) =>
  world.sql(`update webhook set state = 'ACTIVE', proven_at = now() where id = $1`, [id]);

const lease = async (id: string) =>
  (
    await world.sql<{ fence: string; failing_since: Date | null }>(
      'select fence::text, failing_since from webhook_dispatch where webhook_id = $1',
      [id],
    )
  )[0];

test('a domain and a webhook take two, and are as they were asked for', async () => {
  const { id, url } = await registeredWebhook(world, 'KR-FSC');
  expect(await webhook(id)).toEqual({
    id,
    url,
    description: 'Our system',
    eventTypes: [],
    payload: 'THIN',
    inFlight: 8,
    perSecond: 50,
    state: 'PENDING_PROOF',
    reason: null,
    endedAt: null,
  });
  for (const [name, input] of [
    ['registerWebhookDomain', { domain: 'another.example' }],
    ['registerWebhook', { url: `${url}/2`, description: 'Another' }],
  ] as const)
    expect(await tried(kr.first, name, input)).toBe('pending');
});

describe('where it may lie', () => {
  test.each([
    ['the domain itself', (domain: string) => `https://${domain}/a?b=c`, 'pending'],
    ['a name under it', (domain: string) => `https://a.b.${domain}:8443/`, 'pending'],
    ['in capitals', (domain: string) => `HTTPS://${domain.toUpperCase()}/`, 'pending'],
    ['a name that only ends as it does', (domain: string) => `https://x${domain}/`, 'CONFLICT input.url'],
    [
      'a name that only begins as it does',
      (domain: string) => `https://${domain}.other.example/`,
      'CONFLICT input.url',
    ],
    ['its name as a user', (domain: string) => `https://${domain}@other.example/`, 'INVALID input.url'],
    ['its name in the path', (domain: string) => `https://other.example/.${domain}/`, 'CONFLICT input.url'],
    ['plain HTTP', (domain: string) => `http://${domain}/`, 'INVALID input.url'],
    ['another port', (domain: string) => `https://${domain}:22/`, 'INVALID input.url'],
    ['an address', () => 'https://127.0.0.1/', 'INVALID input.url'],
  ])('%s: %#', async (_, make, outcome) => {
    const { domain } = await registeredDomain(world, 'KR-FSC');
    const input = { url: make(domain), description: 'Our system' };
    expect(await tried(kr.first, 'registerWebhook', input)).toBe(outcome);
  });

  test("another agency's domain is none of one's own, and may be one's own too", async () => {
    const { domain } = await registeredDomain(world, 'JP-NPA');
    const input = { url: `https://${domain}/`, description: 'Not ours' };
    expect(await tried(kr.first, 'registerWebhook', input)).toBe('CONFLICT input.url');
    expect(await tried(kr.first, 'registerWebhookDomain', { domain })).toBe('pending');
  });

  test.each([
    'go.kr',
    'kr',
    'localhost',
    '10.0.0.1',
    'https://fsc.go.kr',
    'fsc.go.kr.',
    '*.go.kr',
    'fsc .kr',
  ])('%s is no domain of an agency', async (domain) => {
    expect(await tried(kr.first, 'registerWebhookDomain', { domain })).toBe('INVALID input.domain');
  });

  test('a domain that ended meanwhile: what was asked for is not done', async () => {
    const domain = await registeredDomain(world, 'KR-FSC');
    const input = { url: `https://${domain.domain}/`, description: 'Our system' };
    const { pendingAct } = await administer(kr.first, 'registerWebhook', input);
    expect(await tried(kr.first, 'endWebhookDomain', { domainId: domain.id })).toBe('done');
    const named = { pendingActId: pendingAct?.id, hash: pendingAct?.hash };
    expect(await tried(kr.second, 'approveAct', named)).toBe('CONFLICT input.url');
  });
});

test('the end of a domain disables what lies under it alone', async () => {
  const { id, url, domain } = await registeredWebhook(world, 'KR-FSC');
  await prove(id);
  const under = await registeredDomain(world, 'KR-FSC', `b.${domain.domain}`);
  await kr.both('registerWebhook', { url: `https://b.${domain.domain}/`, description: 'Under both' });
  expect(await tried(kr.first, 'endWebhookDomain', { domainId: domain.id })).toBe('done');
  expect(await webhook(id)).toMatchObject({ url, state: 'DISABLED', reason: 'DOMAIN_ENDED' });
  expect(await tried(kr.first, 'resumeWebhook', { webhookId: id })).toBe('CONFLICT input.webhookId');
  const disabled = await world.sql<{ id: string }>(
    `select subject_id as id from entry where act = 'webhook.disabled' and agency_id = $1`,
    [agencyId('KR-FSC')],
  );
  expect(disabled).toEqual([{ id }]);
  const [both] = await world.sql(
    `select state from webhook where description = 'Under both' and ended_at is null`,
  );
  expect(both).toEqual({ state: 'PENDING_PROOF' });
  expect(await tried(kr.first, 'endWebhookDomain', { domainId: domain.id })).toBe('NOT_FOUND input.domainId');
  await kr.both('registerWebhookDomain', { domain: domain.domain });
  expect(await tried(kr.first, 'resumeWebhook', { webhookId: id })).toBe('done');
  expect(await webhook(id)).toMatchObject({ state: 'ACTIVE', reason: null });
  expect(under.domain).toBe(`b.${domain.domain}`);
});

describe('a change', () => {
  test('of what it is called, of types and of pace is done by one, at once', async () => {
    const { id: webhookId } = await registeredWebhook(world, 'KR-FSC', { payload: 'FULL' });
    await prove(webhookId);
    const change = { description: 'Renamed', eventTypes: ['finding.released'], inFlight: 2, perSecond: 3 };
    expect(await tried(kr.first, 'changeWebhook', { webhookId, ...change })).toBe('done');
    expect(await webhook(webhookId)).toMatchObject({ ...change, payload: 'FULL', state: 'ACTIVE' });
    expect(await tried(kr.first, 'changeWebhook', { webhookId, payload: 'THIN' })).toBe('done');
    expect(await webhook(webhookId)).toMatchObject({ ...change, payload: 'THIN', state: 'ACTIVE' });
  });

  test('to full payloads takes two', async () => {
    const { id: webhookId } = await registeredWebhook(world, 'KR-FSC');
    expect(await tried(kr.first, 'changeWebhook', { webhookId, payload: 'FULL' })).toBe('pending');
    expect(await webhook(webhookId)).toMatchObject({ payload: 'THIN' });
    await kr.both('changeWebhook', { webhookId, payload: 'FULL' });
    expect(await webhook(webhookId)).toMatchObject({ payload: 'FULL' });
  });

  test('of its URL takes two, and is proven anew', async () => {
    const { id: webhookId, url } = await registeredWebhook(world, 'KR-FSC');
    await prove(webhookId);
    expect(await tried(kr.first, 'changeWebhook', { webhookId, url: `${url}/2` })).toBe('pending');
    expect(await webhook(webhookId)).toMatchObject({ url, state: 'ACTIVE' });
    expect(await tried(kr.first, 'changeWebhook', { webhookId, url })).toBe('done');
    expect(await webhook(webhookId)).toMatchObject({ url, state: 'ACTIVE' });
    expect(await tried(kr.first, 'changeWebhook', { webhookId, url: 'https://other.example/' })).toBe(
      'CONFLICT input.url',
    );
    await world.sql('update webhook_dispatch set failing_since = now() where webhook_id = $1', [webhookId]);
    const leased = await lease(webhookId);
    await kr.both('changeWebhook', { webhookId, url: `${url}/2` });
    expect(await webhook(webhookId)).toMatchObject({ url: `${url}/2`, state: 'PENDING_PROOF' });
    // Who still sends to the URL before decides nothing about this one.
    const since = await lease(webhookId);
    expect(since).toEqual({ fence: String(Number(leased?.fence) + 1), failing_since: null });
    await prove(webhookId);
    await administer(kr.first, 'pauseWebhook', { webhookId });
    await kr.both('changeWebhook', { webhookId, url });
    await administer(kr.first, 'resumeWebhook', { webhookId });
    expect(await webhook(webhookId)).toMatchObject({ url, state: 'PENDING_PROOF' });
  });
});

test('paused, resumed and ended by one; what is over stays over', async () => {
  const { id: webhookId } = await registeredWebhook(world, 'KR-FSC');
  await prove(webhookId);
  const act = async (name: 'pauseWebhook' | 'resumeWebhook' | 'endWebhook') => [
    await tried(kr.first, name, { webhookId }),
    (await webhook(webhookId))?.state,
  ];
  expect(await act('resumeWebhook')).toEqual(['CONFLICT input.webhookId', 'ACTIVE']);
  expect(await act('pauseWebhook')).toEqual(['done', 'PAUSED']);
  expect(await act('pauseWebhook')).toEqual(['CONFLICT input.webhookId', 'PAUSED']);
  expect(await act('resumeWebhook')).toEqual(['done', 'ACTIVE']);
  expect(await act('endWebhook')).toEqual(['done', 'ACTIVE']);
  for (const name of ['pauseWebhook', 'endWebhook'] as const)
    expect((await act(name))[0]).toBe('NOT_FOUND input.webhookId');
});

test('nothing is ACTIVE that was not proven, whoever writes', async () => {
  const { id } = await registeredWebhook(world, 'KR-FSC');
  await expect(world.sql(`update webhook set state = 'ACTIVE' where id = $1`, [id])).rejects.toThrow(
    'active_is_proven',
  );
});

test('twenty at a time', async () => {
  const { url } = await registeredWebhook(world, 'KR-FSC');
  await world.sql(
    `insert into webhook (agency_id, url, description, event_types, payload, in_flight, per_second, state, registered_by)
     select agency_id, url, description, event_types, payload, in_flight, per_second, state, registered_by
       from webhook cross join generate_series(1, 19) where agency_id = $1 and ended_at is null`,
    [agencyId('KR-FSC')],
  );
  expect(await tried(kr.first, 'registerWebhook', { url, description: 'One more' })).toBe('CONFLICT input');
});
