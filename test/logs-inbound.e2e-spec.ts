import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keyOfJwk } from '#signatures';
import { administer } from './support/administration.js';
import { CAST, failing, QUOTE } from './support/failing.js';
import { found, plantedDocument, plantedSheet, text, word } from './support/planted.js';
import { batch, newInboundKey, newPoster, outcomeOf, post, type Poster } from './support/posting.js';
import { agencyId } from './support/roster.js';
import { startSpokenWorld, type SpokenWorld } from './support/spoken.js';

/* As logs.e2e-spec.ts, for what agency systems post: it is in no line, whatever becomes of it. */

let world: SpokenWorld;
let poster: Poster;
beforeAll(async () => {
  world = await startSpokenWorld();
  poster = await newPoster(world, 'KR-FSC');
}, 60_000);
afterAll(() => world.close());

const event = () => ({
  type: 'finding.posted',
  data: { document: plantedDocument(), newIncident: true, sheet: plantedSheet() },
});

test.each(['finding', 'revision', 'sheet', 'claim', 'inbound_message', 'inbound_receipt', 'entry'])(
  'a fault at %s',
  async (table) => {
    for (const how of [QUOTE, CAST]) {
      for (const body of [event(), batch(event())]) {
        const told = await failing(world, table, how, () => post(poster, body, { id: word('id') }));
        expect(outcomeOf(told)).toBe('500 INTERNAL');
        expect(found(told.text)).toEqual([]);
      }
    }
    expect(world.leaks()).toEqual({});
  },
);

test('what is taken, and what is refused for whatever reason', async () => {
  const id = word('id');
  expect(outcomeOf(await post(poster, event(), { id }))).toBe('202 DRAFTED');
  expect(outcomeOf(await post(poster, event(), { id }))).toMatch(/^409/);
  const wrong = { type: 'finding.posted', data: { document: { ...plantedDocument(), kind: word('kind') } } };
  expect(outcomeOf(await post(poster, wrong))).toMatch(/^400/);
  expect(
    outcomeOf(await post(poster, batch(event(), wrong, { type: word('type'), [word('name')]: 1 }))),
  ).toMatch(/^202/);
  const unseen = {
    type: 'finding.posted',
    data: { document: plantedDocument([randomUUID()], randomUUID()) },
  };
  expect(outcomeOf(await post(poster, unseen))).toMatch(/^404/);
  expect(outcomeOf(await post(poster, Buffer.from(`{"${word('name')}": ${text('no JSON')}`)))).toMatch(
    /^400/,
  );
  expect(outcomeOf(await post(poster, event(), { keys: [keyOfJwk(newInboundKey().private)] }))).toMatch(
    /^401/,
  );
  expect(outcomeOf(await post(poster, event(), { headers: { 'entente-client': word('client') } }))).toMatch(
    /^401/,
  );
  expect(outcomeOf(await post(poster, event(), { path: '/inbound/check' }))).toBe('200 DRAFTED');
  expect(world.leaks()).toEqual({});
});

test('a fault while it is released at once', async () => {
  const { subjectId } = await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'askStandingAuthority', {
    ...{ title: text('title'), agencyIds: [agencyId('JP-NPA')], kinds: ['hack'] },
    ...{ highestMarking: 'TLP:AMBER+STRICT', daily: 1000, days: 1 },
  });
  const named = { standingAuthorityId: subjectId };
  await administer(world.as('KR-FSC', 'RELEASER'), 'approveStandingAuthority', named);
  for (const table of ['release', 'inbox', 'standing_use'])
    for (const how of [QUOTE, CAST]) {
      const told = await failing(world, table, how, () => post(poster, event()));
      expect([table, outcomeOf(told)]).toEqual([table, '500 INTERNAL']);
      expect(found(told.text)).toEqual([]);
    }
  expect(outcomeOf(await post(poster, event()))).toBe('202 RELEASED');
  expect(world.leaks()).toEqual({});
});
