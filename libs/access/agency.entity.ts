import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The unit of access, with an opaque id for ever; what it is called and where it belongs are dated rows. */
@Entity('agency')
export class Agency {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  code!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'suspended_at', nullable: true })
  suspendedAt!: Date | null;
}

@Entity('agency_name')
export class AgencyName {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  /** BCP 47. */
  @PrimaryColumn('text')
  language!: string;

  @Column('text')
  name!: string;

  @PrimaryColumn('timestamptz', { name: 'valid_from' })
  validFrom!: Date;

  @Column('timestamptz', { name: 'valid_until' })
  validUntil!: Date;
}

@Entity('agency_jurisdiction')
export class AgencyJurisdiction {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  /** ISO 3166-1 alpha-2. An agency without a row belongs to none. */
  @Column('text')
  jurisdiction!: string;

  @PrimaryColumn('timestamptz', { name: 'valid_from' })
  validFrom!: Date;

  @Column('timestamptz', { name: 'valid_until' })
  validUntil!: Date;
}

/** Where an agency is reached. */
@Entity('agency_contact')
export class AgencyContact {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('text')
  kind!: 'email' | 'phone' | 'url' | 'post';

  @PrimaryColumn('text')
  value!: string;

  @PrimaryColumn('timestamptz', { name: 'valid_from' })
  validFrom!: Date;

  @Column('timestamptz', { name: 'valid_until' })
  validUntil!: Date;
}

/** Who vouched for an agency when it was brought in. */
@Entity('vouching')
export class Vouching {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('uuid', { name: 'vouched_by' })
  vouchedBy!: string;

  @Column('text', { name: 'voucher_code' })
  voucherCode!: string;

  /** SHA-256 of the agency's public key, in hex. */
  @Column('text', { name: 'key_fingerprint' })
  keyFingerprint!: string;

  @Column('timestamptz', { name: 'vouched_at' })
  vouchedAt!: Date;
}

/** An agency that is to come in. */
@Entity('agency_proposal')
export class AgencyProposal {
  @PrimaryColumn('uuid')
  id!: string;

  /** Which agency vouches. */
  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('uuid', { name: 'proposed_by' })
  proposedBy!: string;

  @Column('timestamptz', { name: 'proposed_at' })
  proposedAt!: Date;

  @Column('text')
  code!: string;

  @Column('jsonb')
  names!: { language: string; name: string }[];

  @Column('text', { nullable: true })
  jurisdiction!: string | null;

  @Column('jsonb', { name: 'contact_points' })
  contactPoints!: { kind: string; value: string }[];

  @Column('text', { name: 'key_fingerprint' })
  keyFingerprint!: string;

  @Column('text', { array: true })
  administrators!: string[];

  @Column('uuid', { name: 'brought_in_as', nullable: true })
  broughtInAs!: string | null;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;
}
