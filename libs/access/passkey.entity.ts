import { Column, Entity, PrimaryColumn } from 'typeorm';

/** With which a person signs in whom no provider knows. */
@Entity('passkey')
export class Passkey {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('uuid', { name: 'person_id' })
  personId!: string;

  /** What its owner calls it. */
  @Column('text')
  name!: string;

  /** As the authenticator names it. */
  @Column('bytea', { name: 'credential_id' })
  credentialId!: Buffer;

  /** As COSE (RFC 9052) has it. */
  @Column('bytea', { name: 'public_key' })
  publicKey!: Buffer;

  /** How often it was used, as far as it says so. */
  @Column('bigint')
  counter!: string;

  /** Whether it may be on several devices; and whether it was, when it was last used. */
  @Column('boolean')
  synced!: boolean;

  @Column('boolean', { name: 'backed_up' })
  backedUp!: boolean;

  @Column('timestamptz', { name: 'added_at' })
  addedAt!: Date;

  @Column('timestamptz', { name: 'used_at' })
  usedAt!: Date;

  @Column('timestamptz', { name: 'removed_at', nullable: true })
  removedAt!: Date | null;

  @Column('uuid', { name: 'removed_by', nullable: true })
  removedBy!: string | null;
}
