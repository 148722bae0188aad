import { LRUCache } from 'lru-cache';
import * as openid from 'openid-client';
import { outgoing } from './outgoing.js';

/** Where members of an agency prove who they are (OpenID Connect). */
export interface IdentityProvider {
  /** Whose members it signs in, and nobody else's; null for the demo's: everybody's. */
  agencyId: string | null;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** With which issuer the persons it signs in are on record: its own, but in the demo. */
  personsIssuer: string;
}

/** The library refuses what is no https, and knows its own permission by name; what is sent, outgoing() decides. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out
const { allowInsecureRequests: byHttp } = openid;

/** Milliseconds for which what a provider says of itself is believed without asking again. */
const DISCOVERED = 10 * 60_000;

/**
 * Providers as the library for OpenID Connect wants them. What one says of itself is remembered for ten minutes; its
 * keys are asked for at each sign-in, so that it may change them at any moment.
 */
export class Providers {
  private readonly fetch: openid.CustomFetch;
  private readonly discovered = new LRUCache<string, openid.ServerMetadata>({ max: 1_000, ttl: DISCOVERED });

  /** @param local providers on this machine are good, too: for a demo and for tests */
  constructor(local: boolean) {
    this.fetch = outgoing(local);
  }

  /** @throws what the library or the network throws when the provider does not answer as one */
  async configuration({ issuer, clientId, clientSecret }: IdentityProvider): Promise<openid.Configuration> {
    const insecure = issuer.startsWith('http:') ? [byHttp] : [];
    const server = this.discovered.get(issuer) ?? (await this.discover(issuer, clientId, insecure));
    const basic = server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
    const configuration = new openid.Configuration(
      server,
      clientId,
      undefined,
      basic ? openid.ClientSecretBasic(clientSecret) : openid.ClientSecretPost(clientSecret),
    );
    configuration[openid.customFetch] = this.fetch;
    // The library would trust TLS alone, as OpenID Connect allows.
    openid.enableNonRepudiationChecks(configuration);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out
    if (insecure.length > 0) byHttp(configuration);
    return configuration;
  }

  private async discover(
    issuer: string,
    clientId: string,
    execute: ((configuration: openid.Configuration) => void)[],
  ): Promise<openid.ServerMetadata> {
    const found = await openid.discovery(new URL(issuer), clientId, undefined, undefined, {
      [openid.customFetch]: this.fetch,
      execute,
    });
    const metadata = { ...found.serverMetadata() };
    // To the library a slash at the end is none; persons are on record by it, and what it signs says it.
    if (metadata.issuer !== issuer) throw new Error('The provider calls itself otherwise.');
    this.discovered.set(issuer, metadata);
    return metadata;
  }
}
