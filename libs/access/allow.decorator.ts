import {
  createParamDecorator,
  SetMetadata,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError, type Caller } from '#core';
import type { Role } from './role.js';

export const ALLOW = 'entente:allow';
export const OPEN = 'entente:open';

/** The roles of which a caller needs one. A root field without it does not start (closed-by-default.ts). */
export const Allow = (...roles: Role[]): CustomDecorator => SetMetadata(ALLOW, roles);

/** A route that is meant for everyone, signed in or not: health, the schema of a document. */
export const Open = (): CustomDecorator => SetMetadata(OPEN, true);

/** What passport puts on a request: the membership that the token names, not yet asked of the database. */
export interface Bearer {
  memberId: string;
  /** Code of the agency of that membership: whose budget pays. Rights never rest on it. */
  agency?: string | undefined;
  /** Of a machine: with which of its keys it signed in. The database asks whether that is still good. */
  key?: string | undefined;
  /** When the token ends, in milliseconds since 1970: what stays open ends with it. */
  until?: number | undefined;
  /** Of a person: the session by which it got its token. The database asks whether that is over. */
  session?: string | undefined;
  /** The roles that the token was given for, where it says so. It never gives one that the member has not. */
  roles?: readonly string[] | undefined;
}

/** The turn that an operation has among those of its agency. */
export interface Turn {
  /** Gives it up while waiting, and waits for another after that. */
  rest<T>(waiting: () => Promise<T>): Promise<T>;
}

export type SignedRequest = FastifyRequest & { user?: Bearer; turn?: Turn };

/** The GraphQL context of one operation. */
export interface OperationContext {
  reply: FastifyReply & { request: SignedRequest };
  /** Of a subscription: aborted when its client went away. */
  closed?: AbortSignal;
}

export const requestOf = (context: ExecutionContext): SignedRequest =>
  context.getType<'http' | 'graphql'>() === 'graphql'
    ? GqlExecutionContext.create(context).getContext<OperationContext>().reply.request
    : context.switchToHttp().getRequest<SignedRequest>();

/** The caller of a root field, with the roles that its `@Allow` names: what `enter()` will ask the database. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const needed = Reflect.getMetadata(ALLOW, context.getHandler()) as readonly Role[];
  return callerOf(requestOf(context), needed);
});

/** For fields below the root, which load with rights of their own. */
export function callerOf(request: SignedRequest, needed: readonly Role[]): Caller {
  if (!request.user) throw new ServiceError('UNAUTHENTICATED', 'Sign in first.');
  const { memberId, key, session, roles } = request.user;
  return {
    id: memberId,
    key,
    session,
    needed: roles ? needed.filter((role) => roles.includes(role)) : needed,
  };
}
