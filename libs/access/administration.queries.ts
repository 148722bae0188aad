import type { PageRequest, Reader } from '#core';
import type { AuditFilter } from './administration.inputs.js';
import type { AuditEntryType, MemberType, PendingActType } from './administration.type.js';
import type { ArrangementPartyType as Party, ArrangementType } from './arrangement.type.js';

/** A row of a list, and the microseconds by which it is sorted. */
export type Listed<Row> = Row & { id: string; key: string };

/** Newest first. Row security leaves what the acting agency, and who asks in it, may read. */
export const page = <Row>(
  reader: Reader,
  { first, after }: PageRequest,
  list: { columns: string; from: string; at: string; where?: string; values?: readonly unknown[] },
): Promise<Listed<Row>[]> => {
  const { columns, from, at, where = 'true', values = [] } = list;
  return reader.rows(
    `select id, ${columns}, micros(${at})::text as key from ${from}
      where ($1::bigint is null or (${at}, id) < (instant($1), $2::uuid)) and ${where}
      order by ${at} desc, id desc limit ${first + 1}`,
    [after?.key ?? null, after?.id ?? null, ...values],
  );
};

export const finite = (column: string, name: string): string => `nullif(${column}, 'infinity') as "${name}"`;

export const memberPage = (reader: Reader, request: PageRequest): Promise<Listed<MemberType>[]> =>
  page(reader, request, {
    columns: `name, roles, valid_from as "validFrom", ${finite('valid_until', 'validUntil')}, ended_at as "endedAt"`,
    from: 'member',
    where: 'not machine',
    at: 'valid_from',
  });

export async function arrangementPage(
  reader: Reader,
  request: PageRequest,
): Promise<Listed<ArrangementType>[]> {
  const rows = await page<ArrangementType>(reader, request, {
    columns: `title, proposed_by as "proposedBy", amends, purposes, kinds, highest_marking as "highestMarking",
      onward_use as "onwardUse", court_use as "courtUse", retention_days as "retentionDays", valid_from as "validFrom",
      ${finite('valid_until', 'validUntil')}, on_end as "onEnd", parties,
      case when refused then 'REFUSED' when valid_until <= now() then 'ENDED' when not accepted then 'PROPOSED'
           when valid_from > now() then 'AGREED' else 'IN_FORCE' end as state`,
    from: `arrangement cross join lateral (
      select json_agg(json_build_object('agencyId', p.agency_id, 'code', a.code, 'acceptedAt', p.accepted_at,
                        'refusedAt', p.refused_at, 'vouching', case when v.agency_id is not null then json_build_object(
                          'agencyId', v.vouched_by, 'code', v.voucher_code, 'keyFingerprint', v.key_fingerprint,
                          'at', v.vouched_at) end) order by p.agency_id) as parties,
             bool_and(p.accepted_at is not null) as accepted, bool_or(p.refused_at is not null) as refused
        from arrangement_party p left join agency a on a.id = p.agency_id left join vouching v on v.agency_id = p.agency_id
       where p.arrangement_id = arrangement.id) as party`,
    at: 'valid_from',
  });
  return rows.map((row) => ({ ...row, parties: row.parties.map(answered) }));
}

/** Times within JSON come as text. */
const answered = ({ acceptedAt, refusedAt, vouching, ...party }: Party): Party => ({
  ...party,
  vouching: vouching && { ...vouching, at: new Date(vouching.at) },
  acceptedAt: acceptedAt && new Date(acceptedAt),
  refusedAt: refusedAt && new Date(refusedAt),
});

const PENDING_ACT = `act, content::text as content, hash, requested_by as "requestedBy", requested_at as "requestedAt",
  expires_at as "expiresAt", decided_by as "decidedBy", decided_at as "decidedAt",
  coalesce(outcome, case when expires_at <= now() then 'LAPSED' else 'PENDING' end) as state`;

export const pendingActPage = (reader: Reader, request: PageRequest): Promise<Listed<PendingActType>[]> =>
  page(reader, request, { columns: PENDING_ACT, from: 'pending_act', at: 'requested_at' });

export const pendingActById = (reader: Reader, id: string): Promise<PendingActType[]> =>
  reader.rows(`select id, ${PENDING_ACT} from pending_act where id = $1`, [id]);

/** Of an entry: what the audit trail shows of it, and an export. */
export const ENTRY = `act, actor_agency_id as "actorAgencyId", member_id as "memberId", subject_type as "subjectType",
  subject_id as "subjectId", revision_id as "revisionId", details::text as details, recorded_at as "recordedAt"`;

export const auditPage = (
  reader: Reader,
  request: PageRequest,
  { acts, subjectId, actorAgencyId, memberId, from, to }: AuditFilter,
): Promise<Listed<AuditEntryType>[]> =>
  page(reader, request, {
    columns: ENTRY,
    from: 'entry',
    at: 'recorded_at',
    where: `($3::text[] is null or act = any ($3)) and ($4::uuid is null or subject_id = $4)
      and ($5::uuid is null or member_id = $5) and recorded_at >= coalesce($6, '-infinity'::timestamptz)
      and recorded_at < coalesce($7, 'infinity'::timestamptz) and ($8::uuid is null or actor_agency_id = $8)`,
    values: [
      acts ?? null,
      subjectId ?? null,
      memberId ?? null,
      from ?? null,
      to ?? null,
      actorAgencyId ?? null,
    ],
  });
