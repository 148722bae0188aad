import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { actNames, everyAct, type ReadyAct } from './support/every-act.js';
import { ACTS, newest, recipients, released, type ActName } from './support/findings.js';
import { refused, SENT } from './support/refused.js';
import { agencyId, arrangementId } from './support/roster.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** One of each act made ready, once: what is refused leaves it as it is. */
const ready = new Map<ActName, Promise<ReadyAct>>();
function readyAct(name: ActName): Promise<ReadyAct> {
  const made = ready.get(name) ?? everyAct[name](world);
  ready.set(name, made);
  return made;
}

/** Tries an act of KR-FSC that is ready but for what is changed in its input. */
async function tried(name: ActName, changes: object, without: string[] = []) {
  const { role, input } = await readyAct(name);
  const whole = { idempotencyKey: randomUUID(), ...input, ...changes };
  const sent = Object.fromEntries(Object.entries(whole).filter(([field]) => !without.includes(field)));
  return refused(world, () => world.as('KR-FSC', role).query(ACTS[name], { input: sent }));
}

describe('ids', () => {
  /** Every place of an input that takes an id, with the path of one that is not there. */
  const places: [name: ActName, changes: (id: string) => object, path: string, kind: keyof typeof hidden][] =
    [
      ['reviseFinding', (id) => ({ basedOn: id }), 'basedOn', 'revision'],
      ['submitFinding', (id) => ({ revisionId: id }), 'revisionId', 'revision'],
      ['returnFinding', (id) => ({ revisionId: id }), 'revisionId', 'revision'],
      ['releaseFinding', (id) => ({ revisionId: id }), 'revisionId', 'revision'],
      ['releaseFinding', (id) => ({ recipients: [{ agencyId: id }] }), 'recipients[0].agencyId', 'agency'],
      [
        'releaseFinding',
        (id) => ({ recipients: [{ agencyId: agencyId('JP-NPA'), arrangementId: id }] }),
        'recipients[0].arrangementId',
        'arrangement',
      ],
      ['releaseFinding', (id) => ({ without: [id] }), 'without', 'agency'],
      ['recallFinding', (id) => ({ findingId: id }), 'findingId', 'finding'],
      ['recallFinding', (id) => ({ agencyIds: [id] }), 'agencyIds', 'agency'],
      ['supersedeFinding', (id) => ({ findingId: id }), 'findingId', 'finding'],
      ['supersedeFinding', (id) => ({ successorId: id }), 'successorId', 'finding'],
      ['expireFinding', (id) => ({ findingId: id }), 'findingId', 'finding'],
    ];

  /** Things that are there and that KR-FSC knows nothing of. */
  const hidden = {
    finding: async () => (await released(world, 'JP-NPA', ['US-TFI'])).id,
    revision: async () => newest(await released(world, 'JP-NPA', ['US-TFI'])),
    agency: async () => agencyId('XX-ALONE'),
    arrangement: async () => arrangementId(3),
  };

  test.each(places)(
    '%s of what is not there, or not for oneself, is NOT_FOUND at its path',
    async (name, changes, path, kind) => {
      const told = { code: 'NOT_FOUND', paths: [`input.${path}`] };
      expect(await tried(name, changes(randomUUID()))).toEqual(told);
      expect(await tried(name, changes(await hidden[kind]()))).toEqual(told);
    },
  );

  test.each(places)('%s of what is no id is INVALID at its path', async (name, changes, path) => {
    for (const id of [
      SENT,
      '',
      `${randomUUID()}0`,
      `{${randomUUID()}}`,
      '00000000-0000-0000-0000-00000000000g',
    ]) {
      const { code, paths } = await tried(name, changes(id));
      expect(code).toBe('INVALID');
      expect(paths[0]?.replace(/\[0\]$/, '')).toBe(`input.${path}`);
    }
  });

  test.each(['finding', 'incident'])('%s: absent, hidden and malformed get one answer', async (field) => {
    const other = await released(world, 'JP-NPA', ['US-TFI'], {}, { newIncident: true });
    const there = field === 'finding' ? other.id : other.revision.document.incidents[0];
    const answers = new Set<string>();
    for (const id of [randomUUID(), there, SENT, '', 'null', '\u0000', `' or 1 = 1 --`, 'x'.repeat(10_000)]) {
      const told = await refused(world, async () => {
        const answer = await world
          .as('KR-FSC', 'ANALYST')
          .query(`query ($id: ID!) { ${field}(id: $id) { id } }`, { id });
        answers.add(answer.text.replace(/"locations":\[[^\]]*\],?/, ''));
        return answer;
      });
      expect(told).toEqual({ code: 'NOT_FOUND', paths: ['id'] });
    }
    expect(answers.size).toBe(1);
  });
});

describe.each(actNames)('%s', (name) => {
  test.each([
    ['empty', ''],
    ['101 characters', 'k'.repeat(101)],
    ['a space', `${SENT} 1`],
    ['a line break', `${SENT}\n`],
    ['a NUL', `${SENT}\u0000`],
    ['not ASCII', `${SENT}키`],
  ])('an idempotency key that is %s', async (_, idempotencyKey) => {
    expect(await tried(name, { idempotencyKey })).toEqual({
      code: 'INVALID',
      paths: ['input.idempotencyKey'],
    });
  });

  test('no idempotency key', async () => {
    expect(await tried(name, {}, ['idempotencyKey'])).toEqual({ code: 'INVALID', paths: ['input'] });
    expect(await tried(name, { idempotencyKey: null })).toEqual({
      code: 'INVALID',
      paths: ['input.idempotencyKey'],
    });
  });

  test('an unknown field', async () => {
    expect(await tried(name, { nonsense: SENT })).toEqual({ code: 'INVALID', paths: ['input'] });
  });

  test('no input', async () => {
    const { role } = await readyAct(name);
    const send = (variables: object) =>
      refused(world, () => world.as('KR-FSC', role).query(ACTS[name], variables));
    for (const variables of [{}, { input: null }, { input: SENT }, { input: [SENT, SENT] }]) {
      expect(await send(variables)).toMatchObject({ code: 'INVALID' });
    }
  });
});

