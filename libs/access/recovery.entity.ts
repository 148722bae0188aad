import { Column, Entity, PrimaryColumn } from 'typeorm';

/** New administrators for an agency that could not make them itself. */
@Entity('recovery')
export class Recovery {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('uuid', { name: 'begun_by' })
  begunBy!: string;

  @Column('timestamptz', { name: 'begun_at' })
  begunAt!: Date;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'stopped_at', nullable: true })
  stoppedAt!: Date | null;

  @Column('timestamptz', { name: 'recovered_at', nullable: true })
  recoveredAt!: Date | null;
}

/** What an originator had released to an agency that was recovered, and what it says to that. */
@Entity('closed_inbox')
export class ClosedInbox {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('uuid', { name: 'originator_id' })
  originatorId!: string;

  @Column('timestamptz', { name: 'closed_at' })
  closedAt!: Date;

  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt!: Date | null;

  @Column('text', { nullable: true })
  outcome!: 'CONFIRMED' | 'DECLINED' | null;
}
