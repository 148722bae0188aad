import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { badDocuments } from './support/bad-documents.js';
import { ACTS, document, draft, newest, released } from './support/findings.js';
import { refused, SENT } from './support/refused.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const VALIDATE = `query ($document: FindingContentInput!) { validateFinding(document: $document) { valid faults { path } reach { ground } } }`;

const pathIn = (root: string, path: string) => [root, path].filter((part) => part !== '').join('.');

const contributor = () => world.as('KR-FSC', 'CONTRIBUTOR');

describe('a bad document is refused, naming the path, and validateFinding says the same', () => {
  test.each(badDocuments)('%s', async (_, changes, path) => {
    const content = document(changes);
    const input = { idempotencyKey: randomUUID(), document: content };
    const told = await refused(world, () => contributor().query(ACTS.draftFinding, { input }));
    expect(told.code).toBe('INVALID');
    expect(told.paths).toContain(pathIn('input.document', path));

    const { validateFinding } = await contributor().ask<{
      validateFinding: { valid: boolean; faults: { path: string }[]; reach: object[] };
    }>(VALIDATE, { document: content });
    expect(validateFinding).toMatchObject({ valid: false, reach: [] });
    expect(validateFinding.faults.map((fault) => fault.path)).toEqual(
      told.paths.map((named) => named.replace('input.', '')),
    );
  });

  test('as a revision too', async () => {
    const basedOn = newest(await draft(world, 'KR-FSC'));
    const input = { idempotencyKey: 'revision', basedOn, document: document({ kind: SENT }) };
    const told = await refused(world, () => contributor().query(ACTS.reviseFinding, { input }));
    expect(told).toEqual({ code: 'INVALID', paths: ['input.document.kind'] });
  });

  test('every fault is told at once, each with its path', async () => {
    const content = document({ kind: SENT, typologies: ['A', 'b', 'C'] });
    const input = { idempotencyKey: randomUUID(), document: content };
    const told = await refused(world, () => contributor().query(ACTS.draftFinding, { input }));
    expect(told.paths).toEqual(
      ['kind', 'typologies[0]', 'typologies[2]'].map((path) => `input.document.${path}`),
    );
  });
});

describe('what does not even fit the schema', () => {
  const own = { origin: { kind: 'own' }, attribute: 'remark' };
  const users = (low: unknown) => ({ claims: [{ ...own, value: { quantity: { unit: 'users', low } } }] });

  /** What is wrong, the change, the path of the thing at fault or of the object that lacks or has too much. */
  const misfits = [
    ['an unknown field', { nonsense: SENT }, 'document'],
    [
      'an unknown field deep inside',
      { claims: [{ ...own, value: { term: SENT, nonsense: SENT } }] },
      'document.claims[0].value',
    ],
    ['the format, which is not for the author to say', { format: 'entente.finding/1' }, 'document'],
    ['the salt, which is not for the author to choose', { salt: SENT }, 'document'],
    ['a missing field', { marking: undefined }, 'document'],
    [
      'a missing field deep inside',
      { texts: [{ language: 'en', origin: 'original', title: SENT }] },
      'document.texts[0]',
    ],
    ['a text where a list of objects belongs', { texts: SENT }, 'document.texts'],
    ['a number where a text belongs', { kind: 5 }, 'document.kind'],
    ['an object where a text belongs', { kind: { name: SENT } }, 'document.kind'],
    ['a text where a number belongs', users(SENT), 'document.claims[0].value.quantity.low'],
    ['a fraction where a whole number belongs', users(1.5), 'document.claims[0].value.quantity.low'],
    ['a number of 33 bits', users(4_294_967_296), 'document.claims[0].value.quantity.low'],
    ['null in a list', { typologies: [null] }, 'document.typologies[0]'],
  ] as const;

  test.each(misfits)('%s', async (_, changes, path) => {
    const content = document({
      texts: [{ language: 'en', origin: 'original', title: SENT, body: SENT }],
      ...changes,
    });
    const input = { idempotencyKey: randomUUID(), document: content };
    const told = await refused(world, () => contributor().query(ACTS.draftFinding, { input }));
    expect(told).toEqual({ code: 'INVALID', paths: [`input.${path}`] });
    expect(await refused(world, () => contributor().query(VALIDATE, { document: content }))).toEqual({
      code: 'INVALID',
      paths: [path],
    });
  });

  test('the answer is the same however often the operation ran before', async () => {
    const operation = ACTS.draftFinding.replace('Act', 'Fresh');
    const input = { idempotencyKey: 'fresh', document: document({ texts: [{ nonsense: SENT }] }) };
    const answers: string[] = [];
    for (let n = 0; n < 4; n++) {
      const told = await refused(world, async () => {
        const answer = await contributor().query(operation, { input });
        answers.push(answer.text);
        return answer;
      });
      expect(new Set(told.paths)).toEqual(new Set(['input.document.texts[0]']));
    }
    expect(new Set(answers).size).toBe(1);
  });
});

describe('a reference to what one may not see is NOT_FOUND at its path, like one to nothing', () => {
  const restingOn = (revisionId: string) => ({
    claims: [{ attribute: 'remark', value: { term: SENT }, origin: { kind: 'agency', revisionId } }],
  });

  test('an incident, a revision', async () => {
    const hidden = await released(world, 'JP-NPA', ['US-TFI'], {}, { newIncident: true });
    const [incident = ''] = hidden.revision.document.incidents;
    const rows = [
      [{ incidents: [incident] }, 'incidents[0]'],
      [{ incidents: [randomUUID()] }, 'incidents[0]'],
      [restingOn(newest(hidden)), 'claims[0].origin.revisionId'],
      [restingOn(randomUUID()), 'claims[0].origin.revisionId'],
      [restingOn(hidden.id), 'claims[0].origin.revisionId'],
    ] as const;
    for (const [changes, path] of rows) {
      const input = { idempotencyKey: 'reference', document: document(changes) };
      const told = await refused(world, () => contributor().query(ACTS.draftFinding, { input }));
      expect(told).toEqual({ code: 'NOT_FOUND', paths: [`input.document.${path}`] });
      const { validateFinding } = await contributor().ask<{ validateFinding: object }>(VALIDATE, {
        document: document(changes),
      });
      expect(validateFinding).toEqual({ valid: false, faults: [{ path: `document.${path}` }], reach: [] });
    }
  });
  test('an id in upper case is the same id', async () => {
    const seen = await released(world, 'US-TFI', ['KR-FSC'], {}, { newIncident: true });
    const [incident = ''] = seen.revision.document.incidents;
    const changes = { ...restingOn(newest(seen).toUpperCase()), incidents: [incident.toUpperCase()] };
    const { validateFinding } = await contributor().ask<{ validateFinding: object }>(VALIDATE, {
      document: document(changes),
    });
    expect(validateFinding).toMatchObject({ valid: true, faults: [] });
  });
});
