import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, importJWK, type JWK } from 'jose';
import * as openid from 'openid-client';
import { z } from 'zod';
import type { CliConfig } from '#core';
import { COMMAND_LINE } from '#identity';
import { serviceUrl } from './ask.js';

/** Who is signed in at the command line, in a file of the user's own. */
const signedInSchema = z.object({
  /** Where the service is reached, and what it calls itself. */
  url: z.url(),
  issuer: z.url(),
  refreshToken: z.string(),
  accessToken: z.string(),
  /** Milliseconds since 1970. */
  until: z.number(),
  /** The private key to which both tokens are bound. */
  key: z.record(z.string(), z.string()),
});
type SignedIn = z.output<typeof signedInSchema>;

const fileOf = ({ configHome, home }: CliConfig): string =>
  join(configHome ?? join(home, '.config'), 'entente', 'signed-in.json');

/**
 * Lets this command line sign in as whoever says so in a browser (RFC 8628), and keeps its tokens.
 * @param again a browser that is signed in proves once more who it is: also the session goes on then, as fresh as new
 * @param say shows the address and the code
 * @throws Error when nobody allows it
 */
export async function login(
  settings: CliConfig,
  { api, again }: { api?: string | undefined; again: boolean },
  say: (line: string) => void,
): Promise<void> {
  const before = again && api === undefined ? await read(settings) : undefined;
  const url = api ?? before?.url ?? (await serviceUrl(settings));
  const configuration = await discovered(url);
  const asked = await openid.initiateDeviceAuthorization(configuration, again ? { again: '1' } : {});
  say(`open ${asked.verification_uri_complete ?? asked.verification_uri}`);
  say(`and check that it shows the code ${asked.user_code}`);
  const pair = await openid.randomDPoPKeyPair('ES256', { extractable: true });
  const proofs = openid.getDPoPHandle(configuration, pair);
  const tokens = await openid
    .pollDeviceAuthorizationGrant(configuration, asked, {}, { DPoP: proofs })
    .catch((cause: unknown) => {
      throw new Error('Nobody let the command line sign in: begin again.', { cause });
    });
  const { issuer } = configuration.serverMetadata();
  const key = z.record(z.string(), z.string()).parse(await exportJWK(pair.privateKey));
  await keep(settings, { url, issuer, key, ...timesOf(tokens, '') });
}

/** Ends the session, here and in the browser that allowed it. The file is gone in any case. */
export async function logout(settings: CliConfig): Promise<void> {
  const signedIn = await read(settings);
  await rm(fileOf(settings), { force: true });
  await openid.tokenRevocation(await discovered(signedIn.url), signedIn.refreshToken);
}

/** Asks the service as whoever is signed in. @returns the answer, as it came, indented */
export async function askAsPerson(settings: CliConfig, query: string): Promise<string> {
  const response = await requestAsPerson(settings, 'graphql', JSON.stringify({ query }));
  return JSON.stringify(await response.json(), null, 2);
}

/**
 * Sends a request as whoever is signed in.
 * @param body JSON to be posted; without it the request is a GET
 */
export async function requestAsPerson(settings: CliConfig, path: string, body?: string): Promise<Response> {
  const known = await read(settings);
  const configuration = await discovered(known.url);
  const proofs = openid.getDPoPHandle(configuration, await pairOf(known.key));
  const signedIn = Date.now() < known.until ? known : await refreshed(settings, configuration, known, proofs);
  return openid.fetchProtectedResource(
    configuration,
    signedIn.accessToken,
    new URL(signedIn.issuer.replace(/oauth$/, path)),
    body === undefined ? 'GET' : 'POST',
    body,
    new Headers({ 'content-type': 'application/json' }),
    { DPoP: proofs },
  );
}

async function refreshed(
  settings: CliConfig,
  configuration: openid.Configuration,
  known: SignedIn,
  proofs: openid.DPoPHandle,
): Promise<SignedIn> {
  const tokens = await openid
    .refreshTokenGrant(configuration, known.refreshToken, {}, { DPoP: proofs })
    .catch((cause: unknown) => {
      throw new Error('You are signed in no more: `npx entente login`.', { cause });
    });
  const signedIn = { ...known, ...timesOf(tokens, known.refreshToken) };
  await keep(settings, signedIn);
  return signedIn;
}

/** Half a minute before its end a token is not used any more. */
const timesOf = (
  {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: seconds = 0,
  }: openid.TokenEndpointResponse,
  before: string,
) => ({ accessToken, refreshToken: refreshToken ?? before, until: Date.now() + (seconds - 30) * 1_000 });

/** @throws Error when no service answers there */
async function discovered(url: string): Promise<openid.Configuration> {
  const issuer = new URL(`${url.replace(/\/$/, '')}/oauth`);
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(issuer.hostname);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- so that it stands out: this machine alone, not the network
  const execute = isHere ? [openid.allowInsecureRequests] : [];
  return openid
    .discovery(issuer, COMMAND_LINE, undefined, openid.None(), { algorithm: 'oauth2', execute })
    .catch((cause: unknown) => {
      throw new Error(`No Entente answers at ${url}.`, { cause });
    });
}

async function pairOf(key: SignedIn['key']): Promise<CryptoKeyPair> {
  const { d: _secret, ...publicJwk } = key as JWK;
  const [privateKey, publicKey] = await Promise.all([
    importJWK(key as JWK, 'ES256'),
    importJWK(publicJwk, 'ES256', { extractable: true }),
  ]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array)
    throw new Error('The file of the sign-in is not as it was: `npx entente login`.');
  return { privateKey, publicKey };
}

async function read(settings: CliConfig): Promise<SignedIn> {
  const text = await readFile(fileOf(settings), 'utf8').catch(() => 'null');
  const signedIn = signedInSchema.safeParse(JSON.parse(text));
  if (!signedIn.success) throw new Error('Nobody is signed in: `npx entente login`.');
  return signedIn.data;
}

/** Readable by the user alone, and whole for whoever reads it meanwhile. */
async function keep(settings: CliConfig, signedIn: SignedIn): Promise<void> {
  const file = fileOf(settings);
  const folder = join(file, '..');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await writeFile(`${file}.${process.pid}`, JSON.stringify(signedIn), { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
}
