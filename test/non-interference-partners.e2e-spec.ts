import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { cursorOf, listKey } from '#core';
import { administer, ADMINISTRATION } from './support/administration.js';
import { DATASETS } from './support/datasets.js';
import { ownFindings, type Own } from './support/attempts.js';
import { actNames, everyAct } from './support/every-act.js';
import type { ActName } from './support/findings.js';
import { incidentOf, setScene, type Scene } from './support/hidden.js';
import { newAgency } from './support/history.js';
import { approvedExport, fetchExport, readExport } from './support/ledger-exports.js';
import { partnerAttempts, type Wanted } from './support/partner-attempts.js';
import { newArrangement, newMember, whileSuspended } from './support/partners.js';
import { absent, answers, operation, questions, type Named } from './support/questions.js';
import { agencyId, bothId, CODES, memberId, type Code } from './support/roster.js';
import { rootFields, servedSchema } from './support/schema.js';
import { contents } from './support/seen.js';
import { numberAll } from './support/workers.js';
import { outcomeOf, startWorld, type Client, type World } from './support/world.js';

/*
 * P2 for partners. An agency sees itself and those it shares an arrangement with, whatever the arrangement says and
 * whether or not it is in force; of arrangements, those it is a party of. Any other agency or arrangement, and the
 * members and caps of every other agency, are hidden: with and without them, whoever asks gets the same bytes.
 */

jest.setTimeout(60_000);

let world: World;
let schema: GraphQLSchema;
let scene: Scene;
/** What the askers try to release: findings of their own. */
let own: Record<'JP-NPA' | 'XX-ALONE', Own>;
/** An export of each, of all that is in its ledger within the hour. */
const ledgers: Partial<Record<Code, string>> = {};
beforeAll(async () => {
  world = await startWorld({ pool: 12 });
  schema = await servedSchema(world);
  scene = await setScene(world, {
    actor: 'KR-FSC',
    ally: 'US-TFI',
    holder: 'JP-NPA',
    former: 'CN-CAMLMAC',
    stranger: 'XX-ALONE',
  });
  own = {
    'JP-NPA': await ownFindings(world, 'JP-NPA', 'KR-FSC'),
    'XX-ALONE': await ownFindings(world, 'XX-ALONE', 'JP-NPA'),
  };
  for (const code of ['JP-NPA', 'XX-ALONE'] as const) ledgers[code] = await approvedExport(world, code);
  await world.sql(`update pending_act set decided_at = now() + interval '1 hour' where outcome = 'DONE'`);
});
afterAll(() => world.close());

const VIEWERS: Record<string, () => Client> = {
  partner: () => world.as('JP-NPA', 'BOTH'),
  stranger: () => world.as('XX-ALONE', 'BOTH'),
  administrator: () => world.as('JP-NPA', 'AGENCY_ADMIN'),
  auditor: () => world.as('XX-ALONE', 'AUDITOR'),
  nobody: () => world.anonymous,
};

/** What is hidden, and who does see that it is there: nobody where the API does not show it to anybody. */
interface Change {
  what: string;
  change: (mark: string) => Promise<Partial<Named> & { arrangement?: string }>;
  shownTo?: Code;
}

