import type { PageRequest, Reader } from '#core';
import type { AgencyType, ViewerType } from './agency.type.js';

/** What an agency is now, from its dated rows. Row security leaves one's own and those one shares an arrangement with. */
const AGENCY = `
  select a.id, a.code, j.jurisdiction, nullif(j.valid_from, '-infinity') as "jurisdictionSince",
         coalesce((select json_agg(json_build_object('language', n.language, 'name', n.name,
                     'since', nullif(n.valid_from, '-infinity')) order by n.language)
            from agency_name n where n.agency_id = a.id and n.valid_from <= now() and n.valid_until > now()), '[]') as names,
         coalesce((select json_agg(json_build_object('kind', c.kind, 'value', c.value,
                     'since', nullif(c.valid_from, '-infinity')) order by c.kind, c.value)
            from agency_contact c where c.agency_id = a.id and c.valid_from <= now() and c.valid_until > now()), '[]')
           as "contactPoints",
         (select json_build_object('agencyId', v.vouched_by, 'code', v.voucher_code,
                   'keyFingerprint', v.key_fingerprint, 'at', v.vouched_at)
            from vouching v where v.agency_id = a.id) as vouching
    from agency a
    left join agency_jurisdiction j on j.agency_id = a.id and j.valid_from <= now() and j.valid_until > now()`;

/** Times within JSON come as text. */
const agencyOf = ({ names, contactPoints, vouching, ...agency }: AgencyType): AgencyType => ({
  ...agency,
  names: names.map(dated),
  contactPoints: contactPoints.map(dated),
  vouching: vouching && { ...vouching, at: new Date(vouching.at) },
});

const dated = <Row extends { since: Date | null }>(row: Row): Row => ({
  ...row,
  since: row.since && new Date(row.since),
});

export async function agencyPage(reader: Reader, { first, after }: PageRequest): Promise<AgencyType[]> {
  const rows = await reader.rows<AgencyType>(
    `${AGENCY} where $1::text is null or a.code > $1 order by a.code limit $2`,
    [after?.key ?? null, first + 1],
  );
  return rows.map(agencyOf);
}

export async function agenciesById(reader: Reader, ids: readonly string[]): Promise<AgencyType[]> {
  const rows = await reader.rows<AgencyType>(`${AGENCY} where a.id = any ($1::uuid[])`, [ids]);
  return rows.map(agencyOf);
}

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
  return member && agency && { ...member, agency: agencyOf(agency) };
}
