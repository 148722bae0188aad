import {
  errors,
  interactionPolicy,
  type Adapter,
  type Configuration,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { keptAs, type Kept } from './kept.js';
import { languageOf } from './pages/language.js';
import { PAGE_HEADERS } from './pages/page.js';
import { deviceCodePage, deviceConfirmPage, signOutPage, toldPage, type Place } from './pages/pages.js';
import type { Told } from './pages/texts.js';
import type { PublicAddress } from './public-address.js';
import type { RunningSession, Sessions } from './sessions.js';
import { SESSION_LIFE, SIGN_IN_LIFE, TOKEN_LIFE } from './token-rules.js';
import { NATIVE } from './tools.js';

/** A request before the library has taken it up. */
type Browsing = Pick<KoaContextWithOIDC, 'path' | 'method' | 'query' | 'status' | 'body' | 'get' | 'set'> & {
  oidc?: KoaContextWithOIDC['oidc'];
};

/** What a person's token says beside what RFC 9068 wants. `member` becomes its `sub`. */
interface PersonsClaims {
  agency: string;
  session: string;
  auth_time: number;
  member: string;
}

/**
 * Sign-in of people, for the library. Its account is a session of ours: one sign-in of one membership. So whatever it
 * keeps (a browser, a grant, a code, a refresh token) is good for nothing once that session is over, and asking whether
 * an account is there asks that.
 */
export class People {
  constructor(
    private readonly sessions: Sessions,
    private readonly kept: Kept,
    private readonly address: PublicAddress,
    private readonly cookieKey: string,
  ) {}

  /** What the library is told of people. */
  configuration(): Configuration {
    const policy = interactionPolicy.base();
    // The tools are the service's own, or named by who runs it: what they may do is what the member may.
    policy.remove('consent');
    // The library keeps no `prompt` with a device's code. And a tool on a person's machine can be any program there, so
    // a browser that is signed in answers it nothing by itself (RFC 8252, section 8.6).
    policy
      .get('login')
      ?.checks.add(
        new interactionPolicy.Check(
          'again',
          'Who is signed in proves it once more',
          ({ oidc: { params, client, result } }) =>
            (params?.[AGAIN] !== undefined || client?.applicationType === NATIVE) &&
            result?.login === undefined,
        ),
      );
    return {
      extraParams: [AGAIN],
      pkce: { required: () => true },
      findAccount: async (_, id) => {
        if (!(await this.sessions.running(id))) return undefined;
        await this.sessions.used(id);
        return { accountId: id, claims: () => ({ sub: id }) };
      },
      loadExistingGrant: (context) => grantOf(context),
      interactions: { policy, url: (_, { uid }) => `${this.base}/sign-in/${uid}` },
      // Sessions end in our own table, whatever became of the browser.
      expiresWithSession: () => false,
      // It is bound to the tool's key: so two commands at once may use the same.
      rotateRefreshToken: false,
      issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
      cookies: this.cookies(),
      formats: {
        customizers: {
          jwt: (_, token, { payload }) => {
            if (token.kind !== 'AccessToken') return;
            payload.sub = payload.member;
            delete payload.member;
          },
        },
      },
    };
  }

  /** Seconds for which each thing is kept. */
  readonly ttl: Configuration['ttl'] = {
    AccessToken: TOKEN_LIFE,
    AuthorizationCode: 60,
    DeviceCode: SIGN_IN_LIFE,
    Interaction: SIGN_IN_LIFE,
    Grant: SESSION_LIFE,
    RefreshToken: SESSION_LIFE,
    // Of nobody: while a form waits.
    Session: (_, { accountId, loginTs }) =>
      accountId === undefined
        ? SIGN_IN_LIFE
        : Math.max(1, (loginTs ?? 0) + SESSION_LIFE - Math.floor(Date.now() / 1000)),
  };

  readonly features: Configuration['features'] = {
    deviceFlow: {
      enabled: true,
      charset: 'base-20',
      mask: '****-****',
      deviceInfo: () => ({}),
      userCodeInputSource: (context, form, _, error) => {
        if (context.path !== '/device') {
          // The library would keep the form's secret in a session, and fails where the browser has none.
          Object.assign(context.oidc.session ?? {}, { touched: false });
          this.show(context, (place) => toldPage(place, error ? resumed(error) : 'over'));
          return;
        }
        const code = codeTyped.get(context);
        this.show(context, (place) =>
          deviceCodePage(place, formOf(form), { code, told: error && toldOf(error) }),
        );
      },
      userCodeConfirmSource: (context, form, client, _, code) =>
        this.show(context, (place) =>
          deviceConfirmPage(place, { ...formOf(form), code, tool: client.clientName ?? client.clientId }),
        ),
      successSource: (context) => this.show(context, (place) => toldPage(place, 'toolDone')),
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_, { clientId }, token) => token.clientId === clientId,
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => this.show(context, (place) => signOutPage(place, formOf(form))),
      postLogoutSuccessSource: (context) => this.show(context, (place) => toldPage(place, 'signedOut')),
    },
  };

  /** Around the library, for what browsers ask of it. */
  async around(context: Browsing, next: () => Promise<void>): Promise<void> {
    const { path, method, query } = context;
    if (path === '/device' && method === 'GET' && typeof query.user_code === 'string') {
      // The library would send it on by itself, with a script.
      codeTyped.set(context, query.user_code.slice(0, 20));
      context.query = { ...query, user_code: undefined };
    }
    await next();
    const { session } = context.oidc ?? {};
    if (path === '/session/end/confirm' && session?.accountId !== undefined && context.status === 303)
      await this.sessions.signOut(session.accountId);
    if (path === '/session/end' && session?.accountId === undefined)
      this.show(context, (place) => toldPage(place, 'signedOut'));
  }

  /** What a browser is told when it cannot go on. */
  failed(context: Browsing): void {
    this.show(context, (place) => toldPage(place, 'over'));
  }

  /** @throws OIDCProviderError invalid_grant when its session is over */
  async claimsOf(sessionId: string): Promise<PersonsClaims> {
    const running = await this.sessions.running(sessionId);
    if (!running) throw new errors.InvalidGrant('the session is over');
    const { agency, memberId: member, provedAt } = running;
    await this.sessions.gaveToken(member);
    return { agency, session: sessionId, auth_time: Math.floor(provedAt.getTime() / 1000), member };
  }

  adapter(model: string): Adapter {
    const kept = keptAs(this.kept, model);
    if (model === 'Session')
      return {
        ...kept,
        find: async (id) => this.unlessOver(await this.kept.find(model, id)),
        findByUid: async (uid) => this.unlessOver(await this.kept.findBy(model, 'uid', uid)),
      };
    // A grant is taken back when a tool signs out, and when a code comes twice: either way the session is over.
    if (model === 'Grant')
      return {
        ...kept,
        destroy: async (id) => {
          const grant = await this.kept.take(model, id);
          if (typeof grant?.accountId === 'string') await this.sessions.signOut(grant.accountId);
        },
      };
    return kept;
  }

  /** A browser whose session is over is nobody's: the library would go on with it. */
  private async unlessOver<Payload extends { accountId?: string | undefined }>(
    payload: Payload | undefined,
  ): Promise<Payload | undefined> {
    const running: RunningSession | undefined | true =
      payload?.accountId === undefined || (await this.sessions.running(payload.accountId));
    return running ? payload : undefined;
  }

  private show(context: Browsing, made: (place: Place) => string): void {
    const language = languageOf({
      switched: typeof context.query.lang === 'string' ? context.query.lang : undefined,
      cookie: context.get('cookie'),
      acceptLanguage: context.get('accept-language'),
    });
    context.set(PAGE_HEADERS);
    context.body = made({ language, base: this.base });
  }

  /** RFC 6265bis: the prefixes make the browser keep the rules that we set. They need https. */
  private cookies(): Configuration['cookies'] {
    const secure = this.address.url.startsWith('https:');
    const options = { httpOnly: true, sameSite: 'lax', secure, signed: true } as const;
    const prefix = secure ? '__Secure-' : '';
    return {
      keys: [this.cookieKey],
      names: {
        session: secure ? '__Host-entente' : 'entente',
        interaction: `${prefix}entente_sign_in`,
        resume: `${prefix}entente_resume`,
      },
      long: options,
      short: options,
    };
  }

  private get base(): string {
    return this.address.base;
  }
}

