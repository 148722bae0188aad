import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COMMAND_LINE } from '#identity';
import { whileLocked } from './support/locked.js';
import { newMachine, tokenOf } from './support/machine.js';
import { eventually } from './support/processes.js';
import { ask, authorization, browserOf, newTool, refresh, signedIn, type Tool } from './support/person.js';
import { postFrom, PROXY, statusFrom, type Came } from './support/tls-proxy.js';
import { startWorld, type World } from './support/world.js';

/*
 * What somebody may begin who has not signed in: so much from one address in a minute, so much by all together. The
 * proxy in front says whose address it is; nobody else does.
 */

/** Look-ups at a time, and those that wait for one. */
const LOOK_UPS = 4;
const MOST_WAITING = 100;
const FLOOD = 120;
/** Look-ups that wait leave connections for what else a request asks. */
const ROOMY = { pool: 12, config: { proxies: { ranges: [PROXY], certificateHeader: null } } };

const A_MINUTE = 6;
const MOST = 1_000;

let world: World;
let tool: Tool;
beforeAll(async () => {
  world = await startWorld({
    config: {
      strangers: { aMinute: A_MINUTE, most: MOST },
      proxies: { ranges: [PROXY], certificateHeader: null },
    },
  });
  tool = await newTool(world);
});
afterAll(() => world.close());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A device begins to sign in, by the proxy for this address; or as itself, from an address of this machine. */
const device = (at: { for?: string; from?: string; of?: World }): Promise<Came> =>
  postFrom(at.from ?? PROXY, `${(at.of ?? world).url}/oauth/device/auth`, {
    headers: { ...FORM, ...(at.for !== undefined && { 'x-forwarded-for': at.for }) },
    body: `client_id=${COMMAND_LINE}`,
  });

const statusesOf = async (times: number, at: Parameters<typeof device>[0]): Promise<number[]> => {
  const statuses: number[] = [];
  while (statuses.length < times) statuses.push((await device(at)).status);
  return statuses;
};
const ALL_OF_IT = Array.from({ length: A_MINUTE }, () => 200);

const kept = async (where = 'strangers', of = world): Promise<number> =>
  (await of.sql<{ n: number }>(`select count(*)::int as n from entente_auth.kept where ${where}`))[0]?.n ?? 0;

/** Rows of strangers, as many sign-ins that were begun and not gone on with leave them. */
const left = (many: number, until: string, of = world): Promise<unknown> =>
  of.sql(
    `insert into entente_auth.kept (id, sealed, until, strangers)
     select sha256(convert_to($2 || n, 'UTF8')), '', now() + $2::interval, true from generate_series(1, $1) n`,
    [many, until],
  );

test('what has passed is forgotten when something else is kept', async () => {
  await left(1_000, '-1 second');
  expect((await device({ for: '11.0.0.1' })).status).toBe(200);
  expect(await kept('until < now()')).toBe(0);
  expect(await kept()).toBe(1);
});

describe('one address', () => {
  test('begins so much in a minute; then it is told when to come back, and nothing is kept', async () => {
    expect(await statusesOf(A_MINUTE, { for: '11.0.1.1' })).toEqual(ALL_OF_IT);
    const before = await kept();
    const { status, headers, body } = await device({ for: '11.0.1.1' });
    expect({ status, body }).toEqual({
      status: 429,
      body: {
        error: 'slow_down',
        code: 'RATE_LIMITED',
        error_description: expect.stringMatching(/^Too many/),
      },
    });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60 / A_MINUTE);
    expect(await kept()).toBe(before);
  });

  test('is another than the next one, and the same as all of its network of IPv6', async () => {
    expect(await statusesOf(A_MINUTE, { for: '2600:1:2:3::1' })).toEqual(ALL_OF_IT);
    const one = async (address: string) => (await device({ for: address })).status;
    expect([await one('2600:1:2:3:ffff::9'), await one('2600:1:2:4::1'), await one('11.0.1.2')]).toEqual([
      429, 200, 200,
    ]);
  });

  test('is what the proxy says last, not what its client made it repeat', async () => {
    expect(await statusesOf(A_MINUTE, { for: `1.1.1.1, 11.0.2.1, ${PROXY}` })).toEqual(ALL_OF_IT);
    expect((await device({ for: '2.2.2.2, 11.0.2.1' })).status).toBe(429);
  });

  test('is its own where no proxy is, whatever it says', async () => {
    const from = '127.0.0.9';
    const statuses: number[] = [];
    for (let n = 0; n <= A_MINUTE; n++) statuses.push((await device({ from, for: `11.0.3.${n}` })).status);
    expect(statuses).toEqual([...ALL_OF_IT, 429]);
  });

  test('has one account for browsers and devices; a browser is shown a page', async () => {
    const { address } = await authorization(tool);
    const browser = (accept: string) =>
      fetch(address, { redirect: 'manual', headers: { accept, 'accept-language': 'ko' } });
    const statuses = [];
    for (let n = 0; n <= A_MINUTE; n++) statuses.push((await browser('text/html')).status);
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set([303]));
    const page = await browser('text/html');
    expect([page.status, page.headers.get('content-type')]).toEqual([429, 'text/html; charset=utf-8']);
    expect(page.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await page.text()).toContain('이곳에서 시작된 로그인이 너무 많습니다');
    expect(await (await browser('*/*')).json()).toMatchObject({ code: 'RATE_LIMITED' });
    expect((await device({ from: '127.0.0.1' })).status).toBe(429);
  });
});

