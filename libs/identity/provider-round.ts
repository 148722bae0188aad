import { Strategy } from 'openid-client/passport';
import { randomNonce, randomState, type Configuration, type IDToken } from 'openid-client';
import { z } from 'zod';
import { PROVIDER_PROOF_AGE } from './token-rules.js';

/** What is remembered between the request to a provider and its answer. */
export const roundSchema = z.object({
  code_verifier: z.string(),
  state: z.string(),
  nonce: z.string(),
  max_age: z.number(),
});
export type Round = z.output<typeof roundSchema>;

/** The provider, or somebody on the way, gave no answer that can be trusted; or its member refused. */
export class NoProof extends Error {}

const KEY = 'round';

/**
 * The passport strategy of openid-client, for one sign-in at one provider: code flow with PKCE, `state` and `nonce`,
 * to exactly one address. What it would put into a session of Express is handed on, and kept by us.
 */
class RoundStrategy extends Strategy {
  constructor(
    configuration: Configuration,
    private readonly callback: string,
    /** Where the browser is, with what the provider made it say. */
    private readonly at: string,
    private readonly state: string,
    private readonly acrValues: readonly string[] = [],
  ) {
    super(
      { config: configuration, callbackURL: callback, scope: 'openid', sessionKey: KEY },
      (tokens, done) => {
        const claims = tokens.claims();
        done(null, claims ? { claims } : false);
      },
    );
  }

  override authorizationRequestParams(): URLSearchParams {
    // The request passes through the browser, where somebody may take these out: so the answer must say when it was.
    const fresh = { prompt: 'login', max_age: String(PROVIDER_PROOF_AGE) };
    const strong = this.acrValues.length > 0 && { acr_values: this.acrValues.join(' ') };
    return new URLSearchParams({ state: this.state, nonce: randomNonce(), ...fresh, ...strong });
  }

  override currentUrl(): URL {
    return new URL(this.at, this.callback);
  }
}

/** How it ended: an address to go to, or what the provider says of somebody. */
type Ended = { address: string } | { claims: IDToken };

/** Drives a strategy as passport does, which would answer a request of Express. */
function run(strategy: Strategy, session: Record<string, unknown>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new NoProof());
    const driven = Object.assign(strategy, {
      redirect: (address: string) => resolve({ address }),
      success: (user: unknown) => resolve(user as Ended),
      fail: failed,
      pass: failed,
      error: (error: unknown) => reject(error instanceof Error ? error : new NoProof()),
    });
    driven.authenticate({ method: 'GET', session } as never, {} as never);
  });
}

/**
 * @param uid of the sign-in: `state` begins with it, so that the answer finds its way back to this browser
 * @param acrValues how strong a sign-in is asked for; whether it was, the answer says
 * @returns where the browser is to go, and what to remember until it is back
 */
export async function begin(
  configuration: Configuration,
  callback: string,
  uid: string,
  acrValues: readonly string[],
): Promise<{ address: string; round: Round }> {
  const state = `${uid}.${randomState()}`;
  const strategy = new RoundStrategy(configuration, callback, callback, state, acrValues);
  const session: Record<string, unknown> = {};
  const ended = await run(strategy, session);
  if (!('address' in ended)) throw new NoProof();
  return { address: ended.address, round: roundSchema.parse(session[KEY]) };
}

/**
 * @param query what the provider made the browser say
 * @returns who it is, and how it signed in if the provider says so
 * @throws NoProof, or what the library throws of a false answer or a provider that is down
 */
export async function end(
  configuration: Configuration,
  callback: string,
  round: Round,
  query: string,
): Promise<{ issuer: string; subject: string; acr: unknown }> {
  const answer = new URLSearchParams(query);
  if (!answer.has('code') && !answer.has('error')) throw new NoProof();
  const strategy = new RoundStrategy(configuration, callback, `${callback}?${query}`, round.state);
  const ended = await run(strategy, { [KEY]: round });
  if (!('claims' in ended)) throw new NoProof();
  const { iss: issuer, sub: subject, acr } = ended.claims;
  return { issuer, subject, acr };
}

/**
 * Where a browser comes back to from a provider: every agency's has an address of its own, and registers that alone. So
 * a provider that sends the browser on to another's gets no code that was given there (RFC 9700, section 4.4.2), even
 * where that one does not say who it is (RFC 9207).
 * @param place code of the agency; the demo's is no code of an agency
 */
export const callbackAt = (url: string, place: string): string => `${url}/sign-in/callback/${place}`;
export const DEMO_PLACE = 'demo';

/** Of which sign-in an answer is: what its `state` begins with. */
export const signInOf = (query: string): string | undefined =>
  /^([\w-]{1,64})\./.exec(new URLSearchParams(query).get('state') ?? '')?.[1];
