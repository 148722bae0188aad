import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { servedMutations } from './support/every-act.js';
import { act, ACTS, newest, released, submit, type ActName } from './support/findings.js';
import { CANCEL, CAST, failing, QUOTE, TERMINATE } from './support/failing.js';
import { found, planted, plantedDocument, plantedSheet, text, wallet, word } from './support/planted.js';
import { eventually } from './support/processes.js';
import { agencyId, memberId } from './support/roster.js';
import { accountRow, doneOn, given, transferRow, tryOn } from './support/datasets.js';
import { rootFields, servedSchema } from './support/schema.js';
import { startSpokenWorld, type SpokenWorld } from './support/spoken.js';
import { hangUp, TRANSPORTS } from './support/subscriptions.js';
import { outcomeOf, type Answer } from './support/world.js';

/*
 * What was entered, asked or held is planted with values that occur nowhere else: none is in a line that the API or its
 * PostgreSQL writes, whatever becomes of the request, and none in an error that is answered.
 */

let world: SpokenWorld;
beforeAll(async () => {
  world = await startSpokenWorld();
}, 60_000);
afterAll(() => world.close());

/** The ids that clients were told to quote. */
const quoted: string[] = [];

/** What became of a request; an error repeats nothing that was planted, but for names of fields. */
function outcome(answer: Pick<Answer<unknown>, 'errors' | 'text'>): string {
  if (answer.errors.length > 0)
    expect(found(answer.text).filter((one) => !one.startsWith('name: '))).toEqual([]);
  for (const { message, extensions } of answer.errors) {
    if (extensions.code !== 'INTERNAL') continue;
    const [, id = ''] =
      /^Something went wrong on our side\. Quote (\S{36}) to the operator\.$/.exec(message) ?? [];
    expect({ extensions, id }).toEqual({ extensions: { code: 'INTERNAL' }, id: expect.stringMatching(/./) });
    quoted.push(id);
  }
  return outcomeOf(answer);
}

describe('planted', () => {
  const schema = z.looseObject({ $ref: z.string().optional(), enum: z.array(z.unknown()).optional() });
  const known = z.record(z.string(), z.unknown());

  /** Paths of the leaves of a JSON Schema that no list of words closes. */
  function open(node: unknown, definitions: unknown, path = ''): string[] {
    const { $ref, ...one } = schema.parse(node);
    if ($ref !== undefined)
      return open(Reflect.get(Object(definitions), $ref.split('/').at(-1) ?? ''), definitions, path);
    if (one.items !== undefined) return open(one.items, definitions, path);
    if (one.properties !== undefined) {
      return Object.entries(known.parse(one.properties)).flatMap(([name, inner]) =>
        open(inner, definitions, path === '' ? name : `${path}.${name}`),
      );
    }
    return one.enum !== undefined || one.const !== undefined ? [] : [path];
  }

  /** Paths of the leaves of a document that hold something planted. */
  function marked(value: unknown, path = ''): string[] {
    if (Array.isArray(value)) return value.flatMap((one) => marked(one, path));
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([name, one]) =>
        marked(one, path === '' ? name : `${path}.${name}`),
      );
    return found(String(value)).length > 0 ? [path] : [];
  }

  test('is every field of a document that is not a word of a closed list', async () => {
    const served = known.parse(await (await fetch(`${world.url}/schemas/finding/1`)).json());
    const here = marked(plantedDocument());
    const missing = open(served, served.$defs).filter((path) => !here.includes(path));
    // Ids, codes of two letters, numbers of decimals, names of chains; and what the service adds.
    expect([...new Set(missing)].sort()).toEqual([
      'claims.incident',
      'claims.origin.revisionId',
      'claims.value.amount.decimals',
      'datasets',
      'incidents',
      'indicators.chain',
      'salt',
      'subjects.jurisdiction',
      'transfers.chain',
      'transfers.decimals',
    ]);
  });
});

interface Prepared {
  role: 'CONTRIBUTOR' | 'RELEASER';
  input: object;
  /** The tables it writes. */
  writes: string[];
}

