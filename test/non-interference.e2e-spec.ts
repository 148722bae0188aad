import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { accountRow, sealed } from './support/datasets.js';
import { act, document, draft, newest, release, released, type Finding } from './support/findings.js';
import { withoutFilter } from './support/forgetful.js';
import { fullDocument, walletOf } from './support/full-document.js';
import { eraseFinding, eraseRevision, newAgency } from './support/history.js';
import {
  absent,
  answers,
  filters,
  operation,
  questions,
  restingOn,
  wallet,
  type Named,
} from './support/questions.js';
import { agencyId, type Code } from './support/roster.js';
import { inputFields, rootFields, servedSchema } from './support/schema.js';
import { numberAll } from './support/workers.js';
import { startWorld, type Client, type World } from './support/world.js';

/*
 * P2: hidden and absent cannot be told apart. Every query of the schema, with every kind of argument and every field,
 * is asked by those who may not see a thing, without it and with it in the database: the answers are the same bytes.
 * They are so too when the application forgets its own filter: then the database alone hides the thing (P1).
 */

// Thousands of requests.
jest.setTimeout(60_000);

let world: World;
let schema: GraphQLSchema;

/** Who asks: members who may ask every query, those who may read no content, and nobody. */
const VIEWERS = {
  author: () => world.as('KR-FSC', 'BOTH'),
  recipient: () => world.as('JP-NPA', 'BOTH'),
  covered: () => world.as('US-TFI', 'BOTH'),
  recalled: () => world.as('CN-CAMLMAC', 'BOTH'),
  stranger: () => world.as('XX-ALONE', 'BOTH'),
  administrator: () => world.as('KR-FSC', 'AGENCY_ADMIN'),
  /** Reads the ledger of the recipient; the author's own auditor is told what the author did. */
  auditor: () => world.as('JP-NPA', 'AUDITOR'),
  operator: () => world.as('HUB', 'OPERATOR'),
  nobody: () => world.anonymous,
} satisfies Record<string, () => Client>;
type Viewer = keyof typeof VIEWERS;

/** What was there before: findings that KR-FSC released to JP-NPA, to some others too, and those it keeps to itself. */
let seen: Record<'first' | 'second' | 'shared' | 'withdrawn' | 'revised' | 'superseded', Finding>;
let incident: string;
/** The earlier revision of `revised`, and what took the place of `superseded`: US-TFI alone has these. */
let earlier: Finding;
let successor: Finding;
beforeAll(async () => {
  world = await startWorld({ pool: 12 });
  schema = await servedSchema(world);
  const first = await released(world, 'KR-FSC', ['JP-NPA'], fullDocument('seen'), { newIncident: true });
  incident = incidentOf(first);
  earlier = await released(world, 'KR-FSC', ['US-TFI'], fullDocument('earlier'), { newIncident: true });
  seen = {
    first,
    second: await released(world, 'KR-FSC', ['JP-NPA'], fullDocument('seen2', { incidents: [incident] })),
    shared: await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']),
    withdrawn: await released(world, 'KR-FSC', ['JP-NPA', 'CN-CAMLMAC']),
    revised: await releaseNext(earlier, document(), 'JP-NPA', 'US-TFI'),
    superseded: await released(world, 'KR-FSC', ['JP-NPA'], { kind: 'policy-note' }),
  };
  await recall(seen.withdrawn, 'CN-CAMLMAC');
  successor = await released(world, 'KR-FSC', ['US-TFI'], fullDocument('successor'), { newIncident: true });
  await act(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', {
    findingId: seen.superseded.id,
    successorId: successor.id,
  });
});
afterAll(() => world.close());

const incidentOf = (finding: Finding): string => finding.revision.document.incidents[0] ?? '';

const revise = (finding: Finding, written: object) =>
  act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', { basedOn: newest(finding), document: written });

/** A further revision to one agency, and not to the one that holds the revision before. */
const releaseNext = async (finding: Finding, written: object, to: Code, without: Code) =>
  release(world, 'KR-FSC', await revise(finding, written), [to], { without: [agencyId(without)] });

async function recall({ id }: Finding, from: Code): Promise<Partial<Named>> {
  const input = { findingId: id, agencyIds: [agencyId(from)], reason: 'legal-ground' };
  await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', input);
  return {};
}

interface Change {
  what: string;
  /** Where the thing is there from the start: what of it could be named. */
  there?: () => Partial<Named>;
  /** Puts the thing there, and says what of it could be named; or takes it away. */
  change: (mark: string) => Promise<Partial<Named>>;
  /** Who may not see it. */
  from: Viewer[];
  /** Who may: its list does change, so the questions would tell. */
  shownTo: Viewer;
}

