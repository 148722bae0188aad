import * as openid from 'openid-client';
import { COMMAND_LINE, CONSOLE } from '#identity';
import { Browser, type Shown } from './browser.js';
import type { World } from './world.js';

/** A tool in which somebody signs in. */
export interface Tool {
  world: Pick<World, 'url'>;
  configuration: openid.Configuration;
  proofs: openid.DPoPHandle;
}

export async function newTool(world: Tool['world'], clientId = CONSOLE): Promise<Tool> {
  const configuration = await openid.discovery(
    new URL(`${world.url}/oauth`),
    clientId,
    undefined,
    openid.None(),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- so that it stands out: this machine alone
    { algorithm: 'oauth2', execute: [openid.allowInsecureRequests] },
  );
  return { world, configuration, proofs: await newProofs(configuration) };
}

export const newProofs = async (configuration: openid.Configuration): Promise<openid.DPoPHandle> =>
  openid.getDPoPHandle(configuration, await openid.randomDPoPKeyPair());

export interface Asked {
  address: URL;
  verifier: string;
  state: string;
}

/** What the console would ask for. */
export async function authorization({ world, configuration }: Tool, other: object = {}): Promise<Asked> {
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const address = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: `${world.url}/console`,
    state,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...other,
  });
  return { address, verifier, state };
}

/** A browser that stops where the console would take over. */
export const browserOf = (world: Tool['world'], language?: string): Browser =>
  new Browser((url) => url.href.startsWith(`${world.url}/console`), language);

/** Clicks on one of the demo's members. */
export async function clickMember(browser: Browser, page: Shown, subject: string): Promise<Shown> {
  const list = await browser.submit(page, 'demo', '1');
  return browser.submit(list, 'subject', subject);
}

/** @returns the tokens of who signs in as one of the demo's members */
export async function signedIn(
  tool: Tool,
  subject: string,
  browser = browserOf(tool.world),
): Promise<Tokens> {
  const asked = await authorization(tool);
  const first = await browser.open(asked.address);
  const at = first.status === 0 ? first : await clickMember(browser, first, subject);
  return exchange(tool, asked, at.url);
}

export type Tokens = openid.TokenEndpointResponse;

export const exchange = (tool: Tool, { verifier, state }: Asked, at: URL): Promise<Tokens> =>
  openid.authorizationCodeGrant(
    tool.configuration,
    at,
    { pkceCodeVerifier: verifier, expectedState: state },
    {},
    { DPoP: tool.proofs },
  );

export const refresh = (tool: Tool, { refresh_token: token = '' }: Tokens): Promise<Tokens> =>
  openid.refreshTokenGrant(tool.configuration, token, {}, { DPoP: tool.proofs });

interface Told {
  data?: { viewer?: { memberId: string } };
  errors?: { message: string; extensions: { code: string } }[];
}

/** Asks as whoever has the token and the tool's key. */
export async function answerTo(
  { world, configuration, proofs }: Tool,
  { access_token: token }: Pick<Tokens, 'access_token'>,
  query: string,
  variables: object = {},
): Promise<Told> {
  const response = await openid
    .fetchProtectedResource(
      configuration,
      token,
      new URL(`${world.url}/graphql`),
      'POST',
      JSON.stringify({ query, variables }),
      new Headers({ 'content-type': 'application/json' }),
      { DPoP: proofs },
    )
    .catch((error: unknown) => {
      if (error instanceof openid.WWWAuthenticateChallengeError) return error.response;
      throw error;
    });
  return (await response.json()) as Told;
}

/** Asks who it is: the member's id, or the code of the first error. */
export async function ask(
  tool: Tool,
  tokens: Pick<Tokens, 'access_token'>,
  query = '{ viewer { memberId } }',
  variables: object = {},
): Promise<string> {
  const { data, errors = [] } = await answerTo(tool, tokens, query, variables);
  return errors[0]?.extensions.code ?? data?.viewer?.memberId ?? JSON.stringify(data);
}

/** The command line's side of RFC 8628. */
export const startDevice = (
  tool: Tool,
  asks: Record<string, string> = {},
): Promise<openid.DeviceAuthorizationResponse> =>
  openid.initiateDeviceAuthorization(tool.configuration, asks);

export const newCommandLine = (world: Tool['world']): Promise<Tool> => newTool(world, COMMAND_LINE);

/** One question whether it was allowed, without waiting. @returns the tokens, or the error's code */
export async function pollOnce(tool: Tool, code: string): Promise<Tokens | string> {
  return openid
    .genericGrantRequest(
      tool.configuration,
      'urn:ietf:params:oauth:grant-type:device_code',
      { device_code: code },
      { DPoP: tool.proofs },
    )
    .catch((error: unknown) => {
      if (error instanceof openid.ResponseBodyError) return error.error;
      throw error;
    });
}
