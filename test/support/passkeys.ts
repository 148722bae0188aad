import { Authenticator, type Wrong } from './authenticator.js';
import type { Browser, Shown } from './browser.js';
import { given } from './invitations.js';
import {
  authorization,
  browserOf,
  exchange,
  pollOnce,
  startDevice,
  type Asked,
  type Tokens,
  type Tool,
} from './person.js';
import type { Code } from './roster.js';
import type { World } from './world.js';

const ENTITIES: Record<string, string> = { quot: '"', amp: '&', lt: '<', gt: '>', '#39': "'" };

/** What a page asks of an authenticator. */
export function optionsOf({ text }: Shown): { challenge: string; user?: { id: string } } {
  const escaped = /data-options="([^"]*)"/.exec(text)?.[1];
  if (escaped === undefined) throw new Error(`No page for a passkey: ${text}`);
  return JSON.parse(
    escaped.replaceAll(/&(\w+|#39);/g, (_, name: string) => ENTITIES[name] ?? ''),
  ) as ReturnType<typeof optionsOf>;
}

const tokenIn = ({ text }: Shown): string => /name="token" value="([^"]*)"/.exec(text)?.[1] ?? '';

/** Sends what the script of a page would. */
export function answer(browser: Browser, page: Shown, said: string, name = 'A device'): Promise<Shown> {
  const action = /<form method="post" action="([^"]*)"/.exec(page.text)?.[1] ?? '';
  const body = new URLSearchParams({ token: tokenIn(page), answer: said, name });
  return browser.post(new URL(action, page.url), body);
}

/** On the first page: says that there is a passkey. @param adds and that there is to be another */
export function askPasskey(browser: Browser, page: Shown, adds = false): Promise<Shown> {
  const body = new URLSearchParams({ token: tokenIn(page), ...(adds && { adds: '1' }) });
  return browser.post(`${page.url.origin}${page.url.pathname}/passkey`, body);
}

/** A browser at the first page of signing in to a tool. */
export interface Beginning {
  asked: Asked;
  browser: Browser;
  page: Shown;
}

export async function beginning(
  tool: Tool,
  browser = browserOf(tool.world),
  other: object = {},
): Promise<Beginning> {
  const asked = await authorization(tool, other);
  return { asked, browser, page: await browser.open(asked.address) };
}

/** Somebody who came in by an invitation, with a passkey. */
export interface Enrolled {
  authenticator: Authenticator;
  tokens: Tokens;
  browser: Browser;
}

/** @param code of an invitation */
export async function enrol(
  tool: Tool,
  code: string,
  authenticator = new Authenticator(tool.world.url),
): Promise<Enrolled> {
  const { asked, browser, page } = await beginning(tool);
  const making = await browser.submit(page, 'invitation', code);
  const { url } = await answer(browser, making, authenticator.make(optionsOf(making)));
  return { authenticator, browser, tokens: await exchange(tool, asked, url) };
}

/**
 * Signs a command line in, as `entente login` does, by somebody in a browser.
 * @param signIn what that one does at the first page, to come in
 */
export async function loggedIn(
  commandLine: Tool,
  signIn: (browser: Browser, page: Shown) => Promise<Shown>,
  browser = browserOf(commandLine.world),
): Promise<Tokens> {
  const asked = await startDevice(commandLine);
  const typed = await browser.open(asked.verification_uri_complete ?? '');
  const page = await browser.submit(
    await browser.submit(typed, 'user_code', asked.user_code),
    'confirm',
    'yes',
  );
  const done = await signIn(browser, page);
  const tokens = await pollOnce(commandLine, asked.device_code);
  if (typeof tokens === 'string') throw new Error(`${tokens}: ${done.text}`);
  return tokens;
}

/** Passkeys of some members, which sign nobody in. @param count for each @returns their ids */
export async function planted(world: World, memberIds: string[], count = 1): Promise<string[]> {
  const rows = await world.sql<{ id: string }>(
    `insert into passkey (agency_id, person_id, name, credential_id, public_key, counter, synced, backed_up)
     select agency_id, person_id, 'A key', sha256((gen_random_uuid()::text)::bytea), '', 0, false, false
       from member, generate_series(1, $2) where id = any ($1) returning id`,
    [memberIds, count],
  );
  return rows.map(({ id }) => id);
}

/** A new member of an agency, with a passkey. */
export const enrolled = async (world: World, tool: Tool, code: Code, roles?: string[]): Promise<Enrolled> =>
  enrol(tool, await given(world, code, { ...(roles && { roles }) }));

/** Signs in with a passkey. @returns where the browser is then */
export async function usePasskey(
  { browser, page }: Beginning,
  authenticator: Authenticator,
  wrong: Wrong = {},
): Promise<Shown> {
  const using = await askPasskey(browser, page);
  return answer(browser, using, authenticator.use(optionsOf(using), wrong));
}
