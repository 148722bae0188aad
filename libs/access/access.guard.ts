import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { ServiceError } from '#core';
import { OPEN, requestOf, type Bearer, type SignedRequest } from './allow.decorator.js';

/**
 * Every root field and route asks for a valid token, but for those that say `@Open`. Which roles are needed is
 * asked of the database, by `enter()`, in the transaction of the read or act itself.
 */
@Injectable()
export class AccessGuard extends AuthGuard('bearer') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (Reflect.getMetadata(OPEN, context.getHandler()) === true) return true;
    // Several root fields of one operation share one check of the token.
    if (requestOf(context).user) return true;
    return (await super.canActivate(context)) as boolean;
  }

  override getRequest(context: ExecutionContext): SignedRequest {
    return requestOf(context);
  }

  override handleRequest<User = Bearer>(error: unknown, user: User | false): User {
    if (error instanceof Error) throw error;
    if (!user)
      throw new ServiceError('UNAUTHENTICATED', 'The bearer token is missing, malformed or has expired.');
    return user;
  }
}
