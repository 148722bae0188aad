import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { interactionPolicy, Provider } from 'oidc-provider';

/** An agency's OpenID provider, on this machine, that signs in whomever a spec says. */
export interface AgencyProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who comes next, and what is said of it. */
  who: { sub: string; email?: string; acr?: string };
  /** Signs with another key from now on, and publishes that alone. */
  rotate(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const CLIENT = { clientId: 'entente', clientSecret: 'a-secret-that-the-agency-told-once' };

interface ProviderOptions {
  /** Where the service's keys are, by which alone it proves itself; by the secret if left out. */
  jwksUri?: string | undefined;
  /** How it says that somebody signed in, where it does. */
  acrValues?: string[];
  /** With which its client may sign. */
  algorithms?: ('EdDSA' | 'ES256')[];
  /** It does not say in its answers who it is (RFC 9207), as most do not. */
  unnamed?: boolean;
  /** Is shown each form that comes to its token endpoint. */
  watch?: (form: URLSearchParams) => void;
}

export async function startProvider(
  callback: string,
  options: ProviderOptions = {},
): Promise<AgencyProvider> {
  let provider: Provider;
  const server: Server = createServer((request, response) => {
    const uid = /^\/who\/(.+)$/.exec(request.url ?? '')?.[1];
    if (uid === undefined) void provider.callback()(request, response);
    else
      void provider.interactionFinished(request, response, {
        login: { accountId: agency.who.sub, remember: false, ...(agency.who.acr && { acr: agency.who.acr }) },
      });
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const agency: AgencyProvider = {
    ...{ issuer, ...CLIENT, who: { sub: 'nobody' } },
    rotate: async () => {
      provider = await newProvider(issuer, callback, options, () => agency.who);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: () => listen(port),
  };
  await agency.rotate();
  return agency;
}

async function newProvider(
  issuer: string,
  callback: string,
  { jwksUri, acrValues = [], algorithms = ['EdDSA'], unnamed = false, watch }: ProviderOptions,
  who: () => AgencyProvider['who'],
): Promise<Provider> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const provider: Provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] as never },
    cookies: { keys: ['for a spec'] },
    clients: [
      {
        client_id: CLIENT.clientId,
        ...(jwksUri === undefined
          ? { client_secret: CLIENT.clientSecret }
          : { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: jwksUri }),
        redirect_uris: [callback],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    clientAuthMethods: [jwksUri === undefined ? 'client_secret_basic' : 'private_key_jwt'],
    acrValues,
    // The library asks nobody on this machine.
    fetch: (url) => fetch(url),
    enabledJWA: { idTokenSigningAlgValues: ['ES256'], clientAuthSigningAlgValues: algorithms },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    claims: { openid: ['sub', 'email'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { policy, url: (_, { uid }) => `/who/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...who(), sub: id }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({
        accountId: oidc.account?.accountId,
        clientId: oidc.client?.clientId,
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  });
  if (unnamed)
    provider.use(async (context, next) => {
      await next();
      const { location } = context.response.headers;
      if (typeof location === 'string') context.set('location', location.replace(/&iss=[^&]*/, ''));
      const body: unknown = context.body;
      if (body instanceof Object)
        Object.assign(body, { authorization_response_iss_parameter_supported: false });
    });
  provider.on('grant.success', ({ oidc }) =>
    watch?.(new URLSearchParams(oidc.body as Record<string, string>)),
  );
  return provider;
}
