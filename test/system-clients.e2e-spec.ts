import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Api } from '../apps/cli/child.js';
import { keyPairOf } from '../apps/cli/system-client.js';
import { administer, tried } from './support/administration.js';
import { administrators, newKey } from './support/clients.js';
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
import { ask, newMachine, outcomeOf, requestToken, tokenOf, type Machine } from './support/machine.js';
import { whileSuspended } from './support/partners.js';
import { memberId } from './support/roster.js';
import { startSecond } from './support/two-processes.js';
import { startWorld, type World } from './support/world.js';

/* What a system client may do with its tokens, and how it is put out, at two API processes with one database. */

let world: World;
let second: Api;
let machine: Machine;
beforeAll(async () => {
  world = await startWorld();
  second = await startSecond(world);
  machine = await newMachine(world, 'KR-FSC');
});
afterAll(async () => {
  await second.stop();
  await world.close();
});

const administrator = () => world.as('KR-FSC', 'AGENCY_ADMIN');

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
    await administer(administrator(), 'endSystemClient', { clientId: client.id });
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
    await (
      await administrators(world, 'KR-FSC')
    ).both('addSystemClientKey', {
      clientId: client.id,
      key: publicKey,
    });
    const changed = { ...client, key: await keyPairOf(privateKey) };
    const [old, young] = [await tokenOf(client), await tokenOf(changed)];
    expect([await gets(client, old), await gets(changed, young)]).toEqual([IN, IN]);
    await administer(administrator(), 'revokeSystemClientKey', { clientId: client.id, kid: client.key.kid });
    expect([await gets(client, old), await gets(changed, young)]).toEqual([OUT, IN]);
    await world.sql('update client_key set valid_until = now() where kid = $1', [changed.key.kid]);
    expect(await gets(changed, young)).toEqual(OUT);
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
      const input = { name: 'A machine', roles: [role], keys: [newKey().publicKey] };
      expect(await tried(administrator(), 'registerSystemClient', input)).toBe('INVALID input.roles[0]');
    },
  );
});
