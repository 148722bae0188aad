import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { AuthorizationServer } from '#identity';

/** Where the metadata is by RFC 8414, section 3.1: before the path of the issuer. */
const METADATA = '/.well-known/oauth-authorization-server';

/**
 * The authorization server's routes, all of them: for everyone, since who asks proves there who it is. The library
 * has more; what is not named here is not there.
 */
export function authorizationRoutes(server: AuthorizationServer): FastifyPluginAsync {
  return async (fastify) => {
    // The library reads the body itself.
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const route = (method: 'GET' | 'POST', url: string, path: string): void => {
      fastify.route({ method, url, handler: (request, reply) => hand(server, path, request, reply) });
    };
    route('POST', '/oauth/token', '/token');
    route('GET', '/oauth/jwks', '/jwks');
    route('GET', `/oauth${METADATA}`, METADATA);
    route('GET', `${METADATA}/oauth`, METADATA);
  };
}

async function hand(
  server: AuthorizationServer,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const prepared = await server.prepare();
  reply.hijack();
  await prepared(path, request.raw, reply.raw);
}
