import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyPairOf } from '../apps/cli/system-client.js';
import { administer, send, tried, type Administrators, type PendingAct } from './support/administration.js';
import { administrators, newKey, registered, type Registered } from './support/clients.js';
import { newMachine, requestToken, tokenOf } from './support/machine.js';
import { newMember } from './support/partners.js';
import { agencyId, memberId } from './support/roster.js';
import { contents } from './support/seen.js';
import { startWorld, type World } from './support/world.js';

/** RFC 7638, section 3.1. */
const MODULUS =
  '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';

/* What lets a machine in takes two persons of its agency; what puts it out, one. */

let world: World;
let kr: Administrators;
let client: Registered;
beforeAll(async () => {
  world = await startWorld();
  kr = await administrators(world, 'KR-FSC');
  client = await registered(world, 'KR-FSC');
});
afterAll(() => world.close());

const aMachine = () => ({ name: 'A machine', roles: ['ANALYST'], keys: [newKey().publicKey] });
const oneMore = (clientId = client.id) => ({ clientId, key: newKey().publicKey });

/** Asks for an act that takes two. */
async function ask(
  name: 'registerSystemClient' | 'addSystemClientKey',
  input: object,
  by = kr.first,
): Promise<PendingAct> {
  const { pendingAct } = await administer(by, name, input);
  if (!pendingAct) throw new Error(`${name} was done by one.`);
  return pendingAct;
}
const named = ({ id, hash }: PendingAct) => ({ pendingActId: id, hash });
const counted = async () =>
  (
    await world.sql(
      'select (select count(*) from system_client) as clients, (select count(*) from client_key) as keys',
    )
  )[0];

