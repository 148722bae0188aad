import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one agency asserts: its identity and where it stands. Its content is in its revisions. */
@Entity('finding')
export class Finding {
  @PrimaryColumn('uuid')
  id!: string;

  /** The author's agency. */
  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;

  @Column('uuid', { name: 'released_revision_id', nullable: true })
  releasedRevisionId!: string | null;

  @Column('uuid', { name: 'superseded_by', nullable: true })
  supersededBy!: string | null;

  @Column('timestamptz', { name: 'recalled_at', nullable: true })
  recalledAt!: Date | null;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}

/** One immutable document, and what the list filters by. A recipient may read the whole row. */
@Entity('revision')
export class Revision {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'finding_id' })
  findingId!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  /** Exact bytes: type json keeps them, jsonb would not. */
  @Column('json')
  document!: unknown;

  @Column('text')
  hash!: string;

  @Column('text')
  kind!: string;

  @Column('text')
  titles!: string;

  @Column('timestamptz', { name: 'happened_from', nullable: true })
  happenedFrom!: Date | null;

  @Column('timestamptz', { name: 'happened_until', nullable: true })
  happenedUntil!: Date | null;
}

/** The author's side of a revision: its agency's alone. */
@Entity('sheet')
export class Sheet {
  @PrimaryColumn('uuid', { name: 'revision_id' })
  revisionId!: string;

  @Column('uuid', { name: 'finding_id' })
  findingId!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('int')
  number!: number;

  @Column('text')
  state!: 'DRAFT' | 'IN_REVIEW' | 'RELEASED';

  @Column('text', { name: 'case_number', nullable: true })
  caseNumber!: string | null;

  @Column('text', { name: 'true_source', nullable: true })
  trueSource!: string | null;

  @Column('text', { name: 'legal_basis', nullable: true })
  legalBasis!: string | null;

  @Column('uuid', { name: 'drafted_by' })
  draftedBy!: string;

  @Column('timestamptz', { name: 'drafted_at' })
  draftedAt!: Date;

  /** Who has it now, if it was handed over; who drafted it, if not. */
  @Column('uuid', { name: 'kept_by', nullable: true })
  keptBy!: string | null;

  @Column('uuid', { name: 'submitted_by', nullable: true })
  submittedBy!: string | null;

  @Column('timestamptz', { name: 'submitted_at', nullable: true })
  submittedAt!: Date | null;

  @Column('uuid', { name: 'returned_by', nullable: true })
  returnedBy!: string | null;

  @Column('text', { name: 'returned_note', nullable: true })
  returnedNote!: string | null;

  @Column('uuid', { name: 'released_by', nullable: true })
  releasedBy!: string | null;

  @Column('timestamptz', { name: 'released_at', nullable: true })
  releasedAt!: Date | null;
}