const CHANGES: Change[] = [
  {
    what: 'a draft with an incident, subjects, claims, indicators and transfers',
    change: async (mark) => namedOf(await draft(world, 'KR-FSC', fullDocument(mark), { newIncident: true })),
    from: ['recipient', 'covered', 'recalled', 'stranger', 'administrator', 'auditor', 'operator', 'nobody'],
    shownTo: 'author',
  },
  {
    what: 'a finding about a visible incident and wallet, with rival claims, released to somebody else',
    change: async (mark) => {
      const indicators = [{ ...wallet('seen'), role: 'suspect' }];
      const about = fullDocument(mark, { incidents: [incident], indicators, transfers: transfersWith(mark) });
      const { id, revision } = await released(world, 'KR-FSC', ['US-TFI'], about);
      return { finding: id, revision: revision.id };
    },
    from: ['recipient', 'stranger', 'auditor'],
    shownTo: 'covered',
  },
  {
    what: 'a dataset, sealed and named in a finding released to somebody else',
    change: async (mark) => {
      const { hash } = await sealed(world, 'KR-FSC', [accountRow(mark)]);
      return {
        dataset: hash,
        finding: (await released(world, 'KR-FSC', ['US-TFI'], { datasets: [hash] })).id,
      };
    },
    from: ['recipient', 'recalled', 'stranger', 'auditor', 'operator', 'nobody'],
    shownTo: 'covered',
  },
  {
    what: 'a finding of one of its recipients that rests on a revision of its author',
    change: async (mark) => {
      const origin = { kind: 'agency', revisionId: seen.first.revision.id };
      const claims = [{ attribute: 'outcome', value: { term: mark }, origin }];
      return namedOf(await draft(world, 'JP-NPA', fullDocument(mark, { claims }), { newIncident: true }));
    },
    from: ['author', 'covered'],
    shownTo: 'recipient',
  },
  {
    what: 'a later revision of a visible finding, in draft',
    change: async (mark) => ({ revision: newest(await revise(seen.first, fullDocument(mark))) }),
    from: ['recipient', 'covered'],
    shownTo: 'author',
  },
  {
    what: 'a later revision of a visible finding, released to somebody else',
    change: async (mark) => ({
      revision: newest(await releaseNext(seen.second, fullDocument(mark), 'US-TFI', 'JP-NPA')),
    }),
    from: ['recipient', 'recalled'],
    shownTo: 'covered',
  },
  {
    what: 'an earlier revision of a visible finding, never released to the viewer',
    there: () => ({ revision: earlier.revision.id, incident: incidentOf(earlier), mark: 'earlier' }),
    change: async () => {
      await eraseRevision(world, earlier.revision.id);
      return {};
    },
    from: ['recipient', 'stranger'],
    shownTo: 'author',
  },
  {
    what: 'the finding that superseded a visible one',
    there: () => ({ ...namedOf(successor), mark: 'successor' }),
    change: async () => {
      await eraseFinding(world, successor);
      return {};
    },
    from: ['recipient', 'stranger'],
    shownTo: 'covered',
  },
  {
    what: 'a release of a visible finding to somebody else',
    change: () => releaseAgain(seen.withdrawn, agencyId('US-TFI')),
    from: ['recipient', 'recalled'],
    shownTo: 'covered',
  },
  {
    what: 'a recall of a visible finding from somebody else',
    change: () => recall(seen.shared, 'US-TFI'),
    from: ['recipient', 'stranger'],
    shownTo: 'covered',
  },
  {
    what: 'an agency and its arrangement with the author, and a visible finding released under it',
    change: meetAnother,
    // The operator knows every agency.
    from: ['recipient', 'stranger', 'auditor'],
    shownTo: 'author',
  },
];

/** On from an address that is seen, to one, and between two, beside what is seen there. */
const transfersWith = (mark: string) =>
  [
    ['seen', mark],
    [mark, 'seen receiver'],
    ['seen receiver', mark],
    ['seen', 'seen receiver'],
  ].map(([from = '', to = '']) => ({
    ...{ chain: 'ethereum', asset: 'ETH', decimals: 18, amount: '7' },
    ...{ sender: walletOf(from), receiver: walletOf(to) },
  }));

const namedOf = (finding: Finding) => ({
  finding: finding.id,
  revision: newest(finding),
  incident: incidentOf(finding),
});

