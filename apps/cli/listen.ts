import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Unverified, verify, verifyingKey } from '#signatures';

export interface ListenOptions {
  host: string;
  /** 0 for one that is free. */
  port: number;
  /** `whsec_...` or `whpk_...`: a delivery is believed if any of them verifies it. */
  keys: readonly string[];
  say: (line: string) => void;
}

const MOST_BYTES = 1024 * 1024;
/** Ids remembered: enough to see repeats by eye. */
const MOST_IDS = 10_000;

/**
 * A receiver for whoever wires up an agency's system: verifies what arrives, prints it, and consents to deliveries
 * (CloudEvents, HTTP 1.1 Web Hooks, section 4). 204 for what is believed, 401 for what is not.
 * @throws Error for a key that is none
 */
export async function listen({ host, port, keys: texts, say }: ListenOptions): Promise<Server> {
  const keys = texts.map(verifyingKey);
  const seen = new Set<string>();
  const take = (request: IncomingMessage, body: Buffer): number => {
    try {
      const { id } = verify(request.headers, body, keys);
      const again = seen.has(id) ? ', which came before' : '';
      seen.add(id);
      if (seen.size > MOST_IDS) seen.clear();
      say(`verified ${printable(id)}${again}: ${printable(body.toString())}`);
      return 204;
    } catch (error) {
      if (!(error instanceof Unverified)) throw error;
      say(`NOT VERIFIED (${error.fault}): ${error.message}`);
      return 401;
    }
  };
  const server = createServer((request, response) => {
    if (request.method === 'OPTIONS') {
      consent(request, response, say);
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST, OPTIONS' }).end();
      return;
    }
    void bodyOf(request).then((body) => {
      response.writeHead(body ? take(request, body) : 413).end();
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function consent(request: IncomingMessage, response: ServerResponse, say: (line: string) => void): void {
  const origin = request.headers['webhook-request-origin'];
  if (typeof origin !== 'string') {
    response.writeHead(204, { allow: 'POST, OPTIONS' }).end();
    return;
  }
  say(`consented to deliveries by ${printable(origin)}`);
  response
    .writeHead(204, { allow: 'POST, OPTIONS', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' })
    .end();
}

/** Null if it is longer than a webhook ever is, or breaks off. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MOST_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}

/** What strangers send moves no cursor and colours no terminal. */
const printable = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what is replaced
  text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�');
