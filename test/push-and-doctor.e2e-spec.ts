import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newKeyPair } from '#signatures';
import { listen } from '../apps/cli/listen.js';
import { freePort } from '../apps/cli/ports.js';
import { administrators, newKey, registered } from './support/clients.js';
import { document } from './support/findings.js';
import { newInboundKey } from './support/posting.js';
import { startWorld, type World } from './support/world.js';

/* The commands of whoever wires an agency's system, run as that person runs them: each in a process of its own. */

const CHECKOUT = join(import.meta.dirname, '..');

let world: World;
let folder: string;
let client: string;
beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), 'entente-push-'));
  const { privateKey, publicKey } = newKey();
  client = (await registered(world, 'KR-FSC', { roles: ['ANALYST', 'CONTRIBUTOR'], keys: [publicKey] })).id;
  const inbound = newInboundKey();
  await (
    await administrators(world, 'KR-FSC')
  ).both('addSystemClientKey', { clientId: client, key: inbound.public });
  await file('token.json', privateKey);
  await file('inbound.json', inbound.private);
  await file('other.json', newInboundKey('Ed25519').private);
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
  await world.close();
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

interface Ran {
  status: number;
  out: string;
  error: string;
}
const entente = (words: string[], url = world.url): Promise<Ran> =>
  new Promise((resolve) => {
    const cli = join(CHECKOUT, 'dist', 'apps', 'cli', 'main.js');
    const env = { ENTENTE_URL: url, PATH: '/usr/bin:/bin' };
    execFile(process.execPath, [cli, ...words], { cwd: folder, env }, (error, out, said) => {
      resolve({ status: error ? Number(error.code) : 0, out, error: said });
    });
  });
const push = (name: string, ...more: string[]) => entente(['push', name, '--client', client, ...more]);

describe('entente push', () => {
  const DONE = /^receipt [0-9a-f-]{36}\nbody: DRAFTED [0-9a-f-]{36}\n$/;

  test('posts a finding under a signature, and the same file once', async () => {
    await file('finding.json', document());
    const first = await push('finding.json', '--key', 'inbound.json');
    expect(first).toEqual({ status: 0, out: expect.stringMatching(DONE), error: '' });
    expect((await push('finding.json', '--key', 'inbound.json')).out).toBe(first.out);
    expect((await push('finding.json', '--key', 'inbound.json', '--id', 'another')).out).not.toBe(first.out);
  });

  test('posts it with a token', async () => {
    await file('with-token.json', { document: document({ kind: 'policy-note' }) });
    expect(await push('with-token.json', '--key', 'token.json', '--token')).toEqual({
      status: 0,
      out: expect.stringMatching(DONE),
      error: '',
    });
  });

  test('posts several, and says what became of each', async () => {
    await file('several.json', [document(), document({ kind: 'gossip' })]);
    const { out } = await push('several.json', '--key', 'inbound.json');
    expect(out).toMatch(
      /^receipt \S+\nbody\.data\.items\[0\]: DRAFTED \S+\nbody\.data\.items\[1\]: REFUSED\n {2}body\.data\.items\[1\]\.data\.document\.kind: .+\n$/,
    );
  });

  test('says what is wrong, and nothing of a key', async () => {
    await file('wrong.json', document({ kind: 'gossip' }));
    await file('none.json', '{ no JSON');
    await file('secret.json', 'whsk_very-secret');
    const said = async (...words: string[]) => {
      const { status, error } = await push(words[0] ?? '', ...words.slice(1));
      expect(status).toBe(1);
      return error;
    };
    expect(await said('wrong.json', '--key', 'inbound.json')).toMatch(
      /^entente: The service refused it \(HTTP 400, INVALID\): .+\n {2}body\.data\.document\.kind: .+\n$/,
    );
    expect(await said('wrong.json', '--key', 'other.json')).toContain('(HTTP 401, UNAUTHENTICATED)');
    expect(await said('none.json', '--key', 'inbound.json')).toBe('entente: none.json is not JSON.\n');
    expect(await said('missing.json', '--key', 'inbound.json')).toBe(
      'entente: missing.json cannot be read.\n',
    );
    const secret = await said('wrong.json', '--key', 'secret.json');
    expect(secret).toContain('holds no private key');
    expect(secret).not.toContain('very-secret');
  });
});

describe('entente doctor', () => {
  const doctor = (words: string[], url?: string) => entente(['doctor', '--client', client, ...words], url);
  let receiver: Server;
  beforeAll(async () => {
    receiver = await listen({
      host: '127.0.0.1',
      port: 0,
      keys: [newKeyPair().public],
      say: () => undefined,
    });
  });
  afterAll(() => new Promise((done) => receiver.close(done)));
  const endpoint = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;

  test('finds all well, and changes nothing', async () => {
    const counted = () =>
      world.sql('select (select count(*) from entry), (select count(*) from inbound_message)');
    const before = await counted();
    const words = ['--key', 'inbound.json', '--token-key', 'token.json', '--endpoint', endpoint()];
    const { status, out } = await doctor(words);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 15).trim()),
    ).toEqual(
      ['address', 'clock', 'key', 'signature', 'token', 'feed', 'endpoint'].map((what) => `ok   ${what}`),
    );
    expect(status).toBe(0);
    expect(await counted()).toEqual(before);
  });

  test('says of each that fails what to do', async () => {
    const { status, out } = await doctor([
      '--key',
      'other.json',
      '--token-key',
      'inbound.json',
      '--endpoint',
      world.url,
    ]);
    expect(status).toBe(1);
    expect(out.trim().split('\n')).toEqual([
      expect.stringMatching(/^ok {3}address/),
      expect.stringMatching(/^ok {3}clock/),
      expect.stringMatching(/^FAIL key {8}\S{43} is not a key .* addSystemClientKey/),
      expect.stringMatching(/^FAIL token {6}The service gave no token \(HTTP 401\)/),
      expect.stringMatching(/^FAIL endpoint {3}.* does not consent/),
    ]);
  });

  test('stops at an address where nothing answers', async () => {
    const nowhere = `http://127.0.0.1:${await freePort('127.0.0.1', 0)}`;
    const { status, out } = await doctor(['--key', 'inbound.json'], nowhere);
    expect(status).toBe(1);
    expect(out).toMatch(/^FAIL address {4}nothing answers at .+\n$/);
  });
});
