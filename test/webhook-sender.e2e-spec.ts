import { once } from 'node:events';
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resolveByDns, Sender, type ClientCertificate } from '#outbound';
import { authority, type Certified } from './support/certificates.js';
import { nameServer } from './support/names.js';
import { eventually } from './support/processes.js';

/** Of nobody: given back to IANA in 2006. */
const NOBODY = '3ffe::1';
/** Of this machine, and of this test alone: what must not be reached listens here, where webhooks may go to. */
const INSIDE = `127.${[1, 2, 3].map(() => 1 + Math.floor(Math.random() * 253)).join('.')}`;
const HERE = '127.0.0.1';
const NAME = 'receiver.example';

const names = {
  [NAME]: [[HERE]],
  'inside.example': [[INSIDE]],
  'private.example': [['10.0.0.1']],
  'mapped.example': [[`::ffff:${INSIDE}`]],
  'nat64.example': [['64:ff9b::7f00:1']],
  'carrier.example': [['100.64.0.1']],
  'metadata.example': [['169.254.169.254']],
  'unique-local.example': [['fd00:ec2::254']],
  'mixed.example': [[NOBODY, INSIDE]],
  'changing.example': [[NOBODY], [INSIDE]],
  'silent.example': [],
};

type Made = Awaited<ReturnType<typeof authority>>;
let trust: Made;
let resolver: Awaited<ReturnType<typeof nameServer>>;
let certified: Certified;
const servers: Server[] = [];
const sockets = new Set<Socket>();
const senders: Sender[] = [];
let reached = 0;

beforeAll(async () => {
  trust = await authority();
  certified = await trust.certify(NAME);
  resolver = await nameServer(names);
  await listen(
    createTcp((socket) => {
      reached++;
      socket.destroy();
    }),
    INSIDE,
    8443,
  );
});
afterAll(async () => {
  for (const sender of senders) sender.close();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  resolver.close();
});

/** @returns the port */
async function listen(server: Server, host = HERE, port = 0): Promise<number> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  servers.push(server.listen(port, host));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** @returns the URL of a real HTTPS receiver that answers so */
async function receiver(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { certificate: cert, key }: Certified = certified,
): Promise<string> {
  return `https://${NAME}:${await listen(createServer({ cert, key }, answer))}/hook`;
}

function senderTo(
  url: string,
  { connectWithin = 8_000, answerWithin = 8_000, isAllowed = true } = {},
): Sender {
  const { hostname, port } = new URL(url);
  const sender = new Sender({
    resolve: resolveByDns([resolver.address]),
    ca: trust.ca,
    allowed: new Map(isAllowed ? [[`${hostname}:${port}`, null]] : []),
    connectWithin,
    answerWithin,
  });
  senders.push(sender);
  return sender;
}

const made = {
  method: 'POST' as const,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{}'),
};
const post = (url: string, options?: Parameters<typeof senderTo>[1], certificate?: ClientCertificate) =>
  senderTo(url, options).send(url, async () => made, certificate);

test('a delivery: the body as it was made, the answer, the address', async () => {
  const bodies: string[] = [];
  const url = await receiver((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => response.writeHead(202, { 'retry-after': '5' }).end('thanks'));
  });
  const attempt = await post(url);
  expect(attempt).toMatchObject({ fault: null, status: 202, address: HERE });
  expect(attempt.headers['retry-after']).toBe('5');
  expect(attempt.answer.toString()).toBe('thanks');
  expect(bodies).toEqual(['{}']);
});

test('a connection is kept, and one that ended meanwhile costs no delivery', async () => {
  const ports: (number | undefined)[] = [];
  const url = await receiver((request, response) => {
    ports.push(request.socket.remotePort);
    request.resume().on('end', () => response.end());
  });
  const sender = senderTo(url);
  const send = () => sender.send(url, async () => made);
  expect([await send(), await send()].map(({ status }) => status)).toEqual([200, 200]);
  expect(ports[0]).toBe(ports[1]);
  for (const socket of sockets) socket.destroy();
  expect(await send()).toMatchObject({ fault: null, status: 200 });
  expect(ports[2]).not.toBe(ports[0]);
});

