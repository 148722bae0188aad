import { createServer, type IncomingMessage } from 'node:http';

/*
 * Takes deliveries and answers 204 to each: the same for both sides. `GET /when/<count>` is answered when so many
 * different ones have arrived, `GET /taken` with all of them in the order of their arrival; then it begins anew.
 */

/** Path, id, timestamp, signatures, body. */
type Taken = [path: string, id: string, timestamp: string, signature: string, body: string];

let taken: Taken[] = [];
let ids = new Set<string>();
let waiting: { count: number; answer: () => void } | undefined;

function take(request: IncomingMessage, body: string): void {
  const { url = '', headers } = request;
  const id = String(headers['webhook-id']);
  taken.push([url, id, String(headers['webhook-timestamp']), String(headers['webhook-signature']), body]);
  ids.add(`${url} ${id}`);
  if (waiting && ids.size >= waiting.count) waiting.answer();
}

const server = createServer((request, response) => {
  const [, what, count] = (request.url ?? '').split('/');
  if (request.method === 'GET' && what === 'when') {
    waiting = { count: Number(count), answer: () => void response.end() };
    return;
  }
  if (request.method === 'GET') {
    response.end(JSON.stringify(taken));
    [taken, ids, waiting] = [[], new Set(), undefined];
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => (body += part));
  request.on('end', () => {
    take(request, body);
    response.writeHead(204).end();
  });
});
server.keepAliveTimeout = 60_000;
process.once('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.({ ready: `http://127.0.0.1:${address.port}` });
});
