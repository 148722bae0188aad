import type { PageRequest, Reader } from '#core';
import { page, type Listed } from './administration.queries.js';
import type { RecoveryType } from './recovery.type.js';

/** Of one's own agency and its partners; for the operator, all. */
export const recoveryPage = (reader: Reader, request: PageRequest): Promise<Listed<RecoveryType>[]> =>
  page(reader, request, {
    columns: `agency_id as "agencyId", begun_at as "begunAt", due_at as "dueAt", stopped_at as "stoppedAt",
      recovered_at as "recoveredAt",
      case when stopped_at is not null then 'STOPPED' when recovered_at is not null then 'RECOVERED'
           when expires_at <= now() then 'LAPSED' when due_at <= now() then 'DUE' else 'WAITING' end as state,
      exists (select from closed_inbox c where c.agency_id = recovery.agency_id and c.answered_at is null
                and c.originator_id = (select acting()) and c.closed_at = recovered_at) as "awaitsYou"`,
    from: 'recovery',
    at: 'begun_at',
  });
