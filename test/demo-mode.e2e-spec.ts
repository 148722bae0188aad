import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApi, type Api } from '../apps/cli/child.js';
import { freePort } from '../apps/cli/ports.js';
import { Browser } from './support/browser.js';
import { newCommandLine, startDevice } from './support/person.js';
import { startWorker } from './support/workers.js';
import { startWorld, type World } from './support/world.js';

/** The same database and a token of the demo's own key, at an API that is not in demo mode. */
let world: World;
let production: Api;
beforeAll(async () => {
  world = await startWorld();
  const settings = { host: '127.0.0.1', port: await freePort('127.0.0.1', 0) };
  const env = {
    DATABASE_URL: world.database.appUrl,
    ENTENTE_AUTH_SECRET: world.issuer.authSecret.toString('base64'),
    ENTENTE_WEBHOOK_KEY: world.issuer.webhookKey.toString('base64'),
  };
  const api = await startApi(env, settings, new AbortController().signal);
  if (!api) throw new Error('The port was taken meanwhile.');
  production = api;
});
afterAll(async () => {
  await production.stop();
  await world.close();
});

const ask = async (at: string, token: string): Promise<string> => {
  const response = await fetch(`${at}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { name } }' }),
  });
  return response.text();
};

test('a token that the demo minted is good in demo mode and nowhere else', async () => {
  const [member] = world.issuer.members;
  const token = await world.issuer.mint(member?.memberId ?? '');
  expect(await ask(world.url, token)).toContain('"name":"KR-FSC ANALYST"');
  expect(await ask(production.url, token)).toContain('UNAUTHENTICATED');
});

test('outside demo mode there is neither a route that mints tokens, nor GraphiQL, nor a provider that asks for no proof', async () => {
  const discovery = '/demo/provider/.well-known/openid-configuration';
  for (const path of ['/demo/token?agency=KR-FSC&role=analyst', '/graphiql', '/console', discovery]) {
    expect((await fetch(`${world.url}${path}`)).status).toBe(200);
    const answer = await fetch(`${production.url}${path}`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { code: 'NOT_FOUND', message: 'No such route.' },
    ]);
  }
});

test('outside demo mode the console is no client, and nobody is offered the demo’s members', async () => {
  const ask = (at: string, client: string) =>
    fetch(`${at}/oauth/auth?${new URLSearchParams({ client_id: client, redirect_uri: `${at}/console` })}`);
  expect((await ask(production.url, 'entente-console')).status).toBe(400);
  const commandLine = await newCommandLine({ ...world, url: production.url });
  const { verification_uri: address, user_code: code } = await startDevice(commandLine);
  const browser = new Browser();
  const confirm = await browser.submit(await browser.open(address), 'user_code', code);
  const page = await browser.submit(confirm, 'confirm', 'yes');
  expect(page.text).toContain('name="agency"');
  expect(page.text).not.toContain('demo');
  await expect(browser.submit(page, 'demo', '1')).rejects.toThrow('No form with demo');
  const token = /name="token" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
  const forced = new URLSearchParams({ token, demo: '1' });
  expect((await browser.post(`${page.url.href}/provider`, forced)).status).toBe(404);
});

test('behind https cookies are for https and for this very host', async () => {
  const env = {
    DATABASE_URL: world.database.appUrl,
    ENTENTE_AUTH_SECRET: world.issuer.authSecret.toString('base64'),
    ENTENTE_WEBHOOK_KEY: world.issuer.webhookKey.toString('base64'),
    ENTENTE_PUBLIC_URL: 'https://entente.example',
  };
  const settings = { host: '127.0.0.1', port: await freePort('127.0.0.1', 0) };
  const api = await startApi(env, settings, new AbortController().signal);
  const response = await fetch(`${api?.url ?? ''}/oauth/device`, { headers: { accept: 'text/html' } });
  const cookies = response.headers.getSetCookie();
  expect(/action="([^"]*)"/.exec(await response.text())?.[1]).toBe('https://entente.example/oauth/device');
  await api?.stop();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^__Host-entente/);
    for (const rule of ['path=/;', 'secure', 'httponly', 'samesite=lax'])
      expect(`${cookie.toLowerCase()};`).toContain(`; ${rule}`);
  }
});

test('outside demo mode no worker sends elsewhere what goes to a name', async () => {
  const setting = { ENTENTE_LOCAL_RECEIVERS: 'system.jp-fsa.example:443=127.0.0.1:4000' };
  const demo = await startWorker(world.database.workerUrl, { ...setting, ENTENTE_DEMO: '1' });
  expect(demo.process.exitCode).toBeNull();
  demo.kill('SIGTERM');
  await demo.ended;
  const other = await startWorker(world.database.workerUrl, setting);
  await other.ended;
  expect(other.process.exitCode).toBe(1);
  expect(other.said()).toContain('that is for the demo alone');
});

test('`entente token` mints nothing when DATABASE_URL is set and ENTENTE_DEMO is not', async () => {
  const home = await mkdtemp(join(tmpdir(), 'entente-home-'));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['bin/entente.js', 'token', 'KR-FSC', 'analyst'],
    {
      cwd: join(import.meta.dirname, '..'),
      env: { HOME: home, DATABASE_URL: world.database.appUrl },
      encoding: 'utf8',
    },
  );
  await rm(home, { recursive: true });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('outside the demo nobody mints tokens');
});
