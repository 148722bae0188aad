import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An act that takes two: asked for by one, approved or refused by another. */
@Entity('pending_act')
export class PendingAct {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('text')
  act!: string;

  /** Exactly what is asked for. */
  @Column('jsonb')
  content!: object;

  /** SHA-256 of the content as the database writes it, in hex. */
  @Column('text')
  hash!: string;

  @Column('uuid', { name: 'requested_by' })
  requestedBy!: string;

  @Column('uuid', { name: 'requester_id' })
  requesterId!: string;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('uuid', { name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  @Column('uuid', { name: 'decider_id', nullable: true })
  deciderId!: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column('text', { nullable: true })
  outcome!: 'DONE' | 'REFUSED' | null;
}
