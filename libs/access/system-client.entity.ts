import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A machine of an agency. It acts by the membership with the same id, which has its name, its roles and its end. */
@Entity('system_client')
export class SystemClient {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('timestamptz', { name: 'registered_at' })
  registeredAt!: Date;

  @Column('uuid', { name: 'registered_by' })
  registeredBy!: string;

  /** When it last got a token, to the minute. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;
}

/** A public key of a system client, or the address of some: several, so that one takes over from another. */
@Entity('client_key')
export class ClientKey {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  /** RFC 7638: its thumbprint. Of an address: an id of that form. */
  @PrimaryColumn('text')
  kid!: string;

  @Column('uuid', { name: 'client_id' })
  clientId!: string;

  /** Which signatures it verifies, and no others. */
  @Column('text', { nullable: true })
  algorithm!: 'ES256' | 'EdDSA' | 'PS256' | null;

  @Column('jsonb', { nullable: true })
  jwk!: Record<string, string> | null;

  /** Where keys are, in place of a key. */
  @Column('text', { name: 'jwks_uri', nullable: true })
  jwksUri!: string | null;

  /** No key serves for both. */
  @Column('text')
  use!: 'TOKENS' | 'INBOUND';

  @Column('timestamptz', { name: 'added_at' })
  addedAt!: Date;

  @Column('timestamptz', { name: 'valid_until' })
  validUntil!: Date;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  /** When a token was last got with it, or something posted under its signature, to the hour. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;
}
