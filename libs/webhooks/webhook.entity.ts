import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A domain under which an agency's webhooks may lie. */
@Entity('webhook_domain')
export class WebhookDomain {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('text')
  domain!: string;

  @Column('timestamptz', { name: 'registered_at' })
  registeredAt!: Date;

  @Column('uuid', { name: 'registered_by' })
  registeredBy!: string;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}

/** Where an agency wants the events of its feed sent. */
@Entity('webhook')
export class Webhook {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('text')
  url!: string;

  @Column('text')
  description!: string;

  /** None for all. */
  @Column('text', { name: 'event_types', array: true })
  eventTypes!: string[];

  @Column('text')
  payload!: 'THIN' | 'FULL';

  /** Requests under way at a time. */
  @Column('int', { name: 'in_flight' })
  inFlight!: number;

  @Column('int', { name: 'per_second' })
  perSecond!: number;

  @Column('text')
  state!: 'PENDING_PROOF' | 'ACTIVE' | 'PAUSED' | 'DISABLED';

  /** Why it is disabled. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'proven_at', nullable: true })
  provenAt!: Date | null;

  @Column('timestamptz', { name: 'registered_at' })
  registeredAt!: Date;

  @Column('uuid', { name: 'registered_by' })
  registeredBy!: string;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
