import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a releaser said beforehand of findings that the agency's systems post. Never edited: ended, and asked anew. */
@Entity('standing_authority')
export class StandingAuthority {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('text')
  title!: string;

  /** The agencies that get what is released under it. */
  @Column('uuid', { array: true })
  recipients!: string[];

  @Column('text', { array: true })
  kinds!: string[];

  @Column('text', { name: 'highest_marking' })
  highestMarking!: string;

  /** Findings in one day (UTC). */
  @Column('int')
  daily!: number;

  /** From its approval on. */
  @Column('int')
  days!: number;

  @Column('uuid', { name: 'asked_by' })
  askedBy!: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt!: Date;

  /** Unapproved. */
  @Column('timestamptz', { name: 'lapses_at' })
  lapsesAt!: Date;

  @Column('uuid', { name: 'approved_by', nullable: true })
  approvedBy!: string | null;

  @Column('timestamptz', { name: 'approved_at', nullable: true })
  approvedAt!: Date | null;

  @Column('timestamptz', { name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('uuid', { name: 'ended_by', nullable: true })
  endedBy!: string | null;
}

/** How many findings were released under one in a day. */
@Entity('standing_use')
export class StandingUse {
  @PrimaryColumn('uuid', { name: 'authority_id' })
  authorityId!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('date')
  day!: string;

  @Column('int')
  used!: number;
}
