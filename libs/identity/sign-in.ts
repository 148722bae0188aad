import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { AuthorizationResponseError, ClientError, type Configuration } from 'openid-client';
import { errors } from 'oidc-provider';
import { z } from 'zod';
import { hashOfCode } from '#access';
import { derived, type Logger, traceOf } from '#core';
import type { AuthorizationServer } from './authorization-server.js';
import type { Kept } from './kept.js';
import type { Told } from './pages/texts.js';
import { begin, callbackAt, DEMO_PLACE, end, NoProof, roundSchema } from './provider-round.js';
import type { IdentityProvider, Providers } from './providers.js';
import type { PublicAddress } from './public-address.js';
import type { Membership, Sessions } from './sessions.js';
import { SIGN_IN_LIFE } from './token-rules.js';

/** Why somebody is not signed in, in the words of the pages. */
export class SignInFault extends Error {
  constructor(readonly told: Told) {
    super(told);
  }
}

/** A browser that is signing in, by its cookie. */
export interface Browser {
  request: IncomingMessage;
  response: ServerResponse;
  /** What the address says of which sign-in it is. */
  uid: string;
}

/** Code of the agency, or the demo's provider. */
export type ProviderName = { agency: string } | 'demo';

const awaySchema = z.object({
  name: z.union([z.object({ agency: z.string() }), z.literal('demo')]),
  round: roundSchema,
  /** Hash of the code of an invitation that is to be accepted. */
  invitation: z.string().optional(),
});
const provedSchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  agencyId: z.string().nullable(),
  /** By which it was proved; null at a provider. */
  passkey: z.string().nullable(),
});
export type Proved = z.output<typeof provedSchema>;

export interface SignInParts {
  server: AuthorizationServer;
  kept: Kept;
  sessions: Sessions;
  providers: Providers;
  /** @returns null for a code that is nobody's, or of an agency without a provider */
  providerOf: (name: ProviderName) => Promise<IdentityProvider | null>;
  address: PublicAddress;
  secret: Buffer;
  log: Logger;
}

/**
 * How people prove who they are: at their agency's own provider, or by a passkey (passkey-sign-in.ts). A person is its
 * issuer and its subject, and nothing else that a provider says: no name and no e-mail address. Every step asks for the browser's cookie anew.
 */
export class SignIn {
  private readonly forms: Buffer;

  constructor(private readonly parts: SignInParts) {
    this.forms = derived(parts.secret, 'forms of sign-in');
  }

  /** @returns what a form of this sign-in must send back @throws SignInFault over */
  async open(browser: Browser): Promise<string> {
    await this.signingIn(browser);
    return this.tokenOf(browser.uid);
  }

  /** @param token that of a form @throws SignInFault over, for another's */
  async checkForm(browser: Browser, token: unknown): Promise<void> {
    await this.signingIn(browser);
    const sent = Buffer.from(typeof token === 'string' ? token : '');
    const good = Buffer.from(this.tokenOf(browser.uid));
    if (sent.length !== good.length || !timingSafeEqual(sent, good)) throw new SignInFault('over');
  }

  /** @returns the provider's address @throws SignInFault agency, down */
  async leave({ uid }: Browser, name: ProviderName, invitation?: string): Promise<string> {
    const { openid, provider } = await this.configurationOf(name);
    const { address, round } = await begin(openid, this.callbackOf(name), uid, provider.acrValues);
    const away: z.output<typeof awaySchema> = { name, round, invitation };
    await this.parts.kept.keep('Away', uid, { ...away }, SIGN_IN_LIFE);
    return address;
  }

  /**
   * To prove who it is that accepts an invitation: at the provider of the agency to which it is.
   * @param atDemo at the demo's, in its place
   * @throws SignInFault invitation, agency, down
   */
  async leaveInvited(browser: Browser, code: string, atDemo: boolean): Promise<string> {
    const invitation = hashOfCode(code);
    const invited = await this.parts.sessions.invitation(invitation);
    if (!invited) throw new SignInFault('invitation');
    return this.leave(browser, atDemo ? 'demo' : { agency: invited.agency }, invitation);
  }

  /**
   * The browser is back from the provider.
   * @param place at whose address: another provider's than the browser was sent to has no say here
   * @param query with what the provider made it say: good once
   * @returns where to go on, or of which memberships to choose one
   * @throws SignInFault
   */
  async comeBack(browser: Browser, place: string, query: string): Promise<string | Membership[]> {
    await this.signingIn(browser);
    const away = awaySchema.safeParse(await this.parts.kept.take('Away', browser.uid));
    if (!away.success) throw new SignInFault('over');
    const { name, round, invitation } = away.data;
    if (place !== placeOf(name)) {
      this.note(new Error('It came to another’s address.'));
      throw new SignInFault('refused');
    }
    const { openid, provider } = await this.configurationOf(name);
    const { issuer, subject, acr } = await end(openid, this.callbackOf(name), round, query).catch(
      (error: unknown) => {
        throw this.faultOf(error);
      },
    );
    if (issuer !== provider.issuer) throw new SignInFault('refused');
    // What was asked for passed through the browser: what counts is what the provider has signed.
    if (!isStrong(acr, provider.acrValues)) throw new SignInFault('weak');
    const proved = { issuer: provider.personsIssuer, subject, agencyId: provider.agencyId, passkey: null };
    if (invitation !== undefined) {
      const made = await this.parts.sessions.accept(invitation, proved.issuer, proved.subject);
      if (made === undefined) throw new SignInFault('invitation');
      return this.finish(browser, made, null);
    }
    return this.goOn(browser, proved);
  }

