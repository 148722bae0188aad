import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DemoIssuer } from '#identity';
import { createApp } from '../apps/api/create-app.js';
import { queries } from '../apps/api/graphiql/queries.js';
import { registerDemoWebhook } from '../apps/cli/demo-receiver.js';
import { enrolDemo } from '../apps/cli/enrol.js';
import { migrate } from '../apps/cli/migrate.js';
import { demoLists } from '../apps/cli/demo/lists.js';
import { seed } from '../apps/cli/seed.js';
import { authority } from './support/certificates.js';
import { cloneDatabase, withClient, type TestDatabase } from './support/server.js';

let directory: string;
let database: TestDatabase;
let app: NestFastifyApplication;
let issuer: DemoIssuer;
let url: string;
let lists: number;
let seeded: { findings: number; acts: number };
const said: string[] = [];
const say = (line: string): void => void said.push(line);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'entente-story-'));
  database = await cloneDatabase({ empty: true });
  await migrate({ ownerUrl: database.ownerUrl, say });
  await enrolDemo(database.ownerUrl, directory);
  issuer = await DemoIssuer.open(directory);
  const { appUrl: databaseUrl } = database;
  app = await createApp({
    databaseUrl,
    pool: 4,
    agency: { budget: 100_000, atOnce: 16 },
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    demoDirectory: directory,
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  for (const last of [20, 55]) {
    const broken = await losingAnswersFrom(last);
    await expect(seed({ url: broken.url, issuer, say })).rejects.toThrow();
    broken.server.close();
  }
  await seed({ url, issuer, say });
  seeded = { findings: await rowsOf('finding'), acts: await rowsOf(STORY) };
  await registerDemoWebhook(url, issuer);
  lists = await rowsOf('reference_list_version where number is not null');
}, 60_000);

