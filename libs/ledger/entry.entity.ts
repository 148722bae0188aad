import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One act as one agency may know it. Inserted, never changed. */
@Entity('entry')
export class Entry {
  @PrimaryColumn('uuid')
  id!: string;

  /** Whose ledger this entry stands in. */
  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('text')
  act!: string;

  @Column('uuid', { name: 'actor_agency_id' })
  actorAgencyId!: string;

  /** Who acted; null in a counterpart's ledger. */
  @Column('uuid', { name: 'member_id', nullable: true })
  memberId!: string | null;

  @Column('text', { name: 'subject_type' })
  subjectType!: string;

  @Column('uuid', { name: 'subject_id' })
  subjectId!: string;

  @Column('uuid', { name: 'revision_id', nullable: true })
  revisionId!: string | null;

  /** What an act of administration said. */
  @Column('jsonb', { nullable: true })
  details!: object | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: Date;
}
