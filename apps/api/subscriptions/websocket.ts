import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ExecutionResult } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Bearer } from '#access';
import { payer } from '../limits/limits.js';
import { signedBy, type Signed } from '../sign-in.js';
import { askedOf, isOut, type Operations, type Prepared } from './operations.js';

const PATH = '/graphql';
/** Bytes of a message of a client: a subscription is short. */
const MESSAGE_LIMIT = 64 * 1024;
/** Bytes that wait for a client that sends and does not read. */
const UNREAD_LIMIT = 1024 * 1024;
/** Milliseconds between two pings, and for the answer to one. */
const PING = 12_000;
/** Connections of one agency, and of all who have not said yet who they are. */
const MOST_OF_AGENCY = 32;
const MOST_UNKNOWN = 128;
/** Close code of ours, in the range that is the applications'. */
const TOO_MANY = 4429;

interface Connection {
  socket: WebSocket;
  request: IncomingMessage;
  /** Aborted when it is closed. */
  closed: AbortController;
  user: Bearer | null;
}

type Protocol = ReturnType<typeof protocolOf>;

/** Subscriptions by graphql-transport-ws. Its library speaks the protocol; who may what is decided here. */
export function overWebSocket(fastify: FastifyInstance, operations: Operations): void {
  const connections = new Set<Connection>();
  const protocol = protocolOf(operations, connections);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_LIMIT,
    perMessageDeflate: false,
    handleProtocols,
  });
  fastify.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.url !== PATH) {
      refuse(stream, '404 Not Found');
      return;
    }
    const [oldest, ...unknown] = [...connections].filter(({ user }) => user === null);
    // Who has had the longest to say who it is goes: strangers who say nothing keep nobody out.
    if (unknown.length + 1 >= MOST_UNKNOWN) oldest?.socket.terminate();
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const connection = { socket, request, closed: new AbortController(), user: null };
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
      open(connection, protocol);
    });
  });
  fastify.addHook('preClose', async () => {
    for (const { socket } of connections) socket.terminate();
  });
}

function refuse(stream: Duplex, status: string): void {
  stream.on('error', () => undefined);
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function protocolOf(operations: Operations, connections: ReadonlySet<Connection>) {
  return makeServer<Record<string, unknown>, Connection>({
    onConnect: async ({ extra: connection, connectionParams = {} }) => {
      const user = await signedBy(signed(connection.request, connectionParams));
      if (!user) return shut(connection, CloseCode.Unauthorized, 'Unauthorized');
      const same = [...connections].filter((one) => one.user && payer(one.user) === payer(user));
      if (same.length >= MOST_OF_AGENCY)
        return shut(connection, TOO_MANY, 'Your agency has too many connections');
      connection.user = user;
      endWithToken(connection, user);
      return true;
    },
    onSubscribe: ({ extra: { user, ...connection } }, _id, payload) => {
      try {
        if (!user) throw new Error('A connection was acknowledged for nobody.');
        const prepared = operations.prepare(user, askedOf(payload));
        return { ...prepared.operation, contextValue: { prepared, connection } satisfies Context };
      } catch (error) {
        return operations.told(error);
      }
    },
    subscribe: ({ contextValue }) => {
      const { prepared, connection } = contextValue as Context;
      return subscribe(operations, prepared, connection);
    },
  });
}

interface Context {
  prepared: Prepared;
  connection: Pick<Connection, 'socket' | 'closed'>;
}

const shut = ({ socket }: Connection, code: number, why: string): false => {
  socket.close(code, why);
  // The library closes it again, without effect.
  return false;
};

/** Browsers can give no header to a WebSocket: the first message may bring what the header would. */
const signed = (
  { headers, socket, url = PATH }: IncomingMessage,
  params: Record<string, unknown>,
): Signed => {
  const { authorization, dpop } = params;
  return {
    method: 'GET',
    url,
    socket,
    headers: {
      ...headers,
      ...(typeof authorization === 'string' && { authorization }),
      ...(typeof dpop === 'string' && { dpop }),
    },
  };
};

function endWithToken({ socket, closed }: Connection, { until = 0 }: Bearer): void {
  const end = setTimeout(
    () => socket.close(CloseCode.Unauthorized, 'The token has ended'),
    Math.max(0, until - Date.now()),
  );
  closed.signal.addEventListener('abort', () => clearTimeout(end));
}

/** The results, until its client says that it is complete; and the connection with them, if its caller is out. */
function subscribe(
  operations: Operations,
  prepared: Prepared,
  { socket, closed }: Context['connection'],
): AsyncGenerator<ExecutionResult> {
  const stopped = new AbortController();
  const either = AbortSignal.any([closed.signal, stopped.signal]);
  const results = untilOut(operations.results(prepared, either), socket);
  const end = results.return.bind(results);
  // A generator that waits is not ended by `return`: first it must stop waiting.
  results.return = (value) => {
    stopped.abort();
    return end(value);
  };
  return results;
}

async function* untilOut(
  results: AsyncGenerator<ExecutionResult>,
  socket: WebSocket,
): AsyncGenerator<ExecutionResult> {
  for await (const result of results) {
    yield result;
    if (isOut(result)) socket.close(CloseCode.Unauthorized, 'Unauthorized');
  }
}

function open(connection: Connection, protocol: Protocol): void {
  const { socket, closed } = connection;
  const ended = protocol.opened(
    {
      protocol: socket.protocol,
      // Resolves when it has left this process: the next message is made then, and not before.
      send: (data) =>
        new Promise((resolve) => {
          if (socket.readyState === socket.OPEN) socket.send(data, () => resolve());
          else resolve();
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) =>
        socket.on('message', (data: Buffer) => {
          if (socket.bufferedAmount > UNREAD_LIMIT) socket.terminate();
          // What is thrown here is a message that is none of the protocol's.
          else receive(data.toString()).catch(() => socket.close(CloseCode.BadRequest, 'Invalid message'));
        }),
    },
    connection,
  );
  const ping = keepAlive(socket);
  // There is nothing to tell: the connection is gone, and 'close' follows.
  socket.on('error', () => socket.terminate());
  socket.once('close', (code, reason) => {
    clearInterval(ping);
    closed.abort();
    void ended(code, String(reason));
  });
}

/** Ends a connection whose other end is gone without having said so. */
function keepAlive(socket: WebSocket): NodeJS.Timeout {
  let answered = true;
  socket.on('pong', () => (answered = true));
  return setInterval(() => {
    if (!answered) socket.terminate();
    answered = false;
    socket.ping();
  }, PING);
}