describe('what does not lead outside is refused before anything is sent', () => {
  test.each([
    ['private', 'private.example', '10.0.0.1'],
    ['loopback', 'inside.example', INSIDE],
    ['mapped', 'mapped.example', expect.stringContaining('::ffff:')],
    ['NAT64', 'nat64.example', '64:ff9b::7f00:1'],
    ['carrier-grade NAT', 'carrier.example', '100.64.0.1'],
    ['metadata', 'metadata.example', '169.254.169.254'],
    ['metadata by IPv6', 'unique-local.example', 'fd00:ec2::254'],
    ['one of several', 'mixed.example', INSIDE],
  ])('%s', async (_, name, address) => {
    const attempt = await post(`https://${name}:8443/`, { isAllowed: false });
    expect(attempt).toMatchObject({ fault: 'FORBIDDEN_ADDRESS', status: null, address });
    expect(reached).toBe(0);
  });

  test('a name that changes its answer between the look and the connection: it is not asked again', async () => {
    const url = 'https://changing.example:8443/';
    const sender = senderTo(url, { isAllowed: false, connectWithin: 1_000 });
    const attempt = await sender.send(url, async () => made);
    expect(attempt.fault).toMatch(/^CONNECT_/);
    expect(resolver.asked('changing.example')).toBe(1);
    expect(await sender.send(url, async () => made)).toMatchObject({ fault: 'FORBIDDEN_ADDRESS' });
    expect(reached).toBe(0);
  });

  test('a redirect to inside is an answer like another', async () => {
    const location = `https://inside.example:8443/`;
    const url = await receiver((_, response) => response.writeHead(307, { location }).end());
    expect(await post(url)).toMatchObject({ fault: null, status: 307 });
    expect(reached).toBe(0);
  });

  test.each([
    'http://receiver.example/',
    'http://receiver.example:443/',
    'https://receiver.example:8444/',
    'https://user:word@receiver.example/',
    'https://receiver.example/#part',
    `https://${INSIDE}:8443/`,
    'https://[::1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://localhost/',
    'https://receiver.example./',
    'ftp://receiver.example/',
    'file:///etc/hosts',
    'nothing',
  ])('%s', async (url) => {
    const sender = senderTo('https://other.example:1/');
    expect(await sender.send(url, async () => made)).toMatchObject({ fault: 'FORBIDDEN_URL', status: null });
    expect(reached).toBe(0);
  });
});

