import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as openid from 'openid-client';
import { Browser } from './support/browser.js';
import {
  ask,
  authorization,
  browserOf,
  clickMember,
  exchange,
  newCommandLine,
  newProofs,
  newTool,
  pollOnce,
  refresh,
  signedIn,
  startDevice,
  type Tool,
} from './support/person.js';
import { agencyId, bothId, memberId } from './support/roster.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * People sign in with a browser, at the demo's own provider: authorization code with PKCE for the console, RFC 8628 for
 * the command line. The browser is one of ours; the tools' side is openid-client's.
 */

let world: OwnWorld;
let tool: Tool;
beforeAll(async () => {
  world = await startWorld();
  tool = await newTool(world);
});
afterAll(() => world.close());

const ANALYST = 'KR-FSC/ANALYST';
const ME = memberId('KR-FSC', 'ANALYST');

const errorOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof openid.ResponseBodyError ? error.error : String(error)),
  );

describe('the console', () => {
  test('a click signs in, and the token is that member’s, for five minutes, bound to the key of the page', async () => {
    const tokens = await signedIn(tool, ANALYST);
    expect(await ask(tool, tokens)).toBe(ME);
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({
      iss: `${world.url}/oauth`,
      aud: 'entente',
      sub: ME,
      client_id: 'entente-console',
      agency: 'KR-FSC',
      session: expect.any(String),
      cnf: { jkt: expect.any(String) },
    });
    expect(claims).not.toHaveProperty('member');
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
    expect(tokens.token_type).toBe('dpop');
    const thief = { ...tool, proofs: await newProofs(tool.configuration) };
    expect(await ask(thief, tokens)).toBe('UNAUTHENTICATED');
    expect(await errorOf(refresh(thief, tokens))).toBe('invalid_grant');
    expect(await ask(tool, await refresh(tool, tokens))).toBe(ME);
  });
});

describe('an authorization request', () => {
  test('is not long: what a stranger asks for is kept', async () => {
    const kept = async () => (await world.sql('select from entente_auth.kept')).length;
    const before = await kept();
    const answer = await fetch(`${world.url}/oauth/auth?state=${'x'.repeat(2_048)}`, { redirect: 'manual' });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { code: 'INVALID', message: 'The address is too long.' },
    ]);
    expect(await kept()).toBe(before);
  });

  const told = async (other: object) => {
    const { address } = await authorization(tool, other);
    for (const [name, value] of Object.entries(other)) if (value === null) address.searchParams.delete(name);
    const shown = await browserOf(world).open(address);
    const { searchParams, hash, pathname } = shown.url;
    const error = searchParams.get('error') ?? new URLSearchParams(hash.slice(1)).get('error');
    return { status: shown.status, error, at: pathname };
  };

  test.each([
    ['without PKCE', { code_challenge: null, code_challenge_method: null }],
    ['with the plain method', { code_challenge_method: 'plain' }],
    ['for a token in the address', { response_type: 'token' }],
    ['for a role that is none', { scope: 'king' }],
    ['for another service', { resource: 'https://other.example' }],
  ])('%s is refused, at the console', async (_, other) => {
    expect(await told(other)).toMatchObject({ status: 0, error: expect.any(String), at: '/console' });
  });

  test.each([
    ['to an address that is not registered', { redirect_uri: 'https://other.example/console' }],
    ['to an address below the registered one', { redirect_uri: 'http://127.0.0.1/console/x' }],
    ['of no client', { client_id: 'nobody' }],
    ['of the command line, which has no address', { client_id: 'entente-cli' }],
  ])('%s leads nowhere', async (_, other) => {
    expect(await told(other)).toMatchObject({ status: 400, error: null, at: '/oauth/auth' });
  });
});

