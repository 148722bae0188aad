import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { Sender, resolveByDns } from '#outbound';

/** Where an agency publishes keys: a real server on this machine, with a path for each document. */
export interface KeyServer {
  /** `host:port`, as the service is told that it may ask it. */
  host: string;
  /** @returns the address of a document that answers so, the last answer for ever */
  at(path: string, answer: Answering): string;
  /** How often a document was asked for. */
  asked(path: string): number;
  close(): Promise<void>;
}

type Answering = (response: ServerResponse) => void;

/** The document of these keys. */
export const publishing =
  (...keys: object[]): Answering =>
  (response) =>
    void response
      .writeHead(200, { 'content-type': 'application/jwk-set+json' })
      .end(JSON.stringify({ keys }));

export async function startKeyServer(): Promise<KeyServer> {
  const answers = new Map<string, Answering>();
  const asked = new Map<string, number>();
  const server = createServer(({ url = '' }, response) => {
    asked.set(url, (asked.get(url) ?? 0) + 1);
    answers.get(url)?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    host,
    at: (path, answer) => {
      answers.set(path, answer);
      return `http://${host}${path}`;
    },
    asked: (path) => asked.get(path) ?? 0,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** As the service asks, and with less patience. */
export const impatient = (...hosts: string[]): Sender =>
  new Sender({
    resolve: resolveByDns(),
    allowed: new Map(hosts.map((host) => [host, null])),
    connectWithin: 2_000,
    answerWithin: 1_000,
    keeps: 64 * 1024,
  });
