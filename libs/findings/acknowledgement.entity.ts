import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an agency says became of a finding in its own systems: its own to write, and its originator's to see. */
@Entity('acknowledgement')
export class Acknowledgement {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('uuid', { name: 'finding_id' })
  findingId!: string;

  @PrimaryColumn('text')
  said!: 'STORED' | 'REMOVED';

  @Column('uuid', { name: 'author_id' })
  authorId!: string;

  @Column('uuid', { name: 'revision_id', nullable: true })
  revisionId!: string | null;

  @Column('timestamptz')
  at!: Date;
}