const drafted = async () =>
  act(world, 'KR-FSC', 'CONTRIBUTOR', 'draftFinding', {
    idempotencyKey: word('idempotencyKey'),
    document: plantedDocument(),
    newIncident: true,
    sheet: plantedSheet(),
  });
const inReview = async () => submit(world, 'KR-FSC', await drafted());
const held = () => released(world, 'KR-FSC', ['JP-NPA', 'US-TFI'], plantedDocument());
const recipients = () => [
  { agencyId: agencyId('JP-NPA'), conditions: text('conditions') },
  { agencyId: agencyId('US-TFI') },
];

const PROJECTED = ['revision', 'sheet', 'inbox', 'claim', 'finding_indicator', 'transfer', 'search_text'];

/** Every act, with something planted wherever its input or the rows it touches can hold it. */
const PREPARED: Record<ActName, () => Promise<Prepared>> = {
  draftFinding: async () => ({
    role: 'CONTRIBUTOR',
    input: { document: plantedDocument(), newIncident: true, sheet: plantedSheet() },
    writes: ['finding', ...PROJECTED],
  }),
  reviseFinding: async () => {
    const { revision } = await held();
    const basedOn = revision.id;
    return {
      role: 'CONTRIBUTOR',
      input: { basedOn, document: plantedDocument(), sheet: plantedSheet() },
      writes: PROJECTED.filter((table) => table !== 'inbox'),
    };
  },
  submitFinding: async () => ({
    role: 'CONTRIBUTOR',
    input: { revisionId: newest(await drafted()) },
    writes: ['finding', 'sheet', 'inbox'],
  }),
  returnFinding: async () => ({
    role: 'RELEASER',
    input: { revisionId: newest(await inReview()), note: text('note') },
    writes: ['finding', 'sheet', 'inbox'],
  }),
  releaseFinding: async () => ({
    role: 'RELEASER',
    input: { revisionId: newest(await inReview()), recipients: recipients() },
    writes: ['release', 'inbox', 'sheet', 'finding'],
  }),
  recallFinding: async () => ({
    role: 'RELEASER',
    input: { findingId: (await held()).id, reason: 'inaccurate' },
    writes: ['withdrawn', 'inbox', 'finding'],
  }),
  supersedeFinding: async () => ({
    role: 'RELEASER',
    input: { findingId: (await held()).id, successorId: (await held()).id },
    writes: ['inbox', 'finding'],
  }),
  expireFinding: async () => ({
    role: 'RELEASER',
    input: { findingId: (await held()).id },
    writes: ['release', 'inbox', 'finding'],
  }),
  acknowledgeFinding: async () => {
    const { id, revision } = await released(world, 'JP-NPA', ['KR-FSC'], plantedDocument());
    return {
      role: 'CONTRIBUTOR',
      input: { findingId: id, said: 'STORED', revisionId: revision.id },
      writes: ['acknowledgement'],
    };
  },
};

test.each(Object.keys(PREPARED) as ActName[])('%s', async (name) => {
  const { role, input, writes } = await PREPARED[name]();
  const key = word('idempotencyKey');
  const send = async (
    changes: object = {},
    code: 'KR-FSC' | 'JP-NPA' = 'KR-FSC',
    as: typeof role | 'ANALYST' = role,
  ) =>
    outcome(
      await world.as(code, as).query(ACTS[name], { input: { idempotencyKey: key, ...input, ...changes } }),
    );

  for (const table of [...writes, 'idempotency_key', 'entry']) {
    for (const how of [QUOTE, CAST])
      expect([table, await failing(world, table, how, send)]).toEqual([table, 'INTERNAL']);
  }
  expect(await failing(world, 'entry', CANCEL, send)).toBe('TOO_COSTLY');
  expect(await failing(world, 'entry', TERMINATE, send)).toBe('UNAVAILABLE');

  expect(await send({ idempotencyKey: `${word('key')} ${word('key')}` })).toBe(
    'INVALID input.idempotencyKey',
  );
  expect(await send({ idempotencyKey: { [word('name')]: word('key') } })).toMatch(/^INVALID/);
  expect(await send({ [word('name')]: text('of an unknown field') })).toMatch(/^INVALID/);
  // Whoever reads may say that it was stored.
  if (name !== 'acknowledgeFinding') expect(await send({}, 'KR-FSC', 'ANALYST')).toBe('FORBIDDEN');
  if (name !== 'draftFinding') expect(await send({}, 'JP-NPA')).toMatch(/^NOT_FOUND/);

  expect(await send()).toBe('done');
  expect(await send()).toBe('done');
  const other =
    'document' in input ? { document: plantedDocument() } : { [Object.keys(input)[0] ?? '']: randomUUID() };
  expect(await send(other)).toBe('CONFLICT input.idempotencyKey');
  expect(world.leaks()).toEqual({});
});

