import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { actNames, doIt, everyAct, servedMutations } from './support/every-act.js';
import {
  act,
  ACTS,
  attempt,
  document,
  draft,
  newest,
  recipients,
  released,
  submit,
  type ActName,
  type Finding,
} from './support/findings.js';
import { agencyId, CODES, memberId, type Code } from './support/roster.js';
import { contents } from './support/seen.js';
import { inHours, passHours } from './support/time.js';
import { outcomeOf, startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

interface Entry {
  agency_id: string;
  act: string;
  actor_agency_id: string;
  member_id: string | null;
  subject_id: string;
  at: string;
}

const codeOf = (id: string) => CODES.find((code) => agencyId(code) === id);

/** The entries of a finding in the order of their time, to the microsecond. */
const entriesOf = (findingId: string): Promise<Entry[]> =>
  world.sql(
    `select *, micros(recorded_at)::text as at from entry where subject_id = $1 order by recorded_at, agency_id`,
    [findingId],
  );

/** What an act wrote, as `agency: act` of each entry. */
async function written(fn: () => Promise<unknown>): Promise<Entry[]> {
  const known = new Set((await world.sql<{ id: string }>('select id from entry')).map(({ id }) => id));
  await fn();
  const all = await world.sql<Entry & { id: string }>('select *, micros(recorded_at)::text as at from entry');
  return all.filter(({ id }) => !known.has(id));
}

test('every mutation of the running schema is in the table', async () => {
  expect([...actNames].sort()).toEqual(await servedMutations(world));
});

describe.each(actNames)('%s', (name) => {
  test('one entry for the acting agency with its member, one for each agency concerned without; no third agency named', async () => {
    const ready = await everyAct[name](world);
    let findingId = '';
    const entries = await written(async () => (findingId = await doIt(world, name, ready)));

    const expected = new Map<Code, string | null>([
      ['KR-FSC', memberId('KR-FSC', ready.role)],
      ...ready.concerned.map((code): [Code, null] => [code, null]),
    ]);
    expect(new Map(entries.map((entry) => [codeOf(entry.agency_id), entry.member_id]))).toEqual(expected);
    expect(entries).toHaveLength(expected.size);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        act: ready.act,
        actor_agency_id: agencyId('KR-FSC'),
        subject_id: findingId,
      });
      const third = CODES.map(agencyId).filter((id) => id !== entry.agency_id && id !== agencyId('KR-FSC'));
      for (const id of third) expect(JSON.stringify(entry)).not.toContain(id);
    }
  });

  test('refused, it leaves no entry: of another agency, with a key used for another input, or without the role', async () => {
    const ready = await everyAct[name](world);
    const send = (code: Code, role: 'CONTRIBUTOR' | 'RELEASER', input: object) =>
      world.as(code, role).query(ACTS[name], { input: { idempotencyKey: `ledger-${name}`, ...input } });
    const wrongRole = ready.role === 'RELEASER' ? 'CONTRIBUTOR' : 'RELEASER';
    await send('KR-FSC', ready.role, ready.input);
    const entries = await written(async () => {
      expect(outcomeOf(await send('KR-FSC', ready.role, ready.other))).toBe('CONFLICT input.idempotencyKey');
      expect(outcomeOf(await send('KR-FSC', wrongRole, ready.other))).toBe('FORBIDDEN');
      if (name !== 'draftFinding') {
        expect(outcomeOf(await send('JP-NPA', ready.role, ready.input))).toMatch(/^NOT_FOUND input\./);
      }
    });
    expect(entries).toEqual([]);
  });

  test('repeated under its key, it leaves no second entry', async () => {
    const ready = await everyAct[name](world);
    const input = { ...ready.input, idempotencyKey: randomUUID() };
    await doIt(world, name, { ...ready, input });
    expect(await written(() => doIt(world, name, { ...ready, input }))).toEqual([]);
  });
});

