import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';
import type { Bearer } from '#access';
import { ServiceError } from '#core';
import { ProofFault, Proofs } from './proofs.js';
import { CLIENT_ALGORITHMS } from './token-rules.js';
import { Tokens } from './tokens.js';

/** What a client is told beside who it is, or in its place (RFC 9449, sections 7.1 and 8). */
export interface DpopTold {
  /** For `WWW-Authenticate`; only where the request was refused. */
  challenge?: string;
  /** For `DPoP-Nonce`. */
  nonce?: string | undefined;
}

/** RFC 9449, section 7.1: `Authorization: DPoP`, with a proof in the header `DPoP`. */
class DpopHeaders extends Strategy {
  constructor(
    private readonly tokens: Tokens,
    private readonly proofs: Proofs,
  ) {
    super();
  }

  override authenticate(request: unknown): void {
    this.bearerOf(request as FastifyRequest).then(
      ({ bearer, ...told }) => this.success(bearer, told),
      (error: unknown) => {
        const fault = faultOf(error);
        if (fault === null) this.error(error);
        else this.fail(told(fault, this.proofs.nonce), 401);
      },
    );
  }

  private async bearerOf({ headers, method, url }: FastifyRequest): Promise<DpopTold & { bearer: Bearer }> {
    const token = /^DPoP ([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) throw new ServiceError('UNAUTHENTICATED', 'No token.');
    const { bearer, bound, hash } = await this.tokens.verify(token);
    // A token for whoever holds it is no less one with a proof; the scheme says that it is bound.
    if (bound === null || !('jkt' in bound))
      throw new ServiceError('UNAUTHENTICATED', 'The token is bound to no key.');
    const proof = headers.dpop;
    if (typeof proof !== 'string') throw new ProofFault('invalid_dpop_proof');
    const { memberId } = bearer;
    const nonce = await this.proofs.check(proof, { method, path: url, hash, jkt: bound.jkt, memberId });
    return { bearer, nonce };
  }
}

/** Null for what is no fault of the client's. */
function faultOf(error: unknown): string | null {
  if (error instanceof ProofFault) return error.error;
  return error instanceof ServiceError && error.code === 'UNAUTHENTICATED' ? 'invalid_token' : null;
}

/** passport hands on what it is given; its types know a challenge as text. */
const told = (fault: string, nonce: string): never =>
  ({
    challenge: `DPoP error="${fault}", algs="${CLIENT_ALGORITHMS.join(' ')}"`,
    nonce,
  }) satisfies DpopTold as never;

/** The strategy named `dpop`, for whoever signs requests in. */
@Injectable()
export class DpopStrategy extends PassportStrategy(DpopHeaders, 'dpop') {
  // eslint-disable-next-line @typescript-eslint/no-useless-constructor -- Nest injects by its parameter types
  constructor(tokens: Tokens, proofs: Proofs) {
    super(tokens, proofs);
  }

  /** passport asks for a verify callback; the strategy has verified already. */
  validate(): never {
    throw new Error('DpopHeaders calls no verify callback.');
  }
}
