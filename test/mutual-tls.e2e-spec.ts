import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { WebSocket } from 'ws';
import { administer } from './support/administration.js';
import type { Certified } from './support/certificates.js';
import { administrators } from './support/clients.js';
import { assertionOf, newMachine, tokenOf, tokenProof, type Machine } from './support/machine.js';
import { entente, production, startSecond } from './support/two-processes.js';
import { HEADER, pemOf, postFrom, PROXY, startTlsProxy, type Came } from './support/tls-proxy.js';
import { startWorld, type World } from './support/world.js';

/*
 * Tokens that are bound to a certificate (RFC 8705), through a real proxy that ends TLS and speaks to the service from
 * an address of its own. What anybody else says in its header is nothing.
 */

let world: World;
let proxy: Awaited<ReturnType<typeof startTlsProxy>>;
let machine: Machine;
let [own, other]: Certified[] = [];
beforeAll(async () => {
  world = await startWorld({ config: { proxies: { ranges: [PROXY], certificateHeader: HEADER } } });
  proxy = await startTlsProxy(world.url);
  machine = await newMachine(world, 'KR-FSC');
  [own, other] = [await proxy.certificate('machine.example'), await proxy.certificate('other.example')];
});
afterAll(async () => {
  await proxy.close();
  await world.close();
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };

const form = async (): Promise<string> =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertionOf(machine),
  }).toString();

const BODY = JSON.stringify({ query: '{ viewer { memberId } }' });
const signed = (token: string, scheme = 'Bearer') => ({ ...JSON_TYPE, authorization: `${scheme} ${token}` });

async function boundToken(by = own): Promise<string> {
  const { body } = await proxy.post('/oauth/token', { headers: FORM, body: await form() }, by);
  if (typeof body.access_token !== 'string') throw new Error(JSON.stringify(body));
  return body.access_token;
}

const through = (token: string, by?: Certified, headers = {}): Promise<Came> =>
  proxy.post('/graphql', { headers: { ...signed(token), ...headers }, body: BODY }, by);

function outcome({ body }: Came): string {
  const [error] = (body.errors ?? []) as { extensions: { code: string } }[];
  return error?.extensions.code ?? 'allowed';
}
const REFUSED = 'UNAUTHENTICATED';

const inBase64 = (by: Certified | undefined): string =>
  new X509Certificate(by?.certificate ?? '').raw.toString('base64');
/** As the proxy writes it. */
const inHeader = (by: Certified | undefined) => ({ [HEADER]: encodeURIComponent(by?.certificate ?? '') });

test('a client that brings a certificate and no proof gets a token that is bound to the certificate', async () => {
  const { status, body } = await proxy.post('/oauth/token', { headers: FORM, body: await form() }, own);
  expect({ status, ...body }).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 300 });
  const { fingerprint256 } = new X509Certificate(own?.certificate ?? '');
  const x5t = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  expect(decodeJwt(String(body.access_token)).cnf).toEqual({ 'x5t#S256': x5t });
});

test('one that brings a proof has its token bound to the key, certificate or not', async () => {
  const dpop = await tokenProof(machine);
  const { body } = await proxy.post('/oauth/token', { headers: { ...FORM, dpop }, body: await form() }, own);
  expect(body.token_type).toBe('DPoP');
  expect(decodeJwt(String(body.access_token)).cnf).toEqual({ jkt: expect.any(String) });
});

test('one that brings neither gets no token', async () => {
  const { status, body } = await proxy.post('/oauth/token', { headers: FORM, body: await form() });
  expect([status, body.error]).toEqual([400, 'invalid_grant']);
});

describe('a token that is bound to a certificate', () => {
  test('is good with it, once and again, and over a connection of its own each time', async () => {
    const token = await boundToken();
    expect(outcome(await through(token, own))).toBe('allowed');
    expect(outcome(await through(token, own))).toBe('allowed');
  });

  test.each<[string, (token: string) => Promise<Came>]>([
    ['without it', (token) => through(token)],
    ['with another', (token) => through(token, other)],
    [
      'with another, and a header of the client’s own that names it',
      (token) => through(token, other, inHeader(own)),
    ],
    [
      'at the service itself, with a header of the client’s own',
      (token) =>
        postFrom('127.0.0.1', `${world.url}/graphql`, {
          headers: { ...signed(token), ...inHeader(own) },
          body: BODY,
        }),
    ],
    [
      'in the header twice, as by a proxy that adds to what was there',
      (token) =>
        postFrom(PROXY, `${world.url}/graphql`, {
          headers: { ...signed(token), [HEADER]: `${inBase64(own)}, ${inBase64(other)}` },
          body: BODY,
        }),
    ],
    [
      'as one that is bound to a key',
      (token) => proxy.post('/graphql', { headers: signed(token, 'DPoP'), body: BODY }, own),
    ],
  ])('is refused %s', async (_, sent) => {
    expect(outcome(await sent(await boundToken()))).toBe(REFUSED);
  });

  test('ends with the key by which it was got, at the next request', async () => {
    const leaving = await newMachine(world, 'KR-FSC');
    const before = machine;
    machine = leaving;
    const token = await boundToken();
    machine = before;
    expect(outcome(await through(token, own))).toBe('allowed');
    const { first } = await administrators(world, 'KR-FSC');
    await administer(first, 'revokeSystemClientKey', { clientId: leaving.id, kid: leaving.key.kid });
    expect(outcome(await through(token, own))).toBe(REFUSED);
  });
});