const CHANGES: Change[] = [
  ...['AA', 'JP-NPB', 'ZZ'].map((prefix) => ({
    what: `an agency, listed as ${prefix}, and its arrangement with somebody else`,
    change: async (mark: string) => ({ agency: await newAgency(world, `${prefix}-${mark}`, 'KR-FSC') }),
    shownTo: 'KR-FSC' as const,
  })),
  {
    what: 'an agency that shares no arrangement with anybody',
    change: async (mark) => {
      const agency = await newAgency(world, mark, 'KR-FSC');
      await world.sql('delete from arrangement_party where agency_id = $1', [agency]);
      return { agency };
    },
  },
  {
    what: 'a suspended agency and its arrangement with somebody else',
    change: async (mark) => {
      const agency = await newAgency(world, mark, 'KR-FSC');
      await world.sql('update agency set suspended_at = now() where id = $1', [agency]);
      return { agency };
    },
    shownTo: 'KR-FSC',
  },
  {
    what: 'an arrangement between two visible agencies',
    change: async () => ({ arrangement: await newArrangement(world, ['KR-FSC', 'US-TFI', 'CN-CAMLMAC']) }),
  },
  {
    what: 'a wider arrangement between the agencies that have one',
    change: async () => ({
      arrangement: await newArrangement(world, ['KR-FSC', 'KR-KNPA'], { highestMarking: 'TLP:RED' }),
    }),
    shownTo: 'KR-KNPA',
  },
  {
    what: 'an arrangement that has ended, and one that nobody has accepted',
    change: async () => {
      await newArrangement(world, ['KR-FSC', 'US-TFI'], { endsIn: -1, onEnd: 'RECALL' });
      const arrangement = await newArrangement(world, ['US-TFI', 'CN-CAMLMAC']);
      await world.sql('update arrangement_party set accepted_at = null where arrangement_id = $1', [
        arrangement,
      ]);
      return { arrangement };
    },
  },
  {
    what: 'a member of another agency',
    change: async () => ({ revision: await newMember(world, 'KR-FSC', ['RELEASER']) }),
  },
  {
    what: 'a second membership, in another agency, of the person who asks',
    change: async () => ({
      revision: await newMember(world, 'KR-FSC', ['CONTRIBUTOR', 'RELEASER'], bothId('JP-NPA')),
    }),
  },
  {
    what: 'what another agency does, and has in its ledger',
    change: async () => {
      const input = { name: 'Kim', roles: ['ANALYST'] };
      return {
        revision: (await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'inviteMember', input)).subjectId,
      };
    },
  },
  {
    what: 'an ended membership of the person who asks, and another cap, in another agency',
    change: async () => {
      const member = await newMember(world, 'US-TFI', ['CONTRIBUTOR'], bothId('JP-NPA'));
      await world.sql('update member set ended_at = now() where id = $1', [member]);
      await world.sql('update cap set widest = widest + 1 where agency_id = $1', [agencyId('KR-FSC')]);
      return { revision: member };
    },
  },
];

/** Cursors before, at and behind the code of what is hidden, as its own page would have them. */
const forged = (mark: string) =>
  ['AA', `JP-NPB-${mark}`, mark, 'ZZ'].map((code) => ({
    first: 3,
    after: cursorOf(listKey('agencies', null), { key: code.toUpperCase(), id: randomUUID() }),
  }));

/** How many agencies each asker sees: pages of this size end at the last one. */
const sizes = Array.from({ length: CODES.length }, (_, at) => ({ first: at + 1 }));

/** The ledger that an agency takes away, as it is now, but for what fetching it leaves there. */
async function taken(code: Code): Promise<string> {
  const text = await (await fetchExport(world, memberId(code, 'AUDITOR'), ledgers[code] ?? '')).text();
  await world.sql(
    `with fetched as (delete from entry where act = 'ledger.fetched' returning id)
     delete from unnumbered where entry_id in (select id from fetched)`,
  );
  return JSON.stringify(readExport(text).entries.filter(({ act }) => act !== 'ledger.fetched'));
}

