import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { administratorsOf, tried, type Administrators } from './support/administration.js';
import { Browser, type Shown } from './support/browser.js';
import { given } from './support/invitations.js';
import { ask, authorization, browserOf, exchange, newTool, type Tool } from './support/person.js';
import { startProvider, type AgencyProvider } from './support/provider.js';
import { agencyId } from './support/roster.js';
import { entente, production } from './support/two-processes.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * The service at an agency's provider without a secret: it signs with its own key, which a real provider fetches from
 * its JWKS. And how strong a sign-in the agency demands of its provider.
 */

// The library says of each provider with its adapter in memory that it is not for production.
for (const method of ['info', 'warn'] as const)
  jest.spyOn(console, method).mockImplementation(() => undefined);

const WEAK = 'urn:example:password';
const STRONG = 'urn:example:two';
const STRONGEST = 'urn:example:hardware';

let world: OwnWorld;
let tool: Tool;
let administrators: Administrators;
const providers: AgencyProvider[] = [];
beforeAll(async () => {
  world = await startWorld();
  tool = await newTool(world);
  administrators = await administratorsOf(world, 'KR-FSC');
});
afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.stop()));
});
afterAll(() => world.close());

/** A provider that knows the service by its key, set for KR-FSC by two; and a member that it knows. */
async function set(
  input: object = {},
  options: Parameters<typeof startProvider>[1] = {},
): Promise<{ provider: AgencyProvider; analyst: string }> {
  const provider = await started(options);
  const { issuer, clientId } = provider;
  await administrators.both('setIdentityProvider', { issuer, clientId, ...input });
  const [made] = await world.sql<{ id: string }>(
    `with someone as (insert into person (issuer, subject) values ($1, 'analyst') returning id)
     insert into member (agency_id, person_id, name, roles) select $2, id, 'Analyst', '{ANALYST}' from someone returning id`,
    [issuer, agencyId('KR-FSC')],
  );
  return { provider, analyst: made?.id ?? '' };
}

async function started(options: Parameters<typeof startProvider>[1] = {}): Promise<AgencyProvider> {
  const provider = await startProvider(`${world.url}/sign-in/callback/KR-FSC`, {
    ...{ jwksUri: `${world.url}/oauth/jwks`, acrValues: [WEAK, STRONG, STRONGEST] },
    ...options,
  });
  provider.who = { sub: 'analyst' };
  providers.push(provider);
  return provider;
}

const told = ({ text }: Shown): string => /<p role="alert">([^<.:]*)/.exec(text)?.[1] ?? text;
const TOO_WEAK = 'Your agency wants a stronger sign-in than the one its provider reports';

/** The member's id, or what the page tells. @param change of the request, as it passes through the browser */
async function signIn(change: (address: URL) => void = () => undefined): Promise<string> {
  const asked = await authorization(tool);
  const [provider] = providers;
  let follows = false;
  const browser = new Browser(
    (url) => url.href.startsWith(`${world.url}/console`) || (!follows && url.origin === provider?.issuer),
  );
  const left = await browser.submit(await browser.open(asked.address), 'agency', 'KR-FSC');
  if (left.status !== 0) return told(left);
  follows = true;
  change(left.url);
  const shown = await browser.open(left.url);
  return shown.status === 0 ? ask(tool, await exchange(tool, asked, shown.url)) : told(shown);
}

describe('without a secret', () => {
  test('a member signs in where the service proves itself by the key of its JWKS, and by the next one', async () => {
    const { analyst } = await set();
    expect(await signIn()).toBe(analyst);
    const { status } = entente(['bin/entente.js', 'keys:rotate'], production(world));
    expect(status).toBe(0);
    // The provider believes the document that it has for a minute: here it is another, with the same issuer.
    await providers[0]?.rotate();
    expect(await signIn()).toBe(analyst);
  });

  test('nothing is kept that could be told, and administrators see that there is none', async () => {
    const { provider } = await set({ acrValues: [STRONG] });
    expect(
      await administrators.first.ask('{ identityProviders { issuer clientId byKey acrValues } }'),
    ).toEqual({
      identityProviders: [
        { issuer: provider.issuer, clientId: provider.clientId, byKey: true, acrValues: [STRONG] },
      ],
    });
    const rows = await world.sql('select sealed_secret from identity_provider where issuer = $1', [
      provider.issuer,
    ]);
    expect(rows).toEqual([{ sealed_secret: null }]);
  });

  test('what the service signs there is for that provider alone, and no token here', async () => {
    const seen: URLSearchParams[] = [];
    await set({ clientId: 'entente' }, { watch: (form) => seen.push(form) });
    await signIn();
    const assertion = seen[0]?.get('client_assertion') ?? '';
    const { iss, aud, exp = 0, iat = 0 } = decodeJwt(assertion);
    expect({ iss, aud }).toEqual({ iss: 'entente', aud: providers[0]?.issuer });
    expect(exp - iat).toBeLessThanOrEqual(60);
    expect(seen[0]?.has('client_secret')).toBe(false);
    const { errors } = await world.holding(assertion).query('{ viewer { memberId } }');
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test.each<[string, Parameters<typeof started>[0]]>([
    ['takes secrets alone', { jwksUri: undefined }],
    ['takes other algorithms alone', { algorithms: ['ES256'] }],
  ])('is not set at a provider that %s', async (_, options) => {
    const { issuer, clientId } = await started(options);
    expect(await tried(administrators.first, 'setIdentityProvider', { issuer, clientId })).toBe(
      'INVALID input.clientSecret',
    );
  });
});

describe('a provider of which a strong sign-in is demanded', () => {
  const demand = { acrValues: [STRONGEST, STRONG] };
  const by = (provider: AgencyProvider, acr?: string) => {
    provider.who = { sub: 'analyst', ...(acr !== undefined && { acr }) };
  };

  test('is asked for it, and whoever has signed in so comes in', async () => {
    const { provider, analyst } = await set(demand);
    by(provider, STRONG);
    const asked: (string | null)[] = [];
    expect(await signIn((address) => asked.push(address.searchParams.get('acr_values')))).toBe(analyst);
    expect(asked).toEqual([`${STRONGEST} ${STRONG}`]);
  });

  test.each([
    ['a weaker one', WEAK],
    ['one that says nothing of it', undefined],
    ['one whose name only begins so', `${STRONG}-not`],
  ])('%s is refused, with what to do', async (_, acr) => {
    const { provider } = await set(demand, { acrValues: [WEAK, STRONG, STRONGEST, `${STRONG}-not`] });
    by(provider, acr);
    expect(await signIn()).toBe(TOO_WEAK);
  });

  test('and so is one for which the browser asked for less', async () => {
    const { provider } = await set(demand);
    by(provider, WEAK);
    expect(await signIn((address) => address.searchParams.set('acr_values', WEAK))).toBe(TOO_WEAK);
    expect(await signIn((address) => address.searchParams.delete('acr_values'))).toBe(TOO_WEAK);
  });

  test('nobody accepts an invitation by less', async () => {
    const { provider } = await set(demand);
    by(provider, WEAK);
    provider.who.sub = 'newcomer';
    const browser = browserOf(world);
    const page = await browser.open((await authorization(tool)).address);
    const code = await given(world, 'KR-FSC');
    expect(told(await browser.submit(page, 'invitation', code))).toBe(TOO_WEAK);
    expect(await world.sql(`select from person where subject = 'newcomer'`)).toEqual([]);
  });

  test('where none is demanded, any will do', async () => {
    const { provider, analyst } = await set();
    by(provider, WEAK);
    expect(await signIn()).toBe(analyst);
  });
});
