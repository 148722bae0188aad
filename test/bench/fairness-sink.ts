import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';

/*
 * Receivers, each at a port of its own. `GET /way/<name>` at the address of the process says how the first of them answers,
 * and ends what it has under way; `GET /ports` tells where they are, and `GET /taken` what came to each since it was asked.
 */

const [count = '20'] = process.argv.slice(2);

/** Receiver, type, position, when: milliseconds since 1970. */
type Taken = [receiver: number, type: string, position: number, at: number];

const bodySchema = z.object({ type: z.string(), data: z.object({ position: z.number() }) });

const WAYS: Record<string, (response: ServerResponse) => void> = {
  answers: (response) => void response.writeHead(204).end(),
  hangs: () => undefined,
  drips: (response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('x'), 1_000);
    response.once('close', () => clearInterval(drip));
  },
  'never ends': (response) => {
    response.writeHead(200);
    const pour = (): void => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  },
  fails: (response) => void response.writeHead(500).end(),
};

let taken: Taken[] = [];
let way = 'answers';
const receivers: Server[] = [];

async function listen(server: Server): Promise<number> {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const receiver = (n: number): Server =>
  createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      const { type, data } = bodySchema.parse(JSON.parse(body));
      taken.push([n, type, data.position, performance.timeOrigin + performance.now()]);
      WAYS[n === 0 ? way : 'answers']?.(response);
    });
  });

const ports: number[] = [];
for (let n = 0; n < Number(count); n++) {
  const server = receiver(n);
  receivers.push(server);
  ports.push(await listen(server));
}
const control = createServer((request, response) => {
  const [, what, name] = decodeURI(request.url ?? '').split('/');
  if (what === 'way' && name !== undefined && name in WAYS) {
    way = name;
    receivers[0]?.closeAllConnections();
  }
  response.end(JSON.stringify(what === 'ports' ? ports : what === 'taken' ? taken : null));
  if (what === 'taken') taken = [];
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: `http://127.0.0.1:${await listen(control)}` });
