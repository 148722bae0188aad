import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import {
  errors,
  Provider,
  type Adapter,
  type ClientMetadata,
  type Configuration,
  type InteractionResults,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { derived, type Logger, traceOf } from '#core';
import type { ActiveClient, AuthorizationStore } from './authorization-store.js';
import { Unreadable, type JwksAddresses } from './jwks-addresses.js';
import type { People } from './people.js';
import type { PublicAddress } from './public-address.js';
import type { Signing, SigningKeys } from './signing-keys.js';
import {
  ALGORITHM,
  ASSERTION_LIFE,
  AUDIENCE,
  CLIENT_ALGORITHMS,
  isRecent,
  SKEW,
  TOKEN_LIFE,
} from './token-rules.js';
import { SCOPES } from './tools.js';
import type { TrustedProxies } from './trusted-proxies.js';
import { unavailable } from './unavailable.js';

/** What a client needs of RFC 8414; the library also tells of what is not open here. */
const METADATA = [
  'issuer',
  'authorization_endpoint',
  'authorization_response_iss_parameter_supported',
  'code_challenge_methods_supported',
  'device_authorization_endpoint',
  'revocation_endpoint',
  'token_endpoint',
  'jwks_uri',
  'grant_types_supported',
  'response_types_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'dpop_signing_alg_values_supported',
  'tls_client_certificate_bound_access_tokens',
];

const metadataOf = (all: object): object => ({
  ...Object.fromEntries(Object.entries(all).filter(([name]) => METADATA.includes(name))),
  scopes_supported: SCOPES,
});

/** What a browser is signing in for. */
export interface SigningIn {
  uid: string;
  /** The session that the browser has already: it is to prove once more who it is. */
  signedIn: string | undefined;
  /** @returns where the browser is to go on */
  finish: (result: InteractionResults) => Promise<string>;
}

export interface AuthorizationParts {
  keys: SigningKeys;
  store: AuthorizationStore;
  jwks: JwksAddresses;
  proxies: TrustedProxies;
  address: PublicAddress;
  people: People;
  /** Clients without a secret, with which people sign in. */
  tools: () => ReadonlyMap<string, ClientMetadata>;
  secret: Buffer;
  log: Logger;
}

/**
 * The authorization server. System clients (OAuth 2.1, client credentials): a client proves who it is with a signed
 * assertion (RFC 7523), which is accepted once. People and their tools: authorization code with PKCE, and for the
 * command line RFC 8628; who a person is, its agency's provider says (sign-in.ts). Either gets a token (RFC 9068) that is
 * good only with a key it has (RFC 9449), or for a client with its certificate (RFC 8705). By oidc-provider; here is what is particular to this service.
 */
export class AuthorizationServer {
  private readonly nonceSecret: Buffer;
  private made: { kid: string; provider: Provider } | null = null;
  /** With which key of the client each request was signed: its id, or that of the address where it is. */
  private readonly signedWith = new WeakMap<KoaContextWithOIDC, string>();

  constructor(private readonly parts: AuthorizationParts) {
    this.nonceSecret = derived(parts.secret, 'nonces of the authorization server');
  }

  /**
   * @returns what answers a request, with the keys as they are now: `path` is that below the issuer's
   * @throws what the database throws; once it is handed over, the library answers whatever happens
   */
  async prepare(): Promise<
    (path: string, request: IncomingMessage, response: ServerResponse) => Promise<void>
  > {
    const provider = this.providerOf(await this.parts.keys.forSigning());
    const { pathname, host, protocol } = new URL(this.parts.address.issuer);
    return async (path, request, response) => {
      // Clients made their proofs for the public address, whatever this request says of it.
      request.headers.host = host;
      request.headers['x-forwarded-host'] = host;
      request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
      Object.assign(request, { url: path, originalUrl: `${pathname}${path}` });
      await provider.callback()(request, response);
    };
  }

  /**
   * What a browser is signing in for, by its cookie.
   * @throws OIDCProviderError when it is over, or another browser's
   */
  async signingIn(request: IncomingMessage, response: ServerResponse): Promise<SigningIn> {
    const provider = this.providerOf(await this.parts.keys.forSigning());
    const { uid, session } = await provider.interactionDetails(request, response);
    const finish = (result: InteractionResults): Promise<string> =>
      provider.interactionResult(request, response, result, { mergeWithLastSubmission: false });
    return { uid, signedIn: session?.accountId, finish };
  }

  /** The library takes its keys when it is made: another key, another one. */
  private providerOf(signing: Signing): Provider {
    if (this.made?.kid !== signing.kid) this.made = { kid: signing.kid, provider: this.make(signing) };
    return this.made.provider;
  }

  private make(signing: Signing): Provider {
    const provider = new Provider(this.parts.address.issuer, this.configuration(signing));
    provider.proxy = true;
    // The library looks first and writes then: two requests at once would both be the first.
    provider.ReplayDetection.unique = (issuer, jti, until) => this.parts.store.once(issuer, jti, until);
    provider.use(async (context, next) => {
      if (isStale(context.get('dpop'))) {
        context.status = 400;
        context.body = { error: 'invalid_dpop_proof', error_description: 'the proof is not recent' };
        return;
      }
      await this.parts.people.around(context, next);
      const body: unknown = context.body;
      if (context.path === '/jwks') context.body = await this.parts.keys.jwks();
      else if (context.path.startsWith('/.well-known/') && typeof body === 'object' && body !== null)
        context.body = metadataOf(body);
    });
    const failed = (error: unknown): void =>
      this.parts.log.error(traceOf(error), 'the authorization server failed');
    provider.on('server_error', (_, error) => failed(error));
    const application: NodeJS.EventEmitter = provider;
    application.on('error', failed);
    return provider;
  }

  private configuration({ kid, jwk }: Signing): Configuration {
    const people = this.parts.people.configuration();
    return {
      ...people,
      adapter: (model) => this.adapter(model),
      jwks: { keys: [{ ...jwk, kid, alg: ALGORITHM, use: 'sig' }] as never },
      scopes: SCOPES,
      responseTypes: ['code'],
      clientAuthMethods: ['private_key_jwt', 'none'],
      enabledJWA: {
        clientAuthSigningAlgValues: [...CLIENT_ALGORITHMS],
        dPoPSigningAlgValues: [...CLIENT_ALGORITHMS],
        idTokenSigningAlgValues: [ALGORITHM],
      },
      clientDefaults: {
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: 'private_key_jwt',
        id_token_signed_response_alg: ALGORITHM,
        dpop_bound_access_tokens: true,
      },
      clockTolerance: SKEW,
      ttl: { ...this.parts.people.ttl, ClientCredentials: TOKEN_LIFE },
      clientBasedCORS: () => false,
      features: {
        ...this.parts.people.features,
        devInteractions: { enabled: false },
        userinfo: { enabled: false },
        pushedAuthorizationRequests: { enabled: false },
        clientCredentials: { enabled: true },
        mTLS: {
          enabled: this.parts.proxies.passCertificates,
          certificateBoundAccessTokens: true,
          getCertificate: ({ req }) => this.parts.proxies.certificateOf(req),
        },
        dPoP: { enabled: true, nonceSecret: this.nonceSecret, requireNonce: () => true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => this.parts.address.url,
          useGrantedResource: () => true,
          getResourceServerInfo: ({ oidc: { params, requestParamScopes } }, resource, { scope = '' }) => {
            if (resource !== this.parts.address.url) throw new errors.InvalidTarget();
            const beyond = [...requestParamScopes].find((one) => !scope.split(' ').includes(one));
            if (beyond !== undefined) throw new errors.InvalidScope('requested scope is not allowed', beyond);
            // RFC 6749, section 3.3: who asks for no scope gets all that it has.
            if (params) params.scope ??= scope;
            return {
              audience: AUDIENCE,
              scope,
              accessTokenFormat: 'jwt',
              accessTokenTTL: TOKEN_LIFE,
              jwt: { sign: { alg: ALGORITHM } },
            };
          },
        },
      },
      assertJwtClientAuthClaimsAndHeader: (context, claims, header) => {
        const kid = checkAssertion(claims, header, this.parts.address.issuer);
        if (!this.signedWith.has(context)) this.signedWith.set(context, kid);
      },
      extraTokenClaims: async (context, token) => {
        if (token.kind === 'AccessToken') return { ...(await this.parts.people.claimsOf(token.accountId)) };
        const client = await this.parts.store.client(token.clientId ?? '');
        const key = this.signedWith.get(context);
        if (!client || key === undefined) throw new errors.InvalidClientAuth();
        await this.parts.store.used(token.clientId ?? '', key);
        return { agency: client.agency, client_key: key };
      },
      renderError: (context, out) => {
        if (context.path !== '/token' && context.accepts('json', 'html') === 'html') {
          this.parts.people.failed(context);
          return;
        }
        context.type = 'json';
        context.body = out;
      },
    };
  }

  /**
   * The keys that a client was given; or, if it signs with none of them, the one that it names at an address it was
   * given. A key that the agency gave by itself, or gave and revoked, is not taken from an address.
   * @throws OIDCProviderError temporarily_unavailable when the address does not answer as it should
   */
  private async keysOf(id: string, client: ActiveClient): Promise<Record<string, unknown>[]> {
    const { agency, keys, addresses } = client;
    const context = Provider.ctx;
    const kid = context && kidAsked(context);
    if (!context || kid === undefined || keys.some((key) => key.kid === kid)) return keys;
    let fault: Unreadable | undefined;
    for (const address of addresses) {
      const found = await this.parts.jwks.keyOf(agency, address.uri, kid).catch((error: unknown) => {
        if (!(error instanceof Unreadable)) throw error;
        fault ??= error;
        return undefined;
      });
      if (!found || (await this.parts.store.wasGiven(id, found.kid))) continue;
      this.signedWith.set(context, address.id);
      return [{ ...found.jwk, kid, alg: found.algorithm, use: 'sig' }];
    }
    if (fault) throw unavailable(`no keys could be read at the JWKS address of this client: ${fault.fault}`);
    return keys;
  }

  /** Who brings a proof is bound to its key (RFC 9449); who brings none and a certificate, to that (RFC 8705). */
  private bindsToCertificate(): boolean {
    const context = Provider.ctx;
    return context?.get('dpop') === '' && this.parts.proxies.certificateOf(context.req) !== undefined;
  }

  /** The library's door to what is kept, and to clients. Access tokens are not kept. */
  private adapter(model: string): Adapter {
    if (model !== 'Client') return this.parts.people.adapter(model);
    const refuse = async (): Promise<never> => {
      throw new Error('The authorization server makes no client.');
    };
    return {
      find: async (id) => {
        const tool = this.parts.tools().get(id);
        if (tool) return tool;
        const client = await this.parts.store.client(id);
        const scope = client?.roles.map((role) => role.toLowerCase()).join(' ');
        if (!client) return undefined;
        const keys = await this.keysOf(id, client);
        return { client_id: id, scope, jwks: { keys }, ...(this.bindsToCertificate() && TO_CERTIFICATE) };
      },
      upsert: refuse,
      findByUserCode: refuse,
      findByUid: refuse,
      consume: refuse,
      destroy: refuse,
      revokeByGrantId: refuse,
    };
  }
}

/** No token is for whoever holds it: bound to the one, it need not be bound to the other. */
const TO_CERTIFICATE = { dpop_bound_access_tokens: false, tls_client_certificate_bound_access_tokens: true };

/** The key that a request for a token says it is signed with. */
function kidAsked(context: KoaContextWithOIDC): string | undefined {
  const assertion = context.oidc.params?.client_assertion;
  try {
    return typeof assertion === 'string' ? decodeProtectedHeader(assertion).kid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What the library leaves open of an assertion: which key it is signed with, made for this issuer alone, and short.
 * @returns the key's id
 * @throws OIDCProviderError invalid_client
 */
function checkAssertion(
  claims: Record<string, unknown>,
  header: Record<string, unknown>,
  issuer: string,
): string {
  const { aud, iat, exp } = claims;
  const now = Date.now() / 1000;
  const short =
    typeof iat === 'number' && typeof exp === 'number' && exp - iat <= ASSERTION_LIFE && iat <= now + SKEW;
  if (aud !== issuer || !short || typeof header.kid !== 'string')
    throw new errors.InvalidClientAuth('the assertion needs kid, iat, this issuer as aud, and at most 60 s');
  return header.kid;
}

/** The library checks everything of a proof but, since there is a nonce, its time. What is no proof it refuses itself. */
function isStale(proof: string): boolean {
  if (proof === '') return false;
  try {
    const { iat } = decodeJwt(proof);
    return typeof iat === 'number' && !isRecent(iat);
  } catch {
    return false;
  }
}
