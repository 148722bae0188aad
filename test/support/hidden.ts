import { accountRow, sealed } from './datasets.js';
import { act, draft, newest, recipients, release, released, submit, type Finding } from './findings.js';
import { fullDocument, walletOf } from './full-document.js';
import { newAgency } from './history.js';
import { newArrangement, newMember } from './partners.js';
import { agencyId, bothId, type Code } from './roster.js';
import type { World } from './world.js';

/** Who hides something from whom. */
export interface Cast {
  /** Released something to the holder, and hides the rest. */
  actor: Code;
  /** May see what the actor hides. */
  ally: Code;
  holder: Code;
  /** Had what the holder has; it was taken back. */
  former: Code;
  /** Shares no arrangement with the actor. */
  stranger: Code;
}

/** What is there in both worlds. */
export interface Scene {
  /** The actor's: the holder has it. */
  shown: Finding;
  incident: string;
  /** The holder's: the actor has it. */
  theirs: Finding;
}

export const incidentOf = (finding: Finding): string => finding.revision.document.incidents[0] ?? '';

export async function setScene(world: World, { actor, holder, former }: Cast): Promise<Scene> {
  const shown = await released(world, actor, [holder, former], fullDocument('seen'), { newIncident: true });
  await act(world, actor, 'RELEASER', 'recallFinding', {
    findingId: shown.id,
    agencyIds: [agencyId(former)],
    reason: 'legal-ground',
  });
  return { shown, incident: incidentOf(shown), theirs: await released(world, holder, [actor]) };
}

/** What could be named of what is hidden. */
export interface Hidden {
  findings: string[];
  revisions: string[];
  incidents: string[];
  agency: string;
  /** Hash of one that the ally sees. */
  dataset: string;
  arrangement: string;
  members: string[];
}

/** The mark of what is hidden, and of what everybody drafts alike. */
export const SECRET = 'secret';
export const ALIKE = 'alike';

/** A document, an idempotency key and a case number that whoever acts uses. */
export const alike = (changes: Record<string, unknown> = {}) => ({
  idempotencyKey: ALIKE,
  document: fullDocument(ALIKE, { kind: 'policy-note', ...changes }),
});
export const CASE = { caseNumber: 'CASE-1', legalBasis: 'The same ground' };

const restingOn = (finding: Finding) => ({
  claims: [
    {
      attribute: 'outcome',
      value: { term: SECRET },
      origin: { kind: 'agency', revisionId: finding.revision.id },
    },
  ],
});

/** Puts everything there that the holder, the former holder and the stranger may not see. */
export async function hide(world: World, cast: Cast, scene: Scene): Promise<Hidden> {
  const { actor, ally, holder } = cast;
  const secret = (changes: Record<string, unknown> = {}) => fullDocument(SECRET, changes);
  const fresh = { newIncident: true };

  const drafted = await act(world, actor, 'CONTRIBUTOR', 'draftFinding', {
    ...alike(),
    ...fresh,
    sheet: CASE,
  });
  const inReview = await submit(world, actor, await draft(world, actor, secret(), fresh));
  const { hash: dataset } = await sealed(world, actor, [accountRow(SECRET)]);
  const shared = await released(
    world,
    actor,
    [ally],
    secret({ datasets: [dataset, await hiddenTransfers(world, actor)] }),
    fresh,
  );
  // What the holder sees is named, rested on, revised and released by others.
  const rival = await released(world, actor, [ally], secret({ incidents: [scene.incident] }));
  const onTheirs = await draft(world, actor, restingOn(scene.theirs));
  await act(world, actor, 'RELEASER', 'releaseFinding', {
    revisionId: scene.shown.revision.id,
    recipients: recipients([ally]),
  });
  const onShown = await released(world, ally, [actor], restingOn(scene.shown));
  const later = await reviseShown(world, cast, scene);
  const taken = await released(world, actor, [ally], secret());
  await act(world, actor, 'RELEASER', 'recallFinding', { findingId: taken.id, reason: 'inaccurate' });
  const replaced = await released(world, actor, [ally], secret());
  await act(world, actor, 'RELEASER', 'supersedeFinding', { findingId: replaced.id, successorId: shared.id });
  const ended = await released(world, actor, [ally], secret());
  await act(world, actor, 'RELEASER', 'expireFinding', { findingId: ended.id });

  const findings = [drafted, inReview, shared, rival, onTheirs, onShown, taken, replaced, ended];
  return {
    findings: findings.map(({ id }) => id),
    revisions: [...findings, later].flatMap((finding) => {
      const all = finding.sheets.map(({ revisionId }) => revisionId);
      return all.filter((id) => id !== scene.shown.revision.id);
    }),
    incidents: [drafted, inReview, shared].map(incidentOf),
    agency: await newAgency(world, SECRET, actor),
    dataset,
    arrangement: await newArrangement(world, [actor, ally]),
    members: [
      await newMember(world, actor, ['CONTRIBUTOR']),
      await newMember(world, ally, ['RELEASER']),
      // Who asks is hidden behind the same person elsewhere.
      await newMember(world, ally, ['CONTRIBUTOR', 'RELEASER'], bothId(holder)),
    ],
  };
}

/** A dataset of transfers out of and into what is shown. Its hash. */
async function hiddenTransfers(world: World, actor: Code): Promise<string> {
  const from = (sender: string, receiver: string) => ({
    ...{ chain: 'ethereum', sender: walletOf(sender), receiver: walletOf(receiver) },
    ...{ asset: 'ETH', decimals: 18, amount: '7' },
  });
  const rows = [from('seen', SECRET), from('seen receiver', SECRET), from(SECRET, 'seen')];
  return (await sealed(world, actor, rows, 'TRANSFERS')).hash;
}

/** Two more revisions of what is shown: one the ally has, one nobody. */
async function reviseShown(world: World, { actor, ally, holder }: Cast, { shown }: Scene): Promise<Finding> {
  const revise = (finding: Finding) =>
    act(world, actor, 'CONTRIBUTOR', 'reviseFinding', {
      basedOn: newest(finding),
      document: fullDocument(SECRET),
    });
  const second = await release(world, actor, await revise(shown), [ally], { without: [agencyId(holder)] });
  return revise(second);
}
