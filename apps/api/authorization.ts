import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { AuthorizationServer } from '#identity';

/** Where the metadata is by RFC 8414, section 3.1: before the path of the issuer. */
const METADATA = '/.well-known/oauth-authorization-server';
const ISSUER = '/oauth';
/** Characters of an address. What a stranger asks for is kept for ten minutes: it is not to be long. */
const LONGEST = 2_048;

/**
 * The authorization server's routes, all of them: for everyone, since who asks proves there who it is. The library
 * has more; what is not named here is not there.
 */
export function authorizationRoutes(server: AuthorizationServer): FastifyPluginAsync {
  return async (fastify) => {
    // The library reads the body itself.
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const route = (
      method: 'GET' | 'POST',
      url: string,
      path = ({ url: asked }: FastifyRequest) => asked.slice(ISSUER.length),
    ): void => {
      fastify.route({
        method,
        url,
        handler: (request, reply) => hand(server, path(request), request, reply),
      });
    };
    route('POST', '/oauth/token');
    route('POST', '/oauth/token/revocation');
    route('GET', '/oauth/jwks');
    route('GET', `${ISSUER}${METADATA}`);
    route('GET', `${METADATA}${ISSUER}`, () => METADATA);
    // What a browser asks for: signing in, letting a tool sign in, signing out.
    route('GET', '/oauth/auth');
    route('GET', '/oauth/auth/:uid');
    route('POST', '/oauth/device/auth');
    route('GET', '/oauth/device');
    route('POST', '/oauth/device');
    route('GET', '/oauth/device/:uid');
    route('GET', '/oauth/session/end');
    route('POST', '/oauth/session/end/confirm');
    route('GET', '/oauth/session/end/success');
  };
}

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