test('a certificate is nothing for a token that is bound to a key', async () => {
  expect(outcome(await through(await tokenOf(machine), own))).toBe(REFUSED);
});

describe('what anybody but the proxy says in its header is nothing:', () => {
  test.each([
    ['nobody gets a token by it', '127.0.0.1', 400],
    ['the proxy’s own word is taken', PROXY, 200],
  ])('%s', async (_, from, status) => {
    const headers = { ...FORM, ...inHeader(own) };
    const answer = await postFrom(from, `${world.url}/oauth/token`, { headers, body: await form() });
    expect(answer.status).toBe(status);
  });

  test.each([
    ['no certificate', 'none'],
    ['nothing', ''],
    ['a broken escape', '%E0%A4%A'],
    ['what is no certificate', encodeURIComponent(pemOf(Buffer.from('no')))],
  ])('of the proxy, %s gets no token', async (_, value) => {
    const headers = { ...FORM, [HEADER]: value };
    const answer = await postFrom(PROXY, `${world.url}/oauth/token`, { headers, body: await form() });
    expect(answer.status).toBe(400);
  });
});

test.each<[string, (der: Buffer) => string]>([
  ['RFC 9440', (der) => `:${der.toString('base64')}:`],
  ['base64', (der) => der.toString('base64')],
])('a proxy may write it by %s', async (_, written) => {
  const another = await startTlsProxy(world.url, (_pem, der) => written(der));
  const { status } = await another.post('/oauth/token', { headers: FORM, body: await form() }, own);
  expect(status).toBe(200);
  await another.close();
});

describe('a subscription', () => {
  /** The first message of the service over a WebSocket, or the code with which it is closed. */
  const opened = async (token: string, headers: Record<string, string>): Promise<unknown> => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      localAddress: PROXY,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    const came: unknown = await Promise.race([
      once(socket, 'message').then(([data]) => (JSON.parse(String(data)) as { type: string }).type),
      once(socket, 'close').then(([code]: unknown[]) => code),
    ]);
    socket.terminate();
    return came;
  };

  test('over a WebSocket opens with the certificate, and not without', async () => {
    const token = await boundToken();
    expect(await opened(token, inHeader(own))).toBe('connection_ack');
    expect([await opened(token, inHeader(other)), await opened(token, {})]).toEqual([4401, 4401]);
  });
});

test('where no proxy is trusted there are no certificates: no token, and nothing of it in the metadata', async () => {
  const second = await startSecond(world);
  const metadata = async (url: string): Promise<unknown> =>
    (await fetch(`${url}/.well-known/oauth-authorization-server/oauth`)).json();
  expect(await metadata(world.url)).toMatchObject({ tls_client_certificate_bound_access_tokens: true });
  expect(await metadata(second.url)).not.toHaveProperty('tls_client_certificate_bound_access_tokens');
  const sent = async () => ({ headers: { ...FORM, ...inHeader(own) }, body: await form() });
  expect((await postFrom(PROXY, `${second.url}/oauth/token`, await sent())).status).toBe(400);
  const headers = { ...signed(await boundToken()), ...inHeader(own) };
  expect(outcome(await postFrom(PROXY, `${second.url}/graphql`, { headers, body: BODY }))).toBe(REFUSED);
  await second.stop();
});

test('the API does not start with a header that is anybody’s, nor with everybody as proxy', () => {
  const said = (env: Record<string, string>) =>
    entente(['dist/apps/api/main.js'], { ...production(world), ...env }).stderr;
  expect(said({ ENTENTE_CERTIFICATE_HEADER: 'client-cert' })).toMatch('also needs ENTENTE_TRUSTED_PROXIES');
  for (const ENTENTE_TRUSTED_PROXIES of ['0.0.0.0/0', '10.0.0.1,proxy.example'])
    expect(said({ ENTENTE_TRUSTED_PROXIES })).toMatch('ENTENTE_TRUSTED_PROXIES: IP addresses or CIDR ranges');
});
