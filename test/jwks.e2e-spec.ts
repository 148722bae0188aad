import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JwksAddresses } from '#identity';
import { keyPairOf, type KeyPair } from '../apps/cli/system-client.js';
import { administer, tried, type Administrators } from './support/administration.js';
import { administrators, newKey, publishes, registered } from './support/clients.js';
import { impatient, publishing, startKeyServer, type KeyServer } from './support/jwks.js';
import {
  ask,
  newKeyPair,
  newMachine,
  outcomeOf,
  requestToken,
  tokenOf,
  type Machine,
} from './support/machine.js';
import { startWorld, type World } from './support/world.js';

/*
 * A system client whose keys its agency publishes at an address. For its tokens the address is its key: two persons give
 * it, one revokes it.
 */

let world: World;
let server: KeyServer;
let kr: Administrators;
beforeAll(async () => {
  server = await startKeyServer();
  world = await startWorld({ config: { localSystems: new Map([[server.host, null]]) } });
  kr = await administrators(world, 'KR-FSC');
});
afterAll(async () => {
  await world.close();
  await server.close();
});

const named = async (kid: string): Promise<KeyPair> => ({ ...(await newKeyPair()), kid });
const jwkOf = ({ publicJwk, kid, algorithm }: KeyPair) => ({ ...publicJwk, kid, alg: algorithm, use: 'sig' });

interface Publisher extends Machine {
  /** Id of its address. */
  address: string;
}

/** A machine of an agency with this key, whose keys are at an address. */
async function publisher(uri: string, key: KeyPair): Promise<Publisher> {
  const { id, address } = await publishes(world, 'KR-FSC', uri);
  const machine = { id, address, world, key, proofKey: await newKeyPair(), nonces: { token: '', api: '' } };
  await requestToken(machine, { proof: { nonce: undefined } });
  await ask(machine, 'none', { dpop: 'none' });
  return machine;
}

let paths = 0;
async function published(): Promise<Publisher & { path: string }> {
  const key = await named('2026-1');
  const path = `/${paths++}`;
  return { path, ...(await publisher(server.at(path, publishing(jwkOf(key))), key)) };
}

describe('two persons', () => {
  const uri = 'https://keys.fsc.example/machines.json';

  test('give an address, with a new client or to one that is there; one revokes it; it may come again', async () => {
    const { id } = await registered(world, 'KR-FSC');
    const { pendingAct } = await administer(kr.first, 'addSystemClientKey', { clientId: id, jwksUri: uri });
    const listed = async () => {
      const { systemClients } = await kr.first.ask<{
        systemClients: {
          nodes: { id: string; jwksAddresses: { id: string; uri: string; revokedAt: unknown }[] }[];
        };
      }>('{ systemClients(first: 100) { nodes { id jwksAddresses { id uri revokedAt } } } }');
      return systemClients.nodes.find((node) => node.id === id)?.jwksAddresses ?? [];
    };
    expect(JSON.parse(pendingAct?.content ?? '')).toEqual({ clientId: id, jwksUri: uri });
    expect(await listed()).toEqual([]);
    const decision = { pendingActId: pendingAct?.id, hash: pendingAct?.hash };
    expect(await tried(kr.first, 'approveAct', decision)).toBe('CONFLICT input.pendingActId');
    expect(await tried(kr.second, 'approveAct', decision)).toBe('done');
    expect(await listed()).toEqual([{ id: expect.any(String), uri, revokedAt: null }]);
    const again = { clientId: id, jwksUri: uri };
    expect(await tried(kr.first, 'addSystemClientKey', again)).toBe('CONFLICT input.jwksUri');
    const [first] = await listed();
    expect(await tried(kr.first, 'revokeSystemClientKey', { clientId: id, kid: first?.id })).toBe('done');
    await kr.both('addSystemClientKey', again);
    await kr.both('addSystemClientKey', { clientId: id, jwksUri: `${uri}?2` });
    expect(await tried(kr.first, 'addSystemClientKey', { clientId: id, jwksUri: `${uri}?3` })).toBe(
      'CONFLICT input.jwksUri',
    );
    expect(await listed()).toHaveLength(3);
  });

  test.each([
    ['http://keys.fsc.example/'],
    ['https://10.0.0.1/'],
    ['https://keys.fsc.example:9200/'],
    ['https://me:secret@keys.fsc.example/'],
    ['https://localhost/'],
  ])('not %s', async (jwksUri) => {
    const machine = { name: 'A machine', roles: ['ANALYST'], jwksUri };
    expect(await tried(kr.first, 'registerSystemClient', machine)).toBe('INVALID input.jwksUri');
  });

  test('a client has a key or an address; what is given is one of the two', async () => {
    const machine = { name: 'A machine', roles: ['ANALYST'] };
    expect(await tried(kr.first, 'registerSystemClient', machine)).toBe('INVALID input.keys');
    const { id: clientId } = await registered(world, 'KR-FSC');
    const key = newKey().publicKey;
    expect(await tried(kr.first, 'addSystemClientKey', { clientId })).toBe('INVALID input.key');
    expect(await tried(kr.first, 'addSystemClientKey', { clientId, key, jwksUri: uri })).toBe(
      'INVALID input.key',
    );
  });
});

