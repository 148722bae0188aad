import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ServiceError } from '#core';
import { OPEN, requestOf } from './allow.decorator.js';

/**
 * Every root field and route asks for a valid token, but for those that say `@Open`. The application has had passport
 * read it (apps/api/sign-in.ts). Which roles are needed is asked of the database, by `enter()`, in the transaction of
 * the read or act itself.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (Reflect.getMetadata(OPEN, context.getHandler()) === true || requestOf(context).user) return true;
    throw new ServiceError('UNAUTHENTICATED', 'The bearer token is missing, malformed or has expired.');
  }
}
