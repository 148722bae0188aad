import type { GraphQLSchema } from 'graphql';
import { document, draft, newest, released, submit, type ActName, type Finding } from './findings.js';
import type { Hidden, Scene } from './hidden.js';
import { operation, restingOn } from './questions.js';
import { agencyId, bothId, memberId, MEMBER_ROLES, type Code, type MemberRole } from './roster.js';
import { outcomeOf, type World } from './world.js';

/** An agency's own findings, each ready for something that what is hidden must not decide. */
export interface Own {
  draft: Finding;
  inReview: Finding;
  released: Finding;
}

const note = document({ kind: 'policy-note' });

export const ownFindings = async (world: World, code: Code, partner: Code): Promise<Own> => ({
  draft: await draft(world, code, note),
  inReview: await submit(world, code, await draft(world, code, note)),
  released: await released(world, code, [partner], note),
});

/** Every mutation with every id of what is hidden, on which it could act or to which it could refer. */
export function attempts(hidden: Hidden, scene: Scene, own: Own, partner: Code): [ActName, object][] {
  const { findings, incidents, agency, arrangement } = hidden;
  const revisions = [...hidden.revisions, scene.shown.revision.id];
  const others = [...incidents, agency, arrangement, ...hidden.members];
  const [findingId, revisionId] = [own.released.id, newest(own.inReview)];
  const basedOn = newest(own.draft);
  const to = { agencyId: agencyId(partner) };
  const unseen = [
    ...incidents.flatMap((id) => [{ incidents: [id] }, { incidents: [scene.incident, id] }]),
    ...findings.map((id) => ({ incidents: [id] })),
  ].map(document);
  const resting = hidden.revisions.flatMap((id) => [restingOn(id), restingOn(id, incidents.slice(0, 1))]);
  const documents = [...unseen, ...resting];
  const releases = [
    ...revisions.map((id) => ({ revisionId: id, recipients: [to] })),
    ...revisions.map((id) => ({ revisionId: id, recipients: [{ agencyId: agency }], without: [agency] })),
    { revisionId, recipients: [{ agencyId: agency }] },
    { revisionId, recipients: [to, { agencyId: agency }] },
    { revisionId, recipients: [{ agencyId: agency, arrangementId: arrangement }] },
    { revisionId, recipients: [{ ...to, arrangementId: arrangement }] },
    { revisionId, recipients: [to], without: [agency] },
  ];
  const named = <T extends object>(ids: readonly string[], input: (id: string) => T): T[] => ids.map(input);
  const inputs: Record<ActName, object[]> = {
    draftFinding: documents.map((written) => ({ document: written })),
    reviseFinding: [
      ...documents.map((written) => ({ basedOn, document: written })),
      ...named([...revisions, ...findings, ...others], (id) => ({ basedOn: id, document: document() })),
      { basedOn: newest(scene.shown), document: restingOn(hidden.revisions[0] ?? '') },
    ],
    submitFinding: named([...revisions, ...findings, ...others], (id) => ({ revisionId: id })),
    returnFinding: named([...revisions, ...findings, ...others], (id) => ({
      revisionId: id,
      note: 'Say when.',
    })),
    releaseFinding: releases,
    recallFinding: [
      ...named([...findings, ...others, scene.shown.id], (id) => ({ findingId: id, reason: 'inaccurate' })),
      { findingId, agencyIds: [agency], reason: 'inaccurate' },
      { findingId, agencyIds: [agencyId(partner), agency], reason: 'inaccurate' },
    ],
    supersedeFinding: [...findings, scene.shown.id].flatMap((id) => [
      { findingId: id, successorId: findingId },
      { findingId, successorId: id },
      { findingId: id, successorId: id },
    ]),
    acknowledgeFinding: [...findings, ...others].flatMap((id) => [
      { findingId: id, said: 'REMOVED' },
      ...revisions.slice(0, 3).map((revision) => ({ findingId: id, said: 'STORED', revisionId: revision })),
    ]),
    expireFinding: [...findings, ...others, scene.shown.id].flatMap((id) => [
      { findingId: id },
      { findingId: id, at: '2100-01-01T00:00:00Z' },
    ]),
  };
  return Object.entries(inputs).flatMap(([name, list]) =>
    list.map((input): [ActName, object] => [name as ActName, input]),
  );
}

const ROLES = MEMBER_ROLES.filter((role) => role !== 'OPERATOR');

export interface Tried {
  role: MemberRole | 'BOTH';
  request: string;
  /** Status and bytes. */
  told: string;
  outcome: string;
}

/** What an agency is told: its member with both roles of every attempt, each role by itself of some of each mutation. */
export async function tried(
  world: World,
  schema: GraphQLSchema,
  code: Code,
  all: readonly [ActName, object][],
): Promise<Tried[]> {
  const some = [...Map.groupBy(all, ([name]) => name).values()].flatMap((list) => list.slice(-3));
  const as = async (role: Tried['role'], list: readonly [ActName, object][]): Promise<Tried[]> => {
    // One token: minted for each of thousands of requests, it would take most of the time.
    const member = role === 'BOTH' ? bothId(code) : memberId(code, role);
    const client = world.holding(await world.issuer.mint(member));
    const answered: Tried[] = [];
    for (const [at, [name, given]] of list.entries()) {
      const input = { idempotencyKey: `attempt-${at}`, ...given };
      const answer = await client.query(operation(schema, name), { input });
      answered.push({
        role,
        request: `${name} ${JSON.stringify(given)}`,
        told: `${answer.status} ${answer.text}`,
        outcome: outcomeOf(answer),
      });
    }
    return answered;
  };
  const told = [as('BOTH', all), ...ROLES.map((role) => as(role, some))];
  return (await Promise.all(told)).flat();
}