describe('a machine', () => {
  test('signs in with a key that is at its address, which is asked once', async () => {
    const machine = await published();
    expect(outcomeOf(await ask(machine, await tokenOf(machine)))).toBe('allowed');
    expect(outcomeOf(await ask(machine, await tokenOf(machine)))).toBe('allowed');
    expect(server.asked(machine.path)).toBe(1);
    const used = await world.sql('select last_used_at from client_key where kid = $1', [machine.address]);
    expect(used).toEqual([{ last_used_at: expect.any(Date) }]);
  });

  test.each([
    [
      'its address is revoked',
      ({ id, address }: Publisher) =>
        administer(kr.first, 'revokeSystemClientKey', { clientId: id, kid: address }),
    ],
    ['it is ended', ({ id }: Publisher) => administer(kr.first, 'endSystemClient', { clientId: id })],
  ])('gets nothing more from the next request on when %s', async (_, end) => {
    const machine = await published();
    const token = await tokenOf(machine);
    expect(outcomeOf(await ask(machine, token))).toBe('allowed');
    await end(machine);
    expect(outcomeOf(await ask(machine, token))).toBe('UNAUTHENTICATED');
    expect((await requestToken(machine)).error).toBe('invalid_client');
  });

  test('goes on with a key of its own while its address is down', async () => {
    const down = server.at('/down-from-the-start', (response) => void response.destroy());
    const machine = await publisher(down, await named('1'));
    const own = newKey();
    await kr.both('addSystemClientKey', { clientId: machine.id, key: own.publicKey });
    expect((await requestToken(machine)).error).toBe('temporarily_unavailable');
    const other = { ...machine, key: await keyPairOf(own.privateKey) };
    await requestToken(other, { proof: { nonce: undefined } });
    await tokenOf(other);
  });
});

describe('what an agency said of a key by itself holds at an address too:', () => {
  test('one that it revoked is not taken from there', async () => {
    const { key, id } = await newMachine(world, 'KR-FSC');
    await administer(kr.first, 'revokeSystemClientKey', { clientId: id, kid: key.kid });
    const renamed = { ...key, kid: 'renamed' };
    const machine = await publisher(server.at('/revoked', publishing(jwkOf(renamed))), renamed);
    expect((await requestToken(machine)).error).toBe('invalid_client');
    expect(server.asked('/revoked')).toBe(1);
  });

  test('another key under the name of its own is not believed', async () => {
    const machine = await published();
    const own = newKey();
    await kr.both('addSystemClientKey', { clientId: machine.id, key: own.publicKey });
    const { kid } = await keyPairOf(own.privateKey);
    const imposter = { ...machine.key, kid };
    server.at(machine.path, publishing(jwkOf(imposter)));
    expect((await requestToken({ ...machine, key: imposter })).error).toBe('invalid_client');
  });
});

const endless: Parameters<KeyServer['at']>[1] = (response) => {
  response.writeHead(200);
  const more = setInterval(() => response.write(' '.repeat(16_384)), 1);
  response.on('close', () => clearInterval(more));
};

