import { foldText } from '#core';
import { normalise } from '#indicators';
import type { Claim } from './claim.js';
import type { FindingDocument, Indicator, Subject, Transfer } from './document.js';
import { intervalOf, type Timespan } from './timespan.js';

/** A claim as it stands beside those of other findings: with its subject, apart from its document. */
export interface ProjectedClaim {
  claim: Claim;
  subject: Subject | null;
}

/** The rows that are made of a document for the questions asked of it. They can be made again from the document. */
export function project(document: FindingDocument) {
  const subjects = new Map(document.subjects.map((subject) => [subject.key, subject]));
  const onlyIncident = document.incidents.length === 1 ? document.incidents[0] : undefined;
  return {
    listing: {
      kind: document.kind,
      marking: document.marking.tlp,
      titles: document.texts.map(({ title }) => foldText(title)).join('\n'),
      ...happened(document.happened),
    },
    incidents: document.incidents,
    basis: [...new Set(document.claims.flatMap(({ origin }) => origin.revisionId ?? []))],
    claims: document.claims.map((claim, position) => ({
      position,
      incidentId: claim.incident ?? onlyIncident ?? null,
      attribute: claim.attribute,
      body: {
        claim,
        subject: (claim.subject === undefined ? null : subjects.get(claim.subject)) ?? null,
      } satisfies ProjectedClaim,
    })),
    indicators: document.indicators.map((indicator, position) => ({
      position,
      ...projectIndicator(indicator),
    })),
    transfers: document.transfers.map((transfer, position) => ({ position, ...projectTransfer(transfer) })),
  };
}

export const projectIndicator = (indicator: Indicator) => ({
  key: normalKey({ ...indicator }),
  role: indicator.role,
});

export const projectTransfer = ({
  chain,
  transaction,
  sender,
  receiver,
  asset,
  decimals,
  amount,
  time,
}: Transfer) => ({
  chain,
  transaction:
    transaction === undefined ? null : normalKey({ type: 'transaction', chain, value: transaction }),
  sender: normalKey({ type: 'wallet', chain, value: sender }),
  receiver: normalKey({ type: 'wallet', chain, value: receiver }),
  asset,
  decimals,
  amount,
  ...happened(time),
});

function happened(span: Timespan | undefined): { happenedFrom: Date | null; happenedUntil: Date | null } {
  const interval = span && intervalOf(span);
  return { happenedFrom: interval?.from ?? null, happenedUntil: interval?.until ?? null };
}

function normalKey({
  type,
  chain,
  value,
}: {
  type: string;
  chain?: string | undefined;
  value: string;
}): string {
  const normal = normalise({ type, chain: chain ?? null, value });
  // The document was validated: an indicator that is not valid cannot stand in it.
  if (!normal.ok) throw new Error(`A stored ${type} has no normal form.`);
  return normal.key;
}
