import type { Tx } from '#core';

/** What happened. Ids only: what the subject says is read under the reader's rights, when it is read. */
export interface Act {
  /** What was done to what, in the past tense: `finding.released`. */
  act: `${string}.${string}`;
  subject: { type: string; id: string };
  /** The revision it was about, if every agency concerned may know of it. */
  revisionId?: string;
  /** Other agencies this act concerns. Each gets an entry that names the acting agency and no third one. */
  concerned?: readonly string[];
  /** Of an act of administration: what it said, every party of it. Never content, never a secret. */
  details?: object;
  /** The act's own time where the database gave it one, to the microsecond; else now. */
  at?: string;
}

/** Appends the act to the ledgers of the acting agency and of each agency concerned, in the act's own transaction. */
export async function append(
  tx: Tx,
  { act, subject, revisionId, concerned = [], details, at }: Act,
): Promise<void> {
  const { agencyId, memberId } = tx.viewer;
  await tx.manager.query(
    `insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, revision_id, recorded_at, details)
     select agency, $3, $1, case when agency = $1 then $2::uuid end, $4, $5, $6, coalesce($7, clock_timestamp()), $9
       from unnest($8::uuid[]) as agency`,
    [
      agencyId,
      memberId,
      act,
      subject.type,
      subject.id,
      revisionId ?? null,
      at ?? null,
      [agencyId, ...concerned],
      details ? JSON.stringify(details) : null,
    ],
  );
}
