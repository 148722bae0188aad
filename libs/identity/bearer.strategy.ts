import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';
import { Tokens, type Bound } from './tokens.js';
import { thumbprintOf, TrustedProxies, type Received } from './trusted-proxies.js';

/** RFC 6750, section 2.1: `Authorization: Bearer` and nothing else; no token in a query or a body. */
class AuthorizationHeader extends Strategy {
  constructor(
    private readonly tokens: Tokens,
    private readonly proxies: TrustedProxies,
  ) {
    super();
  }

  override authenticate(request: unknown): void {
    const received = request as FastifyRequest;
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(received.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      this.fail(401);
      return;
    }
    this.tokens.verify(token).then(
      ({ bearer, bound }) => (this.isHolders(bound, received) ? this.success(bearer) : this.fail(401)),
      (error: unknown) => this.error(error),
    );
  }

  /** One that is bound to a key is good for nothing without a proof (RFC 9449, section 7.2). */
  private isHolders(bound: Bound | null, received: Received): boolean {
    if (bound === null) return true;
    const certificate = 'jkt' in bound ? undefined : this.proxies.certificateOf(received);
    return (
      certificate !== undefined && 'x5t#S256' in bound && thumbprintOf(certificate) === bound['x5t#S256']
    );
  }
}

/** The strategy named `bearer`, for whoever signs requests in. */
@Injectable()
export class BearerStrategy extends PassportStrategy(AuthorizationHeader, 'bearer') {
  // eslint-disable-next-line @typescript-eslint/no-useless-constructor -- Nest injects by its parameter types
  constructor(tokens: Tokens, proxies: TrustedProxies) {
    super(tokens, proxies);
  }

  /** passport asks for a verify callback; the strategy has verified already. */
  validate(): never {
    throw new Error('AuthorizationHeader calls no verify callback.');
  }
}
