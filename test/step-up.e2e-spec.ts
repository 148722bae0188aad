import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { administer, ADMINISTRATION, send, type AdministrationName } from './support/administration.js';
import { registered } from './support/clients.js';
import { newMember } from './support/partners.js';
import {
  answer,
  askPasskey,
  beginning,
  enrolled,
  optionsOf,
  planted,
  usePasskey,
} from './support/passkeys.js';
import {
  answerTo,
  ask,
  authorization,
  browserOf,
  clickMember,
  exchange,
  newCommandLine,
  newTool,
  pollOnce,
  refresh,
  signedIn,
  startDevice,
  type Tokens,
  type Tool,
} from './support/person.js';
import { agencyId, memberId } from './support/roster.js';
import { startWorld, type OwnWorld } from './support/world.js';

/* What is dangerous takes a proof of the last ten minutes: of the session, by the database's clock. */

let world: OwnWorld;
let tool: Tool;
beforeAll(async () => {
  world = await startWorld();
  tool = await newTool(world);
});
afterAll(() => world.close());

const ADMINISTRATOR = 'KR-FSC/AGENCY_ADMIN';
const sessionOf = (tokens: Tokens): string => String(decodeJwt(tokens.access_token).session);
const proved = (tokens: Tokens, ago: string) =>
  world.sql(`update session set proved_at = clock_timestamp() - $2::interval where id = $1`, [
    sessionOf(tokens),
    ago,
  ]);
const member = () => newMember(world, 'KR-FSC', ['ANALYST']);

/** Somebody else of the agency asked for it. */
async function pendingAct(): Promise<object> {
  const asking = world.member(await newMember(world, 'KR-FSC', ['AGENCY_ADMIN']));
  const { pendingAct: asked } = await administer(asking, 'changeRoles', {
    memberId: await member(),
    roles: ['LIAISON'],
  });
  return { pendingActId: asked?.id, hash: asked?.hash };
}

async function session(): Promise<object> {
  const [made] = await world.sql<{ id: string }>(
    `insert into session (agency_id, member_id, agent) values ($1, $2, 'A browser') returning id`,
    [agencyId('KR-FSC'), await member()],
  );
  return { sessionId: made?.id };
}

const done = (tokens: Tokens, name: AdministrationName, input: object) =>
  ask(tool, tokens, ADMINISTRATION[name], { input: { idempotencyKey: randomUUID(), ...input } });

const AUTHORITY = {
  title: 'At once',
  agencyIds: [agencyId('US-TFI')],
  kinds: ['hack'],
  highestMarking: 'TLP:CLEAR',
  daily: 5,
  days: 7,
};

async function authority(): Promise<object> {
  const asking = world.as('KR-FSC', 'AGENCY_ADMIN');
  return { standingAuthorityId: (await administer(asking, 'askStandingAuthority', AUTHORITY)).subjectId };
}

const DANGEROUS: [AdministrationName, () => Promise<object>, by?: 'AGENCY_ADMIN' | 'RELEASER'][] = [
  ['approveAct', pendingAct],
  ['changeRoles', async () => ({ memberId: await member(), roles: ['LIAISON'] })],
  ['askStandingAuthority', async () => AUTHORITY],
  ['approveStandingAuthority', authority, 'RELEASER'],
  ['endSession', session],
  ['removePasskey', async () => ({ passkeyId: (await planted(world, [await member()]))[0] })],
];

describe.each(DANGEROUS)('%s', (name, input, by = 'AGENCY_ADMIN') => {
  test('is done up to ten minutes after the proof, and not later', async () => {
    const tokens = await signedIn(tool, `KR-FSC/${by}`);
    const late = await input();
    await proved(tokens, '601 s');
    const before = await world.sql('select count(*) from entry');
    expect(await done(tokens, name, late)).toBe('FORBIDDEN');
    expect(await world.sql('select count(*) from entry')).toEqual(before);
    expect(await ask(tool, tokens)).toBe(memberId('KR-FSC', by));
    await proved(tokens, '540 s');
    expect(await done(tokens, name, late)).toContain('subjectId');
  });
});

test.each<[AdministrationName, () => Promise<object>]>([
  ['refuseAct', pendingAct],
  ['changeRoles', async () => ({ memberId: await member(), roles: ['CONTRIBUTOR'] })],
  ['endMembership', async () => ({ memberId: await member() })],
])('%s, which narrows or takes one alone, is done at any time', async (name, input) => {
  const tokens = await signedIn(tool, ADMINISTRATOR);
  await proved(tokens, '11 h');
  expect(await done(tokens, name, await input())).toContain('subjectId');
});

test('one’s own session is ended at any time', async () => {
  const [old, other] = [await signedIn(tool, ADMINISTRATOR), await signedIn(tool, ADMINISTRATOR)];
  await proved(old, '11 h');
  expect(await done(old, 'endSession', { sessionId: sessionOf(other) })).toContain('subjectId');
});

test('a client is told why, in a way that it can act upon', async () => {
  const tokens = await signedIn(tool, ADMINISTRATOR);
  await proved(tokens, '11 minutes');
  const input = { idempotencyKey: randomUUID(), ...(await pendingAct()) };
  const { errors } = await answerTo(tool, tokens, ADMINISTRATION.approveAct, { input });
  expect(errors).toMatchObject([
    {
      message: 'Prove once more who you are: this takes a sign-in of the last 10 minutes.',
      extensions: { code: 'FORBIDDEN', reason: 'INSUFFICIENT_USER_AUTHENTICATION', maxAge: 600 },
    },
  ]);
});

