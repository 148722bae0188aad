import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { LRUCache } from 'lru-cache';
import { Provider, interactionPolicy, type Adapter, type AdapterPayload } from 'oidc-provider';
import type { DemoIssuer, DemoMember } from './demo-issuer.js';
import { DEMO_ISSUER } from './demo-issuer.js';
import { markup, page } from './pages/page.js';
import type { Language } from './pages/texts.js';
import { callbackAt, DEMO_PLACE } from './provider-round.js';
import type { IdentityProvider } from './providers.js';
import type { PublicAddress } from './public-address.js';

/** Below the service's own address. */
export const DEMO_PROVIDER_PATH = '/demo/provider';
const CLIENT = 'entente';

/**
 * The demo's own OpenID provider: a list of the demo's members, each a click away. It asks for no proof of anything, so
 * it is made of the demo's issuer, which nothing opens outside demo mode, and nothing of it is kept.
 */
export class DemoProvider {
  private readonly clientSecret = randomBytes(32).toString('base64url');
  private made: Promise<Provider> | null = null;

  constructor(
    private readonly demo: DemoIssuer,
    private readonly address: PublicAddress,
  ) {}

  /** As the service's sign-in knows it. */
  get registered(): IdentityProvider {
    return {
      agencyId: null,
      issuer: this.issuer,
      clientId: CLIENT,
      clientSecret: this.clientSecret,
      acrValues: [],
      personsIssuer: DEMO_ISSUER,
    };
  }

  /** @param path below its own address */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, host } = new URL(this.issuer);
    // Nobody stays signed in: each time the list is shown, and somebody else may be chosen.
    request.headers.cookie = cookiesBut('_session', request.headers.cookie);
    request.headers.host = host;
    Object.assign(request, { url: path, originalUrl: `${pathname}${path}` });
    await (await this.provider()).callback()(request, response);
  }

  /** The list, for a browser that is signing in. @throws OIDCProviderError for another */
  async list(
    request: IncomingMessage,
    response: ServerResponse,
    place: { language: Language; base: string },
  ): Promise<string> {
    const { uid } = await (await this.provider()).interactionDetails(request, response);
    const people = Map.groupBy(this.demo.members, ({ subject }) => subject);
    const buttons = [...people].map(
      ([subject, of]) => markup`<button name="subject" value="${subject}">${called(of)}</button>`,
    );
    const body = markup`<div class="list"><form method="post" action="${uid}">${buttons}</form></div>`;
    return page({ ...place, title: 'demo', body });
  }

  /** @returns where to go on @throws OIDCProviderError for a browser that is not signing in */
  async choose(request: IncomingMessage, response: ServerResponse, subject: unknown): Promise<string> {
    const chosen = this.demo.members.find((member) => member.subject === subject);
    const result = chosen
      ? { login: { accountId: chosen.subject, remember: false } }
      : { error: 'access_denied', error_description: 'no such member' };
    const provider = await this.provider();
    return provider.interactionResult(request, response, result, { mergeWithLastSubmission: false });
  }

  private get issuer(): string {
    return `${this.address.url}${DEMO_PROVIDER_PATH}`;
  }

  private provider(): Promise<Provider> {
    this.made ??= this.make();
    return this.made;
  }

  private async make(): Promise<Provider> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const policy = interactionPolicy.base();
    policy.remove('consent');
    const provider: Provider = new Provider(this.issuer, {
      adapter: inMemory(),
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] as never },
      cookies: { keys: [this.clientSecret] },
      clients: [
        {
          client_id: CLIENT,
          client_secret: this.clientSecret,
          redirect_uris: [callbackAt(this.address.url, DEMO_PLACE)],
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      ],
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
      interactions: { policy, url: (_, { uid }) => `${new URL(this.issuer).pathname}/members/${uid}` },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      loadExistingGrant: async ({ oidc }) => {
        const grant = new provider.Grant({
          accountId: oidc.account?.accountId,
          clientId: oidc.client?.clientId,
        });
        grant.addOIDCScope('openid');
        await grant.save();
        return grant;
      },
      ttl: {
        AccessToken: 60,
        AuthorizationCode: 60,
        Grant: 600,
        IdToken: 60,
        Interaction: 600,
        Session: 60,
      },
    });
    provider.proxy = true;
    return provider;
  }
}

/** KR-FSC analyst, liaison. */
const called = ([first, ...more]: DemoMember[]): string =>
  first === undefined
    ? ''
    : `${first.agency} ${[first, ...more].map(({ agency, role }) => (agency === first.agency ? role : `${agency} ${role}`)).join(', ')}`;

function cookiesBut(name: string, cookies = ''): string {
  return cookies
    .split('; ')
    .filter((cookie) => !cookie.startsWith(`${name}=`) && !cookie.startsWith(`${name}.sig=`))
    .join('; ');
}

/** Forgotten with the process; of the oldest when there are too many. */
function inMemory(): (model: string) => Adapter {
  const kept = new LRUCache<string, AdapterPayload>({ max: 5_000 });
  const uids = new LRUCache<string, string>({ max: 5_000 });
  return (model) => {
    const key = (id: string): string => `${model} ${id}`;
    return {
      find: async (id) => kept.get(key(id)),
      findByUid: async (uid) => kept.get(uids.get(uid) ?? ''),
      findByUserCode: async () => undefined,
      upsert: async (id, payload, seconds = 60) => {
        kept.set(key(id), payload, { ttl: seconds * 1000 });
        if (model === 'Session' && payload.uid !== undefined) uids.set(payload.uid, key(id));
      },
      consume: async (id) => {
        const payload = kept.get(key(id));
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void kept.delete(key(id)),
      revokeByGrantId: async (grantId) => {
        for (const [id, payload] of kept.entries()) if (payload.grantId === grantId) kept.delete(id);
      },
    };
  };
}
