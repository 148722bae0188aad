import type { PageRequest, Reader } from '#core';
import { page, type Listed } from './administration.queries.js';
import type { SessionType } from './session.type.js';

const SESSION = {
  columns: `member_id as "memberId", agent, began_at as "beganAt", used_at as "usedAt", ended_at as "endedAt",
    ended_by as "endedBy", session_runs(session) as running`,
  from: 'session',
  at: 'began_at',
};

/** Row security leaves one's own and, to who oversees the agency, the agency's. */
export const sessionPage = (reader: Reader, request: PageRequest): Promise<Listed<SessionType>[]> =>
  page(reader, request, SESSION);

export const ownSessionPage = (reader: Reader, request: PageRequest): Promise<Listed<SessionType>[]> =>
  page(reader, request, { ...SESSION, where: 'member_id = (select acting_member())' });
