import type { FastifyInstance, FastifyRequest } from 'fastify';
import passport from 'passport';
import type { Bearer, SignedRequest } from '#access';
import { ServiceError } from '#core';
import type { DpopTold } from '#identity';

/** How a request that was refused is to prove who it is (RFC 9110, section 11.6.1). */
const challenges = new WeakMap<FastifyRequest, string>();
export const challengeOf = (request: FastifyRequest): string => challenges.get(request) ?? 'Bearer';

/**
 * Asks the passport strategy of its scheme who sends each request, once, before its body is read. A request without a
 * token that is good goes on as nobody's: what is `@Open` is open.
 */
export function signIn(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request: SignedRequest, reply) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return;
    const { bearer, challenge, nonce } = await bearerOf(request, strategyOf(authorization));
    if (bearer) request.user = bearer;
    if (challenge !== undefined) challenges.set(request, challenge);
    if (nonce !== undefined) void reply.header('dpop-nonce', nonce);
  });
}

/** What of a request says who sends it. */
export type Signed = Pick<SignedRequest, 'headers' | 'method' | 'socket' | 'url'>;

/** Who opens a connection that is no request; null for nobody. */
export async function signedBy(request: Signed): Promise<Bearer | null> {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const { bearer } = await bearerOf(request, strategyOf(authorization));
  return bearer || null;
}

const strategyOf = (authorization: string): string => (/^DPoP /i.test(authorization) ? 'dpop' : 'bearer');

/** passport keeps what it is given past the collections of young objects: that is no request, with all that hangs on it. */
const bearerOf = (
  { headers, method, socket, url }: Signed,
  strategy: string,
): Promise<DpopTold & { bearer: Bearer | false }> =>
  new Promise((resolve, reject) => {
    const said = (error: unknown, bearer: Bearer | false = false, told?: DpopTold): void => {
      if (error && !(error instanceof ServiceError && error.code === 'UNAUTHENTICATED'))
        reject(error instanceof Error ? error : new Error('The strategy failed.'));
      else resolve({ ...told, bearer });
    };
    const authenticate = passport.authenticate(strategy, { session: false }, said as never) as Middleware;
    authenticate({ headers, method, socket, url }, null, reject);
  });

/** passport's types are those of Express; of a request the strategy reads the headers. */
type Middleware = (request: Signed, reply: null, next: (error: Error) => void) => void;
