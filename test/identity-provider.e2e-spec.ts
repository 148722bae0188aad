import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { administratorsOf, send, tried, type Administrators } from './support/administration.js';
import type { Shown } from './support/browser.js';
import { Browser } from './support/browser.js';
import {
  ask,
  authorization,
  browserOf,
  exchange,
  newTool,
  signedIn,
  type Asked,
  type Tool,
} from './support/person.js';
import { given } from './support/invitations.js';
import { startProvider, type AgencyProvider } from './support/provider.js';
import { agencyId, memberId } from './support/roster.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * Members of KR-FSC sign in at a provider of KR-FSC's own: a real one, in this process, which two administrators of it
 * have set. A person is its issuer and its subject, and nothing else.
 */

// The library says of each provider with its adapter in memory that it is not for production.
for (const method of ['info', 'warn'] as const)
  jest.spyOn(console, method).mockImplementation(() => undefined);

const CALLBACK = '/sign-in/callback/KR-FSC';

let world: OwnWorld;
let tool: Tool;
let provider: AgencyProvider;
let administrators: Administrators;
/** Whose subject at the provider is `analyst`. */
let analyst: string;
beforeAll(async () => {
  world = await startWorld();
  tool = await newTool(world);
  provider = await startProvider(`${world.url}${CALLBACK}`);
  administrators = await administratorsOf(world, 'KR-FSC');
  await administrators.both('setIdentityProvider', registration());
  analyst = await member('analyst');
});
afterAll(async () => {
  await provider.stop();
  await world.close();
});
beforeEach(() => {
  provider.who = { sub: 'analyst', email: 'analyst@fsc.example' };
});

const registration = () => {
  const { issuer, clientId, clientSecret } = provider;
  return { issuer, clientId, clientSecret };
};

/** A member of an agency whom this issuer knows by this subject. */
async function member(
  subject: string,
  issuer = provider.issuer,
  code: 'KR-FSC' | 'JP-NPA' = 'KR-FSC',
): Promise<string> {
  const [made] = await world.sql<{ id: string }>(
    `with someone as (insert into person (issuer, subject) values ($1, $2)
       on conflict (issuer, subject) do update set subject = excluded.subject returning id)
     insert into member (agency_id, person_id, name, roles) select $3, id, $2, '{ANALYST}' from someone returning id`,
    [issuer, subject, agencyId(code)],
  );
  return made?.id ?? '';
}

interface Leaving {
  asked: Asked;
  browser: Browser;
  /** At the provider, as this service asks for it. */
  address: URL;
}

/** A browser that has said that it is of KR-FSC, and does not follow to the provider. */
async function leave(): Promise<Leaving> {
  const asked = await authorization(tool);
  const away = (url: URL) => url.href.startsWith(provider.issuer);
  const browser = new Browser((url) => (stays && away(url)) || url.href.startsWith(`${world.url}/console`));
  let stays = true;
  const { url } = await browser.submit(await browser.open(asked.address), 'agency', 'kr-fsc');
  stays = false;
  return { asked, browser, address: url };
}

async function signIn(): Promise<{ shown: Shown; asked: Asked }> {
  const { asked, browser, address } = await leave();
  return { asked, shown: await browser.open(address) };
}

/** The member's id, or what the page tells. */
async function outcome({ shown, asked }: { shown: Shown; asked: Asked }): Promise<string> {
  if (shown.status !== 0) return told(shown);
  return ask(tool, await exchange(tool, asked, shown.url));
}

const told = ({ text }: Shown): string => /<p role="alert">([^<.:]*)/.exec(text)?.[1] ?? text;
const REFUSED = 'Your agency’s sign-in gave no answer that can be trusted';
const OVER = 'This sign-in is over';

test('a member signs in at its agency’s provider, by the code of the agency', async () => {
  const { address } = await leave();
  expect(Object.fromEntries(address.searchParams)).toMatchObject({
    response_type: 'code',
    redirect_uri: `${world.url}${CALLBACK}`,
    scope: 'openid',
    code_challenge_method: 'S256',
    state: expect.any(String),
    nonce: expect.any(String),
  });
  expect(await outcome(await signIn())).toBe(analyst);
});

describe('nobody else comes in:', () => {
  test('another subject with the same e-mail address', async () => {
    provider.who = { sub: 'somebody else', email: 'analyst@fsc.example' };
    expect(await outcome(await signIn())).toBe('You have no active membership here');
  });

  test('a subject of that name at another issuer', async () => {
    await member('elsewhere', 'https://other.example');
    provider.who = { sub: 'elsewhere' };
    expect(await outcome(await signIn())).toBe('You have no active membership here');
  });

  test('somebody of another agency, though the person is known by this very provider', async () => {
    await member('of Japan', provider.issuer, 'JP-NPA');
    provider.who = { sub: 'of Japan' };
    expect(await outcome(await signIn())).toBe('You have no active membership here');
  });

  test('a demo member’s subject', async () => {
    provider.who = { sub: 'KR-FSC/ANALYST' };
    expect(await outcome(await signIn())).toBe('You have no active membership here');
  });

  test('whose membership has ended', async () => {
    const id = await member('left');
    await world.sql('update member set ended_at = now() where id = $1', [id]);
    provider.who = { sub: 'left' };
    expect(await outcome(await signIn())).toBe('You have no active membership here');
  });
});

