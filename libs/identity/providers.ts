import { importJWK } from 'jose';
import { LRUCache } from 'lru-cache';
import * as openid from 'openid-client';
import { outgoing } from './outgoing.js';
import type { SigningKeys } from './signing-keys.js';
import { ALGORITHM } from './token-rules.js';

/** Where members of an agency prove who they are (OpenID Connect). */
export interface IdentityProvider {
  /** Whose members it signs in, and nobody else's; null for the demo's: everybody's. */
  agencyId: string | null;
  issuer: string;
  clientId: string;
  /** Null where this service proves itself by its signing key. */
  clientSecret: string | null;
  /** Of these it must say one of a sign-in, the best first; any will do if there are none. */
  acrValues: string[];
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
  constructor(
    local: boolean,
    private readonly keys: Pick<SigningKeys, 'forSigning'>,
  ) {
    this.fetch = outgoing(local);
  }

  /**
   * @throws NoKeyTaken when it takes no proof by our key
   * @throws what the library or the network throws when the provider does not answer as one
   */
  async configuration({ issuer, clientId, clientSecret }: IdentityProvider): Promise<openid.Configuration> {
    const insecure = issuer.startsWith('http:') ? [byHttp] : [];
    const server = this.discovered.get(issuer) ?? (await this.discover(issuer, clientId, insecure));
    const proof = clientSecret === null ? await this.byKey(server) : bySecret(server, clientSecret);
    const configuration = new openid.Configuration(server, clientId, undefined, proof);
    configuration[openid.customFetch] = this.fetch;
    // The library would trust TLS alone, as OpenID Connect allows.
    openid.enableNonRepudiationChecks(configuration);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out
    if (insecure.length > 0) byHttp(configuration);
    return configuration;
  }

  /**
   * RFC 7523, by the key that signs tokens now: for this provider's issuer alone, within a minute. It is no token of ours,
   * whatever an agency calls us there: it has neither their type nor their audience.
   */
  private async byKey(server: openid.ServerMetadata): Promise<openid.ClientAuth> {
    assertTakesOurKey(server);
    const { kid, jwk } = await this.keys.forSigning();
    const key = await importJWK(jwk, ALGORITHM);
    if (key instanceof Uint8Array) throw new Error('A signing key is not an Ed25519 key.');
    // The library names the curve (RFC 9864), which few know yet, and our JWKS does not say.
    const modifyAssertion = (header: Record<string, unknown>): void => void (header.alg = ALGORITHM);
    return openid.PrivateKeyJwt({ key, kid }, { [openid.modifyAssertion]: modifyAssertion });
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

/** Why a provider is none at which this service proves itself by its key, for who registers it there. */
export class NoKeyTaken extends Error {}

function bySecret(server: openid.ServerMetadata, secret: string): openid.ClientAuth {
  const basic = server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
  return basic ? openid.ClientSecretBasic(secret) : openid.ClientSecretPost(secret);
}

/** What it does not say, it may take. */
function assertTakesOurKey(server: openid.ServerMetadata): void {
  const methods = server.token_endpoint_auth_methods_supported;
  const algorithms = server.token_endpoint_auth_signing_alg_values_supported;
  if (methods?.includes('private_key_jwt') === false || algorithms?.includes(ALGORITHM) === false)
    throw new NoKeyTaken(`This provider does not take private_key_jwt by ${ALGORITHM}: give a secret.`);
}
