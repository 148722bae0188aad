import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where an agency's members prove who they are. */
@Entity('identity_provider')
export class IdentityProviderRow {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('text')
  issuer!: string;

  @Column('text', { name: 'client_id' })
  clientId!: string;

  /** AES-256-GCM under the service's secret, in base64. Null where it proves itself by its signing key. */
  @Column('text', { name: 'sealed_secret', nullable: true })
  sealedSecret!: string | null;

  @Column({ type: 'boolean', name: 'by_key', insert: false, update: false })
  byKey!: boolean;

  /** Of these the provider must say one (`acr`), if there are any. */
  @Column('text', { name: 'acr_values', array: true })
  acrValues!: string[];

  @Column('timestamptz', { name: 'set_at' })
  setAt!: Date;

  @Column('uuid', { name: 'set_by' })
  setBy!: string;
}
