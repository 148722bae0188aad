import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { resolveByDns, Sender, type LocalReceivers } from '#outbound';
import { signingKey, type WebhookKey } from '#signatures';
import { DispatchStore, type Leased } from './dispatch-store.js';
import { Endpoint, type Worker } from './endpoint.js';
import type { KeyRing } from './key-ring.js';
import { Proofs } from './proofs.js';
import { serviceKeys } from './service-keys.js';
import { Settlements } from './settlements.js';

/** Seconds for which a webhook is nobody else's, counted anew every RENEW milliseconds. */
const LEASE = 5;
const RENEW = 1_000;
/** Webhooks taken over at a time, beside those it has: so several workers share them. */
const MORE = 10;
/** Milliseconds between two looks at whether feeds moved. */
const POLL = 25;
const HOUR = 3_600_000;

const SESSION = [
  'search_path=entente,pg_catalog',
  'statement_timeout=10s',
  'lock_timeout=4s',
  'idle_in_transaction_session_timeout=5s',
  'timezone=UTC',
  'jit=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

export interface DispatcherOptions {
  /** Login of entente_worker. */
  url: string;
  ring: KeyRing;
  /** As which the service asks endpoints whether they consent: its name. */
  origin: string;
  /** They may have any address, by plain HTTP. */
  allowed: LocalReceivers;
  say: (what: string, error?: unknown) => void;
}

/**
 * Sends what the feeds bring to the webhooks it holds leases of. Any number of them may run; it keeps nothing that
 * another would miss.
 * @param stop ends it: its leases are given up
 */
export async function runDispatcher(options: DispatcherOptions, stop: AbortSignal): Promise<void> {
  const pool = new Pool({
    connectionString: options.url,
    options: SESSION,
    application_name: 'entente-dispatcher',
    connectionTimeoutMillis: 5_000,
    max: 6,
  });
  pool.on('error', () => undefined);
  // One that ends while it is in use fails its query, which says so.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const sender = new Sender({ resolve: resolveByDns(), allowed: options.allowed });
  const dispatcher = new Dispatcher(new DispatchStore(pool), sender, options);
  try {
    await dispatcher.run(stop);
  } finally {
    await sender.close();
    await pool.end();
  }
}

class Dispatcher implements Worker {
  private readonly me = randomUUID();
  private readonly endpoints = new Map<string, { endpoint: Endpoint; agencyId: string }>();
  private readonly proofs: Proofs;
  readonly settlements: Settlements;
  readonly say: Worker['say'];
  private pruned = 0;
  private renewed = 0;
  private heldUntil = 0;

  constructor(
    readonly store: DispatchStore,
    readonly sender: Sender,
    private readonly options: DispatcherOptions,
  ) {
    this.proofs = new Proofs(store, sender, options.origin);
    this.settlements = new Settlements(store);
    this.say = options.say;
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        if (performance.now() - this.renewed > RENEW) await this.renew();
        await this.look();
      } catch (error) {
        this.options.say('connection failed', error);
        await pause(250);
      }
      // Before another may have them: whoever cannot renew stops.
      if (performance.now() > this.heldUntil) this.drop();
      await pause(POLL, undefined, { signal: stop }).catch(() => undefined);
    }
    const ended = [...this.endpoints.values()].map(({ endpoint }) => endpoint.ended);
    this.drop();
    await Promise.all(ended);
    await this.store.release(this.me).catch(() => undefined);
  }

  private drop(): void {
    for (const { endpoint } of this.endpoints.values()) endpoint.stop();
    this.endpoints.clear();
  }

  private async renew(): Promise<void> {
    const begun = performance.now();
    for (const [id, { endpoint }] of this.endpoints) if (endpoint.hasEnded) this.endpoints.delete(id);
    if (Date.now() - this.pruned > HOUR) {
      await this.store.keepAttempts();
      await this.store.tellOfEndingCertificates();
      this.pruned = Date.now();
    }
    const [leased, service] = await Promise.all([
      this.lease(),
      serviceKeys(this.store.ask, this.options.ring),
    ]);
    this.renewed = performance.now();
    this.heldUntil = begun + (LEASE - 1) * 1_000;
    const own = service.map(({ privateKey }) => signingKey(privateKey));
    const active = leased.filter(({ state }) => state === 'ACTIVE');
    const ids = new Set(active.map(({ id }) => id));
    for (const [id, { endpoint }] of this.endpoints) if (!ids.has(id)) this.end(endpoint);
    await this.serve(active, own);
    for (const webhook of leased)
      if (webhook.state === 'PENDING_PROOF' && webhook.secrets.length > 0) this.proofs.ask(webhook);
  }

  private async lease(): Promise<Leased[]> {
    const leased = await this.store.lease(this.me, LEASE, this.endpoints.size + MORE);
    const shown = await this.store.certificates(leased.map(({ id }) => id));
    const certificates = new Map(
      shown.map(({ webhookId, id, certificate, ...sealed }) => [
        webhookId,
        { certificate, key: this.options.ring.open(id, sealed) },
      ]),
    );
    return leased.map((webhook) => ({ ...webhook, certificate: certificates.get(webhook.id) }));
  }

  private async serve(active: readonly Leased[], own: readonly WebhookKey[]): Promise<void> {
    const putAside = await this.store.putAside(active.map(({ id }) => id));
    for (const webhook of active) {
      const keys = this.keysOf(webhook, own);
      const aside = putAside.filter(({ webhookId }) => webhookId === webhook.id);
      const known = this.endpoints.get(webhook.id)?.endpoint;
      if (known?.renew(webhook, keys)) {
        known.add(aside.filter(({ nature }) => nature !== 'EVENT'));
        continue;
      }
      if (known) {
        this.end(known);
        continue;
      }
      const endpoint = new Endpoint(webhook, aside, keys, this);
      this.endpoints.set(webhook.id, { endpoint, agencyId: webhook.agencyId });
    }
  }

  /** Another may begin from where it left off: what was read of the webhook until then is of before. */
  private end(endpoint: Endpoint): void {
    endpoint.stop();
    void endpoint.ended.then(() => {
      this.renewed = 0;
    });
  }

  private keysOf({ secrets }: Leased, own: readonly WebhookKey[]): WebhookKey[] {
    const opened = secrets.map(({ id, keyId, sealed }) =>
      signingKey(this.options.ring.open(id, { keyId, sealed: Buffer.from(sealed, 'base64') })),
    );
    // Without a secret of its own nothing goes to it.
    return opened.length > 0 ? [...opened, ...own] : [];
  }

  private async look(): Promise<void> {
    const agencies = [...new Set([...this.endpoints.values()].map(({ agencyId }) => agencyId))];
    if (agencies.length === 0) return;
    const heads = await this.store.heads(agencies);
    for (const { endpoint, agencyId } of this.endpoints.values())
      endpoint.feedStandsAt(heads.get(agencyId) ?? 0);
  }
}
