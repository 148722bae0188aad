import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  act,
  ACTS,
  attempt,
  document,
  draft,
  newest,
  recipients,
  release,
  released,
  submit,
  type Finding,
} from './support/findings.js';
import { contents, held, listed, seen } from './support/seen.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const ROLE = {
  draftFinding: 'CONTRIBUTOR',
  reviseFinding: 'CONTRIBUTOR',
  submitFinding: 'CONTRIBUTOR',
  returnFinding: 'RELEASER',
  releaseFinding: 'RELEASER',
  recallFinding: 'RELEASER',
  supersedeFinding: 'RELEASER',
  expireFinding: 'RELEASER',
} as const;

/** An act on a finding as it stands, with a valid input. */
const inputOf = {
  reviseFinding: (finding: Finding) => ({ basedOn: newest(finding), document: document() }),
  submitFinding: (finding: Finding) => ({ revisionId: newest(finding) }),
  returnFinding: (finding: Finding) => ({ revisionId: newest(finding), note: 'Say who.' }),
  releaseFinding: (finding: Finding) => ({
    revisionId: newest(finding),
    recipients: recipients(['CN-CAMLMAC']),
  }),
  recallFinding: (finding: Finding) => ({ findingId: finding.id, reason: 'inaccurate' }),
  supersedeFinding: (finding: Finding, successor = finding) => ({
    findingId: finding.id,
    successorId: successor.id,
  }),
  expireFinding: (finding: Finding) => ({ findingId: finding.id }),
};

const stateOf = ({ state, sheets }: Finding) => ({ state, sheets: sheets.map((sheet) => sheet.state) });

describe('from draft to release', () => {
  test('a draft goes to review, comes back with a note, is revised, and is released', async () => {
    let finding = await draft(world, 'KR-FSC', {}, { sheet: { caseNumber: 'FSC-1' } });
    expect(stateOf(finding)).toEqual({ state: 'DRAFT', sheets: ['DRAFT'] });

    finding = await submit(world, 'KR-FSC', finding);
    expect(stateOf(finding)).toEqual({ state: 'IN_REVIEW', sheets: ['IN_REVIEW'] });

    finding = await act(world, 'KR-FSC', 'RELEASER', 'returnFinding', inputOf.returnFinding(finding));
    expect(stateOf(finding)).toEqual({ state: 'DRAFT', sheets: ['DRAFT'] });

    finding = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', inputOf.reviseFinding(finding));
    expect(stateOf(finding)).toEqual({ state: 'DRAFT', sheets: ['DRAFT', 'DRAFT'] });
    expect(finding.revision.id).toBe(newest(finding));

    finding = await submit(world, 'KR-FSC', finding);
    expect(stateOf(finding)).toEqual({ state: 'IN_REVIEW', sheets: ['DRAFT', 'IN_REVIEW'] });

    finding = await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', inputOf.releaseFinding(finding));
    expect(stateOf(finding)).toEqual({ state: 'RELEASED', sheets: ['DRAFT', 'RELEASED'] });

    const { sheets } = await world
      .as('KR-FSC', 'ANALYST')
      .ask<{ finding: { sheets: object[] } }>(
        `query ($id: ID!) { finding(id: $id) { sheets { caseNumber draftedBy submittedBy returnedNote releasedBy } } }`,
        { id: finding.id },
      )
      .then((data) => data.finding);
    const by = { draftedBy: 'KR-FSC CONTRIBUTOR', submittedBy: 'KR-FSC CONTRIBUTOR' };
    expect(sheets).toEqual([
      { ...by, caseNumber: 'FSC-1', returnedNote: 'Say who.', releasedBy: null },
      { ...by, caseNumber: null, returnedNote: null, releasedBy: 'KR-FSC RELEASER' },
    ]);
  });

  test("a released finding is in its recipient's list and in nobody else's, and its sheet in its author's alone", async () => {
    const finding = await released(world, 'KR-FSC', ['JP-NPA'], {}, { sheet: { trueSource: 'A defector' } });
    expect(await listed(world, 'JP-NPA')).toContain(finding.id);
    expect(await listed(world, 'US-TFI')).not.toContain(finding.id);
    expect(await seen(world, 'US-TFI', finding.id)).toBe('NOT_FOUND');
    expect(await held(world, 'JP-NPA', finding.id)).toMatchObject({
      state: 'RELEASED',
      author: { code: 'KR-FSC' },
      revisions: [{ id: newest(finding) }],
      releases: [{ agency: { code: 'JP-NPA' } }],
      sheets: [],
    });
    const everyField = await world
      .as('JP-NPA', 'ANALYST')
      .query(
        `query ($id: ID!) { finding(id: $id) { sheets { trueSource } revision { document { format salt texts { title } } } } }`,
        { id: finding.id },
      );
    expect(everyField.text).not.toContain('A defector');
  });

  test('a later draft of a released finding changes nothing for anybody, its author included', async () => {
    const finding = await released(world, 'KR-FSC', ['JP-NPA']);
    const [before, mine] = [await held(world, 'JP-NPA', finding.id), await held(world, 'KR-FSC', finding.id)];
    await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', inputOf.reviseFinding(finding));
    expect(await held(world, 'JP-NPA', finding.id)).toEqual(before);
    const after = await held(world, 'KR-FSC', finding.id);
    expect(after).toMatchObject({ state: 'RELEASED', revision: mine.revision });
    expect(after.revisions).toHaveLength(2);
  });
});

