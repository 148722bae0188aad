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
