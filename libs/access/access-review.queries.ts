import type { PageRequest, Reader } from '#core';
import { finite, page, type Listed } from './administration.queries.js';
import type { ReviewedAccessType } from './access-review.type.js';

const ACTIVE = 'm.ended_at is null and m.valid_until > now()';

/** Everything by which somebody or something comes in now. */
const ACCESS = `
  select m.id, case when m.machine then 'CLIENT' else 'MEMBERSHIP' end as kind, m.id as subject_id, null as kid,
         m.name, m.roles, m.valid_from as since, m.valid_until, coalesce(u.last_used_at, s.last_used_at) as last_used_at
    from member m left join member_use u on u.member_id = m.id left join system_client s on s.id = m.id
   where ${ACTIVE}
  union all
  select md5(m.id::text || k.kid)::uuid, 'KEY', m.id, k.kid, m.name, m.roles, k.added_at, k.valid_until, k.last_used_at
    from client_key k join member m on m.id = k.client_id
   where ${ACTIVE} and k.revoked_at is null and k.valid_until > now()`;

const JUDGED = `
  select a.*, c.confirmed_at, c.confirmed_by, a.valid_until <= now() + interval '30 days' as expires,
         greatest(a.since, a.last_used_at, c.confirmed_at) < now() - interval '90 days' as unused
    from (${ACCESS}) a left join access_confirmation c on c.subject_id = a.subject_id and c.kid = coalesce(a.kid, '')`;

/** What ends within 30 days, and what was not used for 90. */
export const accessReviewPage = (
  reader: Reader,
  request: PageRequest,
): Promise<Listed<ReviewedAccessType>[]> =>
  page(reader, request, {
    columns: `kind, subject_id as "subjectId", kid, name, roles, since, ${finite('valid_until', 'validUntil')},
      last_used_at as "lastUsedAt", confirmed_at as "confirmedAt", confirmed_by as "confirmedBy", expires, unused`,
    from: `(${JUDGED}) as judged`,
    where: '(expires or unused)',
    at: 'since',
  });