/** Of a tool without a browser of its own: like `prompt=login` of others. */
const AGAIN = 'again';

/** The code that came with the address of a device's page. */
const codeTyped = new WeakMap<Browsing, string>();

/** Everything that this tool may ask for: `enter()` says what its member may. */
async function grantOf(context: KoaContextWithOIDC) {
  const { provider, account, client, resourceServers, params } = context.oidc;
  const grant = new provider.Grant({ accountId: account?.accountId, clientId: client?.clientId });
  const scope = typeof params?.scope === 'string' ? params.scope : '';
  for (const resource of Object.keys(resourceServers ?? {})) grant.addResourceScope(resource, scope);
  await grant.save();
  return grant;
}

/** Address and secret of a form that the library made. */
function formOf(form: string): { action: string; xsrf: string } {
  const action = /action="([^"]*)"/.exec(form)?.[1];
  const xsrf = /name="xsrf" value="([^"]*)"/.exec(form)?.[1];
  if (action === undefined || xsrf === undefined) throw new Error('The library’s form is not as it was.');
  return { action, xsrf };
}

const resumed = ({ name }: Error): Told => (name === 'AbortedError' ? 'stopped' : 'over');
const toldOf = ({ name }: Error): Told => (name === 'AbortedError' ? 'stopped' : 'wrongCode');
