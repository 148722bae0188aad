import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The right of one agency to see one revision, and the slip that came with it. */
@Entity('release')
export class Release {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('uuid', { name: 'revision_id' })
  revisionId!: string;

  @Column('uuid', { name: 'finding_id' })
  findingId!: string;

  @Column('uuid', { name: 'author_id' })
  authorId!: string;

  @Column('text')
  marking!: string;

  @Column('text', { array: true })
  handling!: string[];

  @Column('text')
  pap!: string;

  @Column('text')
  purpose!: string;

  @Column('uuid', { name: 'arrangement_id' })
  arrangementId!: string;

  @Column('text', { nullable: true })
  conditions!: string | null;

  @Column('timestamptz', { name: 'released_at' })
  releasedAt!: Date;

  @Column('timestamptz')
  until!: Date;

  /** Under which it was released, and by nobody's hand. */
  @Column('uuid', { name: 'standing_authority_id', nullable: true })
  standingAuthorityId!: string | null;

  /** To an agency that was recovered: not read until its author confirms. */
  @Column('bool')
  closed!: boolean;
}

/** The current revision of each finding that an agency may see now: the list, the sort key, the count. */
@Entity('inbox')
export class Inbox {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('uuid', { name: 'finding_id' })
  findingId!: string;

  @Column('uuid', { name: 'revision_id' })
  revisionId!: string;

  @Column('uuid', { name: 'author_id' })
  authorId!: string;

  @Column('text')
  state!: string;

  @Column('text')
  kind!: string;

  @Column('text')
  marking!: string;

  @Column('text')
  titles!: string;

  @Column('timestamptz', { name: 'happened_from', nullable: true })
  happenedFrom!: Date | null;

  @Column('timestamptz', { name: 'happened_until', nullable: true })
  happenedUntil!: Date | null;

  @Column('timestamptz', { name: 'listed_at' })
  listedAt!: Date;

  @Column('timestamptz')
  until!: Date;

  /** To an agency that was recovered: not read until its author confirms. */
  @Column('bool')
  closed!: boolean;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('uuid', { name: 'superseded_by', nullable: true })
  supersededBy!: string | null;
}

/** What remains with an agency of a finding that was taken back from it. */
@Entity('withdrawn')
export class Withdrawn {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('uuid', { name: 'finding_id' })
  findingId!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  reason!: string;
}
