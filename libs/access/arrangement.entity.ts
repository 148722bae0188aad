import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A rule between agencies as data. In force only while every party has accepted it. */
@Entity('arrangement')
export class Arrangement {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  title!: string;

  @Column('uuid', { name: 'proposed_by' })
  proposedBy!: string;

  /** The arrangement whose place it takes once every party has accepted. */
  @Column('uuid', { nullable: true })
  amends!: string | null;

  @Column('text', { array: true })
  purposes!: string[];

  @Column('text', { array: true })
  kinds!: string[];

  @Column('text', { name: 'highest_marking' })
  highestMarking!: string;

  @Column('bool', { name: 'onward_use' })
  onwardUse!: boolean;

  @Column('bool', { name: 'court_use' })
  courtUse!: boolean;

  @Column('int', { name: 'retention_days', nullable: true })
  retentionDays!: number | null;

  @Column('timestamptz', { name: 'valid_from' })
  validFrom!: Date;

  @Column('timestamptz', { name: 'valid_until' })
  validUntil!: Date;

  /** What its end does to what was released under it. */
  @Column('text', { name: 'on_end' })
  onEnd!: 'KEEP' | 'STOP' | 'RECALL';
}

@Entity('arrangement_party')
export class ArrangementParty {
  @PrimaryColumn('uuid', { name: 'arrangement_id' })
  arrangementId!: string;

  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('timestamptz', { name: 'accepted_at', nullable: true })
  acceptedAt!: Date | null;

  @Column('timestamptz', { name: 'refused_at', nullable: true })
  refusedAt!: Date | null;
}
