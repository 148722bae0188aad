import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { administer, ARRANGEMENT, send, tried, type AdministrationName } from './support/administration.js';
import { authority } from './support/certificates.js';
import { administrators, newKey, registered } from './support/clients.js';
import { CAST, failing, QUOTE } from './support/failing.js';
import { approvedExport, fetchExport, fetchOutcome } from './support/ledger-exports.js';
import { found, planted, text, word } from './support/planted.js';
import { newcomer } from './support/proposals.js';
import { agencyId, memberId } from './support/roster.js';
import { registeredWebhook } from './support/webhooks.js';
import { startSpokenWorld, type SpokenWorld } from './support/spoken.js';

/* As logs.e2e-spec.ts, for acts of administration: what they say is in the ledger, and in no line of a log. */

let world: SpokenWorld;
beforeAll(async () => {
  world = await startSpokenWorld();
}, 60_000);
afterAll(() => world.close());

const machine = () => ({
  name: text('name of a machine'),
  roles: ['ANALYST'],
  keys: [newKey().publicKey],
});

/** Somebody else's registration of a machine, to be approved. */
async function approval(): Promise<object> {
  const { second } = await administrators(world, 'KR-FSC');
  const { pendingAct } = await administer(second, 'registerSystemClient', machine());
  return { pendingActId: pendingAct?.id, hash: pendingAct?.hash };
}

/** Under a domain that is there, with words of its own in path and query. */
async function webhook(): Promise<object> {
  const { url } = await registeredWebhook(world, 'KR-FSC');
  const own = `${url}/${word('path')}?${word('query')}`;
  return { url: own, description: text('description of a webhook') };
}

/** With a subject and a key that would be known again. */
async function certificate(): Promise<object> {
  const { certificate: pem, key } = await (await authority()).certify(word('subject of a certificate'));
  planted.set(key.split('\n')[1] ?? '', 'key of a certificate');
  return { webhookId: (await registeredWebhook(world, 'KR-FSC')).id, certificate: pem, key };
}

const ACTS: [name: AdministrationName, input: () => Promise<object>, writes: string[]][] = [
  ['registerSystemClient', async () => machine(), ['member', 'system_client', 'client_key', 'pending_act']],
  [
    'addSystemClientKey',
    async () => ({ clientId: (await registered(world, 'KR-FSC')).id, key: newKey().publicKey }),
    ['client_key', 'pending_act'],
  ],
  [
    'registerWebhookDomain',
    async () => ({ domain: `${word('domain')}.example` }),
    ['webhook_domain', 'pending_act'],
  ],
  ['registerWebhook', webhook, ['webhook', 'pending_act']],
  [
    'changeWebhook',
    async () => ({
      webhookId: (await registeredWebhook(world, 'KR-FSC')).id,
      description: text('description of a webhook'),
    }),
    ['webhook'],
  ],
  ['setWebhookCertificate', certificate, ['webhook_certificate', 'pending_act']],
  ['approveAct', approval, ['member', 'system_client', 'client_key', 'pending_act']],
  [
    'inviteMember',
    async () => ({ name: text('name of a member'), roles: ['ANALYST'] }),
    ['invitation', 'pending_act'],
  ],
  [
    'proposeAgency',
    async () =>
      newcomer({
        names: [{ language: 'en', name: text('name of an agency') }],
        contactPoints: [{ kind: 'post', value: text('contact point') }],
        administrators: [text('one'), text('another')],
      }),
    ['agency_proposal'],
  ],
  [
    'setContacts',
    async () => ({ contactPoints: [{ kind: 'post', value: text('contact point') }] }),
    ['agency_contact'],
  ],
  ['exportLedger', async () => ({ from: '2020-01-01T00:00:00Z' }), ['pending_act']],
  [
    'askStandingAuthority',
    async () => ({
      ...{ title: text('title'), agencyIds: [agencyId('JP-NPA')], kinds: ['hack'] },
      ...{ highestMarking: 'TLP:GREEN', daily: 5, days: 7 },
    }),
    ['standing_authority'],
  ],
  [
    'proposeArrangement',
    async () => ({ ...ARRANGEMENT, title: text('title'), parties: [agencyId('JP-NPA')] }),
    ['arrangement', 'arrangement_party'],
  ],
];

test.each(ACTS)('%s', async (name, make, writes) => {
  const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
  const input = { ...(await make()), idempotencyKey: word('idempotencyKey') };
  for (const table of [...writes, 'idempotency_key', 'entry']) {
    for (const how of [QUOTE, CAST]) {
      const answer = await failing(world, table, how, () => send(administrator, name, input));
      expect([table, answer.errors[0]?.extensions.code]).toEqual([table, 'INTERNAL']);
      expect(found(answer.text)).toEqual([]);
    }
  }
  expect(await tried(administrator, name, { ...input, [word('name')]: text('of an unknown field') })).toMatch(
    /^INVALID/,
  );
  expect(await tried(world.as('KR-FSC', 'ANALYST'), name, input)).toBe('FORBIDDEN');
  expect(await tried(administrator, name, input)).toMatch(/^(done|pending)$/);
  expect(await tried(administrator, name, { ...input, ...other(input) })).toBe(
    'CONFLICT input.idempotencyKey',
  );
  expect(world.leaks()).toEqual({});
});

test('GET /ledger-exports', async () => {
  const auditor = memberId('KR-FSC', 'AUDITOR');
  await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'inviteMember', {
    name: text('name of a member'),
    roles: ['ANALYST'],
  });
  const id = await approvedExport(world, 'KR-FSC');
  for (const how of [QUOTE, CAST]) {
    const answer = await failing(world, 'entry', how, () => fetchExport(world, auditor, id));
    const told = await answer.text();
    expect([answer.status, JSON.parse(told)]).toMatchObject([500, { code: 'INTERNAL' }]);
    expect(found(told)).toEqual([]);
  }
  expect(found(await (await fetchExport(world, auditor, id)).text()).join()).toContain('name of a member');
  expect(await fetchOutcome(world, auditor, word('id'))).toBe('404 NOT_FOUND');
  expect(await fetchOutcome(world, memberId('KR-FSC', 'ANALYST'), word('id'))).toBe('403 FORBIDDEN');
  expect(await fetchOutcome(world, null, word('id'))).toBe('401 UNAUTHENTICATED');
  expect(world.leaks()).toEqual({});
});

const other = (input: object): object =>
  'pendingActId' in input
    ? { pendingActId: randomUUID() }
    : 'certificate' in input
      ? { webhookId: randomUUID() }
      : 'domain' in input
        ? { domain: 'another.example' }
        : 'from' in input
          ? { from: '2021-01-01T00:00:00Z' }
          : 'description' in input
            ? { description: text('another description') }
            : 'clientId' in input
              ? { clientId: randomUUID() }
              : 'name' in input
                ? { name: text('another name') }
                : 'contactPoints' in input
                  ? { contactPoints: [{ kind: 'post', value: text('another') }] }
                  : { title: text('another title') };
