import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ServiceError, toServiceError, traceOf, type Logger } from '#core';
import { STATUS } from './statuses.js';

/** Routes outside GraphQL answer `{ code, message }` with the status that fits. GraphQL errors pass through to its formatter. */
@Catch()
export class HttpErrorsFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType<'http' | 'graphql'>() === 'graphql') throw error;
    const told = this.describe(error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(STATUS[told.code]).send({ code: told.code, message: told.message });
  }

  private describe(error: unknown): ServiceError {
    if (error instanceof HttpException && error.getStatus() === 404)
      return new ServiceError('NOT_FOUND', 'No such route.');
    if (error instanceof HttpException && error.getStatus() < 500)
      return new ServiceError('INVALID', 'The request is not valid.');
    return toServiceError(error, (id, thrown) =>
      this.log.error({ id, ...traceOf(thrown) }, 'unexpected error'),
    );
  }
}