const revised = async (finding: Finding): Promise<Finding> => {
  const input = { basedOn: newest(finding), document: document() };
  return submit(world, 'KR-FSC', await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', input));
};

const agencies = (entries: Entry[]) => entries.map((entry) => codeOf(entry.agency_id)).sort();

describe('who is not concerned gets no entry', () => {
  test('an agency that is left without a new revision', async () => {
    const finding = await revised(await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']));
    const input = {
      revisionId: newest(finding),
      recipients: recipients(['JP-NPA']),
      without: [agencyId('US-TFI')],
    };
    const entries = await written(() => act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', input));
    expect(agencies(entries)).toEqual(['JP-NPA', 'KR-FSC']);
  });

  test('an agency from which it is not taken back, and one from which it was before', async () => {
    const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
    const recall = (from?: Code[]) =>
      written(() =>
        act(world, 'KR-FSC', 'RELEASER', 'recallFinding', {
          findingId: finding.id,
          reason: 'inaccurate',
          ...(from && { agencyIds: from.map(agencyId) }),
        }),
      );
    expect(agencies(await recall(['JP-NPA']))).toEqual(['JP-NPA', 'KR-FSC']);
    expect(agencies(await recall())).toEqual(['KR-FSC', 'US-TFI']);
  });

  test('a holder of the successor that never held what is superseded', async () => {
    const [old, successor] = [
      await released(world, 'KR-FSC', ['JP-NPA']),
      await released(world, 'KR-FSC', ['US-TFI']),
    ];
    const input = { findingId: old.id, successorId: successor.id };
    const entries = await written(() => act(world, 'KR-FSC', 'RELEASER', 'supersedeFinding', input));
    expect(agencies(entries)).toEqual(['JP-NPA', 'KR-FSC']);
    // Who holds one of the two is not told which other it was.
    expect(JSON.stringify(entries)).not.toContain(successor.id);
  });

  test('an agency whose right has ended, of what becomes of the finding then', async () => {
    const ended = async () => {
      const finding = await submit(world, 'KR-FSC', await draft(world, 'KR-FSC'));
      await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', {
        revisionId: newest(finding),
        recipients: [...recipients(['JP-NPA']), { agencyId: agencyId('US-TFI'), until: inHours(1) }],
      });
      await passHours(world, 2);
      return finding.id;
    };
    const successorId = (await released(world, 'KR-FSC', ['JP-NPA'])).id;
    const acts: [ActName, object][] = [
      ['supersedeFinding', { findingId: await ended(), successorId }],
      ['expireFinding', { findingId: await ended() }],
      ['recallFinding', { findingId: await ended(), reason: 'inaccurate' }],
    ];
    for (const [name, input] of acts) {
      const entries = await written(() => act(world, 'KR-FSC', 'RELEASER', name, input));
      expect({ name, told: agencies(entries) }).toEqual({ name, told: ['JP-NPA', 'KR-FSC'] });
    }
  });

  test('anybody, of a release that is refused for one of its recipients', async () => {
    const finding = await submit(world, 'KR-FSC', await draft(world, 'KR-FSC'));
    const input = { revisionId: newest(finding), recipients: recipients(['JP-NPA', 'XX-ALONE']) };
    const before = await contents(world);
    expect(await attempt(world, 'KR-FSC', 'RELEASER', 'releaseFinding', input)).not.toBe('done');
    expect(await contents(world)).toEqual(before);
  });
});

describe('the entries of a finding are in the order of its acts', () => {
  /** A finding through all of its acts. */
  async function life(between: (findingId: string) => Promise<unknown>): Promise<[string, string[]]> {
    const first = await draft(world, 'KR-FSC');
    await between(first.id);
    await revised(first);
    await between(first.id);
    const finding = await revised(
      await act(world, 'KR-FSC', 'RELEASER', 'returnFinding', await returned(first)),
    );
    await between(first.id);
    const release = { revisionId: newest(finding), recipients: recipients(['JP-NPA', 'US-TFI']) };
    await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', release);
    await between(first.id);
    await act(world, 'KR-FSC', 'RELEASER', 'expireFinding', {
      findingId: first.id,
      at: '2100-01-01T00:00:00Z',
    });
    await between(first.id);
    await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', { findingId: first.id, reason: 'inaccurate' });
    await between(first.id);
    await revised(finding);
    const acts = [
      'drafted',
      'revised',
      'submitted',
      'returned',
      'revised',
      'submitted',
      'released',
      'expired',
      'recalled',
      'revised',
      'submitted',
    ];
    return [first.id, acts.map((done) => `finding.${done}`)];
  }

  const returned = async ({ id }: Finding) => {
    const [sheet] = await world.sql<{ id: string }>(
      'select revision_id as id from sheet where finding_id = $1 order by number desc limit 1',
      [id],
    );
    return { revisionId: sheet?.id, note: 'Say who.' };
  };

  test.each([
    ['as the clock goes', async () => undefined],
    [
      'even if the clock steps back between them',
      (id: string) =>
        world.sql(`update finding set last_at = last_at + interval '1 hour' where id = $1`, [id]),
    ],
  ])('%s: their times grow from act to act, and are one for all agencies concerned', async (_, between) => {
    const [findingId, acts] = await life(between);
    const entries = await entriesOf(findingId);
    const own = entries.filter((entry) => codeOf(entry.agency_id) === 'KR-FSC');
    expect(own.map((entry) => entry.act)).toEqual(acts);
    const times = own.map(({ at }) => BigInt(at));
    for (const [n, time] of times.entries()) expect(time > (times[n - 1] ?? 0n)).toBe(true);
    const perAct = Map.groupBy(entries, ({ act: name, at }) => `${name} ${at}`);
    expect([...perAct.values()].map((group) => group.length)).toEqual([1, 1, 1, 1, 1, 1, 3, 3, 3, 1, 1]);
  });
});
