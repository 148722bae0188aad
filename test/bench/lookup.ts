import { equal } from 'node:assert/strict';
import { Pool, type Client } from 'pg';
import { z } from 'zod';
import { DemoIssuer } from '#identity';
import { agencyId, memberId } from './agencies.js';
import { Driver, type Call } from './drive.js';
import { benchValue } from './indicators.js';
import { apiEnvironment } from './list-page.js';
import { loadFindings } from './load.js';
import { start } from './process.js';
import { Random } from './random.js';
import { startServer, withClient } from './server.js';

const INDICATORS = 3_000_000;
const FINDINGS = 2_000;
const VALUES = 1_000;
const ASKER = 0;
const SEED = 'indicators';
const BATCH = 20_000;
const WINDOWS = 5;
const WINDOW = 4_000;
/** Both sides ask so many batches at a time. */
const AT_ONCE = 4;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Look-ups of 1,000 values, half of which one finding has: through GraphQL, recognised and normalised, under row
 * security, with their candidates; against the bare batch of the same keys, prepared, as a superuser, on one pool.
 */
export default async function lookup(): Promise<void> {
  const server = await startServer();
  const pool = new Pool({
    connectionString: server.superuserUrl,
    max: AT_ONCE,
    options: '-c search_path=entente,pg_catalog -c jit=off',
  });
  try {
    await loadFindings(server.superuserUrl, FINDINGS);
    await withClient(server.superuserUrl, loadIndicators);
    const ratio = await measure(server.demoDirectory, pool, apiEnvironment(server, SETTINGS));
    say(JSON.stringify({ bench: 'lookup', ratio: Number(ratio.toFixed(2)) }));
    if (ratio < 0.5) process.exitCode = 1;
  } finally {
    await pool.end();
    await server.stop();
  }
}

const SETTINGS = { DATABASE_POOL: String(AT_ONCE), AGENCY_BUDGET: '10000000', AGENCY_AT_ONCE: '16' };

/** Past the triggers, as they would have left it: what one agency sees, spread over its inbox. */
async function loadIndicators(superuser: Client): Promise<void> {
  await superuser.query("set session_replication_role = replica; set work_mem = '64MB'");
  const index = (
    await superuser.query<{ definition: string }>(
      `select pg_get_indexdef('seen_indicator_value'::regclass) as definition`,
    )
  ).rows[0]?.definition;
  await superuser.query('drop index seen_indicator_value');
  const inbox = await superuser.query<{ finding: string }>(
    'select finding_id as finding from inbox where agency_id = $1 order by finding_id',
    [agencyId(ASKER)],
  );
  const findings = inbox.rows.map(({ finding }) => finding);
  for (let done = 0; done < INDICATORS; done += BATCH) {
    const rows = Array.from({ length: BATCH }, (_, n) => benchValue(SEED, done + n));
    await superuser.query(
      `insert into seen_indicator (agency_id, finding_id, position, place, value, roles, revision_id, listed_at, until)
       select i.agency_id, i.finding_id, 1000 + $2 + w.n, w.place, w.value, '{suspect}', i.revision_id, i.listed_at, i.until
         from unnest($3::text[], $4::text[], $5::uuid[]) with ordinality as w (place, value, finding, n)
         join inbox i on i.agency_id = $1 and i.finding_id = w.finding`,
      [
        agencyId(ASKER),
        done,
        rows.map(({ place }) => place),
        rows.map(({ value }) => value),
        rows.map((_, n) => findings[(done + n) % findings.length]),
      ],
    );
  }
  await superuser.query(index ?? '');
  await superuser.query('vacuum analyze');
  const { rows } = await superuser.query<{ n: string }>(
    'select count(*) as n from seen_indicator where agency_id = $1 and position > 1000',
    [agencyId(ASKER)],
  );
  equal(Number(rows[0]?.n), INDICATORS);
  say(`${INDICATORS} indicators in the inbox of one agency`);
}

const QUERY = `query ($values: [String!]!) { lookup(values: $values, first: ${VALUES}) {
  nodes { value reason suspect matches { key roles findingId listedAt } } } }`;

const BARE = `select value, place, finding_id, roles, listed_at from seen_indicator
  where agency_id = $1 and value = any ($2::text[]) and until > now()`;

/** Half are there; the others are of the same kinds and nobody's. */
const valuesOf = (random: Random): string[] =>
  Array.from({ length: VALUES }, (_, n) => {
    const number = random.int(0, INDICATORS - 1);
    return n % 2 === 0 ? benchValue(SEED, number).value : benchValue('nobody', INDICATORS + number).value;
  });

const answer = z.object({
  data: z.object({ lookup: z.object({ nodes: z.array(z.object({ matches: z.array(z.unknown()) })) }) }),
});

async function measure(directory: string, pool: Pool, environment: Record<string, string>): Promise<number> {
  const api = await start('../../apps/api/main.js', [], environment);
  const driver = new Driver(api.url);
  try {
    const random = new Random(3);
    // Made before: what it takes to make them is neither side's.
    const batches = Array.from({ length: 50 }, () => valuesOf(random));
    const issuer = await DemoIssuer.open(directory);
    let token = '';
    const call = (values: readonly string[]): Call => ({
      path: '/graphql',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: QUERY, variables: { values } }),
    });
    const ours = async (values: readonly string[]): Promise<number> => {
      const { status, text } = await driver.ask(call(values));
      equal(status, 200, text);
      return (text.match(/"findingId"/g) ?? []).length;
    };
    const bare = async (values: readonly string[]): Promise<number> =>
      (await pool.query({ name: 'bare', text: BARE, values: [agencyId(ASKER), values] })).rows.length;
    token = await issuer.mint(memberId(ASKER, 'ANALYST'));
    for (const values of batches.slice(0, 5)) {
      equal(await ours(values), await bare(values));
      const { nodes } = answer.parse(JSON.parse((await driver.ask(call(values))).text)).data.lookup;
      equal(nodes.length, VALUES);
      for (const [n, { matches }] of nodes.entries()) equal(matches.length > 0, n % 2 === 0);
    }
    say('the same rows on both sides');
    const rates = { ours: [] as number[], bare: [] as number[] };
    for (let window = 0; window <= WINDOWS; window++) {
      token = await issuer.mint(memberId(ASKER, 'ANALYST'));
      for (const [side, ask] of Object.entries({ bare, ours }) as ['ours' | 'bare', typeof ours][]) {
        const rate = await press(() => ask(random.pick(batches)));
        if (window > 0) rates[side].push(rate);
        say(
          `${window === 0 ? 'warm-up ' : `window ${window}`} ${side.padEnd(5)} ${Math.round(rate)} values/s`,
        );
      }
    }
    return median(rates.ours) / median(rates.bare);
  } finally {
    driver.close();
    await api.stop();
  }
}

/** As many batches as can be answered in a window, some at a time. @returns values per second */
async function press(ask: () => Promise<number>): Promise<number> {
  const begun = performance.now();
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - begun < WINDOW) {
      await ask();
      done += VALUES;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return (done * 1000) / (performance.now() - begun);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