  /**
   * Somebody has just proved who it is.
   * @returns where to go on, or of which memberships to choose one
   * @throws SignInFault
   */
  async goOn(browser: Browser, proved: Proved): Promise<string | Membership[]> {
    const memberships = await this.membershipsOf(proved);
    const { signedIn } = await this.signingIn(browser);
    const before = signedIn === undefined ? undefined : await this.parts.sessions.running(signedIn);
    const only = memberships.find(({ memberId }) => memberId === before?.memberId) ?? memberships[0];
    if (only && (memberships.length === 1 || only.memberId === before?.memberId))
      return this.finish(browser, only.memberId, proved.passkey);
    await this.parts.kept.keep('Proved', browser.uid, proved, SIGN_IN_LIFE);
    return memberships;
  }

  /** @returns where to go on @throws SignInFault over, also for a membership that is not the person's */
  async choose(browser: Browser, memberId: unknown): Promise<string> {
    const proved = provedSchema.safeParse(await this.parts.kept.take('Proved', browser.uid));
    if (!proved.success) throw new SignInFault('over');
    const chosen = (await this.membershipsOf(proved.data)).find((one) => one.memberId === memberId);
    if (!chosen) throw new SignInFault('over');
    return this.finish(browser, chosen.memberId, proved.data.passkey);
  }

  /** @returns where to go on, signed in */
  async finish(browser: Browser, memberId: string, passkey: string | null): Promise<string> {
    const { finish, signedIn } = await this.signingIn(browser);
    if (signedIn === undefined)
      return finish({ login: { accountId: await this.begun(browser, memberId, passkey) } });
    // The browser is signed in: it goes on with the same session, and so do the tools that hang on it.
    if (!(await this.parts.sessions.prove(signedIn, memberId, passkey))) throw new SignInFault('another');
    return finish({ login: { accountId: signedIn } });
  }

  private begun(browser: Browser, memberId: string, passkey: string | null): Promise<string> {
    const agent = browser.request.headers['user-agent'] ?? '';
    return this.parts.sessions.begin(memberId, agent, passkey);
  }

  private async membershipsOf({ issuer, subject, agencyId }: Proved): Promise<Membership[]> {
    const memberships = await this.parts.sessions.memberships(issuer, subject, agencyId);
    if (memberships.length === 0) throw new SignInFault('nobody');
    return memberships;
  }

  private async configurationOf(
    name: ProviderName,
  ): Promise<{ openid: Configuration; provider: IdentityProvider }> {
    const provider = await this.parts.providerOf(name);
    if (!provider) throw new SignInFault('agency');
    const openid = await this.parts.providers.configuration(provider).catch((error: unknown) => {
      this.note(error);
      throw new SignInFault('down');
    });
    return { openid, provider };
  }

  private async signingIn({ request, response, uid }: Browser) {
    const signingIn = await this.parts.server.signingIn(request, response).catch((error: unknown) => {
      throw error instanceof errors.SessionNotFound ? new SignInFault('over') : error;
    });
    if (signingIn.uid !== uid) throw new SignInFault('over');
    return signingIn;
  }

  private faultOf(error: unknown): SignInFault {
    if (error instanceof AuthorizationResponseError || error instanceof NoProof)
      return new SignInFault('stopped');
    this.note(error);
    const down = error instanceof ClientError && [undefined, ...UNREACHED].includes(error.code);
    return new SignInFault(down ? 'down' : 'refused');
  }

  private note(error: unknown): void {
    this.parts.log.warn(traceOf(error), 'an agency’s provider gave no good answer');
  }

  private tokenOf(uid: string): string {
    return createHmac('sha256', this.forms).update(uid).digest('base64url');
  }

  private callbackOf(name: ProviderName): string {
    return callbackAt(this.parts.address.url, placeOf(name));
  }
}

const placeOf = (name: ProviderName): string => (name === 'demo' ? DEMO_PLACE : name.agency);

const isStrong = (acr: unknown, demanded: readonly string[]): boolean =>
  demanded.length === 0 || (typeof acr === 'string' && demanded.includes(acr));

/** What the library says when it got no answer, or none of OpenID Connect's. */
const UNREACHED = [
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
];