/** A finding of KR-FSC in each state. */
const made = {
  draft: () => draft(world, 'KR-FSC'),
  'in review': async () => submit(world, 'KR-FSC', await draft(world, 'KR-FSC')),
  released: () => released(world, 'KR-FSC', ['JP-NPA']),
  recalled: async () => {
    const finding = await made.released();
    return act(world, 'KR-FSC', 'RELEASER', 'recallFinding', inputOf.recallFinding(finding));
  },
  superseded: async () => {
    const [finding, successor] = [await made.released(), await made.released()];
    const input = inputOf.supersedeFinding(finding, successor);
    return act(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', input);
  },
  expired: async () => {
    const finding = await made.released();
    return act(world, 'KR-FSC', 'RELEASER', 'expireFinding', inputOf.expireFinding(finding));
  },
};

describe('an act out of its turn is CONFLICT and writes nothing', () => {
  test.each([
    ['draft', 'returnFinding', 'input.revisionId'],
    ['draft', 'releaseFinding', 'input.revisionId'],
    ['draft', 'recallFinding', 'input.findingId'],
    ['draft', 'expireFinding', 'input.findingId'],
    ['in review', 'submitFinding', 'input.revisionId'],
    ['in review', 'recallFinding', 'input.findingId'],
    ['released', 'submitFinding', 'input.revisionId'],
    ['released', 'returnFinding', 'input.revisionId'],
    ['recalled', 'recallFinding', 'input.findingId'],
    ['superseded', 'releaseFinding', 'input.revisionId'],
    ['expired', 'releaseFinding', 'input.revisionId'],
  ] as const)('one that is %s: %s', async (state, name, path) => {
    const finding = await made[state]();
    const before = await contents(world);
    expect(await attempt(world, 'KR-FSC', ROLE[name], name, inputOf[name](finding))).toBe(`CONFLICT ${path}`);
    expect(await contents(world)).toEqual(before);
  });

  test.each(['draft', 'recalled', 'superseded', 'expired'] as const)(
    'one that is %s neither supersedes nor is superseded',
    async (state) => {
      const [finding, other] = [await made[state](), await made.released()];
      const before = await contents(world);
      const tried = (one: Finding, successor: Finding) =>
        attempt(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', inputOf.supersedeFinding(one, successor));
      expect(await tried(finding, other)).toBe('CONFLICT input.findingId');
      expect(await tried(other, finding)).toBe('CONFLICT input.successorId');
      expect(await contents(world)).toEqual(before);
    },
  );
});

describe('a draft is known to its own agency alone', () => {
  test('others neither see nor list nor touch it, and are told what they would be told of a random id', async () => {
    const finding = await draft(world, 'KR-FSC');
    const absent = {
      ...finding,
      id: randomUUID(),
      sheets: [{ revisionId: randomUUID(), number: 1, state: 'DRAFT' }],
    };
    const before = await contents(world);
    for (const code of ['JP-NPA', 'XX-ALONE'] as const) {
      expect(await seen(world, code, finding.id)).toBe('NOT_FOUND');
      expect(await listed(world, code)).not.toContain(finding.id);
      for (const name of Object.keys(inputOf) as (keyof typeof inputOf)[]) {
        const tried = (target: Finding) =>
          world
            .as(code, ROLE[name])
            .query(ACTS[name], { input: { idempotencyKey: 'k', ...inputOf[name](target) } });
        const [hidden, none] = [await tried(finding), await tried(absent)];
        expect({ name, text: hidden.text }).toEqual({ name, text: none.text });
        expect(hidden.errors[0]?.extensions.code).toBe('NOT_FOUND');
      }
    }
    expect(await contents(world)).toEqual(before);
  });
});

describe('who works on what another changed meanwhile is told so', () => {
  test.each(['reviseFinding', 'submitFinding', 'returnFinding'] as const)(
    '%s of an earlier revision is CONFLICT',
    async (name) => {
      const first = await draft(world, 'KR-FSC');
      await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', inputOf.reviseFinding(first));
      const before = await contents(world);
      expect(await attempt(world, 'KR-FSC', ROLE[name], name, inputOf[name](first))).toMatch(
        /^CONFLICT input\./,
      );
      expect(await contents(world)).toEqual(before);
    },
  );

  test('of five who revise one draft at once, one does', async () => {
    const finding = await draft(world, 'KR-FSC');
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () =>
        attempt(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', inputOf.reviseFinding(finding)),
      ),
    );
    expect(outcomes.sort()).toEqual([...Array<string>(4).fill('CONFLICT input.basedOn'), 'done']);
    expect((await held(world, 'KR-FSC', finding.id)).revisions).toHaveLength(2);
  });

  test('a release and a recall at once come one after the other: what is listed is what may be read', async () => {
    const finding = await release(world, 'KR-FSC', await draft(world, 'KR-FSC'), ['JP-NPA']);
    await Promise.all([
      attempt(world, 'KR-FSC', 'RELEASER', 'recallFinding', inputOf.recallFinding(finding)),
      attempt(world, 'KR-FSC', 'RELEASER', 'releaseFinding', inputOf.releaseFinding(finding)),
    ]);
    const rights = await world.sql(`select agency_id from release where finding_id = $1`, [finding.id]);
    const rows = await world.sql(
      `select agency_id from inbox where finding_id = $1 and agency_id <> author_id`,
      [finding.id],
    );
    expect(rows).toEqual(rights);
  });
});
