import type { GraphQLSchema } from 'graphql';
import type { Own } from './attempts.js';
import { newest, recipients, type ActName, type Finding } from './findings.js';
import { ALIKE, alike, CASE, type Scene } from './hidden.js';
import { operation } from './questions.js';
import { agencyId, type Code } from './roster.js';
import { outcomeOf, type World } from './world.js';

/** What every agency is told of these acts, in order; and of those on what others hold. */
export const OUTCOMES = [
  'draftFinding: done',
  'draftFinding again: done',
  'draftFinding with another input: CONFLICT input.idempotencyKey',
  'reviseFinding: done',
  'reviseFinding on an earlier one: CONFLICT input.basedOn',
  'submitFinding: done',
  'returnFinding: done',
  'submitFinding: done',
  'releaseFinding: done',
  'releaseFinding again: done',
  'reviseFinding: done',
  'submitFinding: done',
  'releaseFinding to nobody: INVALID input.recipients',
  'releaseFinding twice: CONFLICT input.without',
  'releaseFinding: done',
  'supersedeFinding: done',
  'recallFinding: done',
  'recallFinding once more: CONFLICT input.findingId',
  'expireFinding: done',
];
export const OUTCOMES_ON_HELD = [
  'reviseFinding what others rest on: done',
  'submitFinding: done',
  'releaseFinding: done',
  'expireFinding: done',
  'recallFinding: done',
];

interface Told {
  act: string;
  outcome: string;
  text: string;
}

interface Actor {
  code: Code;
  /** Gets what it releases. */
  partner: Code;
  own: Own;
  /** What it may see of the scene; nothing if left out. */
  sees?: Scene;
}

/**
 * An agency does everything it may do, in one order, with the keys, documents and case numbers that others use too, and
 * on what others may have named, revised or rested on. @returns what it was told of every act
 */
export async function ownActs(
  world: World,
  schema: GraphQLSchema,
  { code, partner, own, sees }: Actor,
): Promise<Told[]> {
  const told: Told[] = [];
  const does = async (
    role: 'CONTRIBUTOR' | 'RELEASER',
    name: ActName,
    input: object,
    note = '',
  ): Promise<Finding | undefined> => {
    const answer = await world
      .as(code, role)
      .query<Record<ActName, { finding: Finding }> | null>(operation(schema, name), {
        input: { idempotencyKey: ALIKE, ...input },
      });
    told.push({
      act: note === '' ? name : `${name} ${note}`,
      outcome: outcomeOf(answer),
      text: `${answer.status} ${answer.text}`,
    });
    return answer.data?.[name].finding;
  };
  const reached = (finding: Finding | undefined): Finding => {
    if (!finding) throw new Error(`${code} was refused: ${told.at(-1)?.text ?? ''}`);
    return finding;
  };

  const begins = { ...alike(), newIncident: true, sheet: CASE };
  const mine = reached(await does('CONTRIBUTOR', 'draftFinding', begins));
  await does('CONTRIBUTOR', 'draftFinding', begins, 'again');
  await does('CONTRIBUTOR', 'draftFinding', { ...begins, newIncident: false }, 'with another input');

  const basis = sees && {
    attribute: 'outcome',
    value: { term: 'as they say' },
    origin: { kind: 'agency', revisionId: sees.shown.revision.id },
  };
  const seen = sees && { incidents: [sees.incident], claims: [{ ...basis, incident: sees.incident }] };
  const revised = await does('CONTRIBUTOR', 'reviseFinding', {
    ...alike(seen),
    basedOn: newest(mine),
    sheet: CASE,
  });
  const revision = newest(reached(revised));
  await does(
    'CONTRIBUTOR',
    'reviseFinding',
    { ...alike(), idempotencyKey: 'earlier', basedOn: newest(mine) },
    'on an earlier one',
  );
  await does('CONTRIBUTOR', 'submitFinding', { revisionId: revision });
  await does('RELEASER', 'returnFinding', { revisionId: revision, note: 'Say when.' });
  await does('CONTRIBUTOR', 'submitFinding', { idempotencyKey: 'again', revisionId: revision });
  const to = recipients([partner]);
  await does('RELEASER', 'releaseFinding', { revisionId: revision, recipients: to });
  await does('RELEASER', 'releaseFinding', { revisionId: revision, recipients: to }, 'again');
  const next = await does('CONTRIBUTOR', 'reviseFinding', {
    ...alike({ incidents: [] }),
    idempotencyKey: 'next',
    basedOn: revision,
  });
  const later = newest(reached(next));
  await does('CONTRIBUTOR', 'submitFinding', { idempotencyKey: 'next', revisionId: later });
  const only = { idempotencyKey: 'next', revisionId: later, recipients: [] };
  await does('RELEASER', 'releaseFinding', only, 'to nobody');
  await does(
    'RELEASER',
    'releaseFinding',
    { ...only, recipients: to, without: [agencyId(partner)] },
    'twice',
  );
  await does('RELEASER', 'releaseFinding', { ...only, recipients: to });

  const both = { findingId: mine.id, successorId: own.released.id };
  await does('RELEASER', 'supersedeFinding', both);
  await does('RELEASER', 'recallFinding', { findingId: mine.id, reason: 'inaccurate' });
  const anew = { idempotencyKey: 'next', findingId: mine.id, reason: 'inaccurate' };
  await does('RELEASER', 'recallFinding', anew, 'once more');
  await does('RELEASER', 'expireFinding', { findingId: own.released.id });
  if (sees) await onHeld(sees.theirs);
  return told;

  /** What others hold: they may have written something that rests on it. */
  async function onHeld(theirs: Finding): Promise<void> {
    const edited = { ...alike(), idempotencyKey: 'held', basedOn: newest(theirs) };
    const again = newest(reached(await does('CONTRIBUTOR', 'reviseFinding', edited, 'what others rest on')));
    await does('CONTRIBUTOR', 'submitFinding', { idempotencyKey: 'held', revisionId: again });
    const holders = { idempotencyKey: 'held', revisionId: again, recipients: to };
    await does('RELEASER', 'releaseFinding', holders);
    const ends = { idempotencyKey: 'held', findingId: theirs.id, at: '2100-01-01T00:00:00Z' };
    await does('RELEASER', 'expireFinding', ends);
    await does('RELEASER', 'recallFinding', {
      idempotencyKey: 'held',
      findingId: theirs.id,
      reason: 'investigation',
    });
  }
}
