import type { PageRequest, Reader } from '#core';
import { page, type Listed } from './administration.queries.js';
import type { PasskeyType } from './passkey.type.js';

const PASSKEY = {
  columns: `(select m.id from member m where m.person_id = passkey.person_id and m.agency_id = passkey.agency_id
      and m.ended_at is null and m.valid_until > now() order by m.valid_from desc limit 1) as "memberId",
    name, synced, backed_up as "backedUp", added_at as "addedAt", used_at as "usedAt", removed_at as "removedAt",
    removed_by as "removedBy"`,
  from: 'passkey',
  at: 'added_at',
};

/** Row security leaves one's own and, to who oversees the agency, the agency's. */
export const passkeyPage = (reader: Reader, request: PageRequest): Promise<Listed<PasskeyType>[]> =>
  page(reader, request, PASSKEY);

export const ownPasskeyPage = (reader: Reader, request: PageRequest): Promise<Listed<PasskeyType>[]> =>
  page(reader, request, { ...PASSKEY, where: 'person_id = (select acting_person())' });