test.each<[kind: string, table: string, rows: () => object[]]>([
  ['INDICATORS', 'dataset_indicator', () => [accountRow(word('row')), { [word('name')]: word('value') }]],
  ['TRANSFERS', 'dataset_transfer', () => [transferRow('7'), { ...transferRow('x'), note: word('note') }]],
])('a dataset of %s', async (kind, table, rows) => {
  const client = world.as('KR-FSC', 'CONTRIBUTOR');
  const { id } = await doneOn(client, 'openDataset', { kind });
  const fault = { line: 9, fault: text('fault') };
  const batch = { datasetId: id, number: 1, rows: [...given(rows()), fault] };
  const send = async () => outcome(await tryOn(client, 'loadBatch', batch));
  for (const written of ['dataset', 'dataset_batch', 'dataset_refusal', table])
    for (const how of [QUOTE, CAST])
      expect([written, await failing(world, written, how, send)]).toEqual([written, 'INTERNAL']);
  expect(await failing(world, table, CANCEL, send)).toBe('TOO_COSTLY');
  expect(await send()).toBe('done');
  expect(outcome(await tryOn(client, 'loadBatch', { ...batch, [word('name')]: text('x') }))).toMatch(
    /^INVALID/,
  );
  const seal = async () => outcome(await tryOn(client, 'sealDataset', { datasetId: id, batches: 1 }));
  for (const how of [QUOTE, CAST]) expect(await failing(world, 'dataset', how, seal)).toBe('INTERNAL');
  expect(await seal()).toBe('done');
  expect(world.leaks()).toEqual({});
});

test('no act is missing here', async () => {
  expect(Object.keys(PREPARED).sort()).toEqual(await servedMutations(world));
});

test('a row that breaks a constraint is named in no line', async () => {
  const input = {
    idempotencyKey: word('idempotencyKey'),
    document: plantedDocument(),
    sheet: plantedSheet(),
  };
  const send = async () =>
    outcome(await world.as('KR-FSC', 'CONTRIBUTOR').query(ACTS.draftFinding, { input }));
  for (const [table, rule] of [
    ['sheet', 'check (case_number is null) not valid'],
    ['revision', 'check (length(titles) < 3) not valid'],
    ['idempotency_key', 'check (length(key) < 3) not valid'],
  ]) {
    await world.sql(`alter table ${table} add constraint sabotage ${rule}`);
    expect([table, await send()]).toEqual([table, 'INTERNAL']);
    await world.sql(`alter table ${table} drop constraint sabotage`);
  }
  expect(await send()).toBe('done');
  expect(world.leaks()).toEqual({});
});

