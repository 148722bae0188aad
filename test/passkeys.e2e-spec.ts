import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { administratorsOf, tried } from './support/administration.js';
import { Authenticator, type Wrong } from './support/authenticator.js';
import type { Shown } from './support/browser.js';
import { given } from './support/invitations.js';
import {
  answer,
  askPasskey,
  beginning,
  enrol,
  enrolled,
  optionsOf,
  planted,
  usePasskey,
  type Beginning,
} from './support/passkeys.js';
import { ask, browserOf, exchange, newTool, type Tokens, type Tool } from './support/person.js';
import { agencyId } from './support/roster.js';
import { startWorld, type OwnWorld } from './support/world.js';

/*
 * Members of an agency without a provider sign in with passkeys. The authenticator is one of ours, in software, and
 * speaks the protocol; everything else is the service.
 */

let world: OwnWorld;
let tool: Tool;
beforeAll(async () => {
  world = await startWorld();
  tool = await newTool(world);
});
afterAll(() => world.close());

const told = ({ text }: Shown): string =>
  /<p role="alert">([^<.:]*)/.exec(text)?.[1] ?? /<h1>([^<]*)/.exec(text)?.[1] ?? text;
const REFUSED = 'This passkey is not accepted';
const OVER = 'This sign-in is over';
const NOT_GOOD = 'This invitation is not good';
const memberOf = (tokens: Tokens): string => String(decodeJwt(tokens.access_token).sub);
const sessionOf = (tokens: Tokens): string => String(decodeJwt(tokens.access_token).session);

/** The member who comes in, or what the page tells. */
async function outcome({ asked }: Beginning, shown: Shown): Promise<string> {
  return shown.status === 0 ? ask(tool, await exchange(tool, asked, shown.url)) : told(shown);
}

async function signIn(authenticator: Authenticator, wrong: Wrong = {}): Promise<string> {
  const begun = await beginning(tool);
  return outcome(begun, await usePasskey(begun, authenticator, wrong));
}

test('an invitation is accepted with a new passkey, and then it signs in', async () => {
  const { authenticator, tokens } = await enrolled(world, tool, 'KR-FSC', ['LIAISON']);
  const me = memberOf(tokens);
  expect(await ask(tool, tokens)).toBe(me);
  const rows = await world.sql(
    `select m.agency_id, m.roles, p.issuer, length(p.subject) as length from member m join person p on p.id = m.person_id
      where m.id = $1`,
    [me],
  );
  expect(rows).toEqual([
    { agency_id: agencyId('KR-FSC'), roles: ['LIAISON'], issuer: 'urn:entente:passkey', length: 43 },
  ]);
  expect(await signIn(authenticator)).toBe(me);
  expect(await signIn(authenticator)).toBe(me);
  const [kept] = await world.sql<{ counter: string; acts: string[] }>(
    `select k.counter, array(select act from entry where subject_id = k.id order by recorded_at) as acts
       from passkey k join member m on m.person_id = k.person_id where m.id = $1`,
    [me],
  );
  expect(kept).toEqual({ counter: '2', acts: ['passkey.added'] });
});