async function releaseAgain(finding: Finding, to: string): Promise<Partial<Named>> {
  const input = { revisionId: newest(finding), recipients: [{ agencyId: to }] };
  await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', input);
  return {};
}

async function meetAnother(mark: string): Promise<Partial<Named>> {
  const agency = await newAgency(world, mark, 'KR-FSC');
  await releaseAgain(seen.first, agency);
  return { agency };
}

/** What these viewers are told. */
async function told(viewers: readonly Viewer[], named: Named): Promise<object> {
  // What is hidden from them moves the feeds of others.
  await numberAll(world);
  const known = { findings: Object.values(seen).map(({ id }) => id), incident, mark: 'seen' };
  const all = questions(known, named);
  const pairs = viewers.map(async (viewer) => [viewer, await answers(VIEWERS[viewer](), schema, all)]);
  return Object.fromEntries(await Promise.all(pairs)) as object;
}

test.each(CHANGES)('the same bytes with and without $what', async ({ there, change, from, shownTo }) => {
  const nothing = absent(`m${randomUUID().slice(0, 8)}`);
  const list = async () => (await VIEWERS[shownTo]().query(operation(schema, 'findings'))).text;
  const shown = await list();
  const erased = there && { ...nothing, ...there() };
  const forgetful = erased && (await withoutFilter(() => told(from, erased))).result;
  const before = await told(from, erased ?? nothing);

  // Asked by the same mark again: what begins as it does is suggested, or is not, on both sides.
  const same = erased && { mark: erased.mark };
  const posted = { ...nothing, ...same, ...(await change(nothing.mark)) };

  expect(await told(from, posted)).toEqual(before);
  expect(forgetful ?? (await withoutFilter(() => told(from, posted))).result).toEqual(before);
  const { mark, ...ids } = erased ?? posted;
  for (const secret of [mark, mark.toUpperCase(), walletOf(mark), ...Object.values(ids)]) {
    expect(JSON.stringify(before)).not.toContain(secret);
  }
  expect(await list()).not.toBe(shown);
});

test('every query of the schema is asked, and every filter is used', () => {
  const known = { findings: [], incident: '', mark: '' };
  expect(Object.keys(questions(known, absent(''))).sort()).toEqual(rootFields(schema, 'Query'));
  const used = filters(known, absent('')).flatMap((filter) => Object.keys(filter));
  expect(new Set(used)).toEqual(new Set([...inputFields(schema, 'FindingFilterInput'), 'nonsense']));
});

test.each([
  ['findings', {}, 2], // the page and its total
  ['findings', { filter: { words: 'title' } }, 3], // and where its window ends
  ['finding', { id: agencyId('HUB') }, 1], // no finding, and no incident, has the id of an agency
  ['incidents', { first: 1 }, 2], // the page and the claims of one
  ['incident', { id: agencyId('HUB') }, 1],
  // Its assets, of documents and of datasets, and whether there are datasets; two hops of which the second finds nothing,
  // each with that; what else came, the roles, and the findings.
  ['trace', { from: { chain: 'ethereum', value: walletOf('seen') } }, 10],
] as const)(
  'the application can be made to forget its filter on %s %j: %d times',
  async (query, variables, n) => {
    // Of findings the ids alone: what superseded one is a look-up of its own.
    const asked = operation(schema, query, query === 'findings' ? '{ id }' : undefined);
    const ask = () => VIEWERS.recipient().query(asked, variables);
    expect((await withoutFilter(ask)).statements).toBe(n);
  },
);

test('validateFinding does not tell a recipient who else holds what its document rests on', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA']);
  const ask = () =>
    VIEWERS.recipient().query(operation(schema, 'validateFinding'), {
      document: restingOn(finding.revision.id),
    });
  const { text } = await ask();
  await releaseAgain(finding, agencyId('US-TFI'));
  expect((await ask()).text).toBe(text);
});

test('the first to ask an operation gets the same bytes as who asks it again', async () => {
  const query = `query ($id: ID!, $first: Int) { finding(id: $id) { id } findings(first: $first) { nodes { id } } }`;
  for (const variables of [{ id: 'nonsense' }, { id: 'nonsense', first: 'nonsense' }]) {
    const unknown = `${query} # ${randomUUID()}`;
    const ask = async () => (await VIEWERS.recipient().query(unknown, variables)).text;
    expect([await ask(), await ask()]).toEqual(Array(2).fill(await ask()));
  }
});