describe('questions', () => {
  const LIST = `query ($filter: FindingFilterInput, $after: String, $first: Int) {
    findings(filter: $filter, after: $after, first: $first) { nodes { id revision { document { texts { title } } } } total { count } } }`;
  const SEARCH = `query ($query: String!, $filter: FindingFilterInput, $after: String) {
    search(query: $query, filter: $filter, after: $after) {
      nodes { id snippets { segments { text } } } suggestions facets { counted } } }`;
  const one = (field: string, inside: string) => `query ($id: ID!) { ${field}(id: $id) ${inside} }`;
  const TRACE = `query ($from: TraceFromInput!, $asset: String, $minAmount: String) {
    trace(from: $from, asset: $asset, minAmount: $minAmount) { nodes { key } edges { transfers { sources { finding { id } } } } } }`;
  const from = (value: string, chain = 'ethereum') => ({ from: { chain, value } });
  const LOOKUP = `query ($values: [String!]!, $after: String) {
    lookup(values: $values, after: $after) { nodes { value reason matches { finding { id } } } } }`;
  const DATASET =
    'query ($id: ID, $hash: String) { dataset(id: $id, hash: $hash) { rows { nodes { json } } } }';
  const VALIDATE =
    'query ($document: FindingContentInput!) { validateFinding(document: $document) { valid faults { message path } } }';
  const FEED =
    'query ($of: FeedName = SHARING, $after: String, $types: [String!]) { feed(of: $of, after: $after, types: $types) { events { type finding { id } } } }';
  const cursor = () => Buffer.from(JSON.stringify([word('list'), '1', randomUUID()])).toString('base64url');

  /** Each root field, with something planted in its arguments where there is room, and what becomes of it. */
  const asked = (): [field: string, operation: string, variables: object, becomes: string][] => [
    ['viewer', '{ viewer { name agency { code } } }', {}, 'done'],
    ['agencies', '{ agencies { nodes { code } } }', {}, 'done'],
    [
      'agencies',
      'query ($after: String) { agencies(after: $after) { nodes { code } } }',
      { after: word('after') },
      'INVALID after',
    ],
    ['recoveries', '{ recoveries { nodes { id } } }', {}, 'done'],
    ['mySessions', '{ mySessions { nodes { id agent } } }', {}, 'done'],
    ['myPasskeys', '{ myPasskeys { nodes { id name } } }', {}, 'done'],
    ['identityProviders', '{ identityProviders { issuer } }', {}, 'FORBIDDEN'],
    [
      'webhookAttempts',
      'query ($id: ID!) { webhookAttempts(webhookId: $id) { nodes { id } } }',
      { id: word('webhook') },
      'NOT_FOUND webhookId',
    ],
    ['webhookKeys', '{ webhookKeys { id } }', {}, 'FORBIDDEN'],
    ['arrangements', '{ arrangements { nodes { title } } }', {}, 'done'],
    ...[
      'members',
      'pendingActs',
      'invitations',
      'agencyProposals',
      'accessReview',
      'auditTrail',
      'systemClients',
      'sessions',
      'webhooks',
      'webhookDomains',
      'passkeys',
      'standingAuthorities',
    ].map((list): [string, string, object, string] => [
      list,
      `{ ${list} { nodes { id } } }`,
      {},
      'FORBIDDEN',
    ]),
    ['findings', LIST, {}, 'done'],
    ['findings', LIST, { filter: { words: text('words') } }, 'done'],
    [
      'findings',
      LIST,
      { filter: { indicator: { type: 'account', value: `example.org/${word('indicator')}` } } },
      'done',
    ],
    [
      'findings',
      LIST,
      { filter: { indicator: { type: 'wallet', chain: word('chain'), value: word('wallet') } } },
      'INVALID filter.indicator.value',
    ],
    ['findings', LIST, { filter: { kinds: [word('kind')] } }, 'INVALID filter.kinds[0]'],
    ['findings', LIST, { filter: { states: [word('state')] } }, 'INVALID filter.states[0]'],
    ['findings', LIST, { filter: { released: { from: word('time') } } }, 'INVALID filter.released.from'],
    ['findings', LIST, { filter: { authors: [word('author')] } }, 'INVALID filter.authors[0]'],
    ['findings', LIST, { after: word('after') }, 'INVALID after'],
    ['findings', LIST, { after: cursor() }, 'INVALID after'],
    ['findings', LIST, { first: word('first') }, 'INVALID first'],
    ['search', SEARCH, { query: text('query') }, 'done'],
    ['search', SEARCH, { query: `${word('query')} "${word('phrase')}" -${word('excluded')}` }, 'done'],
    ['search', SEARCH, { query: `x "${word('open')}` }, 'INVALID query[2]'],
    ['search', SEARCH, { query: `${word('begun')}*${word('query')}` }, 'INVALID query[8]'],
    ['search', SEARCH, { query: word('query').repeat(30) }, 'INVALID query'],
    ['search', SEARCH, { query: 'x', filter: { kinds: [word('kind')] } }, 'INVALID filter.kinds[0]'],
    ['search', SEARCH, { query: 'x', after: word('after') }, 'INVALID after'],
    ['finding', one('finding', '{ id }'), { id: word('id') }, 'NOT_FOUND id'],
    ['finding', one('finding', '{ id }'), { id: randomUUID() }, 'NOT_FOUND id'],
    ['feed', FEED, {}, 'done'],
    ['feed', FEED, { after: word('after') }, 'INVALID after'],
    ['feed', FEED, { after: cursor() }, 'INVALID after'],
    ['feed', FEED, { types: [word('type')] }, 'INVALID types[0]'],
    ['feed', FEED, { of: word('of') }, 'INVALID of'],
    ['dataset', DATASET, { hash: word('hash') }, 'NOT_FOUND hash'],
    ['dataset', DATASET, { id: word('id') }, 'NOT_FOUND id'],
    ['referenceLists', '{ referenceLists { nodes { name } } }', {}, 'done'],
    ['lookup', LOOKUP, { values: [word('value'), text('a list'), `example.org/${word('account')}`] }, 'done'],
    ['lookup', LOOKUP, { values: Array(10_001).fill(word('v')) }, 'INVALID values'],
    ['lookup', LOOKUP, { values: [word('value')], after: word('after') }, 'INVALID after'],
    ['trace', TRACE, from(wallet('trace.from')), 'done'],
    ['trace', TRACE, from(word('trace.value')), 'INVALID from.value'],
    ['trace', TRACE, from(word('trace.value'), word('trace.chain')), 'INVALID from.value'],
    ['trace', TRACE, { ...from(wallet('trace.from')), asset: word('trace.asset') }, 'done'],
    ['trace', TRACE, { ...from(wallet('trace.from')), asset: text('trace.asset') }, 'INVALID asset'],
    [
      'trace',
      TRACE,
      { ...from(wallet('trace.from')), asset: 'ETH', minAmount: word('trace.amount') },
      'INVALID minAmount',
    ],
    ['inboundReceipts', '{ inboundReceipts { nodes { id } } }', {}, 'done'],
    ['inboundReceipt', one('inboundReceipt', '{ id }'), { id: word('id') }, 'NOT_FOUND id'],
    ['incidents', '{ incidents { nodes { id claims { attribute } } } }', {}, 'done'],
    ['incident', one('incident', '{ id }'), { id: word('id') }, 'NOT_FOUND id'],
    ['validateFinding', VALIDATE, { document: plantedDocument() }, 'done'],
    ['validateFinding', VALIDATE, { document: plantedDocument([randomUUID()], randomUUID()) }, 'done'],
    ['validateFinding', VALIDATE, { document: { ...plantedDocument(), kind: word('kind') } }, 'done'],
  ];
  let size = 50;
  const ask = async (operation: string, variables: object) =>
    outcome(await world.as('KR-FSC', 'CONTRIBUTOR').query(operation, variables));

  test('are all asked, and say nothing in the log', async () => {
    const fields = new Set(asked().map(([field]) => field));
    expect([...fields].sort()).toEqual(rootFields(await servedSchema(world), 'Query'));
    for (const [field, operation, variables, becomes] of asked())
      expect([field, variables, await ask(operation, variables)]).toEqual([field, variables, becomes]);
    expect(world.leaks()).toEqual({});
  });

  test.each([
    ['INTERNAL', `raise exception 'Not among % %', $1, $2`],
    ['INTERNAL', 'return ($1 || $2)::int'],
    ['TOO_COSTLY', `${CANCEL}; perform pg_sleep(1); return 1`],
    ['UNAVAILABLE', `${TERMINATE}; perform pg_sleep(1); return 1`],
  ])('with words, when the database fails over a title: %s (%s)', async (code, how) => {
    await held();
    // Found before the function of the same name that PostgreSQL has.
    await world.sql(`create function strpos(text, text) returns int language plpgsql security definer as $$ begin ${how}; end $$;
      grant execute on function strpos(text, text) to entente_app`);
    // A page of a size of its own is a statement of its own, which no connection has prepared yet.
    size += 1;
    expect(await ask(LIST, { filter: { words: text('words') }, first: size })).toBe(code);
    await world.sql('drop function strpos(text, text)');
    expect(world.leaks()).toEqual({});
  });

  test('when a table or a function is not there', async () => {
    for (const missing of ['table member', 'table inbox', 'table agency', 'function enter(uuid, text[])']) {
      const [kind, name = ''] = missing.split(/ (.*)/);
      await world.sql(`alter ${kind} ${name} rename to away`);
      for (const [, operation, variables] of asked()) await ask(operation, variables);
      const input = { idempotencyKey: word('idempotencyKey'), document: plantedDocument() };
      const answer = await world.as('KR-FSC', 'CONTRIBUTOR').query(ACTS.draftFinding, { input });
      expect([missing, outcome(answer)]).toEqual([missing, 'INTERNAL']);
      await world.sql(`alter ${kind} ${name.replace(/^\w+/, 'away')} rename to ${/^\w+/.exec(name)?.[0]}`);
    }
    expect(world.leaks()).toEqual({});
  });
});

