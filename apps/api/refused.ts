import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimited, type ServiceError } from '#core';
import { challengeOf } from './sign-in.js';
import { STATUS } from './statuses.js';

/** How a route beside GraphQL says no: what is wrong, when to try again, how to prove who one is. */
export function refused(
  told: ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
  status: number = STATUS[told.code],
): void {
  const { code, message, faults } = told;
  if (told instanceof RateLimited) void reply.header('retry-after', told.retryAfter);
  if (code === 'UNAUTHENTICATED' && request.headers.authorization !== undefined)
    void reply.header('www-authenticate', challengeOf(request));
  void reply.status(status).send({ code, message, ...(faults.length > 0 && { faults }) });
}
