import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { resolveByDns, Sender, type LocalReceivers } from '#outbound';
import { signingKey, type WebhookKey } from '#signatures';
import { DispatchStore, type Leased, type Shown } from './dispatch-store.js';
import { Endpoint, type Worker } from './endpoint.js';
import type { KeyRing } from './key-ring.js';
import { Proofs } from './proofs.js';
import { serviceKeys } from './service-keys.js';
import { Settlements } from './settlements.js';

/** Seconds for which a webhook is nobody else's, counted anew every RENEW milliseconds. */
const LEASE = 5;
const RENEW = 500;
/** Webhooks taken over at a time, beside those it has: so several workers share them. */
const MORE = 10;
/** Milliseconds between two looks at whether feeds moved. */
const POLL = 25;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Milliseconds for a statement and its way: a network that swallows packets answers nothing. */
const ANSWERED_WITHIN = 12_000;

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
    query_timeout: ANSWERED_WITHIN,
    keepAlive: true,
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
    sender.close();
    await pool.end();
  }
}

interface Opened {
  webhook: Leased;
  /** With which its deliveries are signed; without any, nothing goes to it. */
  keys: WebhookKey[];
}

class Dispatcher implements Worker {
  private readonly me = randomUUID();
  private readonly endpoints = new Map<string, { endpoint: Endpoint; agencyId: string }>();
  private readonly proofs: Proofs;
  readonly settlements: Settlements;
  readonly say: Worker['say'];
  private keptHouse = -Infinity;
  /** How many webhooks it had at the last look, proven or not. */
  private had = 0;
  private readonly unopened = new Set<string>();
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

  get holds(): boolean {
    return performance.now() < this.heldUntil;
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      if (performance.now() - this.keptHouse > HOUR) void this.keepHouse();
      try {
        if (performance.now() - this.renewed > RENEW) await this.renew();
        await this.look();
      } catch (error) {
        this.options.say('connection failed', error);
        await pause(250);
      }
      // Before another may have them: whoever cannot renew stops.
      if (!this.holds) this.drop();
      await pause(POLL, undefined, { signal: stop }).catch(() => undefined);
    }
    const ended = [...this.endpoints.values()].map(({ endpoint }) => endpoint.ended);
    this.drop();
    await Promise.all(ended);
    await this.store.release(this.me).catch(() => undefined);
  }

  private drop(): void {
    for (const { endpoint } of this.endpoints.values()) endpoint.stop();
  }

  /** Its locks may be somebody's for long, as while the database is copied: no lease waits for them. */
  private async keepHouse(): Promise<void> {
    this.keptHouse = performance.now();
    try {
      await this.store.keepAttempts();
      await this.store.tellOfEndingCertificates();
    } catch (error) {
      this.keptHouse += MINUTE - HOUR;
      this.say('the log of attempts was not kept', error);
    }
  }

  private async renew(): Promise<void> {
    const begun = performance.now();
    for (const [id, { endpoint }] of this.endpoints) if (endpoint.hasEnded) this.endpoints.delete(id);
    // Before the lease: a worker that cannot sign leaves the webhooks to one that can.
    const service = await serviceKeys(this.store.ask, this.options.ring);
    const own = service.map(({ privateKey }) => signingKey(privateKey));
    const leased = await this.store.lease(this.me, LEASE, this.had + MORE);
    this.had = leased.length;
    this.renewed = performance.now();
    this.heldUntil = begun + (LEASE - 1) * 1_000;
    const opened = await this.opened(leased, own);
    const active = opened.filter(({ webhook }) => webhook.state === 'ACTIVE');
    const ids = new Set(active.map(({ webhook }) => webhook.id));
    for (const [id, { endpoint }] of this.endpoints) if (!ids.has(id)) this.end(endpoint);
    await this.serve(active);
    for (const { webhook, keys } of opened)
      if (webhook.state === 'PENDING_PROOF' && keys.length > 0) this.proofs.ask(webhook);
  }

  private async opened(leased: readonly Leased[], own: readonly WebhookKey[]): Promise<Opened[]> {
    const shown = await this.store.certificates(leased.map(({ id }) => id));
    const certificates = new Map(shown.map((certificate) => [certificate.webhookId, certificate]));
    return leased.map((webhook) => {
      try {
        const opened = this.open(webhook, certificates.get(webhook.id), own);
        this.unopened.delete(webhook.id);
        return opened;
      } catch (error) {
        // Its own trouble alone: nothing goes to it.
        if (!this.unopened.has(webhook.id))
          this.say(`what signs for webhook ${webhook.id} does not open`, error);
        this.unopened.add(webhook.id);
        return { webhook, keys: [] };
      }
    });
  }

  private open(webhook: Leased, shown: Shown | undefined, own: readonly WebhookKey[]): Opened {
    const { ring } = this.options;
    const keys = webhook.secrets.map(({ id, keyId, sealed }) =>
      signingKey(ring.open(id, { keyId, sealed: Buffer.from(sealed, 'base64') })),
    );
    const certificate = shown && { certificate: shown.certificate, key: ring.open(shown.id, shown) };
    // Without a secret of its own nothing goes to it.
    return { webhook: { ...webhook, certificate }, keys: keys.length > 0 ? [...keys, ...own] : [] };
  }

  private async serve(active: readonly Opened[]): Promise<void> {
    const ids = active.map(({ webhook }) => webhook.id);
    const beginning = ids.filter((id) => !this.endpoints.has(id));
    const putAside = Map.groupBy(await this.store.putAside(ids, beginning), ({ webhookId }) => webhookId);
    for (const { webhook, keys } of active) {
      const known = this.endpoints.get(webhook.id)?.endpoint;
      const aside = putAside.get(webhook.id) ?? [];
      if (known?.renew(webhook, keys)) known.add(aside);
      else if (known) this.end(known);
      else {
        const endpoint = new Endpoint(webhook, aside, keys, this);
        this.endpoints.set(webhook.id, { endpoint, agencyId: webhook.agencyId });
      }
    }
  }

  /** Another may begin from where it left off: what was read of the webhook until then is of before. */
  private end(endpoint: Endpoint): void {
    endpoint.stop();
    void endpoint.ended.then(() => {
      this.renewed = 0;
    });
  }

  private async look(): Promise<void> {
    const agencies = [...new Set([...this.endpoints.values()].map(({ agencyId }) => agencyId))];
    if (agencies.length === 0) return;
    const heads = await this.store.heads(agencies);
    for (const { endpoint, agencyId } of this.endpoints.values())
      endpoint.feedStandsAt(heads.get(agencyId) ?? 0);
  }
}