test('what a trace is followed by, as a subscription', async () => {
  const token = await world.issuer.mint(memberId('KR-FSC', 'ANALYST'));
  const query = `subscription ($from: TraceFromInput!, $asset: String) {
    traceProgress(from: $from, asset: $asset) { hop trace { nodes { key } } } }`;
  const ended = async (asset: string) => {
    const from = { chain: 'ethereum', value: wallet('trace.from') };
    const one = TRANSPORTS['server-sent events'](world, token, query, { from, asset });
    await eventually('it ends', () => one.ended() !== null);
    const errors = one.results.flatMap((result) => result.errors ?? []);
    return outcome({ errors: errors as Answer<unknown>['errors'], text: JSON.stringify(errors) });
  };
  expect([await ended(word('trace.asset')), await ended(text('trace.asset'))]).toEqual([
    'done',
    'INVALID asset',
  ]);
  await world.sql('alter table seen_transfer rename to away');
  expect(await ended(word('trace.asset'))).toBe('INTERNAL');
  await world.sql('alter table away rename to seen_transfer');
  await hangUp();
  expect(world.leaks()).toEqual({});
});

test('the names in an operation that fails within', async () => {
  const operation = `query ${word('name')}($filter: FindingFilterInput) {
    ${word('name')}: findings(filter: $filter) { ${word('name')}: nodes { id } } }`;
  await world.sql('alter table inbox rename to away');
  // The operation is compiled after its first run.
  for (let n = 0; n < 3; n++) {
    const filter = { words: text('words') };
    expect(outcome(await world.as('KR-FSC', 'ANALYST').query(operation, { filter }))).toBe('INTERNAL');
  }
  await world.sql('alter table away rename to inbox');
  expect(world.leaks()).toEqual({});
});

test('the log has a line for each id that a client may quote, and nothing else', async () => {
  expect(quoted.length).toBeGreaterThan(100);
  const lines = () => world.api.out().split('\n').filter(Boolean);
  await eventually('every line is written', () => lines().length >= quoted.length);
  const line = z.strictObject({
    level: z.literal(50),
    time: z.number(),
    id: z.string(),
    name: z.string(),
    code: z.string().optional(),
    frames: z.array(z.string()).min(1),
    msg: z.literal('unexpected error'),
  });
  const logged = lines().map((one) => line.parse(JSON.parse(one)));
  expect(logged.map(({ id }) => id).sort()).toEqual([...quoted].sort());
  expect(world.api.err()).toBe('');
  expect(world.serverLog()).toContain('database system is ready to accept connections');
  expect(planted.size).toBeGreaterThan(1_000);
  expect(world.leaks()).toEqual({});
});
