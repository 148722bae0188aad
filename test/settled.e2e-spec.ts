import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tried } from './support/administration.js';
import { administrators } from './support/clients.js';
import { act, document, newest, released, submit, type Finding } from './support/findings.js';
import { to } from './support/releases.js';
import { agencyId } from './support/roster.js';
import { startWorld, type World } from './support/world.js';

/*
 * Whoever takes content back is answered when no body that was built before can begin to leave: that is 200 ms after the
 * act, however quick the machine. Each act is done three times, for a slow machine would be late without waiting.
 */

const SETTLED = 200;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const does = (name: Parameters<typeof act>[3], input: object) =>
  act(world, 'KR-FSC', 'RELEASER', name, input);

/** @returns milliseconds from the last act of that name until now */
async function since(type: string, subjectId: string): Promise<number> {
  const now = Date.now();
  const [row] = await world.sql<{ at: Date }>(
    'select max(recorded_at) as at from entry where act = $1 and subject_id = $2 and agency_id = $3',
    [type, subjectId, agencyId('KR-FSC')],
  );
  return now - (row?.at.getTime() ?? Infinity);
}

async function soonest(once: () => Promise<number>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < 3; n++) took.push(await once());
  return Math.min(...took);
}

const later = async (finding: Finding): Promise<Finding> => {
  const basedOn = newest(finding);
  const revised = await act(world, 'KR-FSC', 'CONTRIBUTOR', 'reviseFinding', {
    basedOn,
    document: document(),
  });
  return submit(world, 'KR-FSC', revised);
};

describe.each<[string, string, (finding: Finding) => Promise<unknown>]>([
  [
    'a recall',
    'finding.recalled',
    ({ id }) => does('recallFinding', { findingId: id, reason: 'inaccurate' }),
  ],
  ['an end', 'finding.expired', ({ id }) => does('expireFinding', { findingId: id })],
  [
    'one in its place',
    'finding.superseded',
    async ({ id }) =>
      does('supersedeFinding', {
        findingId: id,
        successorId: (await released(world, 'KR-FSC', ['JP-NPA'])).id,
      }),
  ],
  [
    'a release on stricter terms',
    'finding.released',
    (finding) =>
      does('releaseFinding', {
        revisionId: newest(finding),
        recipients: to('JP-NPA', { tlp: 'TLP:AMBER+STRICT' }),
      }),
  ],
  [
    'a release of a later revision, to some',
    'finding.released',
    async (finding) =>
      does('releaseFinding', {
        revisionId: newest(await later(finding)),
        recipients: to('JP-NPA'),
        without: [agencyId('US-TFI')],
      }),
  ],
])('%s', (_, type, takesBack) => {
  test('is answered when nothing older can leave', async () => {
    const took = await soonest(async () => {
      const finding = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
      await takesBack(finding);
      return since(type, finding.id);
    });
    expect(took).toBeGreaterThanOrEqual(SETTLED);
  });
});

test('so is the end of an arrangement', async () => {
  const { first } = await administrators(world, 'KR-FSC');
  const inForce = await world.sql<{ id: string }>(
    `select a.id from arrangement a join arrangement_party p on p.arrangement_id = a.id and p.agency_id = $1
      where a.valid_until > now() and not exists (select from arrangement_party
                                                   where arrangement_id = a.id and accepted_at is null)`,
    [agencyId('KR-FSC')],
  );
  const took: number[] = [];
  for (const { id } of inForce) {
    expect(await tried(first, 'endArrangement', { arrangementId: id })).toBe('done');
    took.push(await since('arrangement.ended', id));
  }
  expect(took.length).toBeGreaterThan(1);
  expect(Math.min(...took)).toBeGreaterThanOrEqual(SETTLED);
});