describe('a code', () => {
  async function got() {
    const asked = await authorization(tool);
    const browser = browserOf(world);
    const { url } = await clickMember(browser, await browser.open(asked.address), ANALYST);
    return { asked, url };
  }

  test('is good once; a second time it ends the session that it began', async () => {
    const { asked, url } = await got();
    const tokens = await exchange(tool, asked, url);
    expect(await errorOf(exchange(tool, asked, url))).toBe('invalid_grant');
    expect(await ask(tool, tokens)).toBe('UNAUTHENTICATED');
    expect(await errorOf(refresh(tool, tokens))).toBe('invalid_grant');
  });

  test('sent five times at once is good once at most', async () => {
    const { asked, url } = await got();
    const told = await Promise.all(
      Array.from({ length: 5 }, async () =>
        errorOf(exchange({ ...tool, proofs: await newProofs(tool.configuration) }, asked, url)),
      ),
    );
    expect(told.filter((one) => one === 'done').length).toBeLessThanOrEqual(1);
    expect(new Set(told.filter((one) => one !== 'done'))).toEqual(new Set(['invalid_grant']));
  });

  test('is good for nothing without its verifier, or for another client', async () => {
    const { asked, url } = await got();
    const other = { ...asked, verifier: openid.randomPKCECodeVerifier() };
    expect(await errorOf(exchange(tool, other, url))).toBe('invalid_grant');
    const commandLine = await newCommandLine(world);
    expect(await errorOf(exchange(commandLine, asked, url))).not.toBe('done');
  });

  test('is kept under a hash and sealed: nothing that the browser or the tool holds is in the database', async () => {
    const { asked, url } = await got();
    const tokens = await exchange(tool, asked, url);
    const held = [url.searchParams.get('code') ?? '', tokens.refresh_token ?? ''];
    const rows = await world.sql<{ row: string }>(
      `select coalesce(encode(id, 'escape'), '') || coalesce(encode(sealed, 'escape'), '') as row from entente_auth.kept`,
    );
    expect(rows.length).toBeGreaterThan(2);
    for (const secret of held) expect(rows.filter(({ row }) => row.includes(secret))).toEqual([]);
  });
});