afterAll(async () => {
  await app.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

/** The acts of the story: two operators bring the lists in besides. */
const STORY = `idempotency_key where operation not in ('stageList', 'publishList', 'approveAct')`;

/** Passes requests on; from the given one on, the service still does what they ask but its answer is lost. */
async function losingAnswersFrom(last: number): Promise<{ url: string; server: Server }> {
  let passed = 0;
  const server = createServer((request, response) => {
    const { authorization = '' } = request.headers;
    const body: Buffer[] = [];
    request.on('data', (part: Buffer) => body.push(part));
    request.on('end', () => {
      void fetch(`${url}${request.url ?? ''}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: Buffer.concat(body),
      }).then(async (answer) => {
        const text = await answer.text();
        if (++passed < last) response.writeHead(answer.status).end(text);
        else request.socket.destroy();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`, server };
}

const rowsOf = (table: string): Promise<number> =>
  withClient(database.setupUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    return rows[0]?.n ?? 0;
  });

async function ask<Data>(agency: string, role: string, query: string, variables?: object): Promise<Data> {
  const member = issuer.memberId(agency, role);
  if (member === undefined) throw new Error(`No ${agency} ${role}.`);
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await issuer.mint(member)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  // The agency has spent its budget for now, as every reader's client must expect.
  if (response.status === 429) {
    await pause(Number(response.headers.get('retry-after')) * 1_000);
    return ask(agency, role, query, variables);
  }
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

test('a seed that was broken off twice went on where it ended: nothing was done a second time', () => {
  const [findings, acts] = (said.at(-1)?.match(/\d+/g) ?? []).map(Number);
  expect(said.at(-1)).toMatch(/^posted \d+ findings in \d+ acts$/);
  expect(seeded).toEqual({ findings, acts });
  expect(lists).toBe(demoLists.length);
});

test('a story that was told is not told again', async () => {
  const entries = await rowsOf('entry');
  const answers: string[] = [];
  await seed({ url, issuer, say: (line) => answers.push(line) });
  expect(answers).toEqual(['the findings of the demo are there already']);
  expect(await rowsOf('entry')).toBe(entries);
});

interface Titles {
  findings: {
    nodes: { state: string; revision: { document: { texts: { language: string; title: string }[] } } }[];
  };
}
const TITLES = `query Titles($words: String!) {
  findings(filter: { words: $words }) { nodes { state revision { document { texts { language title } } } } }
}`;

test('who was left out of a new revision keeps the old one', async () => {
  const titles = async (agency: string) => {
    const { findings } = await ask<Titles>(agency, 'analyst', TITLES, { words: 'コインチェック 流出' });
    return findings.nodes.map(({ revision }) => revision.document.texts[0]?.title);
  };
  expect(await titles('US-TFI')).toEqual(['コインチェックから約5億2300万XEMが流出（2018年1月26日）']);
  expect(await titles('KR-FSC')).toEqual(['コインチェックの不正流出：立入検査後の更新（流出は0時2分から）']);
});

test('what was recalled is gone for its recipients, and stays with its author', async () => {
  const states = async (agency: string) => {
    const { findings } = await ask<Titles>(agency, 'analyst', TITLES, { words: '3,500만 달러' });
    return findings.nodes.map(({ state }) => state);
  };
  expect(await states('KR-KOFIU')).toEqual(['RECALLED']);
  expect(await states('KR-KNPA')).toEqual([]);
});

interface Incidents {
  incidents: {
    nodes: { claims: { attribute: string; disputed: boolean; claims: { agency: { code: string } }[] }[] }[];
  };
}

test.each([
  ['JP-FSA', ['affected-share', 'began', 'loss', 'victims']],
  ['KR-KNPA', ['attribution', 'date', 'effect', 'loss', 'method', 'targets', 'victims']],
  ['US-OFAC', []],
])('%s sees these matters disputed: %p', async (agency, matters) => {
  const query = '{ incidents { nodes { claims { attribute disputed claims { agency { code } } } } } }';
  const { incidents } = await ask<Incidents>(agency, 'analyst', query);
  const disputed = incidents.nodes.flatMap(({ claims }) => claims.filter((group) => group.disputed));
  expect([...new Set(disputed.map(({ attribute }) => attribute))].sort()).toEqual(matters);
});

const FLOW = `query ($from: TraceFromInput!, $direction: TraceDirection!) { trace(from: $from, direction: $direction) {
  complete untimed
  nodes { address hop roles stops holdings { held { haircut fifo } } }
  edges { amount transfers { amount sources { finding { author { code } } } } }
  entries { says } totals { asset decimals amount stolen } } }`;
interface Flow {
  trace: {
    nodes: { address: string; roles: string[]; stops: string[] }[];
    edges: {
      amount: string;
      transfers: { amount: string; sources: { finding: { author: { code: string } } }[] }[];
    }[];
  };
}
const [EXCHANGE, RECEIVER] = [
  'NC3BI3DNMR2PGEOOMP2NKXQGSAKMS7GYRKVA5CSZ',
  'NC4C6PSUW5CLTDT5SXAGJDQJGZNESKFK5MCN77OG',
];
/** Base units of 526,300,010 XEM: more than the 523,000,000 that were the customers'. */
const TAKEN = '526300010000000';

describe('the flow of the stolen XEM', () => {
  const flow = async (agency: string, value: string, direction: string) =>
    (await ask<Flow>(agency, 'analyst', FLOW, { from: { chain: 'nem', value }, direction })).trace;

  test('is followed from the exchange to the last XEM, in eleven transfers', async () => {
    const out = await flow('KR-KNPA', EXCHANGE, 'OUT');
    expect(out).toMatchObject({
      ...{ complete: true, untimed: 0, entries: [] },
      nodes: [
        { address: EXCHANGE, hop: 0, roles: ['victim'], stops: [] },
        { address: RECEIVER, hop: 1, roles: ['suspect'], stops: [] },
      ],
      edges: [{ amount: TAKEN }],
      totals: [{ asset: 'XEM', decimals: 6, amount: TAKEN, stolen: TAKEN }],
    });
    expect(out.nodes[1]).toMatchObject({ holdings: [{ held: { haircut: TAKEN, fifo: TAKEN } }] });
    const transfers = out.edges.flatMap((edge) => edge.transfers);
    expect(transfers).toHaveLength(11);
    // Of one it is only known on which day: it can have been the first.
    expect(transfers.slice(0, 2).map(({ amount }) => amount)).toEqual(['3000000000000', '10000000']);
    for (const { sources } of transfers)
      expect(sources).toEqual([{ finding: { author: { code: 'JP-MPD' } } }]);
  });

  test('is followed back to a known service, and not behind it', async () => {
    const back = await flow('JP-NPA', RECEIVER, 'IN');
    expect(back).toMatchObject({
      nodes: [{ address: RECEIVER }, { address: EXCHANGE, stops: ['SERVICE'] }],
      entries: [
        { says: 'Came from exchange Coincheck, the hot wallet of January 2018 in JP: 526300010 XEM.' },
      ],
      totals: [{ amount: TAKEN, stolen: null }],
    });
  });

  test('is nothing to who was not given the finding', async () => {
    const none = await flow('US-TFI', EXCHANGE, 'OUT');
    expect([none.nodes, none.edges]).toMatchObject([[{ address: EXCHANGE }], []]);
  });
});

/** What a reader pastes into a task: the revision that the task before it showed, the webhook that one has shown. */
const REVISION = /"revisionId":"([^"]+)"/;
const WEBHOOK = /"webhooks":\{"nodes":\[\{"id":"([^"]+)"/;

test('every task of GraphiQL works, in the order of the tabs, once what it asks for is pasted', async () => {
  const { certificate, key } = await (await authority()).certify('entente.example');
  let [shown, webhook] = ['', ''];
  for (const { agency, role, query, variables } of queries) {
    const pasted = new Map<unknown, string | undefined>([
      ['paste the revisionId here', REVISION.exec(shown)?.[1]],
      ['paste the id of the webhook here', webhook],
      ['paste the certificate here', certificate],
      ['paste its key here', key],
    ]);
    const given = JSON.stringify(variables ?? {});
    const filled = JSON.parse(given, (_, value: unknown) => pasted.get(value) ?? value) as object;
    shown = JSON.stringify(await ask(agency, role, query, filled));
    webhook = WEBHOOK.exec(shown)?.[1] ?? webhook;
    expect([query, shown]).not.toEqual([query, expect.stringMatching(/"nodes":\[\]|"faults":\[\{/)]);
  }
});
