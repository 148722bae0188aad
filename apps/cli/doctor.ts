import { createPublicKey, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { CliConfig } from '#core';
import type { WebhookKey } from '#signatures';
import { serviceUrl } from './ask.js';
import { keyFile, postSigned, readable, type InboundAnswer } from './signed-post.js';
import { SystemClient } from './system-client.js';

export interface DoctorOptions {
  client: string;
  /** The key for what the client posts. */
  key?: string;
  /** Its key for tokens. */
  tokenKey?: string;
  /** Where the agency's own system takes webhooks. */
  endpoint?: string;
}

/** One thing looked at: well, or what to do. */
interface Finding {
  what: string;
  ok: boolean;
  said: string;
}

/** Seconds a clock may be off: a proof is good for 10, a signature for 300. */
const CLOSE = 5;
const PATIENCE = 10_000;

/**
 * Looks from the partner's side at all that its system needs, and says each in a line. Nothing is changed anywhere.
 * @returns whether all is well
 */
export async function doctor(
  settings: CliConfig,
  options: DoctorOptions,
  say: (line: string) => void,
): Promise<boolean> {
  const found: Finding[] = [];
  const tell = (more: readonly Finding[]): void => {
    for (const { what, ok, said } of more) say(`${ok ? 'ok  ' : 'FAIL'} ${what.padEnd(10)} ${said}`);
    found.push(...more);
  };
  const url = await serviceUrl(settings);
  const { client, key, tokenKey } = options;
  tell(await addressAndClock(url));
  // Where nothing answers, the rest would say so again.
  if (found.every(({ ok }) => ok)) {
    if (key !== undefined) tell(await signature(url, client, key));
    if (tokenKey !== undefined) tell(await tokenAndFeed(url, client, tokenKey));
  }
  if (options.endpoint !== undefined) tell([await endpoint(options.endpoint, url)]);
  return found.every(({ ok }) => ok);
}

const good = (what: string, said: string): Finding => ({ what, ok: true, said });
const bad = (what: string, said: string): Finding => ({ what, ok: false, said });

async function addressAndClock(url: string): Promise<Finding[]> {
  const response = await fetch(new URL('/health', url), { signal: AbortSignal.timeout(PATIENCE) }).catch(
    () => null,
  );
  if (!response)
    return [
      bad(
        'address',
        `nothing answers at ${url}: is the address right, and does your network let it through?`,
      ),
    ];
  if (!response.ok)
    return [
      bad('address', `${url} answers HTTP ${response.status}: the service is not well, or this is another.`),
    ];
  const theirs = Date.parse(response.headers.get('date') ?? '') / 1_000;
  const off = Math.round(Date.now() / 1_000 - theirs);
  return [
    good('address', `${url} answers`),
    Number.isNaN(off)
      ? bad('clock', 'the answer tells no time: is this the service itself?')
      : Math.abs(off) <= CLOSE
        ? good('clock', `within ${CLOSE} s of the service's`)
        : bad(
            'clock',
            `${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} the service's: synchronise it (NTP).`,
          ),
  ];
}

/** Tries a message that has no effect: what it names is not there. */
async function signature(url: string, clientId: string, file: string): Promise<Finding[]> {
  const key = await keyFile(file);
  const items = [{ type: 'finding.removed', data: { findingId: randomUUID() } }];
  const body = Buffer.from(JSON.stringify({ type: 'batch.posted', data: { items } }));
  const message = { clientId, key, id: `doctor-${randomUUID()}`, body };
  const answer = await postSigned(url, '/inbound/check', message);
  const kid = await thumbprintOf(key);
  if (answer.status === 200)
    return [
      good('key', `${kid} is registered for ${clientId}`),
      good('signature', `${key.version} is accepted`),
    ];
  return [refused(answer, kid, clientId)];
}

function refused({ status, body }: InboundAnswer, kid: string, clientId: string): Finding {
  const [fault] = body.faults ?? [];
  if (status === 401 && fault?.path === 'webhook-signature')
    return bad(
      'key',
      `${kid} is not a key for what ${clientId} posts, or the client or its agency is not active: an administrator of your agency gives it with addSystemClientKey (use: INBOUND), and a second one approves.`,
    );
  if (status === 401) return bad('clock', `${body.message ?? ''} Synchronise the clock (NTP).`);
  if (status === 403)
    return bad(
      'roles',
      `${clientId} has a role with which nothing is posted: it needs ANALYST or CONTRIBUTOR.`,
    );
  return bad('signature', `HTTP ${status}: ${body.message ?? 'no answer of this service'}`);
}

async function thumbprintOf(key: WebhookKey): Promise<string> {
  if (key.version === 'v1') throw new Error('A shared secret has no public half.');
  return calculateJwkThumbprint(createPublicKey(key.key).export({ format: 'jwk' }));
}

async function tokenAndFeed(url: string, clientId: string, file: string): Promise<Finding[]> {
  const jwk = JSON.parse(await readable(file)) as JWK;
  const client = await SystemClient.open(url, clientId, jwk);
  try {
    await client.newToken();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return [bad('token', `${said} Is this the client's key for tokens, and is the client active?`)];
  }
  const response = await client.ask('{ feed { total epoch } }');
  const { data, errors } = (await response.json()) as {
    data?: { feed?: { total: number; epoch: string } };
    errors?: { message: string }[];
  };
  return [
    good('token', 'the service gives one, bound to a key'),
    data?.feed
      ? good('feed', `${data.feed.total} events, epoch ${data.feed.epoch}`)
      : bad('feed', errors?.[0]?.message ?? `HTTP ${response.status}`),
  ];
}

/** CloudEvents, HTTP 1.1 Web Hooks, section 4: what the service will ask before it delivers anything. */
async function endpoint(address: string, url: string): Promise<Finding> {
  const origin = new URL(url).host;
  const response = await fetch(address, {
    method: 'OPTIONS',
    headers: { 'webhook-request-origin': origin },
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => null);
  if (!response) return bad('endpoint', `nothing answers at ${address}.`);
  const allowed = response.headers.get('webhook-allowed-origin');
  if (!response.ok || (allowed !== '*' && allowed !== origin))
    return bad(
      'endpoint',
      `${address} does not consent: it must answer OPTIONS with webhook-allowed-origin: ${origin}.`,
    );
  return good('endpoint', `${address} consents to deliveries`);
}
