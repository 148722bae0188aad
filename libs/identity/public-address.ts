import type { Server } from 'node:http';
import type { HttpAdapterHost } from '@nestjs/core';

/** Where clients reach the service: what their proofs and assertions are made for, whatever a proxy made of it. */
export class PublicAddress {
  private known: string | null;

  /** @param configured without a slash at its end; null for the address it listens at */
  constructor(
    configured: string | null,
    private readonly listensOn: string,
    private readonly adapter: HttpAdapterHost,
  ) {
    this.known = configured;
  }

  get url(): string {
    return (this.known ??= this.listening());
  }

  /** The authorization server's `iss`. */
  get issuer(): string {
    return `${this.url}/oauth`;
  }

  /** Path below which the service is, for links and cookies: empty mostly. */
  get base(): string {
    return new URL(this.url).pathname.replace(/\/$/, '');
  }

  private listening(): string {
    const address = (this.adapter.httpAdapter.getHttpServer() as Server).address();
    if (address === null || typeof address === 'string') throw new Error('The service does not listen yet.');
    const everywhere = this.listensOn === '0.0.0.0' || this.listensOn === '::';
    const host = everywhere ? '127.0.0.1' : this.listensOn;
    return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${address.port}`).origin;
  }
}
