import { spawnSync } from 'node:child_process';
import { createSecretKey, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { startApi, type Api } from '../apps/cli/child.js';
import { freePort } from '../apps/cli/ports.js';
import { keyPairOf, signAssertion } from '../apps/cli/system-client.js';
import { CLIENT_ACTS, newKey, type Registered } from './support/clients.js';
import {
  ACTS,
  act,
  document,
  draft,
  newest,
  recipients,
  released,
  type Finding,
} from './support/findings.js';
import {
  ask,
  assertionOf,
  newKeyPair,
  newMachine,
  outcomeOf,
  requestToken,
  tokenOf,
  tokenProof,
  type Machine,
  type Told,
  type TokenRequest,
} from './support/machine.js';
import { whileSuspended } from './support/partners.js';
import { memberId } from './support/roster.js';
import { startWorld, type World } from './support/world.js';

/*
 * System clients, from their registration to their end: how they get tokens, at two API processes with one database,
 * and what they may do with them.
 */

let world: World;
/** Another process with the same database, secret and public address; it is in no demo. */
let second: Api;
let machine: Machine;
beforeAll(async () => {
  world = await startWorld();
  const settings = { host: '127.0.0.1', port: await freePort('127.0.0.1', 0) };
  const api = await startApi(
    { ...production(), ENTENTE_PUBLIC_URL: world.url },
    settings,
    new AbortController().signal,
  );
  if (!api) throw new Error('The port was taken meanwhile.');
  second = api;
  machine = await newMachine(world, 'KR-FSC');
});
afterAll(async () => {
  await second.stop();
  await world.close();
});

const production = () => ({
  DATABASE_URL: world.database.appUrl,
  ENTENTE_AUTH_SECRET: world.issuer.authSecret.toString('base64'),
});

const now = (): number => Math.floor(Date.now() / 1000);
const said = ({ status, error }: Told) => ({ status, error });

describe('what is there', () => {
  test('tells what a client needs to know (RFC 8414), and nothing that is not open', async () => {
    for (const path of [
      '/.well-known/oauth-authorization-server/oauth',
      '/oauth/.well-known/oauth-authorization-server',
    ]) {
      for (const at of [world.url, second.url]) {
        const response = await fetch(`${at}${path}`);
        expect(await response.json()).toEqual({
          issuer: `${world.url}/oauth`,
          token_endpoint: `${world.url}/oauth/token`,
          jwks_uri: `${world.url}/oauth/jwks`,
          grant_types_supported: ['client_credentials'],
          response_types_supported: [],
          scopes_supported: ['analyst', 'contributor'],
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
          token_endpoint_auth_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256'],
          dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256'],
        });
      }
    }
  });

  test('the keys with which tokens are verified, without their private part', async () => {
    const { keys } = (await (await fetch(`${second.url}/oauth/jwks`)).json()) as { keys: object[] };
    expect(keys).toEqual([
      {
        kty: 'OKP',
        crv: 'Ed25519',
        x: expect.any(String),
        kid: expect.any(String),
        alg: 'EdDSA',
        use: 'sig',
      },
    ]);
  });

  test.each([
    ['GET', '/oauth/auth'],
    ['POST', '/oauth/auth'],
    ['GET', '/oauth/me'],
    ['POST', '/oauth/reg'],
    ['POST', '/oauth/request'],
    ['POST', '/oauth/device/auth'],
    ['GET', '/oauth/session/end'],
    ['POST', '/oauth/token/introspection'],
    ['POST', '/oauth/token/revocation'],
    ['GET', '/oauth/token'],
    ['GET', '/oauth'],
  ])('no %s %s', async (method, path) => {
    expect((await fetch(`${world.url}${path}`, { method })).status).toBe(404);
  });
});

/** What is wrong with a request for a token, and what is said of it. */
const REFUSED: Record<string, [status: number, error: string, made: () => Promise<TokenRequest>]> = {
  'an assertion that lives longer than a minute': [
    401,
    'invalid_client',
    () => asserting({ exp: now() + 61 + 10 }),
  ],
  'an assertion that has ended': [
    401,
    'invalid_client',
    () => asserting({ iat: now() - 80, exp: now() - 20 }),
  ],
  'an assertion from the future': [
    401,
    'invalid_client',
    () => asserting({ iat: now() + 30, exp: now() + 60 }),
  ],
  'an assertion that is good only later': [401, 'invalid_client', () => asserting({ nbf: now() + 30 })],
  'an assertion without an end': [401, 'invalid_client', () => asserting({ exp: undefined })],
  'an assertion without a beginning': [401, 'invalid_client', () => asserting({ iat: undefined })],
  'an assertion without an id': [401, 'invalid_client', () => asserting({ jti: undefined })],
  'an assertion for another server': [
    401,
    'invalid_client',
    () => asserting({ aud: 'https://other.example' }),
  ],
  'an assertion for the endpoint, not the server': [
    401,
    'invalid_client',
    () => asserting({ aud: `${world.url}/oauth/token` }),
  ],
  'an assertion for this server and another': [
    401,
    'invalid_client',
    () => asserting({ aud: [`${world.url}/oauth`, 'https://other.example'] }),
  ],
  'an assertion for nobody': [401, 'invalid_client', () => asserting({ aud: undefined })],
  'an assertion that another issued': [401, 'invalid_client', () => asserting({ iss: randomUUID() })],
  'an assertion of nobody': [401, 'invalid_client', () => asserting({ sub: undefined })],
  'an assertion of a client that is not there': [
    401,
    'invalid_client',
    async () => {
      const id = randomUUID();
      return { assertion: await assertionOf({ ...machine, id }) };
    },
  ],
  'an assertion of a member': [
    401,
    'invalid_client',
    async () => ({ assertion: await assertionOf({ ...machine, id: memberId('KR-FSC', 'ANALYST') }) }),
  ],
  'an assertion of what is no id': [
    401,
    'invalid_client',
    async () => ({ assertion: await assertionOf({ ...machine, id: "x' or true --" }) }),
  ],
  'an assertion by another key': [
    401,
    'invalid_client',
    async () => ({ assertion: await assertionOf({ ...machine, key: await newKeyPair() }) }),
  ],
  'an assertion by another key, under the kid of the right one': [
    401,
    'invalid_client',
    async () => {
      const key = { ...(await newKeyPair()), kid: machine.key.kid };
      return { assertion: await assertionOf({ ...machine, key }) };
    },
  ],
  "an assertion by another client's key": [
    401,
    'invalid_client',
    async () => {
      const { key } = await newMachine(world, 'KR-FSC');
      return { assertion: await assertionOf({ ...machine, key }) };
    },
  ],
  'an assertion that does not name its key': [401, 'invalid_client', () => headed({ kid: undefined })],
  'an assertion by an algorithm that is not its key’s': [
    401,
    'invalid_client',
    () => headed({ alg: 'EdDSA' }),
  ],
  'an unsigned assertion': [
    401,
    'invalid_client',
    async () => ({ assertion: new UnsecuredJWT(decodeJwt(await assertionOf(machine))).encode() }),
  ],
  'an assertion signed by the public key as a secret': [
    401,
    'invalid_client',
    async () => {
      const key = await importJWK(machine.key.publicJwk, 'ES256', { extractable: true });
      if (key instanceof Uint8Array) throw new Error('No public key.');
      const assertion = await new SignJWT(decodeJwt(await assertionOf(machine)))
        .setProtectedHeader({ alg: 'HS256', kid: machine.key.kid })
        .sign(createSecretKey(await exportSPKI(key), 'utf8'));
      return { assertion };
    },
  ],
  'what is no assertion': [400, 'invalid_request', async () => ({ assertion: 'none' })],
  'a password': [
    400,
    'invalid_request',
    async () => ({
      headers: { authorization: `Basic ${Buffer.from(`${machine.id}:x`).toString('base64')}` },
    }),
  ],
  'no proof': [400, 'invalid_grant', async () => ({ proof: null })],
  'a proof without a nonce': [400, 'use_dpop_nonce', async () => ({ proof: { nonce: undefined } })],
  'a proof with a nonce of its own': [
    400,
    'use_dpop_nonce',
    async () => ({ proof: { nonce: randomUUID() } }),
  ],
  'a proof of 12 seconds ago': [400, 'invalid_dpop_proof', async () => ({ proof: { iat: now() - 12 } })],
  'a proof of 12 seconds from now': [400, 'invalid_dpop_proof', async () => ({ proof: { iat: now() + 12 } })],
  'a proof for another address': [
    400,
    'invalid_dpop_proof',
    async () => ({ proof: { htu: `${world.url}/graphql` } }),
  ],
  'a proof for another method': [400, 'invalid_dpop_proof', async () => ({ proof: { htm: 'GET' } })],
  'a proof that is none': [400, 'invalid_dpop_proof', async () => ({ dpop: 'none' })],
  'another grant': [400, 'unsupported_grant_type', async () => ({ parameters: { grant_type: 'password' } })],
  'a code': [
    400,
    'unsupported_grant_type',
    async () => ({ parameters: { grant_type: 'authorization_code', code: 'x' } }),
  ],
  'another service': [
    400,
    'invalid_target',
    async () => ({ parameters: { resource: 'https://other.example' } }),
  ],
  'a scope that the client has not': [
    400,
    'invalid_scope',
    async () => ({ parameters: { scope: 'analyst contributor' } }),
  ],
  'a scope that there is not': [400, 'invalid_scope', async () => ({ parameters: { scope: 'releaser' } })],
  'a scope of OpenID': [400, 'invalid_scope', async () => ({ parameters: { scope: 'openid' } })],
};

async function asserting(claims: object): Promise<TokenRequest> {
  return { assertion: await assertionOf(machine, claims) };
}
async function headed(header: object): Promise<TokenRequest> {
  const content = decodeJwt(await assertionOf(machine));
  const { privateKey, kid } = machine.key;
  const whole = { alg: 'ES256', kid, ...header };
  if (whole.alg === 'ES256')
    return { assertion: await new SignJWT(content).setProtectedHeader(whole).sign(privateKey) };
  const [, payload = '', signature = ''] = (await assertionOf(machine)).split('.');
  return { assertion: `${Buffer.from(JSON.stringify(whole)).toString('base64url')}.${payload}.${signature}` };
}

test.each(Object.keys(REFUSED))('no token for %s', async (what) => {
  const [status, error, made] = REFUSED[what] ?? [0, '', async () => ({})];
  const told = await requestToken(machine, await made());
  expect(said(told)).toEqual({ status, error });
  expect(told.body).not.toHaveProperty('access_token');
  expect(said(await requestToken(machine))).toEqual({ status: 200, error: undefined });
});

describe('an assertion is accepted once', () => {
  test('by the process that had it, and by the other', async () => {
    for (const [first, then] of [
      [world.url, world.url],
      [world.url, second.url],
      [second.url, world.url],
    ]) {
      const assertion = await assertionOf(machine);
      expect((await requestToken(machine, { assertion, at: first ?? '' })).status).toBe(200);
      const again = await requestToken(machine, { assertion, at: then ?? '' });
      expect(said(again)).toEqual({ status: 401, error: 'invalid_client' });
    }
  });

  test('of many at once, at both', async () => {
    for (let round = 0; round < 5; round++) {
      const assertion = await assertionOf(machine);
      const told = await Promise.all(
        [world.url, second.url, world.url, second.url].map((at) => requestToken(machine, { assertion, at })),
      );
      expect(told.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });

  test('and so is a proof for a token', async () => {
    const dpop = await tokenProof(machine);
    expect((await requestToken(machine, { dpop })).status).toBe(200);
    expect(said(await requestToken(machine, { dpop, at: second.url }))).toEqual({
      status: 400,
      error: 'invalid_grant',
    });
  });
});

test('a token that one process gave is good at the other', async () => {
  expect(outcomeOf(await ask(machine, await tokenOf(machine), { at: second.url }))).toBe('allowed');
  expect(outcomeOf(await ask(machine, await tokenOf(machine, { at: second.url })))).toBe('allowed');
});

const administer = (name: keyof typeof CLIENT_ACTS, input: object): Promise<{ finding: Registered }> =>
  world
    .as('KR-FSC', 'AGENCY_ADMIN')
    .ask<Record<string, { finding: Registered }>>(CLIENT_ACTS[name], {
      input: { idempotencyKey: randomUUID(), ...input },
    })
    .then((data) => data[name] ?? Promise.reject(new Error(`${name} answered nothing.`)));

/** What a client gets with the token it has, and whether it gets another. */
async function gets(client: Machine, token: string): Promise<[question: string, token: string | undefined]> {
  const answers = await Promise.all([world.url, second.url].map((at) => ask(client, token, { at })));
  const question = [...new Set(answers.map(outcomeOf))].join();
  return [question, (await requestToken(client)).error];
}

describe('put out, it gets nothing at its next request, and no token', () => {
  const OUT: [question: string, token: string] = ['UNAUTHENTICATED', 'invalid_client'];
  const IN: [question: string, token: undefined] = ['allowed', undefined];

  test('with its agency, while that is suspended', async () => {
    const token = await tokenOf(machine);
    expect(await gets(machine, token)).toEqual(IN);
    await whileSuspended(world, 'KR-FSC', async () => expect(await gets(machine, token)).toEqual(OUT));
    expect(await gets(machine, token)).toEqual(IN);
  });

  test('by its end', async () => {
    const client = await newMachine(world, 'KR-FSC');
    const token = await tokenOf(client);
    expect(await gets(client, token)).toEqual(IN);
    await administer('endSystemClient', { clientId: client.id });
    expect(await gets(client, token)).toEqual(OUT);
  });

  test('when its time is over', async () => {
    const client = await newMachine(world, 'KR-FSC', { validUntil: '2100-01-01T00:00:00Z' });
    const token = await tokenOf(client);
    expect(await gets(client, token)).toEqual(IN);
    await world.sql('update member set valid_until = now() where id = $1', [client.id]);
    expect(await gets(client, token)).toEqual(OUT);
  });

  test('when its key is revoked, or has ended: by what was got with that key, and not by another', async () => {
    const client = await newMachine(world, 'KR-FSC');
    const { privateKey, publicKey } = newKey();
    await administer('addSystemClientKey', { clientId: client.id, key: publicKey });
    const changed = { ...client, key: await keyPairOf(privateKey) };
    const [old, young] = [await tokenOf(client), await tokenOf(changed)];
    expect([await gets(client, old), await gets(changed, young)]).toEqual([IN, IN]);
    await administer('revokeSystemClientKey', { clientId: client.id, kid: client.key.kid });
    expect([await gets(client, old), await gets(changed, young)]).toEqual([OUT, IN]);
    await world.sql('update client_key set valid_until = now() where kid = $1', [changed.key.kid]);
    expect(await gets(changed, young)).toEqual(OUT);
  });
});

describe('its keys', () => {
  const registration = (key: object) => ({ clientId: machine.id, key });
  const attempt = async (name: keyof typeof CLIENT_ACTS, input: object): Promise<string[]> => {
    const admin = world.as('KR-FSC', 'AGENCY_ADMIN');
    const { errors } = await admin.query(CLIENT_ACTS[name], {
      input: { idempotencyKey: randomUUID(), ...input },
    });
    return errors.map(({ extensions: { code, faults = [] } }) =>
      [code, ...faults.map(({ path }) => path)].join(' '),
    );
  };

  test('come in once: neither a second time, nor after they were revoked, nor for another client', async () => {
    const client = await newMachine(world, 'KR-FSC');
    const { kty, crv, x, y } = client.key.publicJwk;
    const again = { clientId: client.id, key: { kty, crv, x, y } };
    expect(await attempt('addSystemClientKey', again)).toEqual(['CONFLICT input.key']);
    await administer('revokeSystemClientKey', { clientId: client.id, kid: client.key.kid });
    expect(await attempt('addSystemClientKey', again)).toEqual(['CONFLICT input.key']);
    expect(await attempt('addSystemClientKey', registration(again.key))).toEqual(['CONFLICT input.key']);
  });

  test('are five at most', async () => {
    const { id } = await newMachine(world, 'KR-FSC');
    for (let n = 1; n < 5; n++)
      await administer('addSystemClientKey', { clientId: id, key: newKey().publicKey });
    const sixth = { clientId: id, key: newKey().publicKey };
    expect(await attempt('addSystemClientKey', sixth)).toEqual(['CONFLICT input.key']);
  });

  test.each([
    ['a private key', () => newKey().privateKey],
    ['a key that is none', () => ({ ...newKey().publicKey, x: 'A'.repeat(43) })],
    ['a key that has ended', () => ({ ...newKey().publicKey, validUntil: '2020-01-01T00:00:00Z' })],
  ])('are not %s', async (_, key) => {
    const [code] = await attempt('addSystemClientKey', registration(key()));
    expect(code).toMatch(/^INVALID /);
  });

  test('are listed, with what became of them and when the client last came', async () => {
    const client = await newMachine(world, 'US-TFI');
    const list = async () => {
      const { systemClients } = await world
        .as('US-TFI', 'AUDITOR')
        .ask<{ systemClients: { nodes: object[] } }>(
          '{ systemClients { nodes { id name roles lastUsedAt endedAt validUntil keys { kid algorithm revokedAt validUntil } } } }',
        );
      return systemClients.nodes;
    };
    const key = { kid: client.key.kid, algorithm: 'ES256', revokedAt: null, validUntil: null };
    const untouched = {
      id: client.id,
      name: 'A machine',
      roles: ['ANALYST'],
      endedAt: null,
      validUntil: null,
    };
    expect(await list()).toEqual([{ ...untouched, lastUsedAt: null, keys: [key] }]);
    await tokenOf(client);
    expect(await list()).toEqual([{ ...untouched, lastUsedAt: expect.any(String), keys: [key] }]);
  });
});

describe('what it may do', () => {
  const LIST = '{ findings(first: 100) { nodes { id } } }';
  const inList = async (client: Machine, token: string): Promise<string[]> => {
    const { body } = await ask(client, token, { query: LIST });
    const { findings } = body.data as { findings: { nodes: { id: string }[] } };
    return findings.nodes.map(({ id }) => id);
  };

  test('it sees what its agency holds, and nothing else', async () => {
    const client = await newMachine(world, 'JP-NPA');
    const token = await tokenOf(client);
    const given = await released(world, 'KR-FSC', ['JP-NPA']);
    const own = await draft(world, 'JP-NPA');
    await released(world, 'KR-FSC', ['US-TFI']);
    await draft(world, 'US-TFI');
    expect((await inList(client, token)).sort()).toEqual([given.id, own.id].sort());
    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: given.id, reason: 'inaccurate' });
    expect(await inList(client, token)).toEqual([own.id]);
  });

  test('it drafts under its own name, and a person releases', async () => {
    const client = await newMachine(world, 'KR-FSC', { roles: ['CONTRIBUTOR'] });
    const token = await tokenOf(client);
    const send = async (name: 'draftFinding' | 'submitFinding', input: object): Promise<Finding> => {
      const variables = { input: { idempotencyKey: randomUUID(), ...input } };
      const { body } = await ask(client, token, { query: ACTS[name], variables });
      const found = (body.data as Record<string, { finding: Finding }>)[name]?.finding;
      if (!found) throw new Error(JSON.stringify(body));
      return found;
    };
    const finding = await send('draftFinding', { document: document() });
    await send('submitFinding', { revisionId: newest(finding) });
    const input = { revisionId: newest(finding), recipients: recipients(['JP-NPA']) };
    expect((await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', input)).state).toBe('RELEASED');
    const entries = await world.sql(
      'select distinct act, member_id from entry where subject_id = $1 and agency_id = actor_agency_id order by act',
      [finding.id],
    );
    expect(entries).toEqual([
      { act: 'finding.drafted', member_id: client.id },
      { act: 'finding.released', member_id: memberId('KR-FSC', 'RELEASER') },
      { act: 'finding.submitted', member_id: client.id },
    ]);
  });

  test('it may do what its roles say; with a token for less, less', async () => {
    const client = await newMachine(world, 'KR-FSC', { roles: ['ANALYST', 'CONTRIBUTOR'] });
    const drafting = {
      query: ACTS.draftFinding,
      variables: { input: { idempotencyKey: 'x', document: document() } },
    };
    const may = async (token: string) =>
      Promise.all(
        [{ query: LIST }, drafting, { query: '{ systemClients { nodes { id } } }' }].map((question) =>
          ask(client, token, question),
        ),
      ).then((told) => told.map(outcomeOf));
    expect(await may(await tokenOf(client))).toEqual(['allowed', 'allowed', 'FORBIDDEN']);
    const less = await tokenOf(client, { parameters: { scope: 'analyst' } });
    expect(decodeJwt(less).scope).toBe('analyst');
    expect(await may(less)).toEqual(['allowed', 'FORBIDDEN', 'FORBIDDEN']);
  });

  test.each([['RELEASER'], ['LIAISON'], ['AGENCY_ADMIN'], ['AUDITOR'], ['OPERATOR']])(
    'it is never given %s',
    async (role) => {
      const input = {
        idempotencyKey: randomUUID(),
        name: 'A machine',
        roles: [role],
        keys: [newKey().publicKey],
      };
      const { errors } = await world
        .as('KR-FSC', 'AGENCY_ADMIN')
        .query(CLIENT_ACTS.registerSystemClient, { input });
      expect(errors.map(({ extensions }) => extensions.faults?.[0]?.path)).toEqual(['input.roles[0]']);
    },
  );
});

describe("the service's keys", () => {
  const entente = (command: string[], env: Record<string, string>) =>
    spawnSync(process.execPath, command, {
      cwd: join(import.meta.dirname, '..'),
      env: { HOME: '/nonexistent', PORT: '0', ...env },
      encoding: 'utf8',
    });
  const published = async (at: string): Promise<string[]> => {
    const { keys } = (await (await fetch(`${at}/oauth/jwks`)).json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };

  test('change over: the new one signs at once in every process, what the old one signed stays good until it ends', async () => {
    const [old] = await published(world.url);
    const [asked, unasked] = [await tokenOf(machine), await tokenOf(machine)];
    expect(outcomeOf(await ask(machine, asked))).toBe('allowed');
    const { status, stdout } = entente(['bin/entente.js', 'keys:rotate'], production());
    expect(status).toBe(0);
    const [, young] = /signing with the key ([\w-]+) from now on/.exec(stdout) ?? [];
    expect(young).not.toBe(old);
    for (const at of [world.url, second.url]) {
      const token = await tokenOf(machine, { at });
      expect(decodeProtectedHeader(token).kid).toBe(young);
      expect(await published(at)).toEqual([old, young]);
      for (const one of [token, asked, unasked])
        expect(outcomeOf(await ask(machine, one, { at }))).toBe('allowed');
    }
    // The private part of what signs no more is gone.
    const rows = await world.sql('select kid from entente_auth.signing_key where sealed is not null');
    expect(rows).toEqual([{ kid: young }]);

    const late = await tokenOf(machine);
    entente(['bin/entente.js', 'keys:rotate', '--stolen'], production());
    await pause(1_100);
    expect(await published(second.url)).not.toContain(young);
    expect(outcomeOf(await ask(machine, late, { at: second.url }))).toBe('UNAUTHENTICATED');
  });

  test('are not in the database without the secret, and the API does not start with another', () => {
    const api = (env: Record<string, string>) => {
      const { status, stderr } = entente(['dist/apps/api/main.js'], env);
      return [status, stderr];
    };
    const { DATABASE_URL } = production();
    const other = Buffer.alloc(32, 7).toString('base64');
    expect(api({ DATABASE_URL })).toEqual([1, expect.stringContaining('ENTENTE_AUTH_SECRET is not set')]);
    expect(api({ DATABASE_URL, ENTENTE_AUTH_SECRET: 'short' })).toEqual([
      1,
      expect.stringContaining('ENTENTE_AUTH_SECRET: 32 random bytes in base64'),
    ]);
    expect(api({ DATABASE_URL, ENTENTE_AUTH_SECRET: other })).toEqual([
      1,
      expect.stringContaining('ENTENTE_AUTH_SECRET does not open the signing key'),
    ]);
  });
});

test('nobody asserts for a client with the key of an agency that is another’s', async () => {
  const thief = await newMachine(world, 'JP-NPA');
  const assertion = await signAssertion(thief.key, { clientId: machine.id, issuer: `${world.url}/oauth` });
  expect(said(await requestToken(thief, { assertion }))).toEqual({ status: 401, error: 'invalid_client' });
});
