import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { CliConfig } from '#core';
import type { DemoIssuer } from '#identity';
import type { Environment } from './child.js';
import type { AgencyCode } from './demo/agencies.js';
import { people } from './demo/people.js';
import { answered, bearing } from './list-import.js';
import { listen } from './listen.js';
import { serviceKeysOf } from './webhooks.js';

/** Whose system it is. A task of GraphiQL releases to this agency. */
const AGENCY: AgencyCode = 'JP-FSA';
/** RFC 2606: nobody has it. Its webhook says this for ever; where it is on this machine, the worker is told. */
const DOMAIN = 'jp-fsa.example';
const URL_OF_WEBHOOK = `https://system.${DOMAIN}/webhooks`;
/** What its terminal is to show: what comes, and what is taken back. */
const EVENT_TYPES = ['finding.released', 'finding.recalled', 'finding.superseded', 'finding.expired'];

export interface DemoReceiver {
  /** For the worker: where that name is. */
  environment: Environment;
  stop: () => void;
}

/**
 * The system of one agency of the demo, on whatever port is free: verifies what arrives and says it, as `entente listen`
 * does. With the service's public key, which the database has: so it keeps nothing from one start to the next.
 */
export async function startDemoReceiver(
  settings: CliConfig,
  say: (line: string) => void,
): Promise<DemoReceiver> {
  const host = '127.0.0.1';
  const keys = await serviceKeysOf(settings);
  const server = await listen({ host, port: 0, keys, say: (line) => say(`${AGENCY}'s system: ${line}`) });
  const address = server.address();
  const here = `${host}:${typeof address === 'object' ? address?.port : address}`;
  const local = `${new URL(URL_OF_WEBHOOK).host}:443=${here}`;
  return {
    environment: { ENTENTE_DEMO: '1', ENTENTE_LOCAL_RECEIVERS: [settings.localReceivers, local].join() },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const REGISTERED = `{
  webhookDomains(first: 100) { nodes { domain endedAt } }
  webhooks(first: 100) { nodes { id url state endedAt } }
}`;
const registered = z.object({
  webhookDomains: z.object({
    nodes: z.array(z.object({ domain: z.string(), endedAt: z.string().nullable() })),
  }),
  webhooks: z.object({
    nodes: z.array(
      z.object({ id: z.string(), url: z.string(), state: z.string(), endedAt: z.string().nullable() }),
    ),
  }),
});
const asked = z.object({ asked: z.object({ pendingAct: z.object({ id: z.string(), hash: z.string() }) }) });

const APPROVE = 'mutation ($input: DecideActInput!) { approveAct(input: $input) { subjectId } }';
const MAKE_SECRET =
  'mutation ($input: MakeWebhookSecretInput!) { makeWebhookSecret(input: $input) { webhookId } }';

/**
 * Registers that system's webhook, as two administrators of its agency would. One that was registered stays as whoever
 * tries the demo left it.
 * @throws Error with the service's own words
 */
export async function registerDemoWebhook(url: string, issuer: DemoIssuer): Promise<void> {
  const [first, second] = people[AGENCY].filter(({ role }) => role === 'AGENCY_ADMIN').map(({ id }) =>
    bearing(url, () => issuer.mint(id)),
  );
  if (!first || !second) throw new Error(`The demo has no two administrators of ${AGENCY}.`);
  const both = async (field: string, type: string, said: object): Promise<void> => {
    const input = { idempotencyKey: randomUUID(), ...said };
    const ask = `mutation ($input: ${type}!) { asked: ${field}(input: $input) { pendingAct { id hash } } }`;
    const { id: pendingActId, hash } = asked.parse(await answered(first, ask, { input })).asked.pendingAct;
    await answered(second, APPROVE, { input: { idempotencyKey: randomUUID(), pendingActId, hash } });
  };
  const known = async () => registered.parse(await answered(first, REGISTERED, {}));
  const ours = ({ webhooks }: z.output<typeof registered>) =>
    webhooks.nodes.find((webhook) => webhook.url === URL_OF_WEBHOOK);

  const before = await known();
  if (!ours(before)) {
    const isThere = before.webhookDomains.nodes.some((one) => one.domain === DOMAIN && one.endedAt === null);
    if (!isThere) await both('registerWebhookDomain', 'RegisterWebhookDomainInput', { domain: DOMAIN });
    const description = 'The system of this demo that shows what arrives';
    const webhook = { url: URL_OF_WEBHOOK, description, eventTypes: EVENT_TYPES };
    await both('registerWebhook', 'RegisterWebhookInput', webhook);
  }
  const webhook = ours(await known());
  // Until it has a secret nothing goes to it. One that was made before a start broke off may as well be another.
  if (webhook?.state === 'PENDING_PROOF' && webhook.endedAt === null) {
    const input = { idempotencyKey: randomUUID(), webhookId: webhook.id, overlapHours: 0 };
    await answered(first, MAKE_SECRET, { input });
  }
}
