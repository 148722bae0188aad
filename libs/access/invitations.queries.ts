import type { PageRequest, Reader } from '#core';
import { finite, page, type Listed } from './administration.queries.js';
import type { InvitationType } from './invitation.type.js';

/** Those to one's own agency, and those it gave. */
export const invitationPage = (reader: Reader, request: PageRequest): Promise<Listed<InvitationType>[]> =>
  page(reader, request, {
    columns: `agency_id as "agencyId", name, roles, ${finite('valid_until', 'validUntil')},
      case when accepted_at is not null then 'ACCEPTED' when withdrawn_at is not null then 'WITHDRAWN'
           when least(expires_at, valid_until) <= now() then 'LAPSED' else 'OPEN' end as state,
      case when given_agency_id = (select acting()) then given_by end as "givenBy", given_at as "givenAt",
      expires_at as "expiresAt", case when agency_id = (select acting()) then accepted_as end as "acceptedAs"`,
    from: 'invitation',
    at: 'given_at',
  });
