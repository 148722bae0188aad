import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome } from './receipt.type.js';

/** What became of one message of an agency's system. */
@Entity('inbound_receipt')
export class InboundReceipt {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('uuid', { name: 'client_id' })
  clientId!: string;

  @Column('text', { name: 'message_id' })
  messageId!: string;

  /** The key that signed it; null for what came with a token. */
  @Column('text', { nullable: true })
  kid!: string | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('jsonb')
  outcomes!: Outcome[];
}

/** Which messages were taken: an id is an agency's for 30 days. */
@Entity('inbound_message')
export class InboundMessage {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('text', { name: 'message_id' })
  messageId!: string;

  @Column('uuid', { name: 'client_id' })
  clientId!: string;

  @Column('text', { name: 'body_hash' })
  bodyHash!: string;

  @Column('uuid', { name: 'receipt_id' })
  receiptId!: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;
}