test('it does not help that the token is new', async () => {
  const tokens = await signedIn(tool, ADMINISTRATOR);
  await proved(tokens, '11 minutes');
  const newer = await refresh(tool, tokens);
  expect(Date.now() / 1000 - Number(decodeJwt(newer.access_token).auth_time)).toBeGreaterThan(600);
  expect(await done(newer, 'approveAct', await pendingAct())).toBe('FORBIDDEN');
});

test('a request of the demo’s, which names no session, is as fresh as its signature', async () => {
  await world.sql(`update session set proved_at = 'epoch'`);
  const { errors } = await send(world.as('KR-FSC', 'AGENCY_ADMIN'), 'approveAct', await pendingAct());
  expect(errors).toEqual([]);
});

test('a system client approves nothing, whatever it may ask', async () => {
  const { id, keys } = await registered(world, 'KR-FSC');
  await world.sql(`update member set roles = '{CONTRIBUTOR}' where id = $1`, [id]);
  const [asked] = await world.sql<{ id: string }>(
    `insert into pending_act (agency_id, act, content, hash, requested_by, requester_id)
     select agency_id, 'list.published', '{}', 'x', id, person_id from member where id = $1 returning id`,
    [memberId('KR-FSC', 'CONTRIBUTOR')],
  );
  const caller = { id, needed: ['CONTRIBUTOR'], key: keys[0]?.kid };
  const approving = world.doors.act(caller, (tx) =>
    tx.manager.query('select * from decide_act($1, $2, true)', [asked?.id, 'x']),
  );
  await expect(approving).rejects.toThrow('A person does this');
});

describe('who proves it once more', () => {
  test('goes on with the same session, and so do its tools', async () => {
    const browser = browserOf(world);
    const tokens = await signedIn(tool, ADMINISTRATOR, browser);
    await proved(tokens, '11 minutes');
    const asked = await authorization(tool, { prompt: 'login' });
    const page = await browser.open(asked.address);
    expect(page.text).toContain('Sign in to Entente');
    const { url } = await clickMember(browser, page, ADMINISTRATOR);
    const fresh = await exchange(tool, asked, url);
    expect(sessionOf(fresh)).toBe(sessionOf(tokens));
    expect(Date.now() / 1000 - Number(decodeJwt(fresh.access_token).auth_time)).toBeLessThan(120);
    expect(await done(fresh, 'approveAct', await pendingAct())).toContain('subjectId');
    expect(await done(tokens, 'approveAct', await pendingAct())).toContain('subjectId');
  });

  test('may not be somebody else, who signs out first', async () => {
    const browser = browserOf(world);
    const tokens = await signedIn(tool, ADMINISTRATOR, browser);
    await proved(tokens, '11 minutes');
    const { address } = await authorization(tool, { prompt: 'login' });
    const shown = await clickMember(browser, await browser.open(address), 'KR-FSC/ANALYST');
    expect([shown.status, shown.text.includes('signed in as somebody else')]).toEqual([409, true]);
    expect(await done(tokens, 'approveAct', await pendingAct())).toBe('FORBIDDEN');
  });

  test('may do so with a passkey', async () => {
    const { authenticator, tokens, browser } = await enrolled(world, tool, 'KR-FSC', ['AGENCY_ADMIN']);
    await proved(tokens, '11 minutes');
    expect(await done(tokens, 'approveAct', await pendingAct())).toBe('FORBIDDEN');
    const begun = await beginning(tool, browser, { prompt: 'login' });
    const { url } = await usePasskey(begun, authenticator);
    const fresh = await exchange(tool, begun.asked, url);
    expect(sessionOf(fresh)).toBe(sessionOf(tokens));
    expect(await done(tokens, 'approveAct', await pendingAct())).toContain('subjectId');
    // A wrong answer proves nothing.
    await proved(tokens, '11 minutes');
    const again = await beginning(tool, browser, { prompt: 'login' });
    const using = await askPasskey(browser, again.page);
    await answer(browser, using, authenticator.use(optionsOf(using), { unverified: true }));
    expect(await done(tokens, 'approveAct', await pendingAct())).toBe('FORBIDDEN');
  });

  test('may do so for the command line', async () => {
    const commandLine = await newCommandLine(world);
    const browser = browserOf(world);
    const tokens = await signedIn(tool, ADMINISTRATOR, browser);
    await proved(tokens, '11 minutes');
    const asked = await startDevice(commandLine, { again: '1' });
    const typed = await browser.open(asked.verification_uri_complete ?? '');
    const confirm = await browser.submit(typed, 'user_code', asked.user_code);
    const page = await browser.submit(confirm, 'confirm', 'yes');
    expect(page.text).toContain('Sign in to Entente');
    expect((await clickMember(browser, page, ADMINISTRATOR)).text).toContain('The tool is signed in.');
    const fresh = await pollOnce(commandLine, asked.device_code);
    if (typeof fresh === 'string') throw new Error(fresh);
    expect(sessionOf(fresh)).toBe(sessionOf(tokens));
    expect(await done(tokens, 'approveAct', await pendingAct())).toContain('subjectId');
  });
});

test('when a token is given, its member was last used', async () => {
  const used = () =>
    world.sql<{ recent: boolean }>(
      `select last_used_at > clock_timestamp() - interval '5 minutes' as recent from member_use where member_id = $1`,
      [memberId('JP-NPA', 'LIAISON')],
    );
  expect(await used()).toEqual([]);
  const tokens = await signedIn(tool, 'JP-NPA/LIAISON');
  expect(await used()).toEqual([{ recent: true }]);
  await world.sql(`update member_use set last_used_at = now() - interval '2 hours'`);
  expect(await used()).toEqual([{ recent: false }]);
  await refresh(tool, tokens);
  expect(await used()).toEqual([{ recent: true }]);
});