describe('an address that is no use stops its client alone:', () => {
  test.each<[string, Parameters<KeyServer['at']>[1], string]>([
    ['one that fails', (response) => void response.writeHead(500).end('{"keys":[]}'), 'STATUS'],
    [
      'one that sends elsewhere',
      (response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'STATUS',
    ],
    ['one that hangs up', (response) => void response.destroy(), 'CLOSED'],
    ['one without end', endless, 'TOO_LARGE'],
    ['one that says something else', (response) => void response.writeHead(200).end('<html>'), 'NO_KEYS'],
    ['too many keys', publishing(...Array.from({ length: 51 }, () => ({}))), 'NO_KEYS'],
  ])('%s', async (path, answer, fault) => {
    const machine = await publisher(server.at(`/${path.replaceAll(' ', '-')}`, answer), await named('1'));
    const { status, body } = await requestToken(machine);
    expect({ status, ...body }).toMatchObject({
      status: 503,
      error: 'temporarily_unavailable',
      error_description: `no keys could be read at the JWKS address of this client: ${fault}`,
    });
  });

  test('one inside', async () => {
    const inside = await startKeyServer();
    const machine = await publisher(inside.at('/', publishing()), await named('1'));
    const { body } = await requestToken(machine);
    expect(body.error_description).toMatch(/: FORBIDDEN_URL$/);
    expect(inside.asked('/')).toBe(0);
    await inside.close();
  });

  test('one that does not answer: another of the same agency gets its token meanwhile', async () => {
    const hanging = await publisher(
      server.at('/silent', () => undefined),
      await named('1'),
    );
    const [silent, other] = [requestToken(hanging), await newMachine(world, 'KR-FSC')];
    await tokenOf(other);
    await tokenOf(await published());
    expect((await silent).body.error_description).toMatch(/: TIMED_OUT$/);
  });

  test.each<[string, (key: KeyPair) => object]>([
    ['with its private part', (key) => ({ ...jwkOf(key), d: 'A'.repeat(43) })],
    ['for encryption', (key) => ({ ...jwkOf(key), use: 'enc' })],
    ['for another algorithm', (key) => ({ ...jwkOf(key), alg: 'ES384' })],
    ['without a name', (key) => ({ ...jwkOf(key), kid: undefined })],
    ['that is none', (key) => ({ ...jwkOf(key), y: 'A'.repeat(43) })],
  ])('a key %s is not there', async (what, made) => {
    const key = await named('1');
    const machine = await publisher(server.at(`/${what.replaceAll(' ', '-')}`, publishing(made(key))), key);
    expect((await requestToken(machine)).error).toBe('invalid_client');
  });
});

describe('how often an address is asked:', () => {
  const has = async (addresses: JwksAddresses, uri: string, kid: string) =>
    addresses.keyOf('KR-FSC', uri, kid).then(
      (key) => key !== undefined,
      (error: unknown) => (error instanceof Error ? error.message : error),
    );
  const started = (times: { fresh: number; again: number }) =>
    new JwksAddresses(impatient(server.host), times);
  const LONG = 60_000;

  test('for a key that it did not have, once for all who ask, and not again soon', async () => {
    const uri = server.at('/once', publishing(jwkOf(await named('1'))));
    const addresses = started({ fresh: LONG, again: LONG });
    const all = await Promise.all(['1', '2', '3', '1'].map((kid) => has(addresses, uri, kid)));
    expect(all).toEqual([true, false, false, true]);
    server.at('/once', publishing(jwkOf(await named('2'))));
    expect([await has(addresses, uri, '2'), await has(addresses, uri, '1')]).toEqual([false, true]);
    expect(server.asked('/once')).toBe(1);
    addresses.onApplicationShutdown();
  });

  test('again later: another key is found, and one that is gone is not', async () => {
    const uri = server.at('/later', publishing(jwkOf(await named('1'))));
    const addresses = started({ fresh: LONG, again: 0 });
    expect(await has(addresses, uri, '1')).toBe(true);
    server.at('/later', publishing(jwkOf(await named('2'))));
    expect([await has(addresses, uri, '2'), await has(addresses, uri, '1')]).toEqual([true, false]);
    addresses.onApplicationShutdown();
  });

  test('down, what it said holds for as long as it is fresh, and no longer', async () => {
    const down = (path: string) => server.at(path, (response) => void response.writeHead(503).end());
    const document = publishing(jwkOf(await named('1')));
    const [young, old] = [started({ fresh: LONG, again: 0 }), started({ fresh: 0, again: 0 })];
    const uri = server.at('/down', document);
    expect([await has(young, uri, '1'), await has(old, uri, '1')]).toEqual([true, true]);
    down('/down');
    expect([await has(young, uri, '2'), await has(young, uri, '1')]).toEqual(['STATUS', true]);
    expect(await has(old, uri, '1')).toBe('STATUS');
    for (const one of [young, old]) one.onApplicationShutdown();
  });

  test('of one agency two at a time: who asks for a third is told so, and other agencies are asked', async () => {
    const addresses = started({ fresh: LONG, again: LONG });
    const slow = ['/slow-1', '/slow-2'].map((path) =>
      has(
        addresses,
        server.at(path, () => undefined),
        '1',
      ),
    );
    const uri = server.at('/third', publishing(jwkOf(await named('1'))));
    expect(await has(addresses, uri, '1')).toBe('BUSY');
    expect(await addresses.keyOf('JP-NPA', uri, '1')).toBeDefined();
    expect(await Promise.all(slow)).toEqual(['TIMED_OUT', 'TIMED_OUT']);
    expect(await has(addresses, uri, '1')).toBe(true);
    addresses.onApplicationShutdown();
  });
});