/** What everybody is told: of every query, of pages of every size from every place, of every mutation. */
async function told(named: Wanted): Promise<object> {
  // What is hidden from them moves the feeds of others.
  await numberAll(world);
  const known = { findings: [scene.shown.id], incident: incidentOf(scene.shown), mark: 'seen' };
  const { agencies = [], ...others } = questions(known, named);
  const all = { ...others, agencies: [...agencies, ...sizes, ...forged(named.mark)] };
  const queries = Object.entries(VIEWERS).map(async ([viewer, client]) => [
    viewer,
    await answers(client(), schema, all),
  ]);
  const acts = (['JP-NPA', 'XX-ALONE'] as const).map(async (code) => {
    const texts: string[] = [];
    const partner = code === 'JP-NPA' ? 'KR-FSC' : 'JP-NPA';
    for (const [name, given] of partnerAttempts(own[code], partner, named)) {
      const input = { idempotencyKey: 'partners', ...given };
      const answer = await world.as(code, 'BOTH').query(operation(schema, name), { input });
      expect([name, outcomeOf(answer)]).toEqual([name, expect.stringMatching(/^NOT_FOUND input\./)]);
      texts.push(`${name} ${answer.text}`);
    }
    return [`acts of ${code}`, texts];
  });
  const said = await Promise.all([...queries, ...acts]);
  const exports = [];
  for (const code of ['JP-NPA', 'XX-ALONE'] as const) exports.push([`ledger of ${code}`, await taken(code)]);
  return Object.fromEntries([...said, ...exports]) as object;
}

test.each(CHANGES)('the same bytes with and without $what', async ({ change, shownTo }) => {
  const nothing = { ...absent(`m${randomUUID().slice(0, 8)}`), arrangement: randomUUID() };
  const agencies = `{ agencies(first: 100) { nodes { id } } validateFinding(document: ${ANY}) { reach { arrangementId } } }`;
  const list = async () => shownTo && (await world.as(shownTo, 'BOTH').query(agencies)).text;
  const [shown, rows] = [await list(), await contents(world)];
  const before = await told(nothing);

  const there = await change(nothing.mark);

  expect(await told({ ...nothing, ...there })).toEqual(before);
  for (const secret of [nothing.mark.toUpperCase(), ...Object.values(there)]) {
    expect(JSON.stringify(before)).not.toContain(secret);
  }
  expect(await contents(world)).not.toEqual(rows);
  if (shownTo) expect(await list()).not.toBe(shown);
});

/** A document in the words of a GraphQL operation. */
const ANY = `{ kind: "hack", marking: { tlp: "TLP:GREEN", purposes: ["policy"] },
  texts: [{ language: "en", origin: "original", title: "A theft", body: "What happened." }] }`;

test('a token of a membership that is not active gets what one of a membership that never was gets', async () => {
  const suspended = await newMember(world, 'KR-KNPA', ['CONTRIBUTOR', 'RELEASER']);
  const [ended, over, later] = await Promise.all(
    ['ended_at = now()', 'valid_until = now()', `valid_from = now() + interval '1 day'`].map(async (set) => {
      const id = await newMember(world, 'JP-NPA', ['CONTRIBUTOR', 'RELEASER']);
      await world.sql(`update member set ${set} where id = $1`, [id]);
      return id;
    }),
  );
  const acts: [ActName, object][] = [];
  for (const name of actNames) acts.push([name, (await everyAct[name](world)).input]);
  const known = { findings: [scene.shown.id], incident: scene.incident, mark: 'seen' };
  const tell = async (member: string) => {
    const client = world.member(member);
    const texts: string[] = [];
    for (const [name, input] of acts) {
      const answer = await client.query(operation(schema, name), {
        input: { idempotencyKey: 'k', ...input },
      });
      texts.push(answer.text);
    }
    return [await answers(client, schema, questions(known, absent('never'))), texts];
  };
  const never = await tell(randomUUID());
  expect(JSON.stringify(never)).toContain('UNAUTHENTICATED');
  expect(JSON.stringify(never)).not.toContain(scene.shown.revision.id);
  for (const member of [ended, over, later]) expect(await tell(member ?? '')).toEqual(never);
  expect(await whileSuspended(world, 'KR-KNPA', () => tell(suspended))).toEqual(never);
});

test('every query and every mutation is asked', () => {
  const ids = { ...absent(''), arrangement: '' };
  const acts = partnerAttempts(own['JP-NPA'], 'KR-FSC', ids).map(([name]) => name);
  expect([...new Set(acts)].sort()).toEqual(
    rootFields(schema, 'Mutation').filter(
      (name) => !(name in ADMINISTRATION) && !(name in DATASETS) && name !== 'acknowledgeFeed',
    ),
  );
});
