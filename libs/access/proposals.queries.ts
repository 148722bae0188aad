import type { PageRequest, Reader } from '#core';
import { page, type Listed } from './administration.queries.js';
import type { AgencyProposalType } from './proposal.type.js';

/** One's own agency's; for the operator, all. */
export const proposalPage = (reader: Reader, request: PageRequest): Promise<Listed<AgencyProposalType>[]> =>
  page(reader, request, {
    columns: `agency_id as "vouchedBy", proposed_at as "proposedAt", code, names, jurisdiction,
      contact_points as "contactPoints", key_fingerprint as "keyFingerprint", administrators,
      brought_in_as as "broughtInAs",
      case when brought_in_as is not null then 'BROUGHT_IN' when withdrawn_at is not null then 'WITHDRAWN'
           else 'OPEN' end as state`,
    from: 'agency_proposal',
    at: 'proposed_at',
  });

export async function administratorsOf(reader: Reader, proposalId: string): Promise<string[] | undefined> {
  const [found] = await reader.rows<{ administrators: string[] }>(
    'select administrators from agency_proposal where id = $1',
    [proposalId],
  );
  return found?.administrators;
}
