import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';
import { Tokens } from './tokens.js';

/** RFC 6750, section 2.1: `Authorization: Bearer` and nothing else; no token in a query or a body. */
class AuthorizationHeader extends Strategy {
  constructor(private readonly tokens: Tokens) {
    super();
  }

  override authenticate(request: unknown): void {
    const { authorization } = (request as FastifyRequest).headers;
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) {
      this.fail(401);
      return;
    }
    this.tokens.verify(token).then(
      // One that is bound to a key is good for nothing without a proof (RFC 9449, section 7.2).
      ({ bearer, jkt }) => (jkt === null ? this.success(bearer) : this.fail(401)),
      (error: unknown) => this.error(error),
    );
  }
}

/** The strategy named `bearer`, for whoever signs requests in. */
@Injectable()
export class BearerStrategy extends PassportStrategy(AuthorizationHeader, 'bearer') {
  // eslint-disable-next-line @typescript-eslint/no-useless-constructor -- Nest injects by its parameter types
  constructor(tokens: Tokens) {
    super(tokens);
  }

  /** passport asks for a verify callback; the strategy has verified already. */
  validate(): never {
    throw new Error('AuthorizationHeader calls no verify callback.');
  }
}