describe('the terms of an act', () => {
  const toJapan = (wish: object) => ({ recipients: [{ agencyId: agencyId('JP-NPA'), ...wish }] });

  test.each<[ActName, object, string]>([
    ['draftFinding', { sheet: { caseNumber: `${SENT}\u0000` } }, 'sheet.caseNumber'],
    ['draftFinding', { sheet: { caseNumber: 'x'.repeat(101) } }, 'sheet.caseNumber'],
    ['draftFinding', { sheet: { trueSource: ' ' } }, 'sheet.trueSource'],
    ['draftFinding', { sheet: { legalBasis: `${SENT}\u202e` } }, 'sheet.legalBasis'],
    ['returnFinding', { note: '' }, 'note'],
    ['returnFinding', { note: 'x'.repeat(2001) }, 'note'],
    ['returnFinding', { note: `${SENT}\ud800` }, 'note'],
    ['releaseFinding', { recipients: [] }, 'recipients'],
    ['releaseFinding', { recipients: Array(101).fill(recipients(['JP-NPA'])[0]) }, 'recipients'],
    ['releaseFinding', { without: Array(101).fill(randomUUID()) }, 'without'],
    ['releaseFinding', toJapan({ tlp: SENT }), 'recipients[0].tlp'],
    ['releaseFinding', toJapan({ pap: SENT }), 'recipients[0].pap'],
    ['releaseFinding', toJapan({ handling: ['H1', SENT] }), 'recipients[0].handling[1]'],
    ['releaseFinding', toJapan({ handling: ['H0', 'H1', 'H2', 'H3', 'H0'] }), 'recipients[0].handling'],
    ['releaseFinding', toJapan({ purpose: SENT }), 'recipients[0].purpose'],
    ['releaseFinding', toJapan({ conditions: `${SENT}\u0000` }), 'recipients[0].conditions'],
    ['releaseFinding', toJapan({ conditions: 'x'.repeat(2001) }), 'recipients[0].conditions'],
    ['recallFinding', { reason: SENT }, 'reason'],
    ['recallFinding', { agencyIds: [] }, 'agencyIds'],
    ['recallFinding', { agencyIds: Array(101).fill(agencyId('JP-NPA')) }, 'agencyIds'],
  ])('%s %j', async (name, changes, path) => {
    expect(await tried(name, changes)).toEqual({ code: 'INVALID', paths: [`input.${path}`] });
  });
});

/** Times that are no times, by whatever way they come in. */
const NO_TIMES = [
  SENT,
  '',
  '2018',
  '2018-01-26',
  'Jan 26',
  '26 January 2018 00:02 UTC',
  '2018-01-26T00:02:00',
  '2018-01-26 00:02:00Z',
  '2018-02-30T00:00:00Z',
  '2018-13-01T00:00:00Z',
  '2018-01-26T25:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-01:00',
  '+275760-09-13T00:00:00.000Z',
  '-271821-04-20T00:00:00.000Z',
  1_516_924_800_000,
  true,
];

const FILTERED = 'query ($filter: FindingFilterInput) { findings(filter: $filter) { nodes { id } } }';

describe.each(NO_TIMES)('a time that is none: %j', (time) => {
  test.each<[ActName, object, string]>([
    [
      'releaseFinding',
      { recipients: [{ agencyId: agencyId('JP-NPA'), until: time }] },
      'recipients[0].until',
    ],
    ['expireFinding', { at: time }, 'at'],
  ])('%s', async (name, changes, path) => {
    expect(await tried(name, changes)).toEqual({ code: 'INVALID', paths: [`input.${path}`] });
  });

  test.each([
    ['released.from', { released: { from: time } }],
    ['happened.until', { happened: { until: time } }],
  ])('the filter %s', async (path, filter) => {
    const analyst = world.as('KR-FSC', 'ANALYST');
    const told = await refused(world, () => analyst.query(FILTERED, { filter }));
    expect(told).toEqual({ code: 'INVALID', paths: [`filter.${path}`] });
  });
});

test.each([
  ['2100-01-01T00:00:00Z', '2100-01-01T00:00:00.000Z'],
  ['2099-01-01T00:00:00.123+09:00', '2098-12-31T15:00:00.123Z'],
  ['2099-01-01T00:00:00.5-03:30', '2099-01-01T03:30:00.500Z'],
])('a time that is one: %s is %s', async (at, utc) => {
  const { input } = await everyAct.expireFinding(world);
  const { expireFinding } = await world
    .as('KR-FSC', 'RELEASER')
    .ask<{ expireFinding: { finding: { expiresAt: string } } }>(
      'mutation ($input: ExpireFindingInput!) { expireFinding(input: $input) { finding { expiresAt } } }',
      { input: { idempotencyKey: randomUUID(), ...input, at } },
    );
  expect(expireFinding.finding.expiresAt).toBe(utc);
});
