import type { PageRequest, Reader } from '#core';
import { page, type Listed } from './administration.queries.js';
import type { StandingAuthorityType } from './standing-authority.type.js';

/** The functions of the database that release under one ask the same of its approver. */
const APPROVER = `exists (select from member m where m.id = approved_by and m.ended_at is null and m.valid_until > now()
  and m.roles @> array['RELEASER'])`;

export const standingAuthorityPage = (
  reader: Reader,
  request: PageRequest,
): Promise<Listed<StandingAuthorityType>[]> =>
  page(reader, request, {
    columns: `title, recipients as "agencyIds", kinds, highest_marking as "highestMarking", daily, days,
      asked_by as "askedBy", asked_at as "askedAt", approved_by as "approvedBy", approved_at as "approvedAt",
      ends_at as "endsAt", ended_at as "endedAt",
      coalesce((select used from standing_use u where u.authority_id = standing_authority.id
                  and u.day = (now() at time zone 'UTC')::date), 0) as "usedToday",
      case when ended_at is not null or coalesce(ends_at, lapses_at) <= now() then 'ENDED'
           when approved_at is null then 'ASKED' when ${APPROVER} then 'IN_FORCE' else 'ENDED' end as state`,
    from: 'standing_authority',
    where: 'agency_id = (select acting())',
    at: 'asked_at',
  });