describe('a session', () => {
  const sessionOf = (tokens: openid.TokenEndpointResponse) => String(decodeJwt(tokens.access_token).session);

  test.each([
    ['was ended', `update session set ended_at = now() where id = $1`],
    ['is 12 hours old', `update session set began_at = now() - interval '12 hours' where id = $1`],
    [
      'belongs to an ended membership',
      `update member set ended_at = now() where id = (select member_id from session where id = $1)`,
    ],
    [
      'belongs to a suspended agency',
      `update agency set suspended_at = now() where id = (select agency_id from session where id = $1)`,
    ],
  ])('that %s ends its tokens, its refresh token and its browser at once', async (_, sql) => {
    const browser = browserOf(world);
    const tokens = await signedIn(tool, 'JP-NPA/LIAISON', browser);
    expect(await ask(tool, tokens)).toBe(memberId('JP-NPA', 'LIAISON'));
    await world.sql(sql, [sessionOf(tokens)]);
    expect(await ask(tool, tokens)).toBe('UNAUTHENTICATED');
    expect(await errorOf(refresh(tool, tokens))).toBe('invalid_grant');
    const { address } = await authorization(tool);
    expect((await browser.open(address)).url.pathname).toMatch(/^\/sign-in\//);
    await world.sql(`update member set ended_at = null; update agency set suspended_at = null`);
  });

  test('that rested 15 minutes gives no more tokens; one that was used a moment ago does', async () => {
    const tokens = await signedIn(tool, ANALYST);
    const rested = (minutes: number) =>
      world.sql(`update session set used_at = now() - make_interval(mins => $2) where id = $1`, [
        sessionOf(tokens),
        minutes,
      ]);
    await rested(14);
    const more = await refresh(tool, tokens);
    const [used] = await world.sql<{ age: number }>(
      `select extract(epoch from now() - used_at)::int as age from session where id = $1`,
      [sessionOf(tokens)],
    );
    expect(used?.age).toBeLessThan(30);
    await rested(15);
    expect(await errorOf(refresh(tool, more))).toBe('invalid_grant');
  });

  test('lets the same browser in again without a click, for the same member', async () => {
    const browser = browserOf(world);
    const tokens = await signedIn(tool, ANALYST, browser);
    const { address, ...asked } = await authorization(tool);
    const { status, url } = await browser.open(address);
    expect([status, url.pathname]).toEqual([0, '/console']);
    const more = await exchange(tool, { address, ...asked }, url);
    expect(sessionOf(more)).toBe(sessionOf(tokens));
  });

  test('ends when a tool gives its refresh token back, and when its browser signs out', async () => {
    const tokens = await signedIn(tool, ANALYST);
    await openid.tokenRevocation(tool.configuration, tokens.refresh_token ?? '');
    expect(await ask(tool, tokens)).toBe('UNAUTHENTICATED');

    const browser = browserOf(world);
    const others = await signedIn(tool, ANALYST, browser);
    const asks = await browser.open(`${world.url}/oauth/session/end`);
    expect(await ask(tool, others)).toBe(ME);
    const done = await browser.submit(asks, 'logout');
    expect(done.text).toContain('You are signed out.');
    expect(await ask(tool, others)).toBe('UNAUTHENTICATED');
    expect((await browser.open(`${world.url}/oauth/session/end`)).text).toContain('You are signed out.');
  });

  test('is signed out by no form that another site sends', async () => {
    const browser = browserOf(world);
    const tokens = await signedIn(tool, ANALYST, browser);
    await browser.open(`${world.url}/oauth/session/end`);
    const end = `${world.url}/oauth/session/end/confirm`;
    expect((await browser.post(end, new URLSearchParams({ logout: 'yes', xsrf: 'x' }))).status).toBe(400);
    expect(await ask(tool, tokens)).toBe(ME);
  });

  test('stands in the ledger of its agency, begun and ended', async () => {
    const tokens = await signedIn(tool, ANALYST);
    await openid.tokenRevocation(tool.configuration, tokens.refresh_token ?? '');
    const rows = await world.sql<{ act: string }>(
      `select act from entry where subject_id = $1 and agency_id = $2 and member_id = $3 order by recorded_at`,
      [sessionOf(tokens), agencyId('KR-FSC'), ME],
    );
    expect(rows.map(({ act }) => act)).toEqual(['session.begun', 'session.ended']);
  });
});

describe('a token', () => {
  test('for some of its member’s roles does what these do', async () => {
    const asked = await authorization(tool, { scope: 'contributor' });
    const browser = browserOf(world);
    await world.sql(`update member set roles = '{ANALYST,CONTRIBUTOR}' where id = $1`, [bothId('JP-NPA')]);
    const { url } = await clickMember(browser, await browser.open(asked.address), ANALYST);
    const tokens = await exchange(tool, asked, url);
    // An analyst it is, and for contributors alone it asked.
    expect(await ask(tool, tokens, '{ findings(first: 1) { nodes { id } } }')).toBe('FORBIDDEN');
  });
});

test('somebody with two memberships chooses one, and no third', async () => {
  const [made] = await world.sql<{ id: string }>(
    `insert into member (agency_id, person_id, name, roles)
     select $1, person_id, 'The same in Japan', '{ANALYST}' from member where id = $2 returning id`,
    [agencyId('JP-NPA'), memberId('KR-FSC', 'AUDITOR')],
  );
  const id = made?.id ?? '';
  const asked = await authorization(tool);
  const browser = browserOf(world);
  const choice = await clickMember(browser, await browser.open(asked.address), 'KR-FSC/AUDITOR');
  expect(choice.text).toContain('As whom do you act?');
  expect(
    [...choice.text.matchAll(/name="membership" value="([^"]*)"/g)].map(([, value]) => value).sort(),
  ).toEqual([id, memberId('KR-FSC', 'AUDITOR')].sort());
  const { url } = await browser.submit(choice, 'membership', id);
  expect(await ask(tool, await exchange(tool, asked, url))).toBe(id);

  const again = browserOf(world);
  const other = await clickMember(
    again,
    await again.open((await authorization(tool)).address),
    'KR-FSC/AUDITOR',
  );
  const refused = await again.submit(other, 'membership', ME);
  expect([refused.status, refused.url.pathname.endsWith('/membership')]).toEqual([400, true]);
});

describe('a tool without a browser', () => {
  test('is signed in by who confirms its code in a browser', async () => {
    const commandLine = await newCommandLine(world);
    const asked = await startDevice(commandLine);
    expect(asked.verification_uri).toBe(`${world.url}/oauth/device`);
    expect(asked.user_code).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    expect(await pollOnce(commandLine, asked.device_code)).toBe('authorization_pending');
    const browser = browserOf(world);
    const typed = await browser.open(asked.verification_uri_complete ?? '');
    expect(typed.text).toContain(`value="${asked.user_code}"`);
    const confirm = await browser.submit(typed, 'user_code', asked.user_code);
    expect(confirm.text).toContain(asked.user_code);
    expect(await pollOnce(commandLine, asked.device_code)).toBe('authorization_pending');
    const done = await clickMember(browser, await browser.submit(confirm, 'confirm', 'yes'), ANALYST);
    expect(done.text).toContain('The tool is signed in.');

    const thief = { ...commandLine, proofs: await newProofs(commandLine.configuration) };
    const tokens = await pollOnce(commandLine, asked.device_code);
    if (typeof tokens === 'string') throw new Error(tokens);
    expect(await ask(commandLine, tokens)).toBe(ME);
    expect(await ask(thief, tokens)).toBe('UNAUTHENTICATED');
    expect(await ask(commandLine, await refresh(commandLine, tokens))).toBe(ME);
    expect(await pollOnce(commandLine, asked.device_code)).toBe('invalid_grant');
  });

  test('is not, when who has the browser says no; a code that is none gets the same answer as one used', async () => {
    const commandLine = await newCommandLine(world);
    const asked = await startDevice(commandLine);
    const browser = browserOf(world);
    const confirm = await browser.submit(
      await browser.open(asked.verification_uri),
      'user_code',
      asked.user_code.toLowerCase(),
    );
    const stopped = await browser.submit(confirm, 'abort', 'yes');
    expect(stopped.text).toContain('Signing in was stopped.');
    expect(await pollOnce(commandLine, asked.device_code)).toBe('access_denied');
    const told = [];
    for (const code of [asked.user_code, 'BBBB-BBBB']) {
      const shown = await browser.submit(await browser.open(asked.verification_uri), 'user_code', code);
      told.push([shown.status, /<p role="alert">([^<]*)/.exec(shown.text)?.[1]]);
    }
    expect(told[0]).toEqual(told[1]);
  });

  test('goes on for nobody who did not begin: neither a code nor a browser is known', async () => {
    const shown = await browserOf(world).open(`${world.url}/oauth/device/nothing`);
    expect([shown.status, shown.text.includes('This sign-in is over')]).toEqual([400, true]);
  });

  test('is confirmed by no form that another site sends', async () => {
    const commandLine = await newCommandLine(world);
    const asked = await startDevice(commandLine);
    const browser = browserOf(world);
    await signedIn(tool, ANALYST, browser);
    await browser.open(asked.verification_uri);
    const form = new URLSearchParams({ user_code: asked.user_code, confirm: 'yes', xsrf: 'x' });
    await browser.post(asked.verification_uri, form);
    expect(await pollOnce(commandLine, asked.device_code)).toBe('authorization_pending');
  });
});

describe('the pages', () => {
  const begun = async (browser: Browser) => browser.open((await authorization(tool)).address);

  test('have no script, stand in no frame, and are kept nowhere', async () => {
    const browser = browserOf(world);
    const first = await begun(browser);
    const device = await browser.open(`${world.url}/oauth/device`);
    const over = await browser.open(`${world.url}/sign-in/nothing`);
    for (const { text, headers } of [first, device, over]) {
      expect(text).not.toMatch(/<script|<style|\son\w+=/i);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
        'no-store',
        'no-referrer',
      ]);
      const style = /href="([^"]*\.css)"/.exec(text)?.[1] ?? '';
      expect((await fetch(`${world.url}${style}`)).status).toBe(200);
    }
  });

  test.each([
    ['ko-KR,ko;q=0.9,en;q=0.5', 'ko', 'Entente 로그인'],
    ['fr,ja;q=0.8', 'ja', 'Entente にサインイン'],
    ['zh-Hans-CN', 'zh', '登录 Entente'],
    ['fr', 'en', 'Sign in to Entente'],
    ['en;q=0, ko;q=0.1', 'ko', 'Entente 로그인'],
  ])('speak as the browser asks: %s', async (asked, tag, heading) => {
    const { text } = await begun(browserOf(world, asked));
    expect(text).toContain(`<html lang="${tag}">`);
    expect(text).toContain(`<h1>${heading}</h1>`);
  });

  test('remember the language to which they were switched', async () => {
    const browser = browserOf(world);
    const first = await begun(browser);
    expect((await browser.open(new URL('?lang=ja', first.url))).text).toContain('<html lang="ja">');
    expect((await browser.open(first.url)).text).toContain('<html lang="ja">');
    expect((await browser.open(new URL('?lang=xx', first.url))).text).toContain('<html lang="ja">');
  });

  test('are good in the browser alone in which they were begun', async () => {
    const browser = browserOf(world);
    const first = await begun(browser);
    const [victim, thief] = [browserOf(world), browserOf(world)];
    await begun(thief);
    for (const other of [victim, thief]) {
      expect((await other.open(first.url)).status).toBe(400);
      const form = new URLSearchParams({
        demo: '1',
        token: /name="token" value="([^"]*)"/.exec(first.text)?.[1] ?? '',
      });
      expect((await other.post(`${first.url.href}/provider`, form)).status).toBe(400);
    }
    expect((await browser.open(first.url)).status).toBe(200);
  });

  test('are good for nobody who sends the cookie of another sign-in', async () => {
    const [one, other] = [await begun(browserOf(world)), await begun(browserOf(world))];
    const cookie = other.cookies
      .filter((set) => set.startsWith('entente_sign_in'))
      .map((set) => set.split(';')[0])
      .join('; ');
    const statusAt = async (url: URL) => (await fetch(url, { headers: { cookie } })).status;
    expect([await statusAt(other.url), await statusAt(one.url)]).toEqual([200, 400]);
  });

  test('take no form without their token', async () => {
    const browser = browserOf(world);
    const first = await begun(browser);
    for (const token of ['', 'x', 'a'.repeat(43)]) {
      const form = new URLSearchParams({ demo: '1', token });
      expect((await browser.post(`${first.url.href}/provider`, form)).status).toBe(400);
    }
  });

  test('lead an answer of the provider to the browser that asked, and nowhere else', async () => {
    const callback = `${world.url}/sign-in/callback/KR-FSC`;
    for (const state of ['', '//other.example/.x', '..%2F..%2Foauth.x', 'https:evil.x', 'nothing.x']) {
      const response = await fetch(`${callback}?code=x&state=${state}`, { redirect: 'manual' });
      const to = response.headers.get('location');
      expect(to ?? response.status).toEqual(
        state === 'nothing.x' ? `/sign-in/nothing/back/KR-FSC?code=x&state=${state}` : 400,
      );
    }
  });

  test('say the same of an agency that is there and of one that is not', async () => {
    const browser = browserOf(world);
    const first = await begun(browser);
    const told = [];
    for (const code of ['KR-FSC', 'KR-NOBODY', "'; --", '']) {
      const { status, text } = await browser.submit(first, 'agency', code);
      told.push([status, text]);
    }
    expect(told[0]?.[0]).toBe(404);
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  test('set cookies that scripts and other sites do not get', async () => {
    const browser = browserOf(world);
    const asked = await authorization(tool);
    const { cookies } = await clickMember(browser, await browser.open(asked.address), ANALYST);
    const set = [...cookies, ...(await begun(browserOf(world))).cookies];
    expect(set.length).toBeGreaterThan(4);
    for (const cookie of set) {
      expect(cookie.toLowerCase()).toContain('; httponly');
      expect(cookie.toLowerCase()).toContain('; samesite=lax');
    }
  });
});
