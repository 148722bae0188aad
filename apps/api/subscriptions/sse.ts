import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SignedRequest } from '#access';
import { ServiceError } from '#core';
import { askedOf, type Operations, type Prepared } from './operations.js';

/** Bytes. A subscription is short. */
const BODY_LIMIT = 64 * 1024;
/** Milliseconds between two comments, so that nobody on the way takes the connection for dead. */
const PING = 12_000;
/** Milliseconds that a client has after its token ended to read what was sent. */
const GRACE = 5_000;

/** Answers what was thrown before the first event, as /graphql does. */
type Refused = (error: Error, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/**
 * Server-sent events as the protocol of graphql-sse has them, one connection for each operation. Its own handler keeps
 * whatever a slow client has not read yet; this one reads on when the client has.
 */
export function overEvents(fastify: FastifyInstance, operations: Operations, refused: Refused): void {
  // Before the body is read: of nobody's, none is.
  const onRequest = async ({ user }: SignedRequest): Promise<void> => {
    if (!user) throw unknown();
  };
  const route = { bodyLimit: BODY_LIMIT, onRequest, errorHandler: refused };
  fastify.post('/graphql/stream', route, async (request: SignedRequest, reply) => {
    const { user } = request;
    if (!user) throw unknown();
    if (!/\btext\/event-stream\b/.test(request.headers.accept ?? ''))
      throw new ServiceError('INVALID', 'Accept text/event-stream: subscriptions are answered by events.');
    await stream(reply, operations, operations.prepare(user, askedOf(request.body)));
  });
}

const unknown = () =>
  new ServiceError('UNAUTHENTICATED', 'The bearer token is missing, malformed or has expired.');

async function stream(reply: FastifyReply, operations: Operations, prepared: Prepared): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  const closed = new AbortController();
  raw.once('close', () => closed.abort());
  const ping = setInterval(() => raw.writableNeedDrain || raw.write(':\n\n'), PING);
  const end = setTimeout(() => raw.destroy(), Math.max(0, (prepared.user.until ?? 0) - Date.now()) + GRACE);
  try {
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // For proxies that would gather the answer first.
      'x-accel-buffering': 'no',
    });
    raw.write(':\n\n');
    for await (const result of operations.results(prepared, closed.signal)) {
      await write(raw, `event: next\ndata: ${JSON.stringify(result)}\n\n`, closed.signal);
      if (closed.signal.aborted) break;
    }
    raw.end('event: complete\ndata: \n\n');
  } finally {
    clearInterval(ping);
    clearTimeout(end);
  }
}

/** Resolves when there is room for more, or nobody is there any more. */
async function write(raw: ServerResponse, text: string, closed: AbortSignal): Promise<void> {
  if (closed.aborted || raw.write(text)) return;
  await once(raw, 'drain', { signal: closed }).catch(() => undefined);
}
