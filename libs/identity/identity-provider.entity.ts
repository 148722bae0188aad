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

  /** AES-256-GCM under the service's secret, in base64. */
  @Column('text', { name: 'sealed_secret' })
  sealedSecret!: string;

  @Column('timestamptz', { name: 'set_at' })
  setAt!: Date;

  @Column('uuid', { name: 'set_by' })
  setBy!: string;
}
