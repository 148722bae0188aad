import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimited } from '#core';
import type { AuthorizationServer, Strangers } from '#identity';
import { tellBusy } from './sign-in-pages.js';

/** Where the metadata is by RFC 8414, section 3.1: before the path of the issuer. */
const METADATA = '/.well-known/oauth-authorization-server';
const ISSUER = '/oauth';
/** Characters of an address. What a stranger asks for is kept for ten minutes: it is not to be long. */
const LONGEST = 2_048;

/**
 * The authorization server's routes, all of them: for everyone, since who asks proves there who it is. The library
 * has more; what is not named here is not there.
 */
export function authorizationRoutes(
  server: AuthorizationServer,
  { base, strangers }: { base: () => string; strangers: Strangers },
): FastifyPluginAsync {
  return async (fastify) => {
    fastify.setErrorHandler((error, request, reply) => {
      if (!(error instanceof RateLimited)) throw error;
      if (/\btext\/html\b/.test(request.headers.accept ?? '')) return tellBusy(request, reply, base(), error);
      // As RFC 8628, section 3.5, has it for who asks too often.
      return reply
        .status(429)
        .headers({ 'retry-after': String(error.retryAfter), 'cache-control': 'no-store' })
        .send({ error: 'slow_down', error_description: error.message, code: error.code });
    });
    fastify.addHook('preHandler', (request, _, done) => strangers.inLine(request, done));
    // The library reads the body itself.
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const route = (
      method: 'GET' | 'POST',
      url: string,
      path = ({ url: asked }: FastifyRequest) => asked.slice(ISSUER.length),
      begins = false,
    ): void => {
      fastify.route({
        method,
        url,
        ...(begins && { onRequest: (request) => strangers.admit(request) }),
        handler: (request, reply) => hand(server, path(request), request, reply),
      });
    };
    route('POST', '/oauth/token');
    route('POST', '/oauth/token/revocation');
    route('GET', '/oauth/jwks');
    route('GET', `${ISSUER}${METADATA}`);
    route('GET', `${METADATA}${ISSUER}`, () => METADATA);
    // What a browser asks for: signing in, letting a tool sign in, signing out.
    route('GET', '/oauth/auth', undefined, BEGINS);
    route('GET', '/oauth/auth/:uid');
    route('POST', '/oauth/device/auth', undefined, BEGINS);
    route('GET', '/oauth/device', undefined, BEGINS);
    route('POST', '/oauth/device', undefined, BEGINS);
    route('GET', '/oauth/device/:uid');
    route('GET', '/oauth/session/end');
    route('POST', '/oauth/session/end/confirm');
    route('GET', '/oauth/session/end/success');
  };
}

/** Where who has not signed in makes us keep something. */
const BEGINS = true;

async function hand(
  server: AuthorizationServer,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (request.url.length > LONGEST) {
    await reply.status(400).send({ code: 'INVALID', message: 'The address is too long.' });
    return;
  }
  const prepared = await server.prepare();
  reply.hijack();
  await prepared(path, request.raw, reply.raw);
}
