import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { actNames, everyAct, servedMutations, type ReadyAct } from './support/every-act.js';
import {
  ACTS,
  document,
  newest,
  recipients,
  released,
  type ActName,
  type Finding,
} from './support/findings.js';
import { newMember } from './support/partners.js';
import { agencyId } from './support/roster.js';
import { contents } from './support/seen.js';
import { passHours } from './support/time.js';
import { outcomeOf, startWorld, type Answer, type Client, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

type Payload = Record<string, { finding: Finding }> | null;

const send = (client: Client, name: ActName, key: string, input: object): Promise<Answer<Payload>> =>
  client.query<Payload>(ACTS[name], { input: { idempotencyKey: key, ...input } });

const subjectOf = ({ data }: Answer<Payload>, name: ActName): string | undefined => data?.[name]?.finding.id;

const caller = ({ role }: ReadyAct): Client => world.as('KR-FSC', role);

/** How many rows each table gained, and how many of them are there at all. */
async function gained(fn: () => Promise<unknown>): Promise<Record<string, number>> {
  const counts = async () =>
    Object.entries(await contents(world)).map(
      ([table, digest]) => [table, Number.parseInt(digest, 10)] as const,
    );
  const before = new Map(await counts());
  await fn();
  const after = await counts();
  return Object.fromEntries(after.map(([table, count]) => [table, count - (before.get(table) ?? 0)]));
}

test('every mutation of the running schema is in the table', async () => {
  expect([...actNames].sort()).toEqual(await servedMutations(world));
});

describe.each(actNames)('%s', (name) => {
  test('the same key with the same input again: no further effect, the same subject', async () => {
    const ready = await everyAct[name](world);
    const first = await send(caller(ready), name, 'again', ready.input);
    expect(outcomeOf(first)).toBe('done');
    const before = await contents(world);
    const second = await send(caller(ready), name, 'again', ready.input);
    expect(outcomeOf(second)).toBe('done');
    expect(subjectOf(second, name)).toBe(subjectOf(first, name));
    expect(await contents(world)).toEqual(before);
  });

  test('eight at once: one effect, one subject', async () => {
    const [alone, together] = [await everyAct[name](world), await everyAct[name](world)];
    const once = await gained(() => send(caller(alone), name, randomUUID(), alone.input));
    let answers: Answer<Payload>[] = [];
    const eight = await gained(async () => {
      const tries = Array.from({ length: 8 }, () => send(caller(together), name, 'at-once', together.input));
      answers = await Promise.all(tries);
    });
    expect(answers.map(outcomeOf)).toEqual(Array<string>(8).fill('done'));
    expect(new Set(answers.map((answer) => subjectOf(answer, name))).size).toBe(1);
    expect(eight).toEqual(once);
  });

  test('the same key with another input: CONFLICT, nothing written', async () => {
    const ready = await everyAct[name](world);
    await send(caller(ready), name, 'other', ready.input);
    const before = await contents(world);
    expect(outcomeOf(await send(caller(ready), name, 'other', ready.other))).toBe(
      'CONFLICT input.idempotencyKey',
    );
    expect(await contents(world)).toEqual(before);
  });

  test('two inputs under one key at once: one is done, the other is CONFLICT', async () => {
    const ready = await everyAct[name](world);
    const answers = await Promise.all(
      [ready.input, ready.other].map((input) => send(caller(ready), name, 'race', input)),
    );
    expect(answers.map(outcomeOf).sort()).toEqual(['CONFLICT input.idempotencyKey', 'done']);
  });

  test('what was refused has not used its key up', async () => {
    const ready = await everyAct[name](world);
    const bad = { ...ready.input, ...faulty(name, ready.input) };
    expect(outcomeOf(await send(caller(ready), name, 'refused', bad))).toMatch(/^(NOT_FOUND|INVALID) /);
    expect(outcomeOf(await send(caller(ready), name, 'refused', ready.input))).toBe('done');
  });

  test.each([
    ['its membership has ended', 'ended_at = now()', 'UNAUTHENTICATED'],
    ['it has lost the role', `roles = '{LIAISON}'`, 'FORBIDDEN'],
  ])('a repeat by a caller of whom %s is refused', async (_, change, code) => {
    const ready = await everyAct[name](world);
    const id = await newMember(world, 'KR-FSC', [ready.role]);
    expect(outcomeOf(await send(world.member(id), name, 'rights', ready.input))).toBe('done');
    await world.sql(`update member set ${change} where id = $1`, [id]);
    const before = await contents(world);
    const repeat = await send(world.member(id), name, 'rights', ready.input);
    expect(outcomeOf(repeat)).toBe(code);
    expect(subjectOf(repeat, name)).toBeUndefined();
    expect(await contents(world)).toEqual(before);
  });
});

/** What makes an input one that the database refuses: it names what does not exist, or a time that has passed. */
function faulty(name: ActName, input: object): object {
  if (name === 'draftFinding' || name === 'reviseFinding')
    return { document: document({ incidents: [randomUUID()] }) };
  const id = ['revisionId', 'findingId'].find((field) => field in input) ?? '';
  return { [id]: randomUUID() };
}

const draft = { document: document() };

test("a key is its member's own: a colleague's and another agency's are other keys", async () => {
  const clients = [
    world.as('KR-FSC', 'CONTRIBUTOR'),
    world.as('KR-FSC', 'BOTH'),
    world.as('JP-NPA', 'CONTRIBUTOR'),
  ];
  const answers: Answer<Payload>[] = [];
  for (const client of clients) answers.push(await send(client, 'draftFinding', 'shared', draft));
  expect(answers.map(outcomeOf)).toEqual(['done', 'done', 'done']);
  expect(new Set(answers.map((answer) => subjectOf(answer, 'draftFinding'))).size).toBe(3);
});

test('a key is one operation’s own', async () => {
  const client = world.as('KR-FSC', 'CONTRIBUTOR');
  const first = await send(client, 'draftFinding', 'one-key', draft);
  const finding = first.data?.draftFinding?.finding;
  if (!finding) throw new Error(first.text);
  const submitted = await send(client, 'submitFinding', 'one-key', { revisionId: newest(finding) });
  expect(outcomeOf(submitted)).toBe('done');
});

test('a repeat tells how the subject stands now, not how it stood then', async () => {
  const finding = await released(world, 'KR-FSC', ['JP-NPA']);
  const releaser = world.as('KR-FSC', 'RELEASER');
  const input = { revisionId: newest(finding), recipients: recipients(['US-TFI']) };
  const first = await send(releaser, 'releaseFinding', 'stands', input);
  expect(first.data?.releaseFinding?.finding.state).toBe('RELEASED');
  await send(releaser, 'recallFinding', 'stands', { findingId: finding.id, reason: 'inaccurate' });
  const repeat = await send(releaser, 'releaseFinding', 'stands', input);
  expect(repeat.data?.releaseFinding?.finding.state).toBe('RECALLED');
  expect(await world.sql('select from release where finding_id = $1', [finding.id])).toEqual([]);
});

test('the order of the fields and what is left out or null are no other input; a space in a text is', async () => {
  const client = world.as('KR-FSC', 'CONTRIBUTOR');
  const { kind, marking, texts } = document();
  await send(client, 'draftFinding', 'order', { document: { kind, marking, texts }, sheet: null });
  const same = { document: { texts, happened: null, marking, kind, claims: [] } };
  expect(outcomeOf(await send(client, 'draftFinding', 'order', same))).toBe('done');
  const spaced = {
    document: { kind, marking, texts: texts.map((text) => ({ ...text, body: `${text.body} ` })) },
  };
  expect(outcomeOf(await send(client, 'draftFinding', 'order', spaced))).toBe(
    'CONFLICT input.idempotencyKey',
  );
});

test('a key is good for 30 days', async () => {
  const client = world.as('KR-FSC', 'CONTRIBUTOR');
  const first = subjectOf(await send(client, 'draftFinding', 'old', draft), 'draftFinding');
  await passHours(world, 30 * 24 - 1);
  expect(subjectOf(await send(client, 'draftFinding', 'old', draft), 'draftFinding')).toBe(first);
  await passHours(world, 2);
  const second = subjectOf(await send(client, 'draftFinding', 'old', draft), 'draftFinding');
  expect(second).toEqual(expect.any(String));
  expect(second).not.toBe(first);
});

test('a repeat while its agency is suspended is refused', async () => {
  const client = world.as('JP-NPA', 'CONTRIBUTOR');
  await send(client, 'draftFinding', 'suspended', draft);
  await world.sql('update agency set suspended_at = now() where id = $1', [agencyId('JP-NPA')]);
  expect(outcomeOf(await send(client, 'draftFinding', 'suspended', draft))).toBe('UNAUTHENTICATED');
});
