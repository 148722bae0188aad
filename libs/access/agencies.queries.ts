import type { PageRequest, Reader } from '#core';
import type { AgencyType, ViewerType } from './agency.type.js';

/** What an agency is now, from its dated rows. Row security leaves one's own and those one shares an arrangement with. */
const AGENCY = `
  select a.id, a.code,
         (select jurisdiction from agency_jurisdiction j
           where j.agency_id = a.id and j.valid_from <= now() and j.valid_until > now()) as jurisdiction,
         coalesce((select json_agg(json_build_object('language', n.language, 'name', n.name) order by n.language)
            from agency_name n where n.agency_id = a.id and n.valid_from <= now() and n.valid_until > now()), '[]') as names
    from agency a`;

export const agencyPage = (reader: Reader, { first, after }: PageRequest): Promise<AgencyType[]> =>
  reader.rows(`${AGENCY} where $1::text is null or a.code > $1 order by a.code limit $2`, [
    after?.key ?? null,
    first + 1,
  ]);

export const agenciesById = (reader: Reader, ids: readonly string[]): Promise<AgencyType[]> =>
  reader.rows(`${AGENCY} where a.id = any ($1::uuid[])`, [ids]);

type ViewerRow = Omit<ViewerType, 'agency'>;

/** The caller's own membership. */
export async function viewerOf(reader: Reader): Promise<ViewerType | undefined> {
  const [members, agencies] = await Promise.all([
    reader.rows<ViewerRow>(
      `select m.id as "memberId", m.name, m.roles,
              (select json_build_object('highestMarking', highest_marking, 'widest', widest) from cap
                where cap.agency_id = m.agency_id and cap.role = 'RELEASER' and cap.role = any (m.roles)) as cap
         from member m where m.id = (select acting_member())`,
    ),
    reader.rows<AgencyType>(`${AGENCY} where a.id = (select acting())`),
  ]);
  const [member] = members;
  const [agency] = agencies;
  return member && agency && { ...member, agency };
}
