import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newKeyPair, newSecret, sign, signingKey } from '#signatures';
import { Sender } from '#outbound';
import { listen } from '../apps/cli/listen.js';

/* What our signatures are to a receiver: `entente listen`, and the programs of docs/webhooks.md as they stand there. */

const secret = newSecret();
const pair = newKeyPair();
const now = () => Math.floor(Date.now() / 1_000);
const body = Buffer.from('{"type":"finding.released","timestamp":"2026-01-26T00:00:00Z","data":{"id":"…"}}');

interface Delivery {
  keys?: string[];
  timestamp?: number;
  sent?: Buffer;
}

/** @returns the status with which the receiver answers */
async function deliver(
  port: number,
  { keys = [secret, pair.private], timestamp = now(), sent = body }: Delivery,
) {
  const sender = new Sender({ resolve: async () => [], allowed: new Map([[`127.0.0.1:${port}`, null]]) });
  const headers = { ...sign({ id: 'msg_1', timestamp, body }, keys.map(signingKey)) };
  const attempt = await sender.send(`http://127.0.0.1:${port}/`, async () => ({
    method: 'POST',
    headers,
    body: sent,
  }));
  sender.close();
  return attempt.status;
}

const DELIVERIES: [string, Delivery, number][] = [
  ['by both', {}, 204],
  ['by v1 alone', { keys: [secret] }, 204],
  ['by v1a alone', { keys: [pair.private] }, 204],
  ['by an old key and the new one', { keys: [newSecret(), newKeyPair().private, secret] }, 204],
  ['by others', { keys: [newSecret(), newKeyPair().private] }, 401],
  ['whose body was changed', { sent: Buffer.from(body.toString().replace('released', 'recalled')) }, 401],
  [
    'whose body was written anew',
    { sent: Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1)) },
    401,
  ],
  ['of ten minutes ago', { timestamp: now() - 600 }, 401],
  ['of in ten minutes', { timestamp: now() + 600 }, 401],
];

describe('entente listen', () => {
  const said: string[] = [];
  let server: Awaited<ReturnType<typeof listen>>;
  let port: number;
  beforeAll(async () => {
    const keys = [secret, pair.public];
    server = await listen({ host: '127.0.0.1', port: 0, keys, say: (line) => said.push(line) });
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => void server.close());

  test.each(DELIVERIES)('a delivery %s', async (_, delivery, status) => {
    said.length = 0;
    expect(await deliver(port, delivery)).toBe(status);
    expect(said).toEqual([expect.stringMatching(status === 204 ? /^verified msg_1/ : /^NOT VERIFIED/)]);
  });

  test('prints what it believed, marks repeats, and no control character', async () => {
    said.length = 0;
    const bell = Buffer.from('{"a":"\u001b[2J\u0007"}');
    const headers = { ...sign({ id: 'msg_2', timestamp: now(), body: bell }, [signingKey(secret)]) };
    for (let times = 0; times < 2; times++) {
      await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: bell });
    }
    expect(said).toEqual([
      'verified msg_2: {"a":"�[2J�"}',
      'verified msg_2, which came before: {"a":"�[2J�"}',
    ]);
  });

  test('consents to the origin that asks, and to nobody who does not', async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/`, { method: 'OPTIONS', headers });
    const asked = await ask({ 'webhook-request-origin': 'entente.example' });
    expect(asked.headers.get('webhook-allowed-origin')).toBe('entente.example');
    expect((await ask({})).headers.get('webhook-allowed-origin')).toBeNull();
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(405);
  });

  test('a body without end is not kept', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      body: 'x'.repeat(2_000_000),
    }).catch(() => null);
    // It may hang up while we still speak.
    expect([413, undefined]).toContain(response?.status);
  });
});

/** What a program says in its first line. @returns the port in it */
async function portSaid({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('The receiver says nothing.');
  const [line] = (await once(createInterface(stdout), 'line')) as [string];
  return Number(/(\d+)\/?$/.exec(line)?.[1]);
}

test('the command verifies with what it is given', async () => {
  const options = ['listen', '--port', '0', '--secret', secret, '--public-key', pair.public];
  const command = spawn(process.execPath, ['bin/entente.js', ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const port = await portSaid(command);
    expect(await deliver(port, { keys: [secret] })).toBe(204);
    expect(await deliver(port, { keys: [pair.private] })).toBe(204);
    expect(await deliver(port, { keys: [newSecret()] })).toBe(401);
  } finally {
    command.kill();
  }
});

const canVerify = (module: string): boolean => spawnSync('python3', ['-c', `import ${module}`]).status === 0;

const PROGRAMS = [
  { language: 'ts', command: process.execPath, isThere: true, knowsV1a: true },
  { language: 'python', command: 'python3', isThere: canVerify('hmac'), knowsV1a: canVerify('cryptography') },
];

describe.each(PROGRAMS)('the guide’s receiver in $language', ({ language, command, isThere, knowsV1a }) => {
  let folder: string;
  let child: ChildProcess | undefined;
  let port: number;
  beforeAll(async () => {
    if (!isThere) return;
    folder = await mkdtemp(join(tmpdir(), 'entente-receiver-'));
    const guide = await readFile('docs/webhooks.md', 'utf8');
    const program = guide.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '';
    const file = join(folder, `receiver.${language === 'python' ? 'py' : language}`);
    await writeFile(file, program);
    child = spawn(command, [file, '0', secret, pair.public], { stdio: ['ignore', 'pipe', 'ignore'] });
    port = await portSaid(child);
  });
  afterAll(async () => {
    if (!isThere) return;
    child?.kill();
    await rm(folder, { recursive: true });
  });

  const deliveries = DELIVERIES.filter(([name]) => knowsV1a || !name.includes('v1a'));
  // A machine without Python shows nothing of Python.
  (isThere ? test : test.skip).each(deliveries)('a delivery %s', async (_, delivery, status) => {
    expect(await deliver(port, delivery)).toBe(status);
  });
});
