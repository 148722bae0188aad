import { randomUUID } from 'node:crypto';
import { agencyId, type Code } from './roster.js';
import { outcomeOf, type World } from './world.js';

/** A finding as the life cycle's mutations answer it. */
export interface Finding {
  id: string;
  state: string;
  revision: { id: string; document: { incidents: string[] } };
  sheets: { revisionId: string; number: number; state: string }[];
}

const PAYLOAD = `{ finding { id state revision { id document { incidents } } sheets { revisionId number state } } }`;

const mutation = (name: string, input: string) =>
  `mutation Act($input: ${input}!) { ${name}(input: $input) ${PAYLOAD} }`;

/** Every mutation, by name. */
export const ACTS = {
  draftFinding: mutation('draftFinding', 'DraftFindingInput'),
  reviseFinding: mutation('reviseFinding', 'ReviseFindingInput'),
  submitFinding: mutation('submitFinding', 'SubmitFindingInput'),
  returnFinding: mutation('returnFinding', 'ReturnFindingInput'),
  releaseFinding: mutation('releaseFinding', 'ReleaseFindingInput'),
  recallFinding: mutation('recallFinding', 'RecallFindingInput'),
  supersedeFinding: mutation('supersedeFinding', 'SupersedeFindingInput'),
  expireFinding: mutation('expireFinding', 'ExpireFindingInput'),
  acknowledgeFinding: mutation('acknowledgeFinding', 'AcknowledgeFindingInput'),
};

export type ActName = keyof typeof ACTS;

type ActorRole = 'CONTRIBUTOR' | 'RELEASER' | 'BOTH';

/** The smallest valid document. */
export const document = (changes: object = {}) => ({
  kind: 'hack',
  marking: { tlp: 'TLP:GREEN', purposes: ['criminal-investigation'] },
  texts: [{ language: 'en', origin: 'original', title: 'A theft', body: 'What happened.' }],
  ...changes,
});

/** Does one act through the API and gives the finding as it stands then. */
export async function act(
  world: World,
  code: Code,
  role: ActorRole,
  name: ActName,
  input: object,
): Promise<Finding> {
  const data = await world.as(code, role).ask<Record<ActName, { finding: Finding }>>(ACTS[name], {
    input: { idempotencyKey: randomUUID(), ...input },
  });
  return data[name].finding;
}

/**
 * Tries an act that may be refused.
 * @returns the error's code and the paths at fault (`CONFLICT input.without`), or `done`
 */
export const attempt = async (
  world: World,
  code: Code,
  role: ActorRole,
  name: ActName,
  input: object,
): Promise<string> =>
  outcomeOf(
    await world.as(code, role).query(ACTS[name], { input: { idempotencyKey: randomUUID(), ...input } }),
  );

interface DraftOptions {
  newIncident?: boolean;
  sheet?: object;
}

export const draft = (
  world: World,
  code: Code,
  changes: object = {},
  options: DraftOptions = {},
): Promise<Finding> =>
  act(world, code, 'CONTRIBUTOR', 'draftFinding', { document: document(changes), ...options });

/** The id of the newest revision of one's own finding. */
export const newest = (finding: Finding): string => finding.sheets.at(-1)?.revisionId ?? '';

/** The recipients of a release, with nothing said of any. */
export const recipients = (to: readonly Code[]) => to.map((code) => ({ agencyId: agencyId(code) }));

export const submit = (world: World, code: Code, finding: Finding): Promise<Finding> =>
  act(world, code, 'CONTRIBUTOR', 'submitFinding', { revisionId: newest(finding) });

/** Submits the newest revision and releases it to these agencies. */
export async function release(
  world: World,
  code: Code,
  finding: Finding,
  to: readonly Code[],
  options: object = {},
): Promise<Finding> {
  await submit(world, code, finding);
  return act(world, code, 'RELEASER', 'releaseFinding', {
    revisionId: newest(finding),
    recipients: recipients(to),
    ...options,
  });
}

/** Drafts, submits and releases. */
export async function released(
  world: World,
  code: Code,
  to: readonly Code[],
  changes: object = {},
  options: DraftOptions = {},
): Promise<Finding> {
  return release(world, code, await draft(world, code, changes, options), to);
}
