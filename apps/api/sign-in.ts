import type { FastifyInstance, FastifyReply } from 'fastify';
import passport from 'passport';
import type { Bearer, SignedRequest } from '#access';
import { ServiceError } from '#core';

/**
 * Asks the passport strategy `bearer` who sends each request, once, before its body is read. A request without a
 * token that is good goes on as nobody's: what is `@Open` is open.
 */
export function signIn(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request: SignedRequest, reply) => {
    if (request.headers.authorization === undefined) return;
    const bearer = await bearerOf(request, reply);
    if (bearer) request.user = bearer;
  });
}

const bearerOf = (request: SignedRequest, reply: FastifyReply): Promise<Bearer | false> =>
  new Promise((resolve, reject) => {
    const told = (error: unknown, bearer: Bearer | false = false): void => {
      if (error && !(error instanceof ServiceError && error.code === 'UNAUTHENTICATED'))
        reject(error instanceof Error ? error : new Error('The bearer strategy failed.'));
      else resolve(bearer);
    };
    const authenticate = passport.authenticate('bearer', { session: false }, told) as Middleware;
    authenticate(request, reply, reject);
  });

/** passport's types are those of Express; of a request the strategy reads the headers. */
type Middleware = (request: unknown, reply: unknown, next: (error: Error) => void) => void;
