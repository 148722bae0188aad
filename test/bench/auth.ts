import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { hashOf, keyPairOf, newPrivateKey, signProof, SystemClient } from '../../apps/cli/system-client.js';
import { agencyId, CODES, memberId } from './agencies.js';
import { Driver, type Call, type Measured } from './drive.js';
import { apiEnvironment, ourCall, pageCall, Tokens } from './list-page.js';
import { loadFindings } from './load.js';
import { everyPage, type BenchPage } from './pages.js';
import { start } from './process.js';
import { Random } from './random.js';
import { startServer, withClient, type BenchServer } from './server.js';

const FINDINGS = 20_000;
const SAMPLE = 60;
/** Milliseconds. */
const WINDOW = 4_000;
/** Seconds. A proof is good from two seconds before the time it says to eight after it: all of a window's are made before it. */
const AHEAD = 2;
const WINDOWS = 8;
/** Proofs for the pages that are compared, and for the first window. */
const PROOFS = 3_000;
/** For the others as many as the most requests of a window so far, and some more. */
const SPARE = 1.5;
const SETTINGS = { DATABASE_POOL: '12', AGENCY_BUDGET: '1000000' };
/** At least this share of the requests per second with identity already known. */
const WANTED = 0.75;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * What it adds to the list page that its reader proves, at each request, to have the key of its token: against the same
 * page, the same process, by a bearer whose token is remembered.
 */
export default async function auth(): Promise<void> {
  const server = await startServer();
  try {
    await loadFindings(server.superuserUrl, FINDINGS);
    const ratio = await measure(server);
    if (ratio < WANTED) process.exitCode = 1;
    say(JSON.stringify({ bench: 'auth', ratio: Math.floor(ratio * 100) / 100 }));
  } finally {
    await server.stop();
  }
}

async function measure(server: BenchServer): Promise<number> {
  const pages = await withClient(server.superuserUrl, everyPage);
  const machines = await enrolMachines(server);
  const api = await start('../../apps/api/main.js', [], apiEnvironment(server, SETTINGS));
  const driver = new Driver(api.url);
  try {
    const tokens = await Tokens.open(server.demoDirectory);
    const bound = new BoundCalls(api.url, machines);
    await tokens.renew();
    await bound.renew(PROOFS);
    await assertSameRows(driver, pages, tokens, bound);
    const rates: Record<'known' | 'bound', number[]> = { known: [], bound: [] };
    let needed = PROOFS;
    for (let window = 0; window <= WINDOWS; window++) {
      // By turns: whoever comes second finds the pages of the first in memory.
      const order = window % 2 === 0 ? (['known', 'bound'] as const) : (['bound', 'known'] as const);
      for (const side of order) {
        const random = new Random(100 + window);
        await tokens.renew();
        if (side === 'bound') await bound.renew(needed);
        const next = (): Call => {
          const page = random.pick(pages);
          return side === 'known' ? ourCall(page, tokens) : bound.next(page);
        };
        const measured = await driver.press(next, WINDOW);
        needed = Math.max(needed, Math.ceil(measured.took.length * SPARE));
        if (window > 0) rates[side].push(measured.rate);
        say(line(window, side, measured));
      }
    }
    return median(rates.bound) / median(rates.known);
  } finally {
    driver.close();
    await api.stop();
  }
}

interface Machine {
  id: string;
  key: Awaited<ReturnType<typeof newPrivateKey>>;
}

/** A system client of each agency, past the application: who administers is not measured here. */
async function enrolMachines({ superuserUrl }: BenchServer): Promise<Machine[]> {
  const machines = await Promise.all(
    CODES.map(async () => ({ id: randomUUID(), key: await newPrivateKey() })),
  );
  await withClient(superuserUrl, async (client) => {
    for (const [agency, { id, key }] of machines.entries()) {
      const { publicJwk, kid, algorithm } = await keyPairOf(key);
      await client.query(
        `with someone as (insert into person (issuer, subject) values ('urn:entente:client', $1) returning id)
         insert into member (id, agency_id, person_id, name, roles, machine)
           select $1::uuid, $2, someone.id, 'A machine', '{ANALYST}', true from someone`,
        [id, agencyId(agency)],
      );
      await client.query('insert into system_client (id, agency_id, registered_by) values ($1, $2, $3)', [
        ...[id, agencyId(agency), memberId(agency, 'ANALYST')],
      ]);
      await client.query(
        'insert into client_key (agency_id, kid, client_id, algorithm, jwk) values ($1, $2, $3, $4, $5)',
        [agencyId(agency), kid, id, algorithm, publicJwk],
      );
    }
  });
  return machines;
}

/** Requests with proofs that are made beforehand. */
class BoundCalls {
  private proofs = new Map<number, string[]>();
  private tokens: string[] = [];

  constructor(
    private readonly url: string,
    private readonly machines: readonly Machine[],
  ) {}

  /** New tokens, and proofs for a window that begins now. */
  async renew(proofs: number): Promise<void> {
    const clients = await Promise.all(
      this.machines.map(({ id, key }) => SystemClient.open(this.url, id, key)),
    );
    this.tokens = await Promise.all(clients.map((client) => client.newToken()));
    const keys = clients.map((client) => client.proofKey);
    const nonce = await this.nonce();
    const iat = Math.floor(Date.now() / 1000) + AHEAD;
    const each = Math.ceil(proofs / this.machines.length) + 100;
    for (const [agency, token] of this.tokens.entries()) {
      const key = keys[agency];
      if (!key) throw new Error('A machine without a key.');
      const claims = { htm: 'POST', htu: `${this.url}/graphql`, ath: hashOf(token), nonce, iat };
      const made = Array.from({ length: each }, () => signProof(key, claims));
      this.proofs.set(agency, await Promise.all(made));
    }
  }

  next({ agency, after }: BenchPage): Call {
    const dpop = this.proofs.get(agency)?.pop();
    if (dpop === undefined) throw new Error('More requests than proofs: make more.');
    const call = pageCall({ agency, after }, `DPoP ${this.tokens[agency] ?? ''}`);
    return { ...call, headers: { ...call.headers, dpop } };
  }

  private async nonce(): Promise<string> {
    const headers = { 'content-type': 'application/json', authorization: 'DPoP none' };
    const answer = await fetch(`${this.url}/graphql`, { method: 'POST', headers, body: '{}' });
    const nonce = answer.headers.get('dpop-nonce');
    if (nonce === null) throw new Error('The service told no nonce.');
    return nonce;
  }
}

async function assertSameRows(
  driver: Driver,
  pages: readonly BenchPage[],
  tokens: Tokens,
  bound: BoundCalls,
): Promise<void> {
  const random = new Random(99);
  for (let n = 0; n < SAMPLE; n++) {
    const page = random.pick(pages);
    const [known, proven] = [await driver.ask(ourCall(page, tokens)), await driver.ask(bound.next(page))];
    if (proven.status !== 200) throw new Error(`Refused with a proof: ${proven.text}`);
    const dataOf = ({ text }: { text: string }): unknown => (JSON.parse(text) as { data: unknown }).data;
    deepStrictEqual(dataOf(proven), dataOf(known));
  }
  say(`same rows on ${SAMPLE} pages`);
}

const line = (window: number, side: string, { rate }: Measured): string =>
  `${window === 0 ? 'warm-up ' : `window ${window}`} ${side} ${rate.toFixed(0).padStart(5)} requests/s`;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