describe('all together', () => {
  test('keep so many rows; who is signed in and machines go on', async () => {
    const own = await startWorld({ config: { strangers: { aMinute: 1_000, most: MOST } } });
    const people = await newTool(own);
    const tokens = await signedIn(people, 'KR-FSC/ANALYST', browserOf(own));
    // What was kept of who has signed in since is no stranger's.
    expect(await kept('strangers', own)).toBe(0);
    expect(await kept('not strangers', own)).toBeGreaterThan(0);
    await left(MOST, '10 minutes', own);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { status, body } = await device({ from: '127.0.0.21', of: own });
    expect([status, body.error, body.code]).toEqual([429, 'slow_down', 'RATE_LIMITED']);
    expect(await ask(people, await refresh(people, tokens))).toMatch(/^[0-9a-f-]{36}$/);
    await tokenOf(await newMachine(own, 'KR-FSC'));
    await own.sql(`update entente_auth.kept set until = now() where strangers`);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await device({ from: '127.0.0.21', of: own })).status).toBe(200);
    await own.close();
  });
});

test('a flood of clients that nobody knows, from one address, hinders no other address', async () => {
  const own = await startWorld(ROOMY);
  const [machine, people] = [await newMachine(own, 'KR-FSC'), await newTool(own)];
  const tokens = await signedIn(people, 'KR-FSC/ANALYST', browserOf(own));
  const unknown = (address: string) =>
    postFrom(PROXY, `${own.url}/oauth/token`, {
      headers: { ...FORM, 'x-forwarded-for': address },
      body: `grant_type=client_credentials&client_id=${randomUUID()}`,
    });
  const answers: unknown[] = [];
  const flood: Promise<void>[] = [];
  const [machines, persons] = await whileLocked(own, 'system_client', async (waiting) => {
    while (flood.length < FLOOD)
      flood.push(unknown('11.0.4.1').then(({ status, body }) => void answers.push([status, body.error])));
    await waiting(LOOK_UPS);
    const refusedAtLeast = (many: number) => eventually(`${many} are refused`, () => answers.length >= many);
    await refusedAtLeast(FLOOD - LOOK_UPS - MOST_WAITING);
    const known = [tokenOf(machine), refresh(people, tokens)] as const;
    // Each has taken the place of one of the flood.
    await refusedAtLeast(FLOOD - LOOK_UPS - MOST_WAITING + known.length);
    return known;
  });
  expect(await machines).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(await ask(people, await persons)).toMatch(/^[0-9a-f-]{36}$/);
  await Promise.all(flood);
  expect(new Set(answers.map(String))).toEqual(
    new Set(['503,temporarily_unavailable', '401,invalid_client']),
  );
  await own.close();
});

test('a flood at the pages, of one that has begun to sign in, hinders no other browser', async () => {
  const own = await startWorld(ROOMY);
  const begun = async () => {
    const { url, cookies } = await browserOf(own).open((await authorization(await newTool(own))).address);
    return { url, cookie: cookies.map((set) => set.split(';')[0]).join('; ') };
  };
  const [one, other] = [await begun(), await begun()];
  const opens = ({ url, cookie }: typeof one, address: string) =>
    statusFrom(PROXY, url.href, { cookie, 'x-forwarded-for': address });
  const answers: number[] = [];
  const flood: Promise<void>[] = [];
  const page = await whileLocked(own, 'entente_auth.kept', async (waiting) => {
    while (flood.length < FLOOD)
      flood.push(opens(one, '11.0.4.1').then((status) => void answers.push(status)));
    await waiting(LOOK_UPS);
    const refusedAtLeast = (many: number) => eventually(`${many} are refused`, () => answers.length >= many);
    await refusedAtLeast(FLOOD - LOOK_UPS - MOST_WAITING);
    const opened = opens(other, '11.0.4.2');
    await refusedAtLeast(FLOOD - LOOK_UPS - MOST_WAITING + 1);
    return { opened };
  });
  expect(await page.opened).toBe(200);
  await Promise.all(flood);
  await own.close();
});

test('codes of agencies are tried no faster, for each tells whether that agency has a provider', async () => {
  const own = await startWorld({ config: { strangers: { aMinute: 4, most: MOST } } });
  const browser = browserOf(own);
  const page = await browser.open((await authorization(await newTool(own))).address);
  const statuses = [];
  for (const code of ['KR-FSC', 'XX-NONE', 'JP-NPA', 'US-TFI'])
    statuses.push((await browser.submit(page, 'agency', code)).status);
  expect(statuses).toEqual([404, 404, 404, 429]);
  await own.close();
});