describe('an invitation', () => {
  const accept = async (code: string) => {
    const asked = await authorization(tool);
    const browser = browserOf(world);
    return { asked, shown: await browser.submit(await browser.open(asked.address), 'invitation', code) };
  };

  test('is accepted at the provider of its agency, once, by whoever proves there who it is', async () => {
    provider.who = { sub: 'newcomer' };
    expect(await outcome(await signIn())).toBe('You have no active membership here');
    const code = await given(world, 'KR-FSC');
    const id = await outcome(await accept(code));
    const rows = await world.sql(
      `select m.agency_id, p.issuer, p.subject from member m join person p on p.id = m.person_id where m.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ agency_id: agencyId('KR-FSC'), issuer: provider.issuer, subject: 'newcomer' }]);
    expect(await outcome(await signIn())).toBe(id);
    expect(await outcome(await accept(code))).toBe('This invitation is not good');
  });

  test('is not for who is a member already, and stays good for another', async () => {
    const code = await given(world, 'KR-FSC');
    expect(await outcome(await accept(code))).toBe('This invitation is not good');
    provider.who = { sub: 'another newcomer' };
    expect(await outcome(await accept(code))).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('that there never was gets the same answer as one that was used', async () => {
    expect(await outcome(await accept('x'.repeat(43)))).toBe('This invitation is not good');
  });
});

describe('an answer is refused', () => {
  const changed = async (name: string, value: (before: string) => string) => {
    const { asked, browser, address } = await leave();
    address.searchParams.set(name, value(address.searchParams.get(name) ?? ''));
    return outcome({ asked, shown: await browser.open(address) });
  };

  test('with another nonce', async () => {
    expect(await changed('nonce', () => 'another')).toBe(REFUSED);
  });

  test('with another state of the same sign-in, of another, and of none', async () => {
    expect(await changed('state', (state) => `${state}x`)).toBe(REFUSED);
    const other = await leave();
    expect(await changed('state', () => other.address.searchParams.get('state') ?? '')).toBe(OVER);
    expect(await changed('state', () => 'nothing')).toBe(OVER);
  });

  test('that does not say when it was proved, so that a browser left alone proves nothing', async () => {
    const { asked, browser, address } = await leave();
    expect(address.searchParams.get('prompt')).toBe('login');
    for (const taken of ['prompt', 'max_age']) address.searchParams.delete(taken);
    expect(await outcome({ asked, shown: await browser.open(address) })).toBe(REFUSED);
  });

  test('that was made for another code challenge', async () => {
    expect(await changed('code_challenge', () => 'x'.repeat(43))).toBe(REFUSED);
  });

  test('a second time, in the same sign-in and in another', async () => {
    const { asked, browser, address } = await leave();
    const callback: URL[] = [];
    const watching = new Browser((url) => {
      if (url.pathname === CALLBACK) callback.push(url);
      return url.pathname === CALLBACK;
    });
    await watching.open(address);
    const [answer] = callback;
    if (!answer) throw new Error('The provider did not answer.');
    expect(await outcome({ asked, shown: await browser.open(answer) })).toBe(analyst);
    expect(told(await browser.open(answer))).toBe(OVER);
    const next = await leave();
    const replayed = new URL(answer);
    replayed.searchParams.set('state', next.address.searchParams.get('state') ?? '');
    expect(told(await next.browser.open(replayed))).toBe(REFUSED);
  });

  test('that says that the provider is another (RFC 9207)', async () => {
    const { browser, address } = await leave();
    const answer = new URL(`${world.url}${CALLBACK}`);
    const state = address.searchParams.get('state') ?? '';
    answer.search = String(new URLSearchParams({ code: 'x', state, iss: 'https://other.example' }));
    expect(told(await browser.open(answer))).toBe(REFUSED);
  });

  test('in which somebody stopped', async () => {
    const { browser, address } = await leave();
    const answer = new URL(`${world.url}${CALLBACK}`);
    const state = address.searchParams.get('state') ?? '';
    answer.search = String(new URLSearchParams({ error: 'access_denied', state, iss: provider.issuer }));
    expect(told(await browser.open(answer))).toBe('Signing in was stopped');
  });
});

test('a provider may change its keys at any moment', async () => {
  expect(await outcome(await signIn())).toBe(analyst);
  await provider.rotate();
  expect(await outcome(await signIn())).toBe(analyst);
});

test('a provider that is down is told as such, and hinders nobody else', async () => {
  const { browser, address } = await leave();
  const watching = new Browser((url) => url.pathname === CALLBACK);
  const { url: answer } = await watching.open(address);
  await provider.stop();
  expect(told(await browser.open(answer))).toBe('Your agency’s sign-in does not answer');
  expect(await ask(tool, await signedIn(tool, 'JP-NPA/ANALYST', browserOf(world)))).toBe(
    memberId('JP-NPA', 'ANALYST'),
  );
  await provider.start();
  expect(await outcome(await signIn())).toBe(analyst);
});

describe('a provider is set', () => {
  test('by two administrators of its agency; nothing that anybody reads has its secret', async () => {
    const { first, second } = await administratorsOf(world, 'JP-NPA');
    const secret = randomUUID();
    const { data } = await send(first, 'setIdentityProvider', { ...registration(), clientSecret: secret });
    const pending = data?.done.pendingAct;
    expect(pending?.state).toBe('PENDING');
    const decision = { pendingActId: pending?.id, hash: pending?.hash };
    expect(await tried(first, 'approveAct', decision)).toBe('CONFLICT input.pendingActId');
    expect(await tried(administrators.first, 'approveAct', decision)).toBe('NOT_FOUND input.pendingActId');
    const none = await first.ask('{ identityProviders { issuer } }');
    expect(none).toEqual({ identityProviders: [] });
    expect(await tried(second, 'approveAct', decision)).toBe('done');
    const { identityProviders } = await first.ask<{ identityProviders: object[] }>(
      '{ identityProviders { issuer clientId setAt setBy } }',
    );
    expect(identityProviders).toMatchObject([{ issuer: provider.issuer }]);
    const rows = await world.sql<{ row: string }>(
      `select row_to_json(p)::text as row from identity_provider p union all select row_to_json(e)::text from entry e
       union all select row_to_json(a)::text from pending_act a union all select row_to_json(k)::text from idempotency_key k`,
    );
    expect(rows.filter(({ row }) => row.includes(secret))).toEqual([]);
    const ledger = await world.sql(`select from entry where details::text like '%sealedSecret%'`);
    expect(ledger).toEqual([]);
  });

  test('and every other session of the agency ends', async () => {
    const tokens = await signedIn(tool, 'KR-FSC/LIAISON');
    const japans = await signedIn(tool, 'JP-NPA/LIAISON');
    await administrators.both('setIdentityProvider', registration());
    expect(await ask(tool, tokens)).toBe('UNAUTHENTICATED');
    expect(await ask(tool, japans)).toBe(memberId('JP-NPA', 'LIAISON'));
  });

  test('also those of who approves, but the one by which that is done', async () => {
    const [here, elsewhere] = [
      await signedIn(tool, 'KR-FSC/AGENCY_ADMIN'),
      await signedIn(tool, 'KR-FSC/AGENCY_ADMIN'),
    ];
    const { data } = await send(administrators.second, 'setIdentityProvider', registration());
    const { id: pendingActId, hash } = data?.done.pendingAct ?? {};
    await ask(tool, here, 'mutation ($input: DecideActInput!) { approveAct(input: $input) { subjectId } }', {
      input: { idempotencyKey: randomUUID(), pendingActId, hash },
    });
    expect(await ask(tool, elsewhere)).toBe('UNAUTHENTICATED');
    expect(await ask(tool, here)).toBe(memberId('KR-FSC', 'AGENCY_ADMIN'));
  });

  test('and by the same key with another secret it is another act', async () => {
    const idempotencyKey = randomUUID();
    const once = (clientSecret: string) =>
      tried(administrators.first, 'setIdentityProvider', { ...registration(), clientSecret, idempotencyKey });
    expect(await once('with a space in it')).toBe('INVALID input.clientSecret');
    expect(await once('the-first-of-two-secrets')).toBe('pending');
    expect(await once('the-first-of-two-secrets')).toBe('pending');
    expect(await once('the-second-of-two-secrets')).toBe('CONFLICT input.idempotencyKey');
  });

  test.each([
    ['http://127.0.0.1:9', 'INVALID input.issuer'],
    ['https://user@login.example', 'INVALID input.issuer'],
    ['https://login.example/?x', 'INVALID input.issuer'],
    ['urn:entente:demo', 'INVALID input.issuer'],
    ['one that says itself without a slash', 'INVALID input.issuer'],
  ])('but not where none answers: %s', async (said, expected) => {
    const issuer = /^\w+:/.test(said) ? said : `${provider.issuer}/`;
    expect(await tried(administrators.first, 'setIdentityProvider', { ...registration(), issuer })).toBe(
      expected,
    );
  });

  test('and removed, by two; then nobody signs in by it', async () => {
    await administrators.both('removeIdentityProvider', {});
    const browser = browserOf(world);
    const page = await browser.submit(
      await browser.open((await authorization(tool)).address),
      'agency',
      'KR-FSC',
    );
    expect([page.status, told(page)]).toEqual([404, 'No sign-in is open for this code']);
    expect(await tried(administrators.first, 'removeIdentityProvider', {})).toBe('NOT_FOUND');
  });
});
