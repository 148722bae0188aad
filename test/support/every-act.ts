import { ADMINISTRATION } from './administration.js';
import { DATASETS } from './datasets.js';
import { act, document, draft, newest, recipients, released, submit, type ActName } from './findings.js';
import type { Code } from './roster.js';
import type { World } from './world.js';

/** One mutation made ready: KR-FSC may do it now, and it would have an effect. */
export interface ReadyAct {
  role: 'CONTRIBUTOR' | 'RELEASER';
  input: object;
  /** Another input that would be as good, and would have another effect. */
  other: object;
  /** What the ledger calls it. */
  act: string;
  /** The other agencies that learn of it. */
  concerned: Code[];
}

const HOLDERS: Code[] = ['JP-NPA', 'US-TFI'];

const inReview = async (world: World) => submit(world, 'KR-FSC', await draft(world, 'KR-FSC'));

/** Every mutation of the life cycle; those of administration are in administration.ts. A spec that uses this table asks the running schema whether one is missing. */
export const everyAct: Record<ActName, (world: World) => Promise<ReadyAct>> = {
  draftFinding: async () => ({
    role: 'CONTRIBUTOR',
    input: { document: document() },
    other: { document: document({ kind: 'phishing-attempt' }) },
    act: 'finding.drafted',
    concerned: [],
  }),
  reviseFinding: async (world) => {
    const basedOn = newest(await draft(world, 'KR-FSC'));
    return {
      role: 'CONTRIBUTOR',
      input: { basedOn, document: document() },
      other: { basedOn, document: document({ kind: 'phishing-attempt' }) },
      act: 'finding.revised',
      concerned: [],
    };
  },
  submitFinding: async (world) => ({
    role: 'CONTRIBUTOR',
    input: { revisionId: newest(await draft(world, 'KR-FSC')) },
    other: { revisionId: newest(await draft(world, 'KR-FSC')) },
    act: 'finding.submitted',
    concerned: [],
  }),
  returnFinding: async (world) => {
    const revisionId = newest(await inReview(world));
    return {
      role: 'RELEASER',
      input: { revisionId, note: 'Say who.' },
      other: { revisionId, note: 'Say when.' },
      act: 'finding.returned',
      concerned: [],
    };
  },
  releaseFinding: async (world) => {
    const revisionId = newest(await inReview(world));
    return {
      role: 'RELEASER',
      input: { revisionId, recipients: recipients(HOLDERS) },
      other: { revisionId, recipients: recipients(['CN-CAMLMAC']) },
      act: 'finding.released',
      concerned: HOLDERS,
    };
  },
  recallFinding: async (world) => {
    const findingId = (await released(world, 'KR-FSC', HOLDERS)).id;
    return {
      role: 'RELEASER',
      input: { findingId, reason: 'inaccurate' },
      other: { findingId, reason: 'legal-ground' },
      act: 'finding.recalled',
      concerned: HOLDERS,
    };
  },
  supersedeFinding: async (world) => {
    const findingId = (await released(world, 'KR-FSC', HOLDERS)).id;
    // Held by one of those who hold the first, and by one who does not.
    const successorId = (await released(world, 'KR-FSC', ['JP-NPA', 'CN-CAMLMAC'])).id;
    return {
      role: 'RELEASER',
      input: { findingId, successorId },
      other: { findingId, successorId: (await released(world, 'KR-FSC', HOLDERS)).id },
      act: 'finding.superseded',
      concerned: HOLDERS,
    };
  },
  expireFinding: async (world) => {
    const findingId = (await released(world, 'KR-FSC', HOLDERS)).id;
    return {
      role: 'RELEASER',
      input: { findingId },
      other: { findingId, at: '2100-01-01T00:00:00Z' },
      act: 'finding.expired',
      concerned: HOLDERS,
    };
  },
  acknowledgeFinding: async (world) => {
    const stored = async () => {
      const { id, revision } = await released(world, 'JP-NPA', ['KR-FSC']);
      return { findingId: id, said: 'STORED', revisionId: revision.id };
    };
    return {
      role: 'CONTRIBUTOR',
      input: await stored(),
      other: await stored(),
      act: 'finding.stored',
      concerned: ['JP-NPA'],
    };
  },
};

export const actNames = Object.keys(everyAct) as ActName[];

/** The mutations that the running service has. */
export async function servedMutations(world: World): Promise<string[]> {
  const { __schema: schema } = await world
    .as('KR-FSC', 'ANALYST')
    .ask<{ __schema: { mutationType: { fields: { name: string }[] } } }>(
      '{ __schema { mutationType { fields { name } } } }',
    );
  return (
    schema.mutationType.fields
      .map(({ name }) => name)
      // An acknowledgement is its caller's note of its own, and no act: it is in no ledger (feed.e2e-spec.ts).
      .filter((name) => !(name in ADMINISTRATION) && !(name in DATASETS) && name !== 'acknowledgeFeed')
      .sort()
  );
}

/** Makes the act of a ready table row, and gives the finding's id. */
export const doIt = async (world: World, name: ActName, { role, input }: ReadyAct): Promise<string> =>
  (await act(world, 'KR-FSC', role, name, input)).id;