test('one that counts nothing, and is on several devices, signs in as often; what is backed up is written down', async () => {
  const authenticator = new Authenticator(world.url, false, true);
  const { tokens } = await enrol(tool, await given(world, 'KR-FSC'), authenticator);
  expect([await signIn(authenticator), await signIn(authenticator)]).toEqual([
    memberOf(tokens),
    memberOf(tokens),
  ]);
  const answered = await world.holding('').query('{ viewer { memberId } }');
  expect(answered.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(
    await ask(tool, tokens, '{ myPasskeys { nodes { name synced backedUp removedAt memberId } } }'),
  ).toBe(
    JSON.stringify({
      myPasskeys: {
        nodes: [
          { name: 'A device', synced: true, backedUp: true, removedAt: null, memberId: memberOf(tokens) },
        ],
      },
    }),
  );
});

describe('an answer is refused', () => {
  let mine: Authenticator;
  let other: Authenticator;
  let member: string;
  beforeAll(async () => {
    const [one, another] = [await enrolled(world, tool, 'KR-FSC'), await enrolled(world, tool, 'KR-FSC')];
    mine = one.authenticator;
    other = another.authenticator;
    member = memberOf(one.tokens);
  });

  const WRONG: Record<string, () => Wrong> = {
    'to another challenge': () => ({ challenge: randomBytes(32).toString('base64url') }),
    'from another origin': () => ({ origin: 'https://entente.example' }),
    'from another port': () => ({ origin: 'http://127.0.0.1:1' }),
    'for another relying party': () => ({ party: 'entente.example' }),
    'without user verification': () => ({ unverified: true }),
    'without anybody there': () => ({ absent: true }),
    'of another kind': () => ({ type: 'webauthn.create' }),
    'whose counter stands still': () => ({ counter: 0 }),
    'by another key': () => ({ privateKey: other.privateKey }),
    "with another's credential id": () => ({ credential: other.credential }),
    'with an id that nobody has': () => ({ credential: randomBytes(32) }),
    "with another's handle": () => ({ handle: randomBytes(32).toString('base64url') }),
    'of one device that is now on several': () => ({ synced: true }),
  };

  test.each(Object.keys(WRONG))('%s', async (what) => {
    expect(await signIn(mine)).toBe(member);
    expect(await signIn(mine, WRONG[what]?.())).toBe(REFUSED);
    expect(await signIn(mine)).toBe(member);
  });

  test('whose counter goes back', async () => {
    const before = mine.counter;
    expect(await signIn(mine)).toBe(member);
    expect(await signIn(mine, { counter: before })).toBe(REFUSED);
  });

  test('a second time, and after a wrong one: a challenge is answered once', async () => {
    const begun = await beginning(tool);
    const using = await askPasskey(begun.browser, begun.page);
    const said = mine.use(optionsOf(using));
    expect(told(await answer(begun.browser, using, mine.use(optionsOf(using), { unverified: true })))).toBe(
      REFUSED,
    );
    expect(told(await answer(begun.browser, using, said))).toBe(OVER);
  });

  test('that was made for another sign-in, of the same browser and of another', async () => {
    for (const browser of [browserOf(world), undefined]) {
      const [one, another] = [await beginning(tool, browser), await beginning(tool, browser)];
      const [first, second] = [
        await askPasskey(one.browser, one.page),
        await askPasskey(another.browser, another.page),
      ];
      expect(told(await answer(another.browser, second, mine.use(optionsOf(first))))).toBe(REFUSED);
    }
  });

  test('that comes too late', async () => {
    const begun = await beginning(tool);
    const using = await askPasskey(begun.browser, begun.page);
    const before = await world.sql<{ late: boolean }>(
      `select extract(epoch from until - now()) between 200 and 300 as late from entente_auth.kept order by until`,
    );
    expect(before.some(({ late }) => late)).toBe(true);
    await world.sql(`update entente_auth.kept set until = now() where until < now() + interval '301 s'`);
    expect(told(await answer(begun.browser, using, mine.use(optionsOf(using))))).toBe(OVER);
  });

  test.each(['', 'null', '{}', '[]', '{"id":1}', '{"id":"x","rawId":"x","type":"public-key","response":{}}'])(
    'that is none: %s',
    async (said) => {
      const { browser, page } = await beginning(tool);
      const using = await askPasskey(browser, page);
      expect(told(await answer(browser, using, said))).toBe(REFUSED);
    },
  );

  test('of two at a time that say the same count, one: the database asks once more', async () => {
    const { authenticator } = await enrolled(world, tool, 'KR-FSC');
    const use = () =>
      world.doors.asAuthorizationServer((reader) =>
        reader.rows<{ moved: boolean }>(
          'select entente.use_passkey(id, 5, false) as moved from entente.passkey_of($1)',
          [authenticator.credential],
        ),
      );
    const moved = (await Promise.all([use(), use()])).flat().map((row) => row.moved);
    expect(moved.sort()).toEqual([false, true]);
  });

  test('of one sent five times at once, at most one signs in', async () => {
    const begun = await beginning(tool);
    const using = await askPasskey(begun.browser, begun.page);
    const said = mine.use(optionsOf(using));
    const shown = await Promise.all(Array.from({ length: 5 }, () => answer(begun.browser, using, said)));
    expect(shown.filter(({ status }) => status === 0).length).toBeLessThanOrEqual(1);
    expect(await signIn(mine)).toBe(member);
  });
});

describe('a new passkey is refused', () => {
  const attempt = async (wrong: Wrong, code?: string) => {
    const begun = await beginning(tool);
    const making = await begun.browser.submit(
      begun.page,
      'invitation',
      code ?? (await given(world, 'KR-FSC')),
    );
    const authenticator = new Authenticator(world.url);
    return outcome(begun, await answer(begun.browser, making, authenticator.make(optionsOf(making), wrong)));
  };

  test.each<[string, Wrong]>([
    ['to another challenge', { challenge: randomBytes(32).toString('base64url') }],
    ['from another origin', { origin: 'https://entente.example' }],
    ['for another relying party', { party: 'entente.example' }],
    ['without user verification', { unverified: true }],
    ['of another kind', { type: 'webauthn.get' }],
  ])('%s', async (_, wrong) => {
    expect(await attempt(wrong)).toBe(REFUSED);
  });

  test('that somebody has already', async () => {
    const { authenticator, tokens } = await enrolled(world, tool, 'KR-FSC');
    const code = await given(world, 'KR-FSC');
    expect(await attempt({ credential: authenticator.credential }, code)).toBe(NOT_GOOD);
    expect(await signIn(authenticator)).toBe(memberOf(tokens));
    // Nothing was written: the invitation is still good.
    expect(await attempt({}, code)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('for an invitation that was used, withdrawn or never was', async () => {
    const code = await given(world, 'KR-FSC');
    const begun = await beginning(tool);
    const making = await begun.browser.submit(begun.page, 'invitation', code);
    await enrol(tool, code);
    const said = new Authenticator(world.url).make(optionsOf(making));
    expect(told(await answer(begun.browser, making, said))).toBe(NOT_GOOD);
    for (const none of [code, 'x'.repeat(43), '']) {
      const { browser, page } = await beginning(tool);
      expect(told(await browser.submit(page, 'invitation', none))).toBe(NOT_GOOD);
    }
  });
});

describe('another passkey', () => {
  const add = async (authenticator: Authenticator, another: Authenticator) => {
    const begun = await beginning(tool);
    const using = await askPasskey(begun.browser, begun.page, true);
    const making = await answer(begun.browser, using, authenticator.use(optionsOf(using)));
    if (!making.text.includes('data-options')) return told(making);
    return outcome(
      begun,
      await answer(begun.browser, making, another.make(optionsOf(making)), '  My\u0007 key '),
    );
  };
  const listed = async (
    tokens: Tokens,
  ): Promise<{ id: string; name: string; removedAt: string | null }[]> => {
    const { myPasskeys } = JSON.parse(
      await ask(tool, tokens, '{ myPasskeys { nodes { id name removedAt } } }'),
    ) as { myPasskeys: { nodes: { id: string; name: string; removedAt: string | null }[] } };
    return myPasskeys.nodes;
  };
  const REMOVE = 'mutation ($input: RemovePasskeyInput!) { removePasskey(input: $input) { subjectId } }';
  const remove = (tokens: Tokens, passkeyId: string) =>
    ask(tool, tokens, REMOVE, { input: { idempotencyKey: randomBytes(9).toString('hex'), passkeyId } });

  test('is added by who has just signed in with one; either signs in, until it is removed', async () => {
    const { authenticator, tokens } = await enrolled(world, tool, 'KR-FSC');
    const another = new Authenticator(world.url);
    expect(await add(authenticator, another)).toBe(memberOf(tokens));
    expect(await signIn(another)).toBe(memberOf(tokens));
    const [second, first] = await listed(tokens);
    expect([second?.name, first?.name]).toEqual(['My key', 'A device']);

    const begun = await beginning(tool);
    const { url } = await usePasskey(begun, another);
    const byAnother = await exchange(tool, begun.asked, url);
    expect(await remove(tokens, second?.id ?? '')).toContain(second?.id);
    expect(await signIn(another)).toBe(REFUSED);
    // It is looked for when it answers and once more when it is used: each look alone is enough.
    const looks = await world.sql(
      `select (select count(*)::int from passkey_of(credential_id)) as found, use_passkey(id, counter + 1, true) as used
         from passkey where id = $1`,
      [second?.id],
    );
    expect(looks).toEqual([{ found: 0, used: false }]);
    expect(await ask(tool, byAnother)).toBe('UNAUTHENTICATED');
    expect(await ask(tool, tokens)).toBe(memberOf(tokens));
    expect(await remove(tokens, second?.id ?? '')).toBe('NOT_FOUND');
    expect(await remove(tokens, first?.id ?? '')).toBe('CONFLICT');
    expect(await signIn(authenticator)).toBe(memberOf(tokens));
    expect(await add(authenticator, another)).toBe(REFUSED);
  });

  test('is neither seen nor removed by anybody else but an administrator of the agency', async () => {
    const { authenticator, tokens } = await enrolled(world, tool, 'KR-FSC');
    const { tokens: colleague } = await enrolled(world, tool, 'KR-FSC', ['AUDITOR']);
    const [only] = await listed(tokens);
    const passkeyId = only?.id ?? '';
    expect((await listed(colleague)).map(({ id }) => id)).not.toContain(passkeyId);
    expect(await remove(colleague, passkeyId)).toBe('NOT_FOUND');
    const { tokens: analyst } = await enrolled(world, tool, 'KR-FSC');
    // Whatever the application may ask: row security says the same.
    const seen = await world.doors.read({ id: memberOf(analyst), needed: ['ANALYST'] }, (reader) =>
      reader.rows<{ name: string }>('select name from passkey'),
    );
    expect(seen).toEqual([{ name: 'A device' }]);
    const idsFor = async (code: 'KR-FSC' | 'JP-NPA') => {
      const all = await world
        .as(code, 'AGENCY_ADMIN')
        .ask<{ passkeys: { nodes: { id: string }[] } }>('{ passkeys { nodes { id } } }');
      return all.passkeys.nodes.map(({ id }) => id);
    };
    expect(await idsFor('KR-FSC')).toContain(passkeyId);
    expect(await idsFor('JP-NPA')).toEqual([]);
    const removal = (code: 'KR-FSC' | 'JP-NPA') =>
      tried(world.as(code, 'AGENCY_ADMIN'), 'removePasskey', { passkeyId });
    expect(await removal('JP-NPA')).toBe('NOT_FOUND input.passkeyId');
    expect(await removal('KR-FSC')).toBe('done');
    expect(await signIn(authenticator)).toBe(REFUSED);
    expect(await ask(tool, tokens)).toBe('UNAUTHENTICATED');
    const acts = await world.sql(
      `select e.act, e.details is not null as said from entry e where subject_id = $1 order by recorded_at`,
      [passkeyId],
    );
    expect(acts).toEqual([
      { act: 'passkey.added', said: false },
      { act: 'passkey.removed', said: true },
    ]);
  });

  test('there are ten at most', async () => {
    const { authenticator, tokens } = await enrolled(world, tool, 'KR-FSC');
    await planted(world, [memberOf(tokens)], 9);
    expect(await add(authenticator, new Authenticator(world.url))).toBe(REFUSED);
  });
});

describe('a passkey ends', () => {
  test('with the membership, at once; with other roles it is the same person’s', async () => {
    const { authenticator, tokens } = await enrolled(world, tool, 'JP-NPA');
    const administrator = world.as('JP-NPA', 'AGENCY_ADMIN');
    const changed = await tried(administrator, 'changeRoles', {
      memberId: memberOf(tokens),
      roles: ['CONTRIBUTOR'],
    });
    expect(changed).toBe('done');
    expect(await ask(tool, tokens)).toBe('UNAUTHENTICATED');
    const now = await signIn(authenticator);
    expect(now).toMatch(/^[0-9a-f-]{36}$/);
    expect(await tried(administrator, 'endMembership', { memberId: now })).toBe('done');
    expect(await signIn(authenticator)).toBe('You have no active membership here');
  });

  test('while its agency is suspended', async () => {
    const { authenticator } = await enrolled(world, tool, 'JP-NPA');
    await world.sql('update agency set suspended_at = now() where id = $1', [agencyId('JP-NPA')]);
    expect(await signIn(authenticator)).toBe('You have no active membership here');
    await world.sql('update agency set suspended_at = null');
  });

  test('where the agency has a provider: but for those who set it and mend it', async () => {
    const { authenticator: analysts, tokens } = await enrolled(world, tool, 'US-TFI');
    const { authenticator: administrators } = await enrolled(world, tool, 'US-TFI', ['AGENCY_ADMIN']);
    const invited = await given(world, 'US-TFI');
    const begun = await beginning(tool);
    const making = await begun.browser.submit(begun.page, 'invitation', invited);
    const theirs = await administratorsOf(world, 'US-TFI');
    await theirs.both('setIdentityProvider', {
      issuer: `${world.url}/demo/provider`,
      clientId: 'entente',
      clientSecret: 'sixteen-or-more-signs',
    });
    expect(await ask(tool, tokens)).toBe('UNAUTHENTICATED');
    expect(await signIn(analysts)).toBe('You have no active membership here');
    expect(await signIn(administrators)).toMatch(/^[0-9a-f-]{36}$/);
    // Also the invitation whose page was open already.
    const said = new Authenticator(world.url).make(optionsOf(making));
    expect(told(await answer(begun.browser, making, said))).toBe(NOT_GOOD);
    // Its own invitations are accepted at the provider; those of the hub, when it recovers the agency, are not.
    const own = await beginning(tool);
    expect((await own.browser.submit(own.page, 'invitation', invited)).text).not.toContain('data-options');
    const hubs = await given(world, 'US-TFI', { by: 'HUB', roles: ['AGENCY_ADMIN'] });
    await enrol(tool, hubs);
  });
});

describe('the page', () => {
  test('has one script, of this site, and asks for what is proved: who it is, on a key that names itself', async () => {
    const { browser, page } = await beginning(tool);
    const using = await askPasskey(browser, page);
    const making = await browser.submit(
      (await beginning(tool, browser)).page,
      'invitation',
      await given(world, 'KR-FSC'),
    );
    expect(optionsOf(using)).toMatchObject({ rpId: '127.0.0.1', userVerification: 'required' });
    expect(optionsOf(using)).not.toHaveProperty('allowCredentials');
    expect(optionsOf(making)).toMatchObject({
      rp: { id: '127.0.0.1' },
      user: { name: 'KR-FSC: Invited' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    for (const { text, headers } of [using, making]) {
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'",
      );
      expect(text.match(/<script[^>]*>/g)).toEqual([
        expect.stringMatching(/^<script src="\/sign-in\/[0-9a-f]{16}\.js">$/),
      ]);
      expect(text).not.toMatch(/<style|\son\w+=/i);
    }
    const script = await fetch(new URL(/script src="([^"]*)"/.exec(using.text)?.[1] ?? '', world.url));
    expect([script.status, script.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
    expect(await script.text()).toContain('startAuthentication');
  });

  test('takes no form without its token, and none of another browser', async () => {
    const { browser, page } = await beginning(tool);
    const using = await askPasskey(browser, page);
    for (const path of ['passkey', 'passkey/use', 'passkey/make']) {
      const at = `${page.url.href}/${path}`;
      expect((await browser.post(at, new URLSearchParams({ token: 'x' }))).status).toBe(400);
      const token = /name="token" value="([^"]*)"/.exec(using.text)?.[1] ?? '';
      expect((await browserOf(world).post(at, new URLSearchParams({ token }))).status).toBe(400);
    }
  });
});

test('a session says by which passkey it was begun, and the application reads no key', async () => {
  const { tokens } = await enrolled(world, tool, 'KR-FSC');
  const rows = await world.sql(
    'select k.person_id = m.person_id as mine from session s join passkey k on k.id = s.passkey_id join member m on m.id = s.member_id where s.id = $1',
    [sessionOf(tokens)],
  );
  expect(rows).toEqual([{ mine: true }]);
  for (const column of ['public_key', 'credential_id', 'counter'])
    await expect(world.doors.unentered(`select ${column} from passkey`, [])).rejects.toThrow(
      /permission denied/,
    );
});