describe('TLS', () => {
  test.each<[string, (made: Made) => Promise<Certified>]>([
    ['self-signed', ({ selfSigned }) => selfSigned(NAME)],
    ['of another name', ({ certify }) => certify('other.example')],
    ['expired', ({ expired }) => expired(NAME)],
  ])('a certificate that is %s: nothing is sent', async (_, make) => {
    let requests = 0;
    const url = await receiver(() => requests++, await make(trust));
    expect(await post(url)).toMatchObject({ fault: 'BAD_CERTIFICATE', status: null, address: HERE });
    expect(requests).toBe(0);
  });

  test('a server that speaks plain HTTP', async () => {
    const port = await listen(createPlain((_, response) => response.end()));
    expect((await post(`https://${NAME}:${port}/`)).fault).toBe('BAD_CERTIFICATE');
  });

  test('a server that asks for a certificate gets it, and the name it is called by', async () => {
    const own = await trust.certify('entente.example');
    const { certificate: cert, key } = certified;
    const server = createTls({ cert, key, ca: trust.ca, requestCert: true }, (socket) => {
      const by = socket.getPeerX509Certificate()?.subject ?? 'nobody';
      const text = [socket.servername, by].join(' ');
      socket.once('data', () =>
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`),
      );
    });
    const url = `https://${NAME}:${await listen(server)}/`;
    expect((await post(url, {}, own)).answer.toString()).toBe(`${NAME} CN=entente.example`);
  });
});

describe('a receiver that takes its time or says too much', () => {
  const SHORT = { answerWithin: 600 };

  /** Answers with bytes as they are. @returns its URL, and how many bytes it could send until it was left */
  async function raw(speak: (socket: Socket) => void) {
    const { certificate: cert, key } = certified;
    const told = { left: false, url: '' };
    const server = createTls({ cert, key }, (socket) => {
      socket.on('error', () => undefined).on('close', () => (told.left = true));
      socket.once('data', () => speak(socket));
    });
    told.url = `https://${NAME}:${await listen(server)}/`;
    return told;
  }
  const until = async (is: () => boolean) => {
    while (!is()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const HEAD = 'HTTP/1.1 200 OK\r\n';

  test('no answer at all', async () => {
    const told = await raw(() => undefined);
    expect(await post(told.url, SHORT)).toMatchObject({ fault: 'TIMED_OUT', status: null });
    await until(() => told.left);
  });

  test('headers a byte at a time', async () => {
    const told = await raw((socket) => drip(socket, `${HEAD}x: ${'y'.repeat(1_000)}`));
    expect(await post(told.url, SHORT)).toMatchObject({ fault: 'TIMED_OUT', status: null });
    await until(() => told.left);
  });

  test('a body a byte at a time outlives no deadline', async () => {
    const told = await raw((socket) => {
      socket.write(`${HEAD}content-length: 1000\r\n\r\n`);
      drip(socket, 'z'.repeat(1_000));
    });
    expect(await post(told.url, SHORT)).toMatchObject({ fault: 'TIMED_OUT', status: 200 });
    await until(() => told.left);
  });

  test('an endless body: its first 1,024 bytes are kept, and nothing is read beyond 4 kB and what was under way', async () => {
    let sent = 0;
    const told = await raw((socket) => {
      socket.write(`${HEAD}\r\n`);
      const more = () => {
        while (!socket.destroyed && socket.write('a'.repeat(10_000))) sent += 10_000;
      };
      socket.on('drain', more);
      more();
    });
    const attempt = await post(told.url);
    expect(attempt).toMatchObject({ fault: null, status: 200 });
    expect(attempt.answer.toString()).toBe('a'.repeat(1_024));
    await until(() => told.left);
    // What fits into the two sockets' buffers, and no more.
    expect(sent).toBeLessThan(20_000_000);
  });

  test('headers without end', async () => {
    const told = await raw((socket) => socket.write(`${HEAD}x: ${'y'.repeat(100_000)}`));
    expect(await post(told.url)).toMatchObject({ fault: 'BAD_ANSWER', status: null });
    await until(() => told.left);
  });

  test('what is not HTTP', async () => {
    const told = await raw((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await post(told.url)).toMatchObject({ fault: 'BAD_ANSWER', status: null });
  });

  test('an end instead of an answer', async () => {
    const told = await raw((socket) => socket.end());
    expect(await post(told.url)).toMatchObject({ fault: 'CLOSED', status: null, address: HERE });
  });

  test('no TLS, no name, no server: a request is not even made', async () => {
    const port = await listen(createTcp(() => undefined));
    const closed = createTcp();
    const gone = await listen(closed);
    closed.close();
    for (const [url, fault] of [
      [`https://${NAME}:${port}/`, 'CONNECT_TIMEOUT'],
      ['https://silent.example:8443/', 'CONNECT_TIMEOUT'],
      ['https://nobody.example:8443/', 'NO_ADDRESS'],
      [`https://${NAME}:${gone}/`, 'CONNECT_FAILED'],
    ] as const) {
      let asked = false;
      const attempt = await senderTo(url, { connectWithin: 1_000 }).send(url, async () => {
        asked = true;
        return made;
      });
      expect([url, attempt.fault, asked]).toEqual([url, fault, false]);
    }
  });
});

test('what the making throws is thrown, and its connection ended', async () => {
  const url = await receiver((_, response) => response.end());
  const before = new Set(sockets);
  const failing = senderTo(url).send(url, () => Promise.reject(new Error('no body')));
  await expect(failing).rejects.toThrow('no body');
  await eventually('it has ended', () => [...sockets].every((one) => before.has(one)), 3);
});

function drip(socket: Socket, text: string): void {
  let at = 0;
  const clock = setInterval(() => socket.write(text.charAt(at++)), 50);
  socket.on('close', () => clearInterval(clock));
}
