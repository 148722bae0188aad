import type { Own } from './attempts.js';
import { document, newest, type ActName } from './findings.js';
import { restingOn, type Named } from './questions.js';
import { agencyId, type Code } from './roster.js';

/** What a question or an act may name of a partner that is hidden; `revision` is a member. */
export type Wanted = Named & { arrangement: string };

/** Mutations that name the agency, arrangement or member; every one is refused. */
export function partnerAttempts(
  mine: Own,
  partner: Code,
  { agency, arrangement, revision }: Wanted,
): [ActName, object][] {
  const revisionId = newest(mine.inReview);
  const [findingId, to] = [mine.released.id, { agencyId: agencyId(partner) }];
  const release = (list: object[], more: object = {}): [ActName, object] => [
    'releaseFinding',
    { revisionId, recipients: list, ...more },
  ];
  return [
    release([{ agencyId: agency }]),
    release([to, { agencyId: agency }]),
    release([{ agencyId: agency, arrangementId: arrangement }]),
    release([{ ...to, arrangementId: arrangement }]),
    release([{ agencyId: agency, tlp: 'TLP:RED', until: '2020-01-01T00:00:00Z' }]),
    release([to], { without: [agency] }),
    release([{ agencyId: revision }]),
    ['recallFinding', { findingId, agencyIds: [agency], reason: 'inaccurate' }],
    ['recallFinding', { findingId, agencyIds: [to.agencyId, agency], reason: 'inaccurate' }],
    ['expireFinding', { findingId: agency }],
    ['acknowledgeFinding', { findingId: agency, said: 'REMOVED' }],
    ['supersedeFinding', { findingId, successorId: arrangement }],
    ['draftFinding', { document: document({ incidents: [agency] }) }],
    ['draftFinding', { document: restingOn(revision) }],
    ['reviseFinding', { basedOn: arrangement, document: document() }],
    ['submitFinding', { revisionId: agency }],
    ['returnFinding', { revisionId: revision, note: 'Say when.' }],
  ];
}
