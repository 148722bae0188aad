import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProjectedClaim } from './projection.js';

/** Rows made of a document for the questions asked of it; readable by whoever may read the revision. */
@Entity('revision_incident')
export class RevisionIncident {
  @PrimaryColumn('uuid', { name: 'revision_id' })
  revisionId!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('uuid', { name: 'incident_id' })
  incidentId!: string;
}

/** Another agency's revision that a revision rests on. */
@Entity('rests_on')
export class RestsOn {
  @PrimaryColumn('uuid', { name: 'revision_id' })
  revisionId!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('uuid', { name: 'basis_id' })
  basisId!: string;
}

@Entity('claim')
export class ClaimRow {
  @PrimaryColumn('uuid', { name: 'revision_id' })
  revisionId!: string;

  @PrimaryColumn('int')
  position!: number;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('uuid', { name: 'incident_id', nullable: true })
  incidentId!: string | null;

  @Column('text')
  attribute!: string;

  @Column('jsonb')
  body!: ProjectedClaim;
}

@Entity('finding_indicator')
export class FindingIndicator {
  @PrimaryColumn('uuid', { name: 'revision_id' })
  revisionId!: string;

  @PrimaryColumn('int')
  position!: number;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  /** `type|chain|value`, normalised. */
  @Column('text')
  key!: string;

  @Column('text')
  role!: string;
}

@Entity('transfer')
export class TransferRow {
  @PrimaryColumn('uuid', { name: 'revision_id' })
  revisionId!: string;

  @PrimaryColumn('int')
  position!: number;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('text')
  chain!: string;

  @Column('text', { nullable: true })
  transaction!: string | null;

  @Column('text')
  sender!: string;

  @Column('text')
  receiver!: string;

  @Column('text')
  asset!: string;

  /** Null only in rows of a release that did not write it. */
  @Column('int', { nullable: true })
  decimals!: number | null;

  /** Base units; numeric(78, 0) holds any 256-bit amount exactly, and reaches JavaScript as digits. */
  @Column('numeric', { precision: 78, scale: 0 })
  amount!: string;

  @Column('timestamptz', { name: 'happened_from', nullable: true })
  happenedFrom!: Date | null;

  @Column('timestamptz', { name: 'happened_until', nullable: true })
  happenedUntil!: Date | null;
}

/** What can be found of a revision by its words; of a long one in several parts. */
@Entity('search_text')
export class SearchText {
  @PrimaryColumn('uuid', { name: 'revision_id' })
  revisionId!: string;

  /** From 0 on; -1 for what stands on the sheet. */
  @PrimaryColumn('int')
  part!: number;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  /** Of the sheet: for its own agency alone. */
  @Column('boolean')
  own!: boolean;

  /** Whether the document has further parts. */
  @Column('boolean')
  split!: boolean;

  @Column('tsvector')
  words!: string;
}

/** One of several names of a subject, folded for comparison. */
@Entity('subject_name')
export class SubjectName {
  @PrimaryColumn('uuid', { name: 'revision_id' })
  revisionId!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  /** The key of the subject in its document. */
  @PrimaryColumn('text')
  subject!: string;

  @PrimaryColumn('text')
  name!: string;
}