describe('two persons', () => {
  test.each([
    ['registerSystemClient', aMachine],
    ['addSystemClientKey', oneMore],
  ] as const)('%s is asked for by one, changes nothing, and is done by another', async (name, input) => {
    const before = await counted();
    const pending = await ask(name, input());
    expect(await counted()).toEqual(before);
    expect(await tried(kr.first, 'approveAct', named(pending))).toBe('CONFLICT input.pendingActId');
    expect(await counted()).toEqual(before);
    expect(await tried(kr.second, 'approveAct', named(pending))).toBe('done');
    expect(await counted()).not.toEqual(before);
    expect(await tried(kr.second, 'approveAct', named(pending))).toBe('CONFLICT input.pendingActId');
  });

  test('what waits shows which key, and the hash is of exactly that', async () => {
    const { key, clientId } = oneMore();
    await ask('addSystemClientKey', { clientId, key });
    const { pendingActs } = await kr.second.ask<{ pendingActs: { nodes: PendingAct[] } }>(
      '{ pendingActs(first: 1) { nodes { id act content hash state } } }',
    );
    const [pending] = pendingActs.nodes;
    expect(pending).toMatchObject({ act: 'client.key-added', state: 'PENDING' });
    expect(JSON.parse(pending?.content ?? '')).toEqual({
      clientId,
      key: { kid: expect.any(String), algorithm: 'ES256', jwk: key },
    });
  });

  test('sent again under its key, one act waits', async () => {
    const input = { ...aMachine(), idempotencyKey: randomUUID() };
    const first = await send(kr.first, 'registerSystemClient', input);
    const before = await contents(world);
    expect((await send(kr.first, 'registerSystemClient', input)).text).toBe(first.text);
    expect(await contents(world)).toEqual(before);
  });

  test('a key that was asked for by one whose membership has ended since is refused', async () => {
    const asking = await newMember(world, 'KR-FSC', ['AGENCY_ADMIN']);
    const pending = await ask('addSystemClientKey', oneMore(), world.member(asking));
    const over = await ask('addSystemClientKey', oneMore(), world.member(asking));
    const before = await counted();
    await world.sql('update member set valid_until = now() where id = $1', [asking]);
    expect(await tried(kr.second, 'approveAct', named(pending))).toBe('CONFLICT input.pendingActId');
    await world.sql(`update member set valid_until = 'infinity' where id = $1`, [asking]);
    await administer(kr.first, 'endMembership', { memberId: asking });
    expect(await tried(kr.second, 'approveAct', named(over))).toBe('CONFLICT input.pendingActId');
    expect(await counted()).toEqual(before);
  });

  test('a key that waits lapses with its client, and one that is given meanwhile is not given again', async () => {
    const { id } = await registered(world, 'KR-FSC');
    const input = oneMore(id);
    const [first, same] = [await ask('addSystemClientKey', input), await ask('addSystemClientKey', input)];
    expect(await tried(kr.second, 'approveAct', named(first))).toBe('done');
    expect(await tried(kr.second, 'approveAct', named(same))).toBe('CONFLICT input.key');
    const late = await ask('addSystemClientKey', oneMore(id));
    await administer(kr.first, 'endSystemClient', { clientId: id });
    const { pendingActs } = await kr.first.ask<{ pendingActs: { nodes: PendingAct[] } }>(
      '{ pendingActs(first: 100) { nodes { id state } } }',
    );
    const states = new Map(pendingActs.nodes.map((one) => [one.id, one.state]));
    expect([states.get(late.id), states.get(same.id)]).toEqual(['LAPSED', 'LAPSED']);
  });

  test('to be revoked and ended, one is enough', async () => {
    const { id, keys } = await registered(world, 'KR-FSC');
    expect(await tried(kr.first, 'revokeSystemClientKey', { clientId: id, kid: keys[0]?.kid })).toBe('done');
    expect(await tried(kr.first, 'endSystemClient', { clientId: id })).toBe('done');
    expect(await tried(kr.first, 'addSystemClientKey', oneMore(id))).toBe('CONFLICT input.clientId');
  });

  test('the ledger of its agency tells who asked, who approved and which key; no other agency’s tells anything', async () => {
    const before = (await world.sql<{ now: Date }>('select clock_timestamp() as now'))[0]?.now;
    const { id, keys } = await registered(world, 'KR-FSC');
    await administer(kr.first, 'revokeSystemClientKey', { clientId: id, kid: keys[0]?.kid });
    const entries = await world.sql<{ act: string; member_id: string; details: object; agency_id: string }>(
      'select act, member_id, details, agency_id from entry where recorded_at > $1 order by recorded_at, id',
      [before],
    );
    expect(entries.map(({ agency_id: agency }) => agency)).toEqual(entries.map(() => agencyId('KR-FSC')));
    const [kid] = keys.map((key) => key.kid);
    const said = { roles: ['ANALYST'], keys: [{ kid, algorithm: 'ES256', jwk: expect.anything() }] };
    expect(entries).toMatchObject([
      { act: 'pending-act.requested', member_id: memberId('KR-FSC', 'AGENCY_ADMIN'), details: said },
      {
        act: 'pending-act.approved',
        member_id: expect.not.stringMatching(memberId('KR-FSC', 'AGENCY_ADMIN')),
      },
      { act: 'client.registered', details: said },
      {
        act: 'client.key-revoked',
        member_id: memberId('KR-FSC', 'AGENCY_ADMIN'),
        details: { clientId: id, kid },
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/"d":/);
  });
});

describe('its keys', () => {
  const added = (input: object) => tried(kr.first, 'addSystemClientKey', input);

  test('come in once: neither a second time, nor after they were revoked, nor for another client', async () => {
    const { id, key } = await newMachine(world, 'KR-FSC');
    const { kty, crv, x, y } = key.publicJwk;
    const again = { clientId: id, key: { kty, crv, x, y } };
    expect(await added(again)).toBe('CONFLICT input.key');
    await administer(kr.first, 'revokeSystemClientKey', { clientId: id, kid: key.kid });
    expect(await added(again)).toBe('CONFLICT input.key');
    expect(await added({ ...again, clientId: client.id })).toBe('CONFLICT input.key');
  });

  test('are five at most', async () => {
    const { id } = await registered(world, 'KR-FSC');
    for (let n = 1; n < 5; n++) await kr.both('addSystemClientKey', oneMore(id));
    expect(await added(oneMore(id))).toBe('CONFLICT input.key');
  });

  test('with which it signs what it posts are others, five of them too, and get no token', async () => {
    const machine = await newMachine(world, 'KR-FSC');
    const { kty, crv, x, y } = machine.key.publicJwk;
    const posted = (key: object) => ({ clientId: machine.id, key: { ...key, use: 'INBOUND' } });
    expect(await added(posted({ kty, crv, x, y }))).toBe('CONFLICT input.key');
    expect(await added(posted({ kty: 'RSA', n: MODULUS, e: 'AQAB' }))).toBe('INVALID input.key');
    const { privateKey, publicKey } = newKey();
    await kr.both('addSystemClientKey', posted(publicKey));
    const other = { ...machine, key: await keyPairOf(privateKey) };
    expect((await requestToken(other)).error).toBe('invalid_client');
    await tokenOf(machine);
    for (let n = 1; n < 5; n++) await kr.both('addSystemClientKey', posted(newKey().publicKey));
    expect(await added(posted(newKey().publicKey))).toBe('CONFLICT input.key');
    expect(await added(oneMore(machine.id))).toBe('pending');
  });

  test.each([
    ['a private key', () => newKey().privateKey],
    ['a key that is none', () => ({ ...newKey().publicKey, x: 'A'.repeat(43) })],
    ['a key that has ended', () => ({ ...newKey().publicKey, validUntil: '2020-01-01T00:00:00Z' })],
  ])('are not %s', async (_, key) => {
    expect(await added({ clientId: client.id, key: key() })).toMatch(/^INVALID /);
  });

  test('are listed, with what became of them and when the client last came', async () => {
    const machine = await newMachine(world, 'US-TFI');
    const { id, key } = machine;
    const list = async () => {
      const { systemClients } = await world
        .as('US-TFI', 'AUDITOR')
        .ask<{ systemClients: { nodes: object[] } }>(
          '{ systemClients { nodes { id name roles lastUsedAt endedAt validUntil keys { kid algorithm use revokedAt validUntil lastUsedAt } } } }',
        );
      return systemClients.nodes;
    };
    const listed = {
      ...{ kid: key.kid, algorithm: 'ES256', use: 'TOKENS', revokedAt: null, validUntil: null },
      lastUsedAt: null as unknown,
    };
    const untouched = { id, name: 'A machine', roles: ['ANALYST'], endedAt: null, validUntil: null };
    expect(await list()).toEqual([{ ...untouched, lastUsedAt: null, keys: [listed] }]);
    await tokenOf(machine);
    expect(await list()).toEqual([
      { ...untouched, lastUsedAt: expect.any(String), keys: [{ ...listed, lastUsedAt: expect.any(String) }] },
    ]);
  });
});
