import type { Attempt, Sender } from '#outbound';
import type { DispatchStore, Leased } from './dispatch-store.js';
import { monotonic } from './retries.js';

/** Seconds before the endpoint is asked again. */
const AGAIN = [5, 15, 60, 300, 1_800];

/** Asks endpoints whether they want deliveries, before the first (CloudEvents, HTTP 1.1 Web Hooks, section 4). */
export class Proofs {
  private readonly asked = new Map<string, { times: number; next: number }>();

  constructor(
    private readonly store: DispatchStore,
    private readonly sender: Sender,
    private readonly origin: string,
  ) {}

  /** If it is time; does not wait for the answer. */
  ask(webhook: Leased): void {
    const key = [webhook.id, webhook.url, webhook.certificate?.certificate].join(' ');
    const { times, next } = this.asked.get(key) ?? { times: 0, next: 0 };
    if (monotonic() < next) return;
    const seconds = AGAIN[Math.min(times, AGAIN.length - 1)] ?? 0;
    this.asked.set(key, { times: times + 1, next: monotonic() + 18_000 + seconds * 1_000 });
    void this.proof(webhook)
      .then(() => this.asked.set(key, { times: times + 1, next: monotonic() + seconds * 1_000 }))
      .catch(() => undefined);
  }

  private async proof(webhook: Leased): Promise<void> {
    const headers = { 'webhook-request-origin': this.origin };
    const make = async () => ({ method: 'OPTIONS' as const, headers, body: null });
    const attempt = await this.sender.send(webhook.url, make, webhook.certificate);
    await this.store.prove(webhook, whyNot(attempt, this.origin));
  }
}

/** Null where it consents. */
function whyNot({ fault, status, headers }: Attempt, origin: string): string | null {
  if (fault !== null) return fault;
  if (status === null || status < 200 || status > 299) return `HTTP_${status}`;
  const allowed = headers['webhook-allowed-origin'];
  return allowed === origin || allowed === '*' ? null : 'NO_CONSENT';
}
